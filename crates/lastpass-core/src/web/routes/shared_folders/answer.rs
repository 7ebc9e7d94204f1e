//! The folders of one answer, with the people who can open them, and which of them a query takes.

use std::sync::Arc;

use crate::{
    cache::{
        slot,
        upstream::{FolderAccess, Roster, UpstreamCache},
    },
    domain::{FolderUser, SharedFolderRef},
    lastpass::Error,
    report::{FolderPeople, FolderUserFilter, FolderUserIndex, NamePosition, paginate_by_name},
    request_context::CacheState,
    web::{
        request::permissions::FolderReader,
        response::{
            meta::{Meta, people_warnings},
            problem::Problem,
            warning::Warning,
        },
        routes::shared_folders::query::{Format, Query},
    },
};

/// What one reply is made of.
pub(crate) struct Answer {
    folders: Arc<FolderAccess>,
    people: Option<Arc<Roster>>,
    /// Where the oldest part came from.
    pub(crate) cache: CacheState,
    meta: Meta,
}

impl Answer {
    pub(crate) fn new(
        folders: slot::CacheRead<FolderAccess>,
        people: Result<slot::CacheRead<Roster>, Error>,
        source: &UpstreamCache,
        _: FolderReader,
    ) -> Self {
        let mut warnings: Vec<_> = folders.value.warnings.iter().map(Warning::of_folders).collect();
        warnings.extend(folders.failure.as_ref().map(|error| Warning::refresh_failed("shared folders", error)));
        let mut cache = folders.state;
        let people = match people {
            Ok(people) => {
                warnings.extend(people_warnings(&people));
                cache = cache.max(people.state);
                Some(people.value)
            }
            Err(error) => {
                warnings.push(Warning::statuses_unavailable(&error));
                None
            }
        };
        let as_of = folders.value.folders.as_of();
        let meta = Meta { as_of, source: source.source_name(), stale: cache == CacheState::Stale, warnings };
        Self { folders: folders.value, people, cache, meta }
    }

    /// Whether there is a folder with this id.
    pub(crate) fn lists(&self, id: &str) -> bool {
        self.folders.folders.iter().any(|folder| folder.id() == id)
    }

    /// A hash of everything that a reply to any query is made of.
    pub(crate) fn version(&self) -> impl std::hash::Hash {
        (self.folders.folders.version(), self.people.as_ref().map(|roster| roster.people.version()), self.meta.clone())
    }

    /// Finds the folders, away from the threads that serve requests.
    pub(crate) async fn select(self, query: Query) -> Result<Selection, Problem> {
        tokio::task::spawn_blocking(move || Selection::of(self, query)).await.map_err(|_| Problem::Internal)
    }
}

/// The folders that a query takes, by name.
pub(crate) struct Selection {
    folders: Arc<FolderAccess>,
    people: Option<Arc<Roster>>,
    addresses: FolderUserIndex,
    /// Places in [`SharedFolders::iter`]: those of this page, where there are pages.
    places: Vec<u32>,
    users: FolderUserFilter,
    pub(crate) next: Option<NamePosition>,
    pub(crate) meta: Meta,
}

impl Selection {
    fn of(answer: Answer, query: Query) -> Self {
        let Answer { folders, people, cache: _, meta } = answer;
        let all = &folders.folders;
        let known = people.as_ref().map(|roster| &roster.people);
        let addresses = FolderUserIndex::new(all, known);
        let users = query.filter.user_filter(all);
        let mut places = query.filter.select(all, &addresses.with_people(known));
        let mut next = None;
        if query.format == Format::List {
            let named = |place: &u32| {
                let folder = all.get(*place as usize);
                (folder.name(), folder.id())
            };
            let page = paginate_by_name(&places, named, query.limit, query.after.as_ref());
            next = page.next;
            places = places[page.shown].to_vec();
        }
        Self { folders, people, addresses, places, users, next, meta }
    }

    pub(crate) fn folders(&self) -> impl ExactSizeIterator<Item = SharedFolderRef<'_>> {
        self.places.iter().map(|place| self.folders.folders.get(*place as usize))
    }

    pub(crate) fn people(&self) -> FolderPeople<'_> {
        self.addresses.with_people(self.people.as_ref().map(|roster| &roster.people))
    }

    /// Whether somebody who can open a folder is one of those who are asked for.
    pub(crate) fn takes(&self, user: FolderUser<'_>) -> bool {
        self.users.matches(user, &self.people())
    }
}
