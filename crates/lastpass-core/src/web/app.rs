//! What a function holds from its cold start on.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::{
    auth::DashboardKeys,
    domain::{DepartmentGroups, People, ScoreSource},
    lastpass::{Budget, Client, Error, FolderCount, HttpTransport, Meter, Notice, SiteCount, Transport},
    report::{Departments, Orders},
    settings::{Fault, Organisation, Settings, Upstream},
};

use super::{
    Invocation,
    cached::{Answer, Cached, Demand},
    demo,
    problem::Problem,
};

/// A request's own deadline: ten seconds under the 60 s that the platform gives a function.
const DEADLINE: Duration = Duration::from_secs(50);
/// The report does without shared folders rather than wait longer for them.
const FOLDERS_DEADLINE: Duration = Duration::from_secs(20);
/// How long shared folders that could not be had are not asked for again: the report does without.
const FOLDERS_REST: Duration = Duration::from_secs(60);

/// Keys, client, and what was read: built once, and shared by all requests of the process.
pub struct App {
    pub(super) sign_in: Result<DashboardKeys, Vec<Fault>>,
    source: Result<Source, Vec<Fault>>,
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
    folders: Cached<FolderCount>,
    sites: Cached<SiteCount>,
}

/// Everybody, each with a department, and in the orders that were asked for.
#[derive(Debug)]
pub(super) struct Roster {
    pub(super) people: People,
    pub(super) departments: Departments,
    pub(super) orders: Orders,
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
        let Settings { sign_in, organisation } = settings;
        Self { sign_in, source: organisation.map(|organisation| Source::new(organisation, transport)) }
    }

    /// What is wrong with the settings, for somebody who starts a server by hand.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        let sign_in = self.sign_in.as_ref().err().into_iter();
        sign_in.chain(self.source.as_ref().err()).flatten()
    }

    /// Where figures come from.
    ///
    /// # Errors
    /// Where a setting is missing or malformed, naming it.
    pub(super) fn source(&self) -> Result<&Source, Problem> {
        self.source.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })
    }
}

impl Source {
    fn new(organisation: Organisation, transport: Option<Arc<dyn Transport>>) -> Self {
        let settings_version = settings_version(&organisation);
        let is_demo = matches!(organisation.upstream, Upstream::Demo);
        let (account, usual): (_, fn() -> Arc<dyn Transport>) = match organisation.upstream {
            Upstream::LastPass(account) => (account, || Arc::new(HttpTransport::new())),
            Upstream::Demo => (demo::account(), || Arc::new(demo::Company::default())),
        };
        Self {
            client: Client::new(transport.unwrap_or_else(usual), account, organisation.time_zone),
            is_demo,
            score_source: organisation.score_source,
            settings_version,
            departments: Arc::new(organisation.departments),
            people: Cached::new("people", organisation.fresh_for, Duration::ZERO),
            folders: Cached::new("shared folders", organisation.fresh_for, FOLDERS_REST),
            sites: Cached::new("shared passwords", organisation.fresh_for, FOLDERS_REST),
        }
    }

    pub(super) async fn people(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        meter: &Arc<Meter>,
    ) -> Result<Answer<Roster>, Error> {
        let load = || {
            let (client, departments) = (self.client.clone(), Arc::clone(&self.departments));
            let budget = budget(DEADLINE, meter);
            async move { roster(&client, invocation.at, &budget, departments).await }
        };
        self.people.get(demand, invocation, load).await
    }

    pub(super) async fn folders(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        meter: &Arc<Meter>,
    ) -> Result<Answer<FolderCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), budget(FOLDERS_DEADLINE, meter));
            async move { client.shared_folders(&budget).await }
        };
        self.folders.get(demand, invocation, load).await
    }

    pub(super) async fn sites(
        &self,
        demand: Demand,
        invocation: Invocation<'_>,
        meter: &Arc<Meter>,
    ) -> Result<Answer<SiteCount>, Error> {
        let load = || {
            let (client, budget) = (self.client.clone(), budget(FOLDERS_DEADLINE, meter));
            async move { client.shared_sites(&budget).await }
        };
        self.sites.get(demand, invocation, load).await
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
    Ok(Roster { people: reading.people, departments, orders: Orders::default(), notices: reading.notices })
}

fn budget(time: Duration, meter: &Arc<Meter>) -> Budget {
    Budget { deadline: Instant::now() + time, meter: Arc::clone(meter) }
}

fn settings_version(organisation: &Organisation) -> u64 {
    let mut hasher = DefaultHasher::new();
    (organisation.score_source, &organisation.departments).hash(&mut hasher);
    hasher.finish()
}
