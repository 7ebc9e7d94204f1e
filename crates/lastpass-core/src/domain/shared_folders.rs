//! Every shared folder with everybody who can open it, one compact row for each person and folder.
//!
//! 2,000 folders that 100,000 people open have to fit twice (the set in use and the one being read) into a function's
//! memory, so names are held once, lists of sites and groups too, and a row is 16 bytes.

mod builder;
mod tables;

use chrono::{DateTime, Utc};

use crate::domain::{FolderRights, Score};
use tables::{ListTable, NameTable};

pub use builder::SharedFoldersBuilder;

/// Stands for no list where a place of one is kept.
const NO_LIST: u32 = u32::MAX;

const DIRECT: u32 = 1;
const READ_ONLY: u32 = 1 << 1;
const SEES_PASSWORDS: u32 = 1 << 2;
const MAY_ADMINISTER: u32 = 1 << 3;
const SUPER_ADMIN: u32 = 1 << 4;

/// What is kept of a folder.
#[derive(Debug)]
struct SharedFolderRow {
    id: Box<str>,
    name: Box<str>,
    score: Option<Score>,
    is_deleted: bool,
    sites: Option<u32>,
    /// Where the folder's first user stands; the last stands before the next folder's first.
    first_user: u32,
}

/// What is kept of somebody who can open a folder.
#[derive(Debug, Clone, Copy)]
struct FolderUserRow {
    address: u32,
    groups: u32,
    sites: u32,
    flags: u32,
}

/// Every shared folder LastPass told of, with the time at which it was asked.
#[derive(Debug)]
pub struct SharedFolders {
    as_of: DateTime<Utc>,
    version: u64,
    /// By name, folders of one name by id.
    folders: Vec<SharedFolderRow>,
    users: Vec<FolderUserRow>,
    addresses: NameTable,
    groups: NameTable,
    sites: NameTable,
    group_lists: ListTable,
    site_lists: ListTable,
}

impl SharedFolders {
    /// The moment LastPass was asked.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// A hash of everything: equal data has an equal version, in every process.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many folders there are, deleted ones included.
    pub fn len(&self) -> usize {
        self.folders.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// All folders, by name in any letter case, folders of one name by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SharedFolderRef<'_>> {
        (0..self.folders.len()).map(|place| self.get(place))
    }

    /// The folder at a place of [`SharedFolders::iter`].
    ///
    /// # Panics
    /// Where `place` is not below [`SharedFolders::len`].
    pub fn get(&self, place: usize) -> SharedFolderRef<'_> {
        SharedFolderRef { all: self, row: &self.folders[place], place }
    }

    /// The addresses of everybody who can open any folder, each once, at the places that [`FolderUser::address_id`] gives.
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.addresses.len()).map(|id| self.addresses.get(tables::offset(id)))
    }

    /// The place of an address, in any letter case.
    pub fn address_id(&self, address: &str) -> Option<u32> {
        self.addresses.find(address)
    }

    /// The place of a group by which somebody can open a folder, in any letter case.
    pub fn group_id(&self, group: &str) -> Option<u32> {
        self.groups.find(group)
    }
}

/// One of the [`SharedFolders`].
#[derive(Clone, Copy)]
pub struct SharedFolderRef<'a> {
    all: &'a SharedFolders,
    row: &'a SharedFolderRow,
    place: usize,
}

impl<'a> SharedFolderRef<'a> {
    /// LastPass's id.
    pub fn id(&self) -> &'a str {
        &self.row.id
    }

    /// The name.
    pub fn name(&self) -> &'a str {
        &self.row.name
    }

    /// LastPass's security score of what is in it.
    pub fn score(&self) -> Option<Score> {
        self.row.score
    }

    /// Whether it was deleted; LastPass goes on listing it.
    pub fn is_deleted(&self) -> bool {
        self.row.is_deleted
    }

    /// How many different sites those who can open it reach; nothing where LastPass does not tell.
    pub fn site_count(&self) -> Option<u32> {
        self.row.sites
    }

    /// Everybody who can open it, each once, by address.
    pub fn users(&self) -> impl ExactSizeIterator<Item = FolderUser<'a>> + use<'a> {
        let all = self.all;
        let end = all.folders.get(self.place + 1).map_or(all.users.len(), |next| next.first_user as usize);
        all.users[self.row.first_user as usize..end].iter().map(move |row| FolderUser { all, row })
    }
}

/// Somebody who can open a folder, by all ways in which they can: the most that any of them gives.
#[derive(Clone, Copy)]
pub struct FolderUser<'a> {
    all: &'a SharedFolders,
    row: &'a FolderUserRow,
}

impl<'a> FolderUser<'a> {
    fn has(&self, flag: u32) -> bool {
        self.row.flags & flag != 0
    }

    /// The address.
    pub fn email(&self) -> &'a str {
        self.all.addresses.get(self.row.address)
    }

    /// The place of the address in [`SharedFolders::addresses`].
    pub fn address_id(&self) -> u32 {
        self.row.address
    }

    /// Whether the person can without any group.
    pub fn is_direct(&self) -> bool {
        self.has(DIRECT)
    }

    /// The person may not change what is in it.
    pub fn is_read_only(&self) -> bool {
        self.has(READ_ONLY)
    }

    /// The person can see the passwords, rather than only use them.
    pub fn sees_passwords(&self) -> bool {
        self.has(SEES_PASSWORDS)
    }

    /// The person may say who can open it.
    pub fn may_administer(&self) -> bool {
        self.has(MAY_ADMINISTER)
    }

    /// What the person may do in it.
    pub fn rights(&self) -> FolderRights {
        FolderRights::of(self.may_administer(), self.is_read_only())
    }

    /// The person can as a super admin.
    pub fn is_super_admin(&self) -> bool {
        self.has(SUPER_ADMIN)
    }

    /// The groups by which the person can, as places that [`SharedFolders::group_id`] gives.
    pub fn group_ids(&self) -> &'a [u32] {
        self.all.group_lists.get(self.row.groups)
    }

    /// The names of the groups by which the person can, by name.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let groups = &self.all.groups;
        self.group_ids().iter().map(|id| groups.get(*id))
    }

    /// The sites in it that the person reaches, by name; nothing where LastPass does not tell.
    pub fn sites(&self) -> Option<impl ExactSizeIterator<Item = &'a str> + use<'a>> {
        let sites = &self.all.sites;
        let list = (self.row.sites != NO_LIST).then(|| self.all.site_lists.get(self.row.sites))?;
        Some(list.iter().map(|id| sites.get(*id)))
    }
}
