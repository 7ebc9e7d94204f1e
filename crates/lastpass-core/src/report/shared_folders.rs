//! Filters shared folders and their users. Knows folders and people; no pages.

use std::collections::HashMap;

use crate::{
    domain::{FolderUser, People, Person, SearchText, SharedFolderRef, SharedFolders, normalize_address},
    report::AccountStatus,
};

/// Marks "no person" in a list of indices; as a filter, it matches no address and no group.
const NO_INDEX: u32 = u32::MAX;

/// The index of the person behind each e-mail address that has access to a folder, computed once.
#[derive(Debug)]
pub struct FolderUserIndex(Vec<u32>);

impl FolderUserIndex {
    /// Looks up the person of each address; without `people`, none is known.
    pub fn new(folders: &SharedFolders, people: Option<&People>) -> Self {
        let addresses: HashMap<_, _> = folders.addresses().map(normalize_address).zip(0_usize..).collect();
        let mut indices = vec![NO_INDEX; addresses.len()];
        for (people, person) in people.into_iter().flat_map(|people| people.iter().map(move |person| (people, person)))
        {
            let Some(address) = addresses.get(&normalize_address(person.email())) else { continue };
            let known = &mut indices[*address];
            // An address that LastPass lists twice counts as disabled only if both entries are.
            if *known == NO_INDEX || people.get(*known as usize).is_disabled() {
                *known = u32::try_from(person.index()).expect("a reply is too small for four billion people");
            }
        }
        Self(indices)
    }

    /// The people behind the addresses; `people` must be those passed to [`FolderUserIndex::new`].
    pub fn with_people<'a>(&'a self, people: Option<&'a People>) -> FolderPeople<'a> {
        FolderPeople { people, by_address: &self.0 }
    }
}

/// The person behind each e-mail address that has access to a folder.
#[derive(Debug, Clone, Copy)]
pub struct FolderPeople<'a> {
    people: Option<&'a People>,
    /// Indices in [`People::iter`] or `NO_INDEX`, by index of the address.
    by_address: &'a [u32],
}

impl<'a> FolderPeople<'a> {
    /// The person; `None` for an address that LastPass does not list as a user.
    pub fn person(&self, user: FolderUser<'_>) -> Option<Person<'a>> {
        let index = self.by_address[user.address_id() as usize];
        self.people.filter(|_| index != NO_INDEX).map(|people| people.get(index as usize))
    }

    /// The person's status; `None` for an address that LastPass does not list as a user.
    pub fn status(&self, user: FolderUser<'_>) -> Option<AccountStatus> {
        self.person(user).map(AccountStatus::of)
    }
}

/// Conditions that every folder of a list meets. An empty filter matches every folder that is not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderFilter {
    /// The id; also matches a deleted folder.
    pub id: Option<String>,
    /// The e-mail address of a user with access, ignoring letter case.
    pub user: Option<String>,
    /// The name of a group that gives a user access, ignoring letter case.
    pub group: Option<String>,
    /// The status of a user with access.
    pub holders: Option<AccountStatus>,
    /// The folder has no active administrator.
    pub without_administrator: bool,
    /// The folder is deleted. If `false`, it is not.
    pub deleted: bool,
}

impl FolderFilter {
    /// Whether the filter depends on people.
    pub fn needs_people(&self) -> bool {
        self.holders.is_some() || self.without_administrator
    }

    /// The indices in [`SharedFolders::iter`] of the matching folders, in ascending order.
    pub fn select(&self, folders: &SharedFolders, people: &FolderPeople<'_>) -> Vec<u32> {
        let user_filter = self.user_filter(folders);
        let matches = |folder: &SharedFolderRef<'_>| {
            let is_candidate = match &self.id {
                Some(id) => folder.id() == id,
                None => folder.is_deleted() == self.deleted,
            };
            is_candidate
                && (!self.filters_users() || folder.users().any(|user| user_filter.matches(user, people)))
                && !(self.without_administrator && folder.users().any(|user| is_active_administrator(user, people)))
        };
        folders.iter().zip(0..).filter(|(folder, _)| matches(folder)).map(|(_, index)| index).collect()
    }

    fn filters_users(&self) -> bool {
        self.user.is_some() || self.group.is_some() || self.holders.is_some()
    }

    /// The conditions on users. A folder matches if one user meets all of them.
    pub fn user_filter(&self, folders: &SharedFolders) -> FolderUserFilter {
        let index = |index: Option<u32>| index.unwrap_or(NO_INDEX);
        let group_id = |name: &str| SearchText::new(name).readings().find_map(|name| folders.group_id(name));
        FolderUserFilter {
            address: self.user.as_deref().map(|user| index(folders.address_id(user))),
            group: self.group.as_deref().map(|group| index(group_id(group))),
            status: self.holders,
        }
    }
}

fn is_active_administrator(user: FolderUser<'_>, people: &FolderPeople<'_>) -> bool {
    user.can_administer() && people.status(user) == Some(AccountStatus::Active)
}

/// Conditions on a user of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderUserFilter {
    address: Option<u32>,
    group: Option<u32>,
    status: Option<AccountStatus>,
}

impl FolderUserFilter {
    /// Whether the user meets all conditions.
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

    /// A holder: e-mail address, group, and whether the user may administer the folder.
    type TestHolder<'a> = (&'a str, Option<&'a str>, bool);

    fn folders() -> SharedFolders {
        let mut builder = SharedFoldersBuilder::default();
        let mut add = |id: &str, is_deleted, holders: &[TestHolder<'_>]| {
            let holder = |(email, group, can_administer): &TestHolder<'_>| FolderGrant {
                email: (*email).to_owned(),
                group: group.map(str::to_owned),
                is_read_only: true,
                can_view_passwords: true,
                can_administer: *can_administer,
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
    fn a_filter_selects_the_matching_folders() {
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
        // One user must meet all conditions.
        check(FolderFilter { user: Some("ann@example.com".into()), group: Some("VPN".into()), ..none() }, "");
        check(FolderFilter { group: Some("VPN".into()), holders: Some(AccountStatus::Disabled), ..none() }, "a");
    }

    #[test]
    fn an_address_listed_twice_is_disabled_only_if_both_entries_are() {
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
