//! What LastPass answered last: people, shared folders, events.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    cache::{
        event_windows::{Events, Period, Span, Window, Windows},
        slot::{Answer, Cached, Demand},
    },
    domain::{DepartmentGroups, People, ScoreSource, SharedFolders, SharedFoldersBuilder},
    lastpass::{
        CallContext, Client, DemoTransport, Error, EventWindow, EventsError, ExpiredPasswords, FolderCount,
        HttpTransport, NewestEvents, ReadWarning, SiteCount, Transport, TransportError, demo_account,
    },
    report::{Departments, SortCache},
    request_context::{DEADLINE, RequestContext},
    settings::{Backend, OrganisationSettings},
};

/// A reply does without a part rather than wait longer for it.
const PART_DEADLINE: Duration = Duration::from_secs(20);
/// How long a part that could not be had is not asked for again: replies do without.
const PART_REST: Duration = Duration::from_secs(60);

/// Where people and folders come from.
pub(crate) struct Source {
    pub(crate) client: Client,
    pub(crate) is_demo: bool,
    pub(crate) score_source: ScoreSource,
    /// A hash of the settings that decide how the same data are shown.
    pub(crate) settings_version: u64,
    departments: Arc<DepartmentGroups>,
    people: Cached<Roster>,
    folders: Cached<FolderCount>,
    sites: Cached<SiteCount>,
    folder_users: Cached<FolderUsers>,
    expired_passwords: Cached<ExpiredPasswords>,
    pub(crate) windows: Windows,
    /// What we call ourselves in LastPass's own log.
    pub(crate) label: String,
}

/// Everybody, each with a department, and in the orders that were asked for.
#[derive(Debug)]
pub(crate) struct Roster {
    pub(crate) people: People,
    pub(crate) departments: Departments,
    pub(crate) sort_cache: SortCache,
    pub(crate) notices: Vec<ReadWarning>,
}

/// Who can open which shared folder.
#[derive(Debug)]
pub(crate) struct FolderUsers {
    pub(crate) folders: SharedFolders,
    pub(crate) notices: Vec<ReadWarning>,
}

impl Source {
    pub(crate) fn new(organisation: OrganisationSettings, transport: Option<Arc<dyn Transport>>) -> Self {
        let settings_version = settings_version(&organisation);
        let is_demo = matches!(organisation.backend, Backend::Demo);
        let (account, usual): (_, fn() -> Arc<dyn Transport>) = match organisation.backend {
            Backend::LastPass(account) => (account, || Arc::new(HttpTransport::new())),
            Backend::Demo => (demo_account(), || Arc::new(DemoTransport::default())),
        };
        let label = account.label.clone();
        Self {
            client: Client::new(transport.unwrap_or_else(usual), account, organisation.time_zone),
            is_demo,
            score_source: organisation.score_source,
            settings_version,
            departments: Arc::new(organisation.departments),
            people: Cached::new("people", organisation.fresh_for, Duration::ZERO),
            folders: Cached::new("shared folders", organisation.fresh_for, PART_REST),
            sites: Cached::new("shared passwords", organisation.fresh_for, PART_REST),
            folder_users: Cached::new("who can open shared folders", organisation.fresh_for, PART_REST),
            expired_passwords: Cached::new("expired master passwords", organisation.fresh_for, PART_REST),
            windows: Windows::new(organisation.fresh_for),
            label,
        }
    }

    /// Where the data come from, as `meta.source` names it.
    pub(crate) fn name(&self) -> &'static str {
        if self.is_demo { "demo" } else { "lastpass" }
    }

    pub(crate) async fn people(&self, demand: Demand, context: &RequestContext<'_>) -> Result<Answer<Roster>, Error> {
        let load = || {
            let (client, departments) = (self.client.clone(), Arc::clone(&self.departments));
            let (budget, now) = (context.lastpass_call(DEADLINE), context.received_at);
            async move { roster(&client, now, &budget, departments).await }
        };
        self.people.get(demand, context, load).await
    }

    /// LastPass's log of a period.
    pub(crate) async fn events(
        &self,
        span: Span,
        demand: Demand,
        context: &RequestContext<'_>,
    ) -> Result<Answer<Window>, Error> {
        let load = |period: Period| {
            let (client, budget, asked_at) =
                (self.client.clone(), context.lastpass_call(DEADLINE), context.received_at);
            async move {
                match client.events(EventWindow::new(period.from, period.to), &budget).await {
                    Ok(reading) => Ok(Window::Read(Events { period, reading, asked_at })),
                    Err(EventsError::WindowTooLarge { from }) => Ok(Window::TooLarge { from }),
                    Err(EventsError::LastPass(error)) => Err(error),
                }
            }
        };
        self.windows.get(span, demand, context, load).await
    }

    /// The newest events of LastPass's log, asked for now.
    pub(crate) fn newest_events(
        &self,
        window: EventWindow,
        time: Duration,
        context: &RequestContext<'_>,
    ) -> impl Future<Output = Result<NewestEvents, Error>> + Send + use<> {
        let (client, budget) = (self.client.clone(), context.lastpass_call(time));
        async move { client.newest_events(window, &budget).await }
    }

    pub(crate) async fn folders(
        &self,
        demand: Demand,
        context: &RequestContext<'_>,
    ) -> Result<Answer<FolderCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), context.lastpass_call(PART_DEADLINE));
            async move { client.count_shared_folders(&budget).await }
        };
        self.folders.get(demand, context, load).await
    }

    /// Every shared folder with everybody who can open it.
    pub(crate) async fn folder_users(
        &self,
        demand: Demand,
        context: &RequestContext<'_>,
    ) -> Result<Answer<FolderUsers>, Error> {
        let load = || {
            let (client, budget, now) = (self.client.clone(), context.lastpass_call(DEADLINE), context.received_at);
            async move {
                let mut builder = SharedFoldersBuilder::default();
                let notices = client.for_each_shared_folder(&budget, |folder| builder.add(folder)).await?;
                let folders = builder.finish(now).ok_or(Error::Unreachable(TransportError::ReplyTooLong))?;
                Ok(FolderUsers { folders, notices })
            }
        };
        self.folder_users.get(demand, context, load).await
    }

    /// Those whose master password has expired.
    pub(crate) async fn expired_passwords(
        &self,
        demand: Demand,
        context: &RequestContext<'_>,
    ) -> Result<Answer<ExpiredPasswords>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), context.lastpass_call(PART_DEADLINE));
            async move { client.expired_passwords(&budget).await }
        };
        self.expired_passwords.get(demand, context, load).await
    }

    pub(crate) async fn sites(&self, demand: Demand, context: &RequestContext<'_>) -> Result<Answer<SiteCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), context.lastpass_call(PART_DEADLINE));
            async move { client.count_shared_sites(&budget).await }
        };
        self.sites.get(demand, context, load).await
    }
}

async fn roster(
    client: &Client,
    at: DateTime<Utc>,
    budget: &CallContext,
    departments: Arc<DepartmentGroups>,
) -> Result<Roster, Error> {
    let reading = client.people(at, budget).await?;
    let departments = Departments::new(&reading.people, &departments);
    Ok(Roster { people: reading.people, departments, sort_cache: SortCache::default(), notices: reading.warnings })
}

fn settings_version(organisation: &OrganisationSettings) -> u64 {
    let mut hasher = DefaultHasher::new();
    (organisation.score_source, &organisation.departments).hash(&mut hasher);
    hasher.finish()
}
