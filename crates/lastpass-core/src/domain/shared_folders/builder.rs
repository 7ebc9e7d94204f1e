//! From LastPass's folders, one after the other, to compact rows.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};

use crate::domain::{
    FolderGrant, NameSortKey, SharedFolder, normalize_name,
    shared_folders::{
        DIRECT, FolderUserRow, MAY_ADMINISTER, NO_LIST, READ_ONLY, SEES_PASSWORDS, SUPER_ADMIN, SharedFolderRow,
        SharedFolders,
        tables::{ListTableBuilder, NameTableBuilder, offset},
    },
};

/// The most rows of a person and a folder that are kept: 64 MB, eight times those of 2,000 folders of 250 people.
const MOST_USERS: usize = 4_000_000;
/// The most text of names that is kept, in bytes.
const MOST_TEXT: usize = 64 * 1024 * 1024;
/// The most places in lists of sites and groups that are kept.
const MOST_LISTED: usize = 16_000_000;

/// Folds LastPass's folders into [`SharedFolders`], in whatever order they come.
#[derive(Debug, Default)]
pub struct SharedFoldersBuilder {
    folders: Vec<SharedFolderRow>,
    users: Vec<FolderUserRow>,
    addresses: NameTableBuilder,
    groups: NameTableBuilder,
    sites: NameTableBuilder,
    group_lists: ListTableBuilder,
    site_lists: ListTableBuilder,
    /// The text of the folders' own ids and names, in bytes.
    folder_text: usize,
    is_overfull: bool,
}

impl SharedFoldersBuilder {
    /// Takes a folder. Several ways in which one person can open it become one row.
    pub fn add(&mut self, folder: SharedFolder) {
        let text =
            self.addresses.text_length() + self.groups.text_length() + self.sites.text_length() + self.folder_text;
        let listed = self.group_lists.length() + self.site_lists.length();
        self.is_overfull |= self.users.len() > MOST_USERS || text > MOST_TEXT || listed > MOST_LISTED;
        if self.is_overfull {
            return;
        }
        let SharedFolder { id, name, is_deleted, score, grants: mut holders } = folder;
        self.folder_text += id.len() + name.len();
        holders.sort_by_cached_key(|holder| normalize_name(&holder.email).into_owned());
        let first_user = offset(self.users.len());
        let is_told = holders.is_empty() || holders.iter().any(|holder| holder.sites.is_some());
        let mut all_sites = Vec::new();
        for ways in holders.chunk_by(|a, b| normalize_name(&a.email) == normalize_name(&b.email)) {
            let user = self.user(ways, &mut all_sites);
            self.users.push(user);
        }
        all_sites.sort_unstable();
        all_sites.dedup();
        let sites = is_told.then_some(offset(all_sites.len()));
        self.folders.push(SharedFolderRow { id: id.into(), name: name.into(), score, is_deleted, sites, first_user });
    }

    /// One person by all ways in which they can open a folder: the most that any of them gives.
    fn user(&mut self, ways: &[FolderGrant], all_sites: &mut Vec<u32>) -> FolderUserRow {
        let any = |is: fn(&FolderGrant) -> bool| ways.iter().any(is);
        let mut flags = 0;
        for (is_set, flag) in [
            (any(|way| way.group.is_none()), DIRECT),
            (!any(|way| !way.is_read_only), READ_ONLY),
            (any(|way| way.sees_passwords), SEES_PASSWORDS),
            (any(|way| way.may_administer), MAY_ADMINISTER),
            (any(|way| way.is_super_admin), SUPER_ADMIN),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        let groups = names(&mut self.groups, ways.iter().filter_map(|way| way.group.as_deref()));
        let sites = any(|way| way.sites.is_some()).then(|| {
            let sites =
                names(&mut self.sites, ways.iter().flat_map(|way| way.sites.iter().flatten()).map(String::as_str));
            all_sites.extend_from_slice(&sites);
            self.site_lists.id(sites)
        });
        FolderUserRow {
            address: self.addresses.id(&ways[0].email),
            groups: self.group_lists.id(groups),
            sites: sites.unwrap_or(NO_LIST),
            flags,
        }
    }

    /// What came, as of the moment LastPass was asked; nothing where it was more than can be kept.
    pub fn finish(self, as_of: DateTime<Utc>) -> Option<SharedFolders> {
        if self.is_overfull {
            return None;
        }
        let mut order: Vec<_> = self.folders.into_iter().enumerate().collect();
        let starts: Vec<_> = order.iter().map(|(_, folder)| folder.first_user as usize).collect();
        order.sort_by_cached_key(|(_, folder)| NameSortKey::new(&folder.name, &folder.id).into_owned());
        // Users stand in the order of their folders, so that the next folder tells where they end.
        let mut users = Vec::with_capacity(self.users.len());
        let mut folders = Vec::with_capacity(order.len());
        for (place, folder) in order {
            let end = starts.get(place + 1).copied().unwrap_or(self.users.len());
            folders.push(SharedFolderRow { first_user: offset(users.len()), ..folder });
            users.extend_from_slice(&self.users[starts[place]..end]);
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

/// The places of names, each once, in the order of the names.
fn names<'n>(kept: &mut NameTableBuilder, names: impl Iterator<Item = &'n str>) -> Vec<u32> {
    let mut places: Vec<_> = names.filter(|name| !name.trim().is_empty()).map(|name| kept.id(name)).collect();
    places.sort_by(|a, b| normalize_name(kept.get(*a)).cmp(&normalize_name(kept.get(*b))));
    places.dedup();
    places
}

/// By content: the places of names follow the order in which folders came, which is no content.
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

/// The length first, so that the end of a list is not taken for the beginning of the next.
fn hash_list<'n>(names: impl ExactSizeIterator<Item = &'n str>, hasher: &mut impl Hasher) {
    names.len().hash(hasher);
    names.for_each(|name| name.hash(hasher));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FolderRights, Score, SharedFolderRef};

    fn holder(email: &str, group: Option<&str>, sites: Option<&[&str]>) -> FolderGrant {
        FolderGrant {
            email: email.to_owned(),
            group: group.map(str::to_owned),
            is_read_only: true,
            sees_passwords: false,
            may_administer: false,
            is_super_admin: false,
            sites: sites.map(|sites| sites.iter().map(|site| (*site).to_owned()).collect()),
        }
    }

    fn folder(id: &str, name: &str, holders: Vec<FolderGrant>) -> SharedFolder {
        SharedFolder {
            id: id.to_owned(),
            name: name.to_owned(),
            is_deleted: false,
            score: Score::new(50.0),
            grants: holders,
        }
    }

    fn built(folders: impl IntoIterator<Item = SharedFolder>) -> SharedFolders {
        let mut builder = SharedFoldersBuilder::default();
        folders.into_iter().for_each(|folder| builder.add(folder));
        builder.finish(DateTime::UNIX_EPOCH).expect("far from full")
    }

    #[test]
    fn several_ways_of_one_person_are_one_row_with_the_most_of_each() {
        let by_group = FolderGrant { is_read_only: false, ..holder("ANN@example.com ", Some("VPN"), Some(&["b.com"])) };
        let as_admin = FolderGrant { sees_passwords: true, ..holder("ann@example.com", Some("Admins"), None) };
        let direct = FolderGrant { may_administer: true, ..holder("ann@example.com", None, Some(&["a.com", "B.com"])) };
        let all = built([folder("1", "Shared-A", vec![by_group, as_admin, direct])]);
        let users: Vec<_> = all.get(0).users().collect();
        let [ann] = users.as_slice() else { panic!("one person") };
        assert!(ann.is_direct() && !ann.is_read_only() && ann.sees_passwords() && ann.may_administer());
        assert!(!ann.is_super_admin());
        assert_eq!(ann.rights(), FolderRights::Administer);
        assert_eq!(ann.groups().collect::<Vec<_>>(), ["Admins", "VPN"]);
        assert_eq!(ann.sites().map(|sites| sites.collect::<Vec<_>>()), Some(vec!["a.com", "b.com"]));
        assert_eq!(all.get(0).site_count(), Some(2));
    }

    #[test]
    fn sites_that_lastpass_does_not_tell_are_unknown_and_not_none() {
        let silent = |id| folder(id, "x", vec![holder("a@example.com", None, None)]);
        let all = built([silent("1"), folder("2", "y", vec![]), folder("3", "z", vec![holder("b", None, Some(&[]))])]);
        assert_eq!(all.iter().map(|folder| folder.site_count()).collect::<Vec<_>>(), [None, Some(0), Some(0)]);
        assert!(all.get(0).users().all(|user| user.sites().is_none()));
    }

    #[test]
    fn the_order_in_which_folders_come_does_not_matter() {
        let folders = || {
            [
                folder("10", "b", vec![holder("x@example.com", Some("G"), Some(&["s.com"]))]),
                folder(
                    "9",
                    "B",
                    vec![holder("y@example.com", None, Some(&["t.com"])), holder("x@example.com", None, None)],
                ),
                folder("1", "c", vec![]),
                folder("2", "a", vec![holder("z@example.com", None, Some(&["t.com", "s.com"]))]),
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
    fn the_version_parts_lists_from_each_other_and_no_list_from_an_empty_one() {
        // Bob reaches both sites, so that the folder's count of sites is the same whatever Ann reaches.
        let version = |ways: &[(Option<&str>, Option<&[&str]>)]| {
            let ann = ways.iter().map(|(group, sites)| holder("ann@example.com", *group, *sites));
            let bob = holder("bob@example.com", None, Some(&["a", "b"]));
            built([folder("1", "x", ann.chain([bob]).collect())]).version()
        };
        assert_ne!(version(&[(Some("a"), None)]), version(&[(Some("a"), Some(&[]))]));
        assert_ne!(version(&[(Some("a"), Some(&["b"]))]), version(&[(Some("a"), None), (Some("b"), Some(&[]))]));
        assert_ne!(version(&[(Some("a"), None)]), version(&[(Some("a"), Some(&["b"]))]));
    }

    #[test]
    fn names_of_folders_count_among_the_text_that_is_kept() {
        let mut builder = SharedFoldersBuilder::default();
        builder.add(folder("1", &"x".repeat(MOST_TEXT), vec![]));
        builder.add(folder("2", "y", vec![]));
        assert!(builder.finish(DateTime::UNIX_EPOCH).is_none());
    }

    #[test]
    fn a_row_of_a_person_and_a_folder_is_small() {
        assert_eq!(size_of::<FolderUserRow>(), 16);
    }
}
