//! All shared folders with the people who have access, in one compact row for each person and folder.
//!
//! 2,000 folders with 100,000 users have to fit into a function's memory twice, in the current set and in the one that
//! replaces it. So names are interned, as are lists of sites and groups, and a row has 16 bytes.

mod builder;
mod tables;

use chrono::{DateTime, Utc};

use crate::domain::{
    FolderRights, Score,
    shared_folders::tables::{ListTable, NameTable},
};

pub use builder::SharedFoldersBuilder;

/// The id that stands for no list.
const NO_LIST: u32 = u32::MAX;

const DIRECT: u32 = 1;
const READ_ONLY: u32 = 1 << 1;
const CAN_VIEW_PASSWORDS: u32 = 1 << 2;
const CAN_ADMINISTER: u32 = 1 << 3;
const SUPER_ADMIN: u32 = 1 << 4;

/// A folder's values.
#[derive(Debug)]
struct FolderValues {
    id: Box<str>,
    name: Box<str>,
    score: Option<Score>,
    is_deleted: bool,
    sites: Option<u32>,
    /// The index of the folder's first user. Its users end where those of the next folder begin.
    first_user: u32,
}

/// A user of a folder.
#[derive(Debug, Clone, Copy)]
struct FolderUserRow {
    address: u32,
    groups: u32,
    sites: u32,
    flags: u32,
}

/// All shared folders that LastPass lists, as of one time.
#[derive(Debug)]
pub struct SharedFolders {
    as_of: DateTime<Utc>,
    version: u64,
    /// Sorted by name, then by id.
    folders: Vec<FolderValues>,
    users: Vec<FolderUserRow>,
    addresses: NameTable,
    groups: NameTable,
    sites: NameTable,
    group_lists: ListTable,
    site_lists: ListTable,
}

impl SharedFolders {
    /// The time of the request to LastPass.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// A hash of the data: equal data has the same version in every process.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The number of folders, including deleted ones.
    pub fn len(&self) -> usize {
        self.folders.len()
    }

    /// Whether there are no folders.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Iterates over the folders, sorted by normalized name, then by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SharedFolderRef<'_>> {
        (0..self.folders.len()).map(|index| self.get(index))
    }

    /// The folder at an index of [`SharedFolders::iter`].
    ///
    /// # Panics
    /// Panics if `index` is out of bounds.
    pub fn get(&self, index: usize) -> SharedFolderRef<'_> {
        SharedFolderRef { all: self, row: &self.folders[index], index }
    }

    /// The addresses of all users of any folder, indexed by [`FolderUser::address_id`].
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.addresses.len()).map(|id| self.addresses.get(tables::offset(id)))
    }

    /// The id of an address, ignoring case.
    pub fn address_id(&self, address: &str) -> Option<u32> {
        self.addresses.find(address)
    }

    /// The id of a group that has access to a folder, ignoring case.
    pub fn group_id(&self, group: &str) -> Option<u32> {
        self.groups.find(group)
    }
}

/// A folder in [`SharedFolders`].
#[derive(Clone, Copy)]
pub struct SharedFolderRef<'a> {
    all: &'a SharedFolders,
    row: &'a FolderValues,
    index: usize,
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

    /// LastPass's security score of the folder.
    pub fn score(&self) -> Option<Score> {
        self.row.score
    }

    /// Whether the folder is deleted; LastPass still lists it.
    pub fn is_deleted(&self) -> bool {
        self.row.is_deleted
    }

    /// The number of distinct sites to which users have access; `None` if LastPass does not list them.
    pub fn site_count(&self) -> Option<u32> {
        self.row.sites
    }

    /// Iterates over the users, each once, sorted by address.
    pub fn users(&self) -> impl ExactSizeIterator<Item = FolderUser<'a>> + use<'a> {
        let all = self.all;
        let end = all.folders.get(self.index + 1).map_or(all.users.len(), |next| next.first_user as usize);
        all.users[self.row.first_user as usize..end].iter().map(move |row| FolderUser { all, row })
    }
}

/// A user of a folder, with the combined rights of all grants.
#[derive(Clone, Copy)]
pub struct FolderUser<'a> {
    all: &'a SharedFolders,
    row: &'a FolderUserRow,
}

impl<'a> FolderUser<'a> {
    fn has(&self, flag: u32) -> bool {
        self.row.flags & flag != 0
    }

    /// The e-mail address.
    pub fn email(&self) -> &'a str {
        self.all.addresses.get(self.row.address)
    }

    /// The index of the address in [`SharedFolders::addresses`].
    pub fn address_id(&self) -> u32 {
        self.row.address
    }

    /// Whether access is granted directly, besides any groups.
    pub fn is_direct(&self) -> bool {
        self.has(DIRECT)
    }

    /// Whether access is read-only.
    pub fn is_read_only(&self) -> bool {
        self.has(READ_ONLY)
    }

    /// Whether passwords are visible, rather than only usable.
    pub fn can_view_passwords(&self) -> bool {
        self.has(CAN_VIEW_PASSWORDS)
    }

    /// Whether the user may manage access to the folder.
    pub fn can_administer(&self) -> bool {
        self.has(CAN_ADMINISTER)
    }

    /// The user's rights.
    pub fn rights(&self) -> FolderRights {
        FolderRights::of(self.can_administer(), self.is_read_only())
    }

    /// Whether access is that of a super admin.
    pub fn is_super_admin(&self) -> bool {
        self.has(SUPER_ADMIN)
    }

    /// The ids of the groups through which access is granted, see [`SharedFolders::group_id`].
    pub fn group_ids(&self) -> &'a [u32] {
        self.all.group_lists.get(self.row.groups)
    }

    /// The names of the groups through which access is granted, sorted.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let groups = &self.all.groups;
        self.group_ids().iter().map(|id| groups.get(*id))
    }

    /// How access is granted: `direct`, or else the name of the first group.
    pub fn via(&self) -> &'a str {
        let group = if self.is_direct() { None } else { self.groups().next() };
        group.unwrap_or("direct")
    }

    /// The sites that the user can access, sorted; `None` if LastPass does not list them.
    pub fn sites(&self) -> Option<impl ExactSizeIterator<Item = &'a str> + use<'a>> {
        let sites = &self.all.sites;
        let list = (self.row.sites != NO_LIST).then(|| self.all.site_lists.get(self.row.sites))?;
        Some(list.iter().map(|id| sites.get(*id)))
    }
}
