//! One run of the sync: its lease, and its parts one after the other.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::time::Instant;

use crate::{
    changes::{ChangeContext, ChangeService, OpenActionSteps},
    domain::{DepartmentGroups, ScoreSource},
    error_chain::causes,
    jobs::{
        figures, open_actions,
        part::{PartName, PartOutcome, PartReport, PartStatus},
        people::{PeopleSync, Reading},
        retention,
    },
    lastpass::{Client, ReadWarning},
    report::{Departments, ReportContext},
    request_context::RequestContext,
    store::{self, DailyFigures, Store, SyncLease, SyncRun, SyncState},
};

/// How long the lease holds: as long as the platform's longest run.
const LEASE: TimeDelta = TimeDelta::seconds(300);

/// What the runs of one company use.
pub(crate) struct SyncService {
    pub(crate) client: Client,
    pub(crate) changes: Arc<ChangeService>,
    pub(crate) settings: SyncSettings,
}

/// The settings that the runs depend on.
pub(crate) struct SyncSettings {
    pub(crate) departments: DepartmentGroups,
    pub(crate) score_source: ScoreSource,
    pub(crate) time_zone: Tz,
    pub(crate) open_action_steps: OpenActionSteps,
    pub(crate) retention: TimeDelta,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct SyncReport {
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) finished_at: DateTime<Utc>,
    pub(crate) parts: Vec<PartReport>,
}

/// Why there was no run.
#[derive(Debug)]
pub(crate) enum SyncError {
    /// Another run holds the lease.
    Running {
        retry_after: TimeDelta,
    },
    Database(store::Error),
    /// The run was dropped, or panicked.
    Aborted,
}

impl SyncReport {
    /// The run of a deployment that has no database.
    pub(crate) fn without_database(context: &RequestContext<'_>) -> Self {
        let mut report = Self::begin(context);
        for name in PartName::ALL {
            report.skip(name, "no database is configured");
        }
        report
    }

    fn begin(context: &RequestContext<'_>) -> Self {
        Self { started_at: context.received_at, finished_at: context.received_at, parts: Vec::new() }
    }

    /// Whether every part is done or skipped.
    pub(crate) fn is_complete(&self) -> bool {
        let is_complete = |part: &PartReport| matches!(part.outcome.status, PartStatus::Done | PartStatus::Skipped);
        self.parts.iter().all(is_complete)
    }

    /// Whether a part failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.parts.iter().any(|part| part.outcome.status == PartStatus::Failed)
    }

    fn skip(&mut self, name: PartName, detail: &'static str) {
        self.parts.push(PartReport { name, outcome: PartOutcome::skipped(detail), time: Duration::ZERO });
    }

    async fn add(&mut self, name: PartName, part: impl Future<Output = PartOutcome>) {
        let start = Instant::now();
        let outcome = part.await;
        self.parts.push(PartReport { name, outcome, time: start.elapsed() });
    }
}

impl SyncService {
    /// Runs every part, unless another run holds the lease. Where the tables are missing and may not be created, only open
    /// actions are settled. Runs in the background, so that a caller who disconnects does not stop it halfway.
    ///
    /// # Errors
    /// Returns an error if another run holds the lease, or the database fails before the first part.
    pub(crate) async fn run(
        self: &Arc<Self>,
        store: &Arc<Store>,
        context: &RequestContext<'_>,
    ) -> Result<SyncReport, SyncError> {
        let (service, store, job) = (Arc::clone(self), Arc::clone(store), context.for_job());
        let run = async move { service.run_parts(&store, &job).await };
        context.run_to_end(run).await.unwrap_or(Err(SyncError::Aborted))
    }

    async fn run_parts(&self, store: &Store, context: &RequestContext<'_>) -> Result<SyncReport, SyncError> {
        let start = Instant::now();
        let mut report = SyncReport::begin(context);
        let now = context.now();
        let lease = context.time_database(store.begin_sync(&context.request_id, now, now + LEASE)).await;
        let (run, state) = match lease {
            Ok(SyncLease::Granted { run, state }) => (run, state),
            Ok(SyncLease::Running { until }) => return Err(SyncError::Running { retry_after: until - now }),
            Err(store::Error::NoTables | store::Error::OutdatedSchema(_)) => {
                const NO_TABLES: &str = "the tables of schema version 2 are missing and may not be created here \
                                         (docs/DEPLOY.md)";
                report.skip(PartName::People, NO_TABLES);
                report.skip(PartName::Figures, NO_TABLES);
                report.add(PartName::Changes, self.settle(store, context, start)).await;
                report.skip(PartName::Retention, NO_TABLES);
                report.finished_at = context.now();
                return Ok(report);
            }
            Err(error) => return Err(SyncError::Database(error)),
        };

        let mut figures = None;
        let people = async {
            let (outcome, clean) = self.people(store, &run, &state, context, start).await;
            figures = clean;
            outcome
        };
        report.add(PartName::People, people).await;
        match figures {
            Some(figures) => report.add(PartName::Figures, figures::save(store, &run, &figures)).await,
            None => report.skip(PartName::Figures, "the list of users of this run is missing, or may be incomplete"),
        }
        report.add(PartName::Changes, self.settle(store, context, start)).await;
        let before = report.started_at - self.settings.retention;
        let deadline = PartName::Retention.deadline(start);
        report.add(PartName::Retention, retention::delete(store, &run, before, deadline)).await;

        report.finished_at = context.now();
        let finished = store.finish_sync(&run, report.finished_at, report.is_complete());
        context.time_database(finished).await.map_err(SyncError::Database)?;
        Ok(report)
    }

    /// Reads and stores the people. Returns the day's figures too, if they may be kept.
    async fn people(
        &self,
        store: &Store,
        run: &SyncRun,
        state: &SyncState,
        context: &RequestContext<'_>,
        start: Instant,
    ) -> (PartOutcome, Option<DailyFigures>) {
        let SyncSettings { departments, score_source, time_zone, .. } = &self.settings;
        let deadline = PartName::People.deadline(start);
        // The database keeps milliseconds.
        let at = context.now().trunc_subsecs(3);
        let call = context.lastpass_calls_until(deadline);
        let fetched = match self.client.people(at, &call).await {
            Ok(fetched) => fetched,
            Err(_) if Instant::now() >= deadline => {
                const TOO_SLOW: &str = "out of time: LastPass was too slow to list everyone; the next run reads again";
                return (PartOutcome::new(PartStatus::Partial, 0, TOO_SLOW), None);
            }
            Err(error) => return (PartOutcome::new(PartStatus::Failed, 0, causes(&error)), None),
        };
        let people = fetched.people;
        let departments = Departments::new(&people, departments);
        let is_clean = !fetched.warnings.iter().any(may_lack_people);
        let reading = Reading::new(&people, &departments, *score_source, is_clean);
        let sync = PeopleSync { store, run, reading: &reading, state, deadline };
        let result = context.time_database(sync.apply()).await;
        let report = ReportContext { score_source: *score_source, departments: &departments };
        let keeps_figures = is_clean && !result.is_mass_departure;
        (result.outcome, keeps_figures.then(|| figures::daily_figures(&people, &report, *time_zone)))
    }

    async fn settle(&self, store: &Store, context: &RequestContext<'_>, start: Instant) -> PartOutcome {
        let deadline = PartName::Changes.deadline(start);
        let change_context = ChangeContext::for_job(context, deadline);
        let steps = self.settings.open_action_steps;
        open_actions::settle(store, &self.changes, steps, &change_context, deadline).await
    }
}

/// Whether a warning means that people may be missing from the list.
fn may_lack_people(warning: &ReadWarning) -> bool {
    match warning {
        ReadWarning::ListChanged
        | ReadWarning::Incomplete { .. }
        | ReadWarning::Unreadable { .. }
        | ReadWarning::UpstreamWarning
        | ReadWarning::NoUsers => true,
        ReadWarning::UnreadableTimes { .. } | ReadWarning::SitesUnavailable => false,
    }
}
