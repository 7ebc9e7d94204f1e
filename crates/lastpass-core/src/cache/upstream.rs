//! Everything that is read from LastPass and cached: people, shared folders, expired passwords, events.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use crate::{
    cache::{
        event_windows::{EventRange, EventWindows, LoadedWindow, RequestedRange, WindowEvents, WindowTooLarge},
        freshness::Freshness,
        slot::{CacheRead, Slot},
    },
    domain::{DepartmentGroups, Event, People, ScoreSource, SharedFolders, SharedFoldersBuilder},
    lastpass::{
        CallContext, Client, Dialect, Error, EventWindow, EventsError, ExpiredPasswords, FolderCount, NewestEvents,
        ReadWarning, SiteCount, TransportError,
    },
    report::{Departments, SortCache},
    request_context::{DEADLINE, RequestContext},
};

/// The longest that a reply waits for a part that it does not require.
const PART_DEADLINE: Duration = Duration::from_secs(20);
/// How long such a part is not loaded again after a failure.
const PART_PAUSE: Duration = Duration::from_secs(60);

/// The client of LastPass, and what it returned last.
///
/// Each method that reads a part returns the error of LastPass if the part can neither be loaded nor served from the cache.
pub(crate) struct UpstreamCache {
    pub(crate) client: Client,
    pub(crate) is_demo: bool,
    pub(crate) score_source: ScoreSource,
    /// A hash of the settings that determine how the same data is shown.
    pub(crate) settings_version: u64,
    /// Our label in LastPass's event log.
    pub(crate) label: String,
    departments: Arc<DepartmentGroups>,
    people: Slot<Roster>,
    folder_count: Slot<FolderCount>,
    site_count: Slot<SiteCount>,
    folder_access: Slot<FolderAccess>,
    expired_passwords: Slot<ExpiredPasswords>,
    events: EventWindows,
}

/// The source of the data, and the settings that determine how the data is shown.
pub(crate) struct UpstreamConfig {
    pub(crate) client: Client,
    /// Our label in LastPass's event log.
    pub(crate) label: String,
    pub(crate) is_demo: bool,
    pub(crate) departments: DepartmentGroups,
    pub(crate) score_source: ScoreSource,
}

/// All users, their departments, and the sort orders computed so far.
#[derive(Debug)]
pub(crate) struct Roster {
    pub(crate) people: People,
    pub(crate) departments: Departments,
    pub(crate) sort_cache: SortCache,
    pub(crate) warnings: Vec<ReadWarning>,
    pub(crate) source: RosterSource,
}

/// Where people are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RosterSource {
    LastPass,
    /// The last sync.
    Snapshot,
}

/// Who can open which shared folder.
#[derive(Debug)]
pub(crate) struct FolderAccess {
    pub(crate) folders: SharedFolders,
    pub(crate) warnings: Vec<ReadWarning>,
}

impl UpstreamCache {
    /// An empty cache, whose data is fresh for `fresh_for`.
    pub(crate) fn new(config: UpstreamConfig, fresh_for: Duration) -> Self {
        let UpstreamConfig { client, label, is_demo, departments, score_source } = config;
        let mut hasher = DefaultHasher::new();
        (score_source, &departments).hash(&mut hasher);
        Self {
            client,
            is_demo,
            score_source,
            settings_version: hasher.finish(),
            label,
            departments: Arc::new(departments),
            people: Slot::new("people", fresh_for, Duration::ZERO),
            folder_count: Slot::new("shared folders", fresh_for, PART_PAUSE),
            site_count: Slot::new("shared passwords", fresh_for, PART_PAUSE),
            folder_access: Slot::new("shared folder access", fresh_for, PART_PAUSE),
            expired_passwords: Slot::new("expired master passwords", fresh_for, PART_PAUSE),
            events: EventWindows::new(fresh_for),
        }
    }

    /// The source of the data, as `meta.source` names it.
    pub(crate) fn source_name(&self) -> &'static str {
        if self.is_demo { "demo" } else { "lastpass" }
    }

    /// All users.
    pub(crate) async fn people(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<Roster>, Error> {
        let (departments, now) = (Arc::clone(&self.departments), context.received_at);
        self.read(&self.people, freshness, DEADLINE, context, |client, call| async move {
            let fetched = client.people(now, &call).await?;
            let departments = Departments::new(&fetched.people, &departments);
            let (people, warnings) = (fetched.people, fetched.warnings);
            let source = RosterSource::LastPass;
            Ok(Roster { people, departments, sort_cache: SortCache::default(), warnings, source })
        })
        .await
    }

    /// Makes a roster of people whom the last sync stored.
    pub(crate) fn roster_of(&self) -> impl FnOnce(People) -> Roster + Send + use<> {
        let departments = Arc::clone(&self.departments);
        move |people| {
            let departments = Departments::new(&people, &departments);
            let (sort_cache, source) = (SortCache::default(), RosterSource::Snapshot);
            Roster { people, departments, sort_cache, warnings: Vec::new(), source }
        }
    }

    /// How many shared folders there are.
    pub(crate) async fn folder_count(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<FolderCount>, Error> {
        let load = |client: Client, call: CallContext| async move { client.count_shared_folders(&call).await };
        self.read(&self.folder_count, freshness, PART_DEADLINE, context, load).await
    }

    /// Whether LastPass has a command that returns the sites of shared folders: the guide names none.
    pub(crate) fn lists_sites(&self) -> bool {
        match self.client.dialect() {
            Dialect::Enterprise => true,
            Dialect::Guide => false,
        }
    }

    /// How many sites the shared folders hold.
    pub(crate) async fn site_count(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<SiteCount>, Error> {
        let load = |client: Client, call: CallContext| async move { client.count_shared_sites(&call).await };
        self.read(&self.site_count, freshness, PART_DEADLINE, context, load).await
    }

    /// Every shared folder with everyone who can open it.
    pub(crate) async fn folder_access(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<FolderAccess>, Error> {
        let now = context.received_at;
        self.read(&self.folder_access, freshness, DEADLINE, context, |client, call| async move {
            let (builder, warnings) = client.shared_folders(&call, SharedFoldersBuilder::add).await?;
            let folders = builder.finish(now).ok_or(Error::Unreachable(TransportError::ReplyTooLong))?;
            Ok(FolderAccess { folders, warnings })
        })
        .await
    }

    /// The users whose master password has expired.
    pub(crate) async fn expired_passwords(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<ExpiredPasswords>, Error> {
        let load = |client: Client, call: CallContext| async move { client.expired_passwords(&call).await };
        self.read(&self.expired_passwords, freshness, PART_DEADLINE, context, load).await
    }

    /// The events of LastPass's log in a range of time.
    pub(crate) async fn events(
        &self,
        range: EventRange,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<LoadedWindow>, Error> {
        let load = |requested: RequestedRange| {
            let (client, call, read_at) = (self.client.clone(), context.lastpass_call(DEADLINE), context.received_at);
            async move {
                match client.events(requested.window(), &call).await {
                    Ok(fetched) => {
                        let range = requested.until_newest(fetched.events.first().map(Event::at));
                        Ok(LoadedWindow::Events(WindowEvents { range, fetched, read_at }))
                    }
                    Err(EventsError::WindowTooLarge { from }) => Ok(LoadedWindow::TooLarge(WindowTooLarge { from })),
                    Err(EventsError::LastPass(error)) => Err(error),
                }
            }
        };
        self.events.get(range, freshness, context, load).await
    }

    /// The newest events of LastPass's log. Bypasses the cache.
    pub(crate) fn newest_events(
        &self,
        window: EventWindow,
        time: Duration,
        context: &RequestContext<'_>,
    ) -> impl Future<Output = Result<NewestEvents, Error>> + Send + use<> {
        let (client, call) = (self.client.clone(), context.lastpass_call(time));
        async move { client.newest_events(window, &call).await }
    }

    /// Reads a slot. If it has to be filled, `load` may take `time`.
    async fn read<T: Send + Sync + 'static, F>(
        &self,
        slot: &Slot<T>,
        freshness: Freshness,
        time: Duration,
        context: &RequestContext<'_>,
        load: impl FnOnce(Client, CallContext) -> F,
    ) -> Result<CacheRead<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        slot.get(freshness, context, || load(self.client.clone(), context.lastpass_call(time))).await
    }
}
