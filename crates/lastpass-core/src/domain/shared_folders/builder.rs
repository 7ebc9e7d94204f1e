//! Builds [`SharedFolders`] from LastPass's folders, one by one.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};

use crate::domain::{
    FolderGrant, NameSortKey, SharedFolder, normalize_address, normalize_name,
    shared_folders::{
        CAN_ADMINISTER, CAN_VIEW_PASSWORDS, DIRECT, FolderUserRow, FolderValues, NO_LIST, READ_ONLY, SUPER_ADMIN,
        SharedFolders,
        tables::{ListTableBuilder, NameTableBuilder, offset},
    },
};

/// The maximum number of rows: 64 MB, eight times those of 2,000 folders with 250 people.
const MAX_USERS: usize = 4_000_000;
/// The maximum length of all names in bytes.
const MAX_TEXT: usize = 64 * 1024 * 1024;
/// The maximum total length of the lists of sites and groups.
const MAX_LISTED: usize = 16_000_000;

/// Builds [`SharedFolders`]. Folders can be added in any order.
#[derive(Debug, Default)]
pub struct SharedFoldersBuilder {
    folders: Vec<FolderValues>,
    users: Vec<FolderUserRow>,
    addresses: NameTableBuilder,
    groups: NameTableBuilder,
    sites: NameTableBuilder,
    group_lists: ListTableBuilder,
    site_lists: ListTableBuilder,
    /// The length of the folders' ids and names in bytes.
    folder_text: usize,
    is_full: bool,
}

impl SharedFoldersBuilder {
    /// Adds a folder. Several grants of one person become one row.
    pub fn add(&mut self, folder: SharedFolder) {
        let text =
            self.addresses.text_length() + self.groups.text_length() + self.sites.text_length() + self.folder_text;
        let listed = self.group_lists.length() + self.site_lists.length();
        self.is_full |= self.users.len() > MAX_USERS || text > MAX_TEXT || listed > MAX_LISTED;
        if self.is_full {
            return;
        }
        let SharedFolder { id, name, is_deleted, score, mut grants } = folder;
        self.folder_text += id.len() + name.len();
        grants.sort_by_cached_key(|grant| normalize_address(&grant.email).into_owned());
        let first_user = offset(self.users.len());
        let has_sites = grants.is_empty() || grants.iter().any(|grant| grant.sites.is_some());
        let mut all_sites = Vec::new();
        for grants in grants.chunk_by(|a, b| normalize_address(&a.email) == normalize_address(&b.email)) {
            let user = self.user(grants, &mut all_sites);
            self.users.push(user);
        }
        all_sites.sort_unstable();
        all_sites.dedup();
        let sites = has_sites.then_some(offset(all_sites.len()));
        self.folders.push(FolderValues { id: id.into(), name: name.into(), score, is_deleted, sites, first_user });
    }

    /// Combines the grants of one person: the most that any of them gives.
    fn user(&mut self, grants: &[FolderGrant], all_sites: &mut Vec<u32>) -> FolderUserRow {
        let any = |is: fn(&FolderGrant) -> bool| grants.iter().any(is);
        let mut flags = 0;
        for (is_set, flag) in [
            (any(|grant| grant.group.is_none()), DIRECT),
            (!any(|grant| !grant.is_read_only), READ_ONLY),
            (any(|grant| grant.can_view_passwords), CAN_VIEW_PASSWORDS),
            (any(|grant| grant.can_administer), CAN_ADMINISTER),
            (any(|grant| grant.is_super_admin), SUPER_ADMIN),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        let groups = intern(&mut self.groups, grants.iter().filter_map(|grant| grant.group.as_deref()));
        let sites = any(|grant| grant.sites.is_some()).then(|| {
            let sites = intern(
                &mut self.sites,
                grants.iter().flat_map(|grant| grant.sites.iter().flatten()).map(String::as_str),
            );
            all_sites.extend_from_slice(&sites);
            self.site_lists.id(sites)
        });
        FolderUserRow {
            address: self.addresses.id(&grants[0].email),
            groups: self.group_lists.id(groups),
            sites: sites.unwrap_or(NO_LIST),
            flags,
        }
    }

    /// Finishes the set. `as_of` is the time of the request to LastPass. Returns `None` if a limit was exceeded.
    pub fn finish(self, as_of: DateTime<Utc>) -> Option<SharedFolders> {
        if self.is_full {
            return None;
        }
        let mut order: Vec<_> = self.folders.into_iter().enumerate().collect();
        let starts: Vec<_> = order.iter().map(|(_, folder)| folder.first_user as usize).collect();
        order.sort_by_cached_key(|(_, folder)| NameSortKey::new(&folder.name, &folder.id).into_owned());
        // Users are stored in the order of their folders, so that those of a folder end where those of the next begin.
        let mut users = Vec::with_capacity(self.users.len());
        let mut folders = Vec::with_capacity(order.len());
        for (index, folder) in order {
            let end = starts.get(index + 1).copied().unwrap_or(self.users.len());
            folders.push(FolderValues { first_user: offset(users.len()), ..folder });
            users.extend_from_slice(&self.users[starts[index]..end]);
        }
        let mut all = SharedFolders {
            as_of,
            version: 0,
            folders,
            users,
            addresses: self.addresses.finish(),
            groups: self.groups.finish(),
            sites: self.sites.finish(),
            group_lists: self.group_lists.finish(),
            site_lists: self.site_lists.finish(),
        };
        all.version = hash(&all);
        Some(all)
    }
}

/// Interns names and returns their ids without duplicates, sorted by name.
fn intern<'n>(table: &mut NameTableBuilder, names: impl Iterator<Item = &'n str>) -> Vec<u32> {
    let mut ids: Vec<_> = names.filter(|name| !name.trim().is_empty()).map(|name| table.id(name)).collect();
    ids.sort_by(|a, b| normalize_name(table.get(*a)).cmp(&normalize_name(table.get(*b))));
    ids.dedup();
    ids
}

/// Hashes the content. The ids of names depend on the order of folders, so they are not hashed.
fn hash(all: &SharedFolders) -> u64 {
    let mut hasher = DefaultHasher::new();
    for folder in all.iter() {
        let score = folder.score().map(|score| score.value().to_bits());
        (folder.id(), folder.name(), score, folder.is_deleted(), folder.site_count()).hash(&mut hasher);
        folder.users().len().hash(&mut hasher);
        for user in folder.users() {
            (user.email(), user.row.flags).hash(&mut hasher);
            hash_list(user.groups(), &mut hasher);
            let sites = user.sites();
            sites.is_some().hash(&mut hasher);
            sites.into_iter().for_each(|sites| hash_list(sites, &mut hasher));
        }
    }
    hasher.finish()
}

/// Hashes the length first, which separates consecutive lists.
fn hash_list<'n>(names: impl ExactSizeIterator<Item = &'n str>, hasher: &mut impl Hasher) {
    names.len().hash(hasher);
    names.for_each(|name| name.hash(hasher));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FolderRights, Score, SharedFolderRef};

    fn grant(email: &str, group: Option<&str>, sites: Option<&[&str]>) -> FolderGrant {
        FolderGrant {
            email: email.to_owned(),
            group: group.map(str::to_owned),
            is_read_only: true,
            can_view_passwords: false,
            can_administer: false,
            is_super_admin: false,
            sites: sites.map(|sites| sites.iter().map(|site| (*site).to_owned()).collect()),
        }
    }

    fn folder(id: &str, name: &str, grants: Vec<FolderGrant>) -> SharedFolder {
        SharedFolder { id: id.to_owned(), name: name.to_owned(), is_deleted: false, score: Score::new(50.0), grants }
    }

    fn built(folders: impl IntoIterator<Item = SharedFolder>) -> SharedFolders {
        let mut builder = SharedFoldersBuilder::default();
        folders.into_iter().for_each(|folder| builder.add(folder));
        builder.finish(DateTime::UNIX_EPOCH).expect("below the limits")
    }

    #[test]
    fn several_grants_of_one_person_are_combined() {
        let by_group = FolderGrant { is_read_only: false, ..grant("ANN@example.com ", Some("VPN"), Some(&["b.com"])) };
        let as_admin = FolderGrant { can_view_passwords: true, ..grant("ann@example.com", Some("Admins"), None) };
        let direct = FolderGrant { can_administer: true, ..grant("ann@example.com", None, Some(&["a.com", "B.com"])) };
        let all = built([folder("1", "Shared-A", vec![by_group, as_admin, direct])]);
        let users: Vec<_> = all.get(0).users().collect();
        let [ann] = users.as_slice() else { panic!("one person") };
        assert!(ann.is_direct() && !ann.is_read_only() && ann.can_view_passwords() && ann.can_administer());
        assert!(!ann.is_super_admin());
        assert_eq!(ann.rights(), FolderRights::Administer);
        assert_eq!(ann.groups().collect::<Vec<_>>(), ["Admins", "VPN"]);
        assert_eq!(ann.sites().map(|sites| sites.collect::<Vec<_>>()), Some(vec!["a.com", "b.com"]));
        assert_eq!(all.get(0).site_count(), Some(2));
    }

    #[test]
    fn sites_that_lastpass_does_not_list_are_unknown_rather_than_none() {
        let silent = |id| folder(id, "x", vec![grant("a@example.com", None, None)]);
        let all = built([silent("1"), folder("2", "y", vec![]), folder("3", "z", vec![grant("b", None, Some(&[]))])]);
        assert_eq!(all.iter().map(|folder| folder.site_count()).collect::<Vec<_>>(), [None, Some(0), Some(0)]);
        assert!(all.get(0).users().all(|user| user.sites().is_none()));
    }

    #[test]
    fn the_result_does_not_depend_on_the_order_of_folders() {
        let folders = || {
            [
                folder("10", "b", vec![grant("x@example.com", Some("G"), Some(&["s.com"]))]),
                folder(
                    "9",
                    "B",
                    vec![grant("y@example.com", None, Some(&["t.com"])), grant("x@example.com", None, None)],
                ),
                folder("1", "c", vec![]),
                folder("2", "a", vec![grant("z@example.com", None, Some(&["t.com", "s.com"]))]),
            ]
        };
        let (forward, backward) = (built(folders()), built(folders().into_iter().rev()));
        let shown = |all: &SharedFolders| -> Vec<(String, Vec<String>)> {
            let users = |folder: &SharedFolderRef<'_>| folder.users().map(|user| user.email().to_owned()).collect();
            all.iter().map(|folder| (folder.id().to_owned(), users(&folder))).collect()
        };
        let ids: Vec<_> = forward.iter().map(|folder| folder.id().to_owned()).collect();
        assert_eq!(ids, ["2", "9", "10", "1"]);
        assert_eq!(shown(&forward), shown(&backward));
        assert_eq!(forward.version(), backward.version());
        assert_ne!(forward.version(), built(folders().into_iter().skip(1)).version());
    }

    #[test]
    fn the_version_distinguishes_lists_from_each_other_and_from_no_list() {
        // Bob reaches both sites, so that the folder's count of sites is the same whatever Ann reaches.
        let version = |grants: &[(Option<&str>, Option<&[&str]>)]| {
            let ann = grants.iter().map(|(group, sites)| grant("ann@example.com", *group, *sites));
            let bob = grant("bob@example.com", None, Some(&["a", "b"]));
            built([folder("1", "x", ann.chain([bob]).collect())]).version()
        };
        assert_ne!(version(&[(Some("a"), None)]), version(&[(Some("a"), Some(&[]))]));
        assert_ne!(version(&[(Some("a"), Some(&["b"]))]), version(&[(Some("a"), None), (Some("b"), Some(&[]))]));
        assert_ne!(version(&[(Some("a"), None)]), version(&[(Some("a"), Some(&["b"]))]));
    }

    #[test]
    fn folder_names_count_toward_the_text_limit() {
        let mut builder = SharedFoldersBuilder::default();
        builder.add(folder("1", &"x".repeat(MAX_TEXT), vec![]));
        builder.add(folder("2", "y", vec![]));
        assert!(builder.finish(DateTime::UNIX_EPOCH).is_none());
    }

    #[test]
    fn a_row_has_16_bytes() {
        assert_eq!(size_of::<FolderUserRow>(), 16);
    }
}
