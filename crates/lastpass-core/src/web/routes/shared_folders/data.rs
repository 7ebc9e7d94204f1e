//! The folders and the users who can open them, and the folders that a query selects.

use std::sync::Arc;

use crate::{
    cache::{
        slot::CacheRead,
        upstream::{FolderAccess, Roster, UpstreamCache},
    },
    domain::{FolderUser, SharedFolderRef},
    lastpass::{Error, ReadWarning},
    report::{FolderPeople, FolderUserFilter, FolderUserIndex, NamePosition, paginate_by_name},
    request_context::CacheState,
    web::{
        request::permissions::FolderReader,
        response::{
            meta::{Meta, people_warnings},
            problem::Problem,
            warning::Warning,
        },
        routes::shared_folders::query::{SharedFoldersQuery, SharedFoldersView},
    },
};

/// The data of one reply.
pub(crate) struct SharedFoldersData {
    folders: Arc<FolderAccess>,
    people: Option<Arc<Roster>>,
    /// The cache state of the oldest part.
    pub(crate) cache: CacheState,
    meta: Meta,
}

impl SharedFoldersData {
    pub(crate) fn new(
        folders: CacheRead<FolderAccess>,
        people: Result<CacheRead<Roster>, Error>,
        upstream: &UpstreamCache,
        _: FolderReader,
    ) -> Self {
        let mut meta = Meta::of_part(&folders, upstream);
        meta.warnings.extend(folders.value.warnings.iter().map(Warning::of_folders));
        meta.warnings.extend(folders.failure.as_ref().map(|error| Warning::refresh_failed("shared folders", error)));
        let mut cache = folders.state;
        let people = match people {
            Ok(people) => {
                meta.add_part(people.read_at, people.state);
                meta.warnings.extend(people_warnings(&people));
                cache = cache.max(people.state);
                Some(people.value)
            }
            Err(error) => {
                meta.warnings.push(Warning::statuses_unavailable(&error));
                None
            }
        };
        Self { folders: folders.value, people, cache, meta }
    }

    /// Whether there is a folder with this id.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.folders.folders.iter().any(|folder| folder.id() == id)
    }

    /// A value whose hash is determined by everything that a reply to any query contains.
    pub(crate) fn version(&self) -> impl std::hash::Hash {
        (self.folders.folders.version(), self.people.as_ref().map(|roster| roster.people.version()), &self.meta)
    }

    /// Selects the folders, on a thread for blocking work.
    ///
    /// # Errors
    /// Returns [`Problem::Internal`] if the selection panics.
    pub(crate) async fn select(self, query: SharedFoldersQuery) -> Result<SelectedFolders, Problem> {
        tokio::task::spawn_blocking(move || SelectedFolders::of(self, &query)).await.map_err(|_| Problem::Internal)
    }
}

/// The folders that a query selects, by name.
pub(crate) struct SelectedFolders {
    folders: Arc<FolderAccess>,
    people: Option<Arc<Roster>>,
    addresses: FolderUserIndex,
    /// Indices in [`SharedFolders::iter`]; of a list, those of this page.
    indices: Vec<u32>,
    users: FolderUserFilter,
    /// The number of folders that match the filter.
    pub(crate) total: usize,
    pub(crate) next: Option<NamePosition>,
    pub(crate) meta: Meta,
}

impl SelectedFolders {
    fn of(data: SharedFoldersData, query: &SharedFoldersQuery) -> Self {
        let SharedFoldersData { folders, people, cache: _, meta } = data;
        let all = &folders.folders;
        let known = people.as_ref().map(|roster| &roster.people);
        let addresses = FolderUserIndex::new(all, known);
        let users = query.filter.user_filter(all);
        let mut indices = query.filter.select(all, &addresses.with_people(known));
        let (total, mut next) = (indices.len(), None);
        if query.view == SharedFoldersView::List {
            let named = |index: &u32| {
                let folder = all.get(*index as usize);
                (folder.name(), folder.id())
            };
            let page = paginate_by_name(&indices, named, query.limit, query.after.as_ref());
            next = page.next;
            indices = indices[page.rows].to_vec();
        }
        Self { folders, people, addresses, indices, users, total, next, meta }
    }

    /// The selected folders.
    pub(crate) fn folders(&self) -> impl ExactSizeIterator<Item = SharedFolderRef<'_>> {
        self.indices.iter().map(|index| self.folders.folders.get(*index as usize))
    }

    /// Whether the sites were read: otherwise a warning says that they were not.
    pub(crate) fn has_sites(&self) -> bool {
        !self.folders.warnings.contains(&ReadWarning::SitesUnavailable)
    }

    /// The users behind the addresses.
    pub(crate) fn people(&self) -> FolderPeople<'_> {
        self.addresses.with_people(self.people.as_ref().map(|roster| &roster.people))
    }

    /// Whether the query selects a user of a folder.
    pub(crate) fn matches(&self, user: FolderUser<'_>) -> bool {
        self.users.matches(user, &self.people())
    }
}
