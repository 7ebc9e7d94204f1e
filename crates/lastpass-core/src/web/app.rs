//! What a function holds from its cold start on.

use std::sync::Arc;

use chrono_tz::Tz;
use http::HeaderMap;

use crate::{
    auth::{AuthError, AuthenticatedUser, Caller, ClaimedRole, SignInMethods, authenticate},
    cache::{group_roles::GroupRoles, upstream::Source},
    changes::{ChangeService, KnownGroups},
    lastpass::Transport,
    request_context::RequestContext,
    settings::{ChangeMode, ChangeSettings, DemoDatabase, RecordSettings, SettingError, SettingErrors, Settings},
    store::{ChainKeys, Database, Store},
    web::{
        request::cors::AllowedOrigins,
        response::{edge_link::EdgeKeys, problem::Problem},
        routes::health::Looks,
    },
};

/// Keys, client, and what was read: built once, and shared by all requests of the process.
pub struct App {
    pub(crate) sign_in: Result<SignInMethods, Vec<SettingError>>,
    pub(crate) edge_keys: EdgeKeys,
    pub(crate) source: Result<Source, Vec<SettingError>>,
    roles: Result<GroupRoles, Vec<SettingError>>,
    groups: Result<Arc<KnownGroups>, Vec<SettingError>>,
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
    pub(crate) changes: Arc<ChangeService>,
    pub(crate) mode: ChangeMode,
    pub(crate) email_domains: Vec<String>,
    /// The groups that the settings name.
    pub(crate) known: Arc<KnownGroups>,
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
        let (store, groups) = (record.map(store), groups.map(Arc::new));
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
        context: &RequestContext<'_>,
    ) -> Result<AuthenticatedUser, Problem> {
        let judged = authenticate(headers, sign_in, context.received_at).await;
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
        context: &RequestContext<'_>,
    ) -> Result<Option<Caller>, Problem> {
        let of_groups = match (user.role(), &self.roles, &self.source) {
            (ClaimedRole::FromGroups(email), Ok(roles), Ok(source)) => {
                let role = roles.of(email, &source.client, context).await;
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
        self.groups.as_deref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
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
    fn new(source: &Source, rules: ChangeSettings, groups: &Arc<KnownGroups>, store: Option<&Arc<Store>>) -> Self {
        let ChangeSettings { mode, offboarding_limit, email_domains } = rules;
        let changes = ChangeService::new(source.client.clone(), store.cloned(), Arc::clone(groups), offboarding_limit);
        Self { changes: Arc::new(changes), mode, email_domains, known: Arc::clone(groups) }
    }
}
