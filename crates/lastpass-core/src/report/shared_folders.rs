//! Which shared folders a list shows, and whom in them. Knows folders and people; no pages.

use std::collections::HashMap;

use crate::{
    domain::{FolderUser, People, Person, SharedFolderRef, SharedFolders, normalize_name},
    report::AccountStatus,
};

/// Stands for nobody where an index among people is kept.
const NOBODY: u32 = u32::MAX;

/// Where among the people everybody stands who can open a folder: found out once for folders and people.
#[derive(Debug)]
pub struct FolderUserIndex(Vec<u32>);

impl FolderUserIndex {
    /// Looks everybody up; without people, nobody is known.
    pub fn new(folders: &SharedFolders, people: Option<&People>) -> Self {
        let addresses: HashMap<_, _> = folders.addresses().map(normalize_name).zip(0_usize..).collect();
        let mut indices = vec![NOBODY; addresses.len()];
        for (people, person) in people.into_iter().flat_map(|people| people.iter().map(move |person| (people, person)))
        {
            let Some(address) = addresses.get(&normalize_name(person.email())) else { continue };
            let known = &mut indices[*address];
            // An address that LastPass lists twice is disabled if both are.
            if *known == NOBODY || people.get(*known as usize).is_disabled() {
                *known = u32::try_from(person.place()).expect("a reply is too small for four billion people");
            }
        }
        Self(indices)
    }

    /// The same people that were looked up, as those who can open the folders.
    pub fn with_people<'a>(&'a self, people: Option<&'a People>) -> FolderPeople<'a> {
        FolderPeople { people, by_address: &self.0 }
    }
}

/// Who of the people stands behind each address that can open a folder.
#[derive(Debug, Clone, Copy)]
pub struct FolderPeople<'a> {
    people: Option<&'a People>,
    /// Indices into [`People::iter`], by the index of the address.
    by_address: &'a [u32],
}

impl<'a> FolderPeople<'a> {
    /// The person; nothing for an address that LastPass does not list among its people.
    pub fn person(&self, user: FolderUser<'_>) -> Option<Person<'a>> {
        let index = self.by_address[user.address_id() as usize];
        self.people.filter(|_| index != NOBODY).map(|people| people.get(index as usize))
    }

    /// The person's status; nothing for an address that LastPass does not list among its people.
    pub fn status(&self, user: FolderUser<'_>) -> Option<AccountStatus> {
        self.person(user).map(AccountStatus::of)
    }
}

/// What all folders of a list have in common; an empty filter takes every folder that is not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderFilter {
    /// With this id, deleted or not.
    pub id: Option<String>,
    /// That the person with this address can open.
    pub user: Option<String>,
    /// That somebody can open by this group.
    pub group: Option<String>,
    /// That somebody of this status can open.
    pub holders: Option<AccountStatus>,
    /// That nobody who is active may administer.
    pub without_administrator: bool,
    /// That are deleted, rather than not.
    pub deleted: bool,
}

impl FolderFilter {
    /// Whether it takes the people to know.
    pub fn needs_people(&self) -> bool {
        self.holders.is_some() || self.without_administrator
    }

    /// The indices in [`SharedFolders::iter`] of the folders that it takes, in their order.
    pub fn select(&self, folders: &SharedFolders, people: &FolderPeople<'_>) -> Vec<u32> {
        let taken = self.user_filter(folders);
        let takes = |folder: &SharedFolderRef<'_>| {
            let is_asked_for = match &self.id {
                Some(id) => folder.id() == id,
                None => folder.is_deleted() == self.deleted,
            };
            is_asked_for
                && (!self.is_of_users() || folder.users().any(|user| taken.matches(user, people)))
                && !(self.without_administrator && folder.users().any(|user| is_active_administrator(user, people)))
        };
        folders.iter().zip(0..).filter(|(folder, _)| takes(folder)).map(|(_, index)| index).collect()
    }

    fn is_of_users(&self) -> bool {
        self.user.is_some() || self.group.is_some() || self.holders.is_some()
    }

    /// Whom it takes in the folders: those who have all that it asks of somebody.
    pub fn user_filter(&self, folders: &SharedFolders) -> FolderUserFilter {
        let index = |index: Option<u32>| index.unwrap_or(NOBODY);
        FolderUserFilter {
            address: self.user.as_deref().map(|user| index(folders.address_id(user))),
            group: self.group.as_deref().map(|group| index(folders.group_id(group))),
            status: self.holders,
        }
    }
}

fn is_active_administrator(user: FolderUser<'_>, people: &FolderPeople<'_>) -> bool {
    user.may_administer() && people.status(user) == Some(AccountStatus::Active)
}

/// What is asked of somebody who can open a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderUserFilter {
    address: Option<u32>,
    group: Option<u32>,
    status: Option<AccountStatus>,
}

impl FolderUserFilter {
    /// Whether somebody is asked for.
    pub fn matches(&self, user: FolderUser<'_>, people: &FolderPeople<'_>) -> bool {
        self.address.is_none_or(|address| user.address_id() == address)
            && self.group.is_none_or(|group| user.group_ids().contains(&group))
            && self.status.is_none_or(|status| people.status(user) == Some(status))
    }
}

#[cfg(test)]
mod tests {
    use super::{FolderFilter, FolderUserIndex};
    use crate::{
        domain::{FolderGrant, People, PersonEntry, SharedFolder, SharedFolders, SharedFoldersBuilder},
        report::{
            AccountStatus,
            test_people::{TestPeople, as_of},
        },
    };

    /// A holder: the address, the group, and whether they may administer.
    type Who<'a> = (&'a str, Option<&'a str>, bool);

    fn folders() -> SharedFolders {
        let mut builder = SharedFoldersBuilder::default();
        let mut add = |id: &str, is_deleted, holders: &[Who<'_>]| {
            let holder = |(email, group, may_administer): &Who<'_>| FolderGrant {
                email: (*email).to_owned(),
                group: group.map(str::to_owned),
                is_read_only: true,
                sees_passwords: true,
                may_administer: *may_administer,
                is_super_admin: false,
                sites: None,
            };
            let holders = holders.iter().map(holder).collect();
            builder.add(SharedFolder {
                id: id.to_owned(),
                name: id.to_owned(),
                is_deleted,
                score: None,
                grants: holders,
            });
        };
        add("a", false, &[("ann@example.com", None, true), ("bob@example.com", Some("VPN"), false)]);
        add("b", false, &[("BOB@example.com", None, true), ("ann@example.com", None, false)]);
        add("c", false, &[("cy@example.com", Some("HR"), true), ("new@example.com", Some("vpn"), false)]);
        add("d", true, &[("ann@example.com", Some("HR"), true)]);
        add("e", false, &[("stranger@example.org", None, true)]);
        add("f", false, &[]);
        builder.finish(as_of()).expect("far from full")
    }

    fn people() -> People {
        let entry = |id, email| PersonEntry { id: Some(id), email, ..PersonEntry::default() };
        TestPeople::default()
            .entry(entry("1", "Ann@example.com"), &[])
            .entry(PersonEntry { disabled: true, ..entry("2", "bob@example.com") }, &[])
            .entry(PersonEntry { never_logged_in: true, ..entry("3", "cy@example.com") }, &[])
            .invited("new@example.com")
            .finish()
    }

    #[test]
    fn a_filter_takes_the_folders_it_names() {
        let (folders, people) = (folders(), people());
        let check = |filter: FolderFilter, expected: &str| {
            let indices = FolderUserIndex::new(&folders, Some(&people));
            let indices = filter.select(&folders, &indices.with_people(Some(&people)));
            let ids: String = indices.iter().map(|index| folders.get(*index as usize).id()).collect();
            assert_eq!(ids, expected, "{filter:?}");
        };
        let none = FolderFilter::default;
        check(none(), "abcef");
        check(FolderFilter { deleted: true, ..none() }, "d");
        check(FolderFilter { id: Some("d".into()), ..none() }, "d");
        check(FolderFilter { user: Some(" ANN@example.com".into()), ..none() }, "ab");
        check(FolderFilter { user: Some("ann".into()), ..none() }, "");
        check(FolderFilter { group: Some("Vpn".into()), ..none() }, "ac");
        check(FolderFilter { group: Some("hr".into()), deleted: true, ..none() }, "d");
        check(FolderFilter { holders: Some(AccountStatus::Disabled), ..none() }, "ab");
        check(FolderFilter { holders: Some(AccountStatus::NeverLoggedIn), ..none() }, "c");
        check(FolderFilter { holders: Some(AccountStatus::Invited), ..none() }, "c");
        check(FolderFilter { without_administrator: true, ..none() }, "bcef");
        // All that is asked of somebody is asked of the same person.
        check(FolderFilter { user: Some("ann@example.com".into()), group: Some("VPN".into()), ..none() }, "");
        check(FolderFilter { group: Some("VPN".into()), holders: Some(AccountStatus::Disabled), ..none() }, "a");
    }

    #[test]
    fn an_address_listed_twice_is_disabled_if_both_are() {
        let folders = folders();
        let entry =
            |id, disabled| PersonEntry { id: Some(id), email: "ann@example.com", disabled, ..PersonEntry::default() };
        for (first, second, expected) in [
            (true, false, AccountStatus::Active),
            (false, true, AccountStatus::Active),
            (true, true, AccountStatus::Disabled),
        ] {
            let people = TestPeople::default().entry(entry("1", first), &[]).entry(entry("2", second), &[]).finish();
            let indices = FolderUserIndex::new(&folders, Some(&people));
            let ann = folders.get(0).users().next().expect("ann");
            assert_eq!(indices.with_people(Some(&people)).status(ann), Some(expected));
        }
        let ann = folders.get(0).users().next().expect("ann");
        assert_eq!(FolderUserIndex::new(&folders, None).with_people(None).status(ann), None);
    }
}
