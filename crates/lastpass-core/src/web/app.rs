//! What a function holds from its cold start on.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use http::HeaderMap;

use crate::{
    auth::{AuthError, AuthenticatedUser, Caller, ClaimedRole, SignInMethods, authenticate},
    changes::{Changes, KnownGroups},
    domain::{DepartmentGroups, People, ScoreSource, SharedFolders, SharedFoldersBuilder},
    lastpass::{
        CallContext, Client, Error, EventWindow, EventsError, ExpiredPasswords, FolderCount, HttpTransport,
        NewestEvents, ReadWarning, SiteCount, Transport, TransportError,
    },
    report::{Departments, SortCache},
    settings::{
        Backend, ChangeMode, ChangeSettings, DemoDatabase, OrganisationSettings, RecordSettings, SettingError,
        SettingErrors, Settings,
    },
    store::{ChainKeys, Database, Store},
    web::{
        Invocation,
        cached::{Answer, Cached, Demand},
        demo,
        edge_link::EdgeKeys,
        group_roles::GroupRoles,
        health::Looks,
        origin::AllowedOrigins,
        problem::Problem,
        serve::{DEADLINE, Trace},
        windows::{Events, Period, Span, Window, Windows},
    },
};

/// A reply does without a part rather than wait longer for it.
const PART_DEADLINE: Duration = Duration::from_secs(20);
/// How long a part that could not be had is not asked for again: replies do without.
const PART_REST: Duration = Duration::from_secs(60);

/// Keys, client, and what was read: built once, and shared by all requests of the process.
pub struct App {
    pub(crate) sign_in: Result<SignInMethods, Vec<SettingError>>,
    pub(crate) edge_keys: EdgeKeys,
    pub(crate) source: Result<Source, Vec<SettingError>>,
    roles: Result<GroupRoles, Vec<SettingError>>,
    groups: Result<KnownGroups, Vec<SettingError>>,
    desk: Result<ChangeDesk, Vec<SettingError>>,
    pub(crate) store: Result<Arc<Store>, Vec<SettingError>>,
    /// The zone in which days are counted: LastPass's.
    pub(crate) time_zone: Tz,
    /// Pages of other origins that may read replies.
    pub(crate) origins: AllowedOrigins,
    faults: SettingErrors,
    pub(crate) looks: Looks,
}

/// Where changes are asked for.
pub(crate) struct ChangeDesk {
    pub(crate) changes: Arc<Changes>,
    pub(crate) mode: ChangeMode,
    pub(crate) email_domains: Vec<String>,
    /// The groups that the settings name.
    pub(crate) known: KnownGroups,
}

/// Where people and folders come from.
pub(crate) struct Source {
    client: Client,
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

impl App {
    /// Reads all settings by `lookup`, once. What is missing is told by the routes that need it.
    pub fn new(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup, DemoDatabase::Refused), None)
    }

    /// The same, but asking `transport` instead of what the settings name: a simulated LastPass of one's own, beside
    /// which even the demo may have a database.
    pub fn over(transport: Arc<dyn Transport>, lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup, DemoDatabase::Allowed), Some(transport))
    }

    fn build(settings: Settings, transport: Option<Arc<dyn Transport>>) -> Self {
        let faults = settings.errors();
        let Settings { sign_in, signing, origins, organisation, role_groups, groups, changes, record, .. } = settings;
        let edge_keys = EdgeKeys::derive(&signing.unwrap_or_default());
        let store = record.map(store);
        // Malformed origins let nobody in; what is wrong with them is told with the ways in.
        let (sign_in, origins) = match origins {
            Ok(origins) => (sign_in, origins),
            Err(faults) => (Err(sign_in.err().into_iter().flatten().chain(faults).collect()), Vec::new()),
        };
        let time_zone = organisation.as_ref().map_or(Tz::UTC, |organisation| organisation.time_zone);
        let source = organisation.map(|organisation| Source::new(organisation, transport));
        let desk = match (&source, &groups, changes) {
            (Ok(source), Ok(groups), Ok(rules)) => Ok(ChangeDesk::new(source, rules, groups, store.as_ref().ok())),
            (source, groups, changes) => {
                let faults = [source.as_ref().err(), groups.as_ref().err(), changes.as_ref().err()];
                Err(faults.into_iter().flatten().flatten().cloned().collect())
            }
        };
        let roles = role_groups.map(GroupRoles::new);
        let (origins, looks) = (AllowedOrigins::new(origins), Looks::new());
        Self { sign_in, edge_keys, source, roles, desk, store, time_zone, origins, faults, looks, groups }
    }

    /// Who asks.
    ///
    /// # Errors
    /// Where nobody, or with a credential that is not accepted.
    pub(crate) async fn authenticate(
        &self,
        headers: &HeaderMap,
        sign_in: &SignInMethods,
        invocation: Invocation<'_>,
    ) -> Result<AuthenticatedUser, Problem> {
        let judged = authenticate(headers, sign_in, invocation.at).await;
        judged.map_err(|refusal| match refusal {
            AuthError::KeysUnavailable => Problem::KeysUnavailable,
            AuthError::Missing => Problem::Unauthenticated { wrong: None },
            AuthError::Invalid(error) => Problem::Unauthenticated { wrong: Some(error) },
        })
    }

    /// The user with a role; nothing for somebody without one.
    ///
    /// # Errors
    /// Where LastPass's groups decide, and LastPass could not be asked.
    pub(crate) async fn caller(
        &self,
        user: AuthenticatedUser,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Option<Caller>, Problem> {
        let of_groups = match (user.role(), &self.roles, &self.source) {
            (ClaimedRole::FromGroups(email), Ok(roles), Ok(source)) => {
                let role = roles.of(email, &source.client, invocation, trace).await;
                role.map_err(Problem::RolesUnavailable)?
            }
            (ClaimedRole::FromGroups(_), Err(faults), _) | (ClaimedRole::FromGroups(_), _, Err(faults)) => {
                return Err(Problem::NotConfigured { faults: faults.clone() });
            }
            (ClaimedRole::Known(_) | ClaimedRole::None, _, _) => None,
        };
        Ok(user.with_role(of_groups))
    }

    /// What is wrong with the settings.
    pub fn faults(&self) -> &SettingErrors {
        &self.faults
    }

    /// Whether there is a place to record changes; without one, none is made.
    pub fn records(&self) -> bool {
        self.store.is_ok()
    }

    /// The groups that the settings name.
    ///
    /// # Errors
    /// Where a setting is malformed, naming it.
    pub(crate) fn known_groups(&self) -> Result<&KnownGroups, Problem> {
        self.groups.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
    }

    /// Where changes are asked for.
    ///
    /// # Errors
    /// Where a setting is missing or malformed, naming it.
    pub(crate) fn desk(&self) -> Result<&ChangeDesk, Problem> {
        self.desk.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
    }

    /// Where changes are recorded.
    ///
    /// # Errors
    /// Where a setting is missing or malformed, naming it.
    pub(crate) fn store(&self) -> Result<&Arc<Store>, Problem> {
        self.store.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
    }

    /// Where figures come from.
    ///
    /// # Errors
    /// Where a setting is missing or malformed, naming it.
    pub(crate) fn source(&self) -> Result<&Source, Problem> {
        self.source.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
    }
}

fn store(place: RecordSettings) -> Arc<Store> {
    let RecordSettings { database, secrets, may_create_tables } = place;
    let database = Database::connect_lazily(&database);
    Arc::new(Store::new(database, ChainKeys::derive(&secrets), may_create_tables))
}

impl ChangeDesk {
    fn new(source: &Source, rules: ChangeSettings, groups: &KnownGroups, store: Option<&Arc<Store>>) -> Self {
        let ChangeSettings { mode, offboarding_limit, email_domains } = rules;
        let changes = Changes::new(source.client.clone(), store.cloned(), groups.clone(), offboarding_limit);
        Self { changes: Arc::new(changes), mode, email_domains, known: groups.clone() }
    }
}

impl Source {
    fn new(organisation: OrganisationSettings, transport: Option<Arc<dyn Transport>>) -> Self {
        let settings_version = settings_version(&organisation);
        let is_demo = matches!(organisation.backend, Backend::Demo);
        let (account, usual): (_, fn() -> Arc<dyn Transport>) = match organisation.backend {
            Backend::LastPass(account) => (account, || Arc::new(HttpTransport::new())),
            Backend::Demo => (demo::account(), || Arc::new(demo::Company::default())),
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

    pub(crate) async fn people(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<Roster>, Error> {
        let load = || {
            let (client, departments) = (self.client.clone(), Arc::clone(&self.departments));
            let budget = trace.budget(DEADLINE);
            async move { roster(&client, invocation.at, &budget, departments).await }
        };
        self.people.get(demand, invocation, load).await
    }

    /// LastPass's log of a period.
    pub(crate) async fn events(
        &self,
        span: Span,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<Window>, Error> {
        let load = |period: Period| {
            let (client, budget, asked_at) = (self.client.clone(), trace.budget(DEADLINE), invocation.at);
            async move {
                match client.events(EventWindow::new(period.from, period.to), &budget).await {
                    Ok(reading) => Ok(Window::Read(Events { period, reading, asked_at })),
                    Err(EventsError::WindowTooLarge { from }) => Ok(Window::TooLarge { from }),
                    Err(EventsError::LastPass(error)) => Err(error),
                }
            }
        };
        self.windows.get(span, demand, invocation, load).await
    }

    /// The newest events of LastPass's log, asked for now.
    pub(crate) fn newest_events(
        &self,
        window: EventWindow,
        time: Duration,
        trace: &Trace,
    ) -> impl Future<Output = Result<NewestEvents, Error>> + Send + use<> {
        let (client, budget) = (self.client.clone(), trace.budget(time));
        async move { client.newest_events(window, &budget).await }
    }

    pub(crate) async fn folders(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<FolderCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), trace.budget(PART_DEADLINE));
            async move { client.count_shared_folders(&budget).await }
        };
        self.folders.get(demand, invocation, load).await
    }

    /// Every shared folder with everybody who can open it.
    pub(crate) async fn folder_users(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<FolderUsers>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), trace.budget(DEADLINE));
            async move {
                let mut builder = SharedFoldersBuilder::default();
                let notices = client.for_each_shared_folder(&budget, |folder| builder.add(folder)).await?;
                let folders = builder.finish(invocation.at).ok_or(Error::Unreachable(TransportError::ReplyTooLong))?;
                Ok(FolderUsers { folders, notices })
            }
        };
        self.folder_users.get(demand, invocation, load).await
    }

    /// Those whose master password has expired.
    pub(crate) async fn expired_passwords(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<ExpiredPasswords>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), trace.budget(PART_DEADLINE));
            async move { client.expired_passwords(&budget).await }
        };
        self.expired_passwords.get(demand, invocation, load).await
    }

    pub(crate) async fn sites(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        trace: &Trace,
    ) -> Result<Answer<SiteCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), trace.budget(PART_DEADLINE));
            async move { client.count_shared_sites(&budget).await }
        };
        self.sites.get(demand, invocation, load).await
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
