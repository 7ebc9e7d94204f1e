//! What a function holds from its cold start on.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};
use tokio::time::Instant;
use url::Url;

use crate::{
    domain::{DepartmentGroups, People, ScoreSource},
    lastpass::{Account, Budget, Client, Dialect, Error, FoldersReading, HttpTransport, Meter, Notice, Transport},
    report::Departments,
    settings::{Organisation, Settings, Upstream},
};

use super::{
    Invocation,
    cached::{Answer, Cached, Demand},
    problem::Problem,
};

/// A request's own deadline: ten seconds under the 60 s that the platform gives a function.
const DEADLINE: Duration = Duration::from_secs(50);
/// How long shared folders that could not be had are not asked for again: the report does without.
const FOLDERS_REST: Duration = Duration::from_secs(60);

/// The demo's company.
const DEMO_SEED: u64 = 1;
const DEMO_PEOPLE: usize = 240;

/// Settings, client, and what was read: built once, and shared by all requests of the process.
pub struct App {
    pub(super) settings: Settings,
    source: Option<Source>,
}

/// Where people and folders come from.
pub(super) struct Source {
    client: Client,
    pub(super) is_demo: bool,
    pub(super) score_source: ScoreSource,
    /// A hash of the settings that decide how the same data are shown.
    pub(super) settings_version: u64,
    departments: Arc<DepartmentGroups>,
    people: Cached<Roster>,
    folders: Cached<FoldersReading>,
}

/// Everybody, each with a department.
#[derive(Debug)]
pub(super) struct Roster {
    pub(super) people: People,
    pub(super) departments: Departments,
    pub(super) notices: Vec<Notice>,
}

impl App {
    /// Reads all settings by `lookup`, once. What is missing is told by the routes that need it.
    pub fn new(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup), None)
    }

    /// The same, but asking `transport` instead of what the settings name: a simulated LastPass of one's own.
    pub fn over(transport: Arc<dyn Transport>, lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::build(Settings::from_lookup(lookup), Some(transport))
    }

    fn build(settings: Settings, transport: Option<Arc<dyn Transport>>) -> Self {
        let source = settings.organisation.as_ref().ok().map(|organisation| Source::new(organisation, transport));
        Self { settings, source }
    }

    /// Where figures come from.
    ///
    /// # Errors
    /// Where a setting is missing or malformed, naming it.
    pub(super) fn source(&self) -> Result<&Source, Problem> {
        match (&self.source, &self.settings.organisation) {
            (Some(source), _) => Ok(source),
            (None, Err(faults)) => Err(Problem::NotConfigured { faults: faults.clone() }),
            (None, Ok(_)) => Err(Problem::Internal),
        }
    }
}

impl Source {
    fn new(organisation: &Organisation, transport: Option<Arc<dyn Transport>>) -> Self {
        let (account, usual, is_demo): (_, fn() -> Arc<dyn Transport>, _) = match &organisation.upstream {
            Upstream::LastPass(account) => (account.clone(), || Arc::new(HttpTransport::new()), false),
            Upstream::Demo => (demo_account(), || Arc::new(demo_company()), true),
        };
        Self {
            client: Client::new(transport.unwrap_or_else(usual), account, organisation.time_zone),
            is_demo,
            score_source: organisation.score_source,
            settings_version: settings_version(organisation),
            departments: Arc::new(organisation.departments.clone()),
            people: Cached::new(organisation.fresh_for, Duration::ZERO),
            folders: Cached::new(organisation.fresh_for, FOLDERS_REST),
        }
    }

    pub(super) async fn people(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        meter: &Arc<Meter>,
    ) -> Result<Answer<Roster>, Error> {
        let load = || {
            let (client, budget, departments) = (self.client.clone(), budget(meter), Arc::clone(&self.departments));
            async move { roster(&client, invocation.at, &budget, departments).await }
        };
        self.people.get(demand, invocation, load).await
    }

    pub(super) async fn folders(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        meter: &Arc<Meter>,
    ) -> Result<Answer<FoldersReading>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), budget(meter));
            async move { client.shared_folders(&budget).await }
        };
        self.folders.get(demand, invocation, load).await
    }
}

async fn roster(
    client: &Client,
    at: DateTime<Utc>,
    budget: &Budget,
    departments: Arc<DepartmentGroups>,
) -> Result<Roster, Error> {
    let reading = client.people(at, budget).await?;
    let departments = Departments::new(&reading.people, &departments);
    Ok(Roster { people: reading.people, departments, notices: reading.notices })
}

fn settings_version(organisation: &Organisation) -> u64 {
    let mut hasher = DefaultHasher::new();
    (organisation.score_source, &organisation.departments).hash(&mut hasher);
    hasher.finish()
}

fn budget(meter: &Arc<Meter>) -> Budget {
    Budget { deadline: Instant::now() + DEADLINE, meter: Arc::clone(meter) }
}

fn demo_account() -> Account {
    Account {
        number: DEMO_ACCOUNT_NUMBER.to_owned(),
        provisioning_hash: DEMO_PROVISIONING_HASH.into(),
        url: Url::parse("http://localhost/enterpriseapi.php").expect("a valid address"),
        dialect: Dialect::Enterprise,
        label: "lastpass-functions".to_owned(),
    }
}

/// The same company in every function: the seed and the day decide.
fn demo_company() -> Simulator {
    Simulator::new(Company::generate(DEMO_SEED, DEMO_PEOPLE, Utc::now().date_naive()))
}
