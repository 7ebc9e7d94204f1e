//! The composition root: builds everything from the settings, and does nothing else.

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;
use http::HeaderMap;

use crate::{
    auth::{CookieScope, CronSecret, SignInMethods},
    cache::{
        freshness::Freshness,
        group_roles::GroupRoles,
        slot::CacheRead,
        snapshot::SnapshotCache,
        trend::TrendCache,
        upstream::{Roster, UpstreamCache, UpstreamConfig},
    },
    changes::{ChangeService, KnownGroups},
    jobs::{SyncService, SyncSettings},
    known_changes::KnownChanges,
    lastpass::{Client, DemoTransport, HttpTransport, Transport, demo_account},
    request_context::RequestContext,
    settings::{
        Backend, ChangeMode, ChangeSettings, DemoDatabase, OrganizationSettings, RecordSettings, SettingError,
        SettingErrors, Settings,
    },
    store::{ChainKeys, Database, Store},
    web::{
        request::cors::AllowedOrigins,
        response::{edge_link::EdgeKeys, problem::Problem, read_after::ReadAfter},
        routes::health::HealthProbes,
    },
};

/// Everything that the requests of a process share. Built once, from the settings.
///
/// A part whose settings are missing or malformed holds their errors; the routes that need it report them.
pub struct App {
    pub(crate) sign_in: Result<SignInMethods, Vec<SettingError>>,
    pub(crate) group_roles: Result<GroupRoles, Vec<SettingError>>,
    /// The pages of other origins that may read responses.
    pub(crate) origins: AllowedOrigins,
    pub(crate) edge_keys: EdgeKeys,
    pub(crate) read_after: ReadAfter,
    pub(crate) known_changes: Arc<KnownChanges>,
    pub(crate) upstream: Result<UpstreamCache, Vec<SettingError>>,
    pub(crate) trend: TrendCache,
    snapshot: SnapshotCache,
    /// The time zone in which days are counted: LastPass's.
    pub(crate) time_zone: Tz,
    pub(crate) store: Result<Arc<Store>, Vec<SettingError>>,
    cron_secret: Result<Option<CronSecret>, Vec<SettingError>>,
    sync: Result<Arc<SyncService>, Vec<SettingError>>,
    groups: Result<Arc<KnownGroups>, Vec<SettingError>>,
    changes: Result<Changes, Vec<SettingError>>,
    pub(crate) health_probes: HealthProbes,
    setting_errors: SettingErrors,
}

/// What makes changes, and the settings that restrict them.
pub(crate) struct Changes {
    pub(crate) service: Arc<ChangeService>,
    pub(crate) mode: ChangeMode,
    pub(crate) email_domains: Vec<String>,
    /// The groups that the settings name.
    pub(crate) groups: Arc<KnownGroups>,
}

impl App {
    /// Reads all settings through `lookup`, once.
    pub fn new(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup, DemoDatabase::Ignored), None)
    }

    /// The same with `transport` in place of the one that the settings name: a simulated LastPass. Even the demo then uses the
    /// database of the settings.
    pub fn with_transport(transport: Arc<dyn Transport>, lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup, DemoDatabase::Used), Some(transport))
    }

    fn build(settings: Settings, transport: Option<Arc<dyn Transport>>) -> Self {
        let setting_errors = settings.errors();
        let Settings {
            sign_in,
            signing,
            origins,
            cron_secret,
            organization,
            role_groups,
            groups,
            changes,
            record,
            retention,
        } = settings;
        let (store, groups) = (record.map(store), groups.map(Arc::new));
        // Malformed origins let no one in; the error is reported with those of the sign-in methods.
        let (sign_in, origins) = match origins {
            Ok(origins) => (sign_in, origins),
            Err(errors) => (Err(sign_in.err().into_iter().flatten().chain(errors).collect()), Vec::new()),
        };
        let time_zone = organization.as_ref().map_or(Tz::UTC, |organization| organization.time_zone);
        let fresh_for = organization.as_ref().map_or(Duration::ZERO, |organization| organization.fresh_for);
        let of_sync = organization.as_ref().ok();
        let of_sync = of_sync.map(|organization| (organization.departments.clone(), organization.score_source));
        let upstream = organization.map(|organization| upstream(organization, transport));
        let known_changes = Arc::new(KnownChanges::new());
        let changes = match (&upstream, &groups, changes) {
            (Ok(upstream), Ok(groups), Ok(settings)) => {
                Ok(Changes::new(upstream, settings, groups, store.as_ref().ok(), &known_changes))
            }
            (upstream, groups, changes) => {
                let errors = [upstream.as_ref().err(), groups.as_ref().err(), changes.as_ref().err()];
                Err(SettingErrors::new(errors.into_iter().flatten().flatten(), [].iter()).blocking)
            }
        };
        let sync = match (&upstream, &changes, of_sync, retention) {
            (Ok(upstream), Ok(changes), Some((departments, score_source)), Ok(retention)) => {
                Ok(Arc::new(SyncService {
                    client: upstream.client.clone(),
                    changes: Arc::clone(&changes.service),
                    settings: SyncSettings {
                        departments,
                        score_source,
                        time_zone,
                        open_action_steps: changes.mode.open_action_steps(),
                        retention,
                    },
                }))
            }
            (_, changes, _, retention) => {
                let errors = [changes.as_ref().err().cloned(), retention.err()];
                Err(errors.into_iter().flatten().flatten().collect())
            }
        };
        let signing = signing.unwrap_or_default();
        let sessions = sign_in.as_ref().ok().and_then(|sign_in| sign_in.sessions.as_ref());
        let scope = sessions.map_or(CookieScope::Host, |sessions| sessions.cookie().scope());
        Self {
            read_after: ReadAfter::derive(&signing, scope),
            sign_in,
            group_roles: role_groups.map(GroupRoles::new),
            origins: AllowedOrigins::new(origins),
            edge_keys: EdgeKeys::derive(&signing),
            known_changes,
            upstream,
            trend: TrendCache::new(fresh_for),
            snapshot: SnapshotCache::new(fresh_for),
            time_zone,
            store,
            cron_secret,
            sync,
            groups,
            changes,
            health_probes: HealthProbes::new(),
            setting_errors,
        }
    }

    /// The errors of the settings.
    pub fn setting_errors(&self) -> &SettingErrors {
        &self.setting_errors
    }

    /// Whether changes can be recorded; without a record none is made.
    pub fn has_record(&self) -> bool {
        self.store.is_ok()
    }

    /// The groups that the settings name.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is malformed.
    pub(crate) fn known_groups(&self) -> Result<&KnownGroups, Problem> {
        configured(&self.groups).map(Arc::as_ref)
    }

    /// What makes changes, or at least dry runs.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is missing or malformed, and [`Problem::ChangesOff`] if this
    /// deployment makes no changes.
    pub(crate) fn changes(&self) -> Result<&Changes, Problem> {
        let changes = configured(&self.changes)?;
        match changes.mode {
            ChangeMode::On | ChangeMode::DryRun => Ok(changes),
            ChangeMode::Off => Err(Problem::ChangesOff),
        }
    }

    /// The claims and the audit record.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is missing or malformed.
    pub(crate) fn store(&self) -> Result<&Arc<Store>, Problem> {
        configured(&self.store)
    }

    /// The claims and the audit record, for what can do without them: `None` if they are not configured.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is malformed.
    pub(crate) fn optional_store(&self) -> Result<Option<&Arc<Store>>, Problem> {
        match &self.store {
            Err(errors) if errors.iter().all(SettingError::is_unset) => Ok(None),
            _ => self.store().map(Some),
        }
    }

    /// Whether a request is the scheduler's.
    pub(crate) fn is_scheduler(&self, headers: &HeaderMap) -> bool {
        matches!(&self.cron_secret, Ok(Some(secret)) if secret.check(headers).is_ok())
    }

    /// Checks that the scheduler has a secret.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if the secret is missing or malformed.
    pub(crate) fn require_scheduler(&self) -> Result<(), Problem> {
        match configured(&self.cron_secret)? {
            Some(_) => Ok(()),
            None => Err(Problem::NotConfigured(vec![SettingError::unset(
                "CRON_SECRET",
                "the scheduler authenticates by it",
            )])),
        }
    }

    /// Whether the scheduler has a secret.
    pub(crate) fn has_scheduler(&self) -> bool {
        matches!(self.cron_secret, Ok(Some(_)))
    }

    /// The service that runs the sync.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is missing or malformed.
    pub(crate) fn sync(&self) -> Result<&Arc<SyncService>, Problem> {
        configured(&self.sync)
    }

    /// Whether a database is configured: without one, no figures of earlier days are kept.
    pub(crate) fn has_database(&self) -> bool {
        let is_missing = |error: &SettingError| error.variable == "DATABASE_URL" && error.is_unset();
        !matches!(&self.store, Err(errors) if errors.iter().any(is_missing))
    }

    /// All users: of LastPass, or of the last sync while LastPass is unavailable and no users are cached.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is missing or malformed, and the error of LastPass if there is no
    /// snapshot of the last 48 hours either.
    pub(crate) async fn people(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<Roster>, Problem> {
        let (upstream, store) = (self.upstream()?, self.store.as_ref().ok());
        Ok(self.snapshot.people_or_snapshot(upstream, store, freshness, context).await?)
    }

    /// The source of the data, as `meta.source` names it.
    pub(crate) fn source_name(&self) -> &'static str {
        self.upstream.as_ref().map_or("lastpass", UpstreamCache::source_name)
    }

    /// The data of LastPass.
    ///
    /// # Errors
    /// Returns [`Problem::NotConfigured`] if a setting is missing or malformed.
    pub(crate) fn upstream(&self) -> Result<&UpstreamCache, Problem> {
        configured(&self.upstream)
    }
}

fn configured<T>(part: &Result<T, Vec<SettingError>>) -> Result<&T, Problem> {
    Ok(part.as_ref()?)
}

fn upstream(settings: OrganizationSettings, transport: Option<Arc<dyn Transport>>) -> UpstreamCache {
    let OrganizationSettings { backend, departments, score_source, fresh_for, time_zone, .. } = settings;
    let is_demo = matches!(backend, Backend::Demo);
    let (account, default): (_, fn() -> Arc<dyn Transport>) = match backend {
        Backend::LastPass(account) => (account, || Arc::new(HttpTransport::new())),
        Backend::Demo => (demo_account(), || Arc::new(DemoTransport::default())),
    };
    let label = account.label.clone();
    let client = Client::new(transport.unwrap_or_else(default), account, time_zone);
    UpstreamCache::new(UpstreamConfig { client, label, is_demo, departments, score_source }, fresh_for)
}

fn store(settings: RecordSettings) -> Arc<Store> {
    let RecordSettings { database, secrets, may_create_tables } = settings;
    Arc::new(Store::new(Database::connect_lazily(&database), ChainKeys::derive(&secrets), may_create_tables))
}

impl Changes {
    fn new(
        upstream: &UpstreamCache,
        settings: ChangeSettings,
        groups: &Arc<KnownGroups>,
        store: Option<&Arc<Store>>,
        known_changes: &Arc<KnownChanges>,
    ) -> Self {
        let ChangeSettings { mode, offboarding_limit, email_domains } = settings;
        let groups = Arc::clone(groups);
        let (client, known_changes) = (upstream.client.clone(), Arc::clone(known_changes));
        let service = ChangeService::new(client, store.cloned(), Arc::clone(&groups), offboarding_limit, known_changes);
        Self { service: Arc::new(service), mode, email_domains, groups }
    }
}
