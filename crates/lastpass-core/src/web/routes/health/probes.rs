//! Probes of LastPass and of the database: at most one a minute, however many requests there are.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, timeout};

use crate::{
    audit::ParsedEvent,
    cache::{freshness::Freshness, slot::Slot, upstream::UpstreamCache},
    error_chain::causes,
    lastpass::{CallMeter, Error, EventWindow, NewestEvents},
    request_context::RequestContext,
    store::{self, LastSync, Store},
    web::routes::health::clock_skew::{ApiCall, ClockSkew, LogTimes, MAX_ZONE_DIFFERENCE, clock_skew},
};

/// How long a result is kept, and how long a failed probe is not repeated.
const INTERVAL: Duration = Duration::from_secs(60);
/// Short, so that a slow part is reported before the caller gives up.
const DEADLINE: Duration = Duration::from_secs(10);
/// How far back LastPass's log is read.
const WINDOW: TimeDelta = TimeDelta::days(7);
/// How many of our own calls are compared with the log.
const MAX_CALLS: usize = 10;

/// The result of a probe of LastPass's event log.
pub(crate) struct LogProbe {
    pub(crate) skew: ClockSkew,
    pub(crate) newest: NewestEvent,
}

/// The age of the newest event, apart from our own reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewestEvent {
    /// The newest event is this old.
    Age(TimeDelta),
    /// There is none within this time, which is as far as the probe reached.
    NoneWithin(TimeDelta),
}

/// The result of a probe of the database.
pub(crate) enum DatabaseProbe {
    /// The audit record can be read.
    Available {
        /// The last run of the sync.
        last_sync: Result<LastSync, store::Error>,
    },
    /// Our tables do not exist yet.
    NoTables,
    /// The database cannot be used.
    Failed(store::Error),
}

/// The last result of each probe of this process.
pub(crate) struct HealthProbes {
    log: Slot<LogProbe>,
    database: Slot<DatabaseProbe>,
    /// Our last calls that LastPass answered, the latest at the end.
    calls: Arc<Mutex<VecDeque<ApiCall>>>,
}

impl HealthProbes {
    pub(crate) fn new() -> Self {
        Self {
            log: Slot::new("newest events", INTERVAL, INTERVAL).without_stale().independent_of_changes(),
            database: Slot::new("database", INTERVAL, INTERVAL).without_stale().independent_of_changes(),
            calls: Arc::default(),
        }
    }

    /// Probes LastPass and its event log, unless that was done within the last minute.
    ///
    /// # Errors
    /// Returns an error if LastPass does not answer.
    pub(crate) async fn log(
        &self,
        upstream: &UpstreamCache,
        context: &RequestContext<'_>,
    ) -> Result<Arc<LogProbe>, Error> {
        let now = context.received_at;
        let load = || {
            let window = EventWindow::new(now - WINDOW, now + MAX_ZONE_DIFFERENCE);
            let fetch = upstream.newest_events(window, DEADLINE, context);
            let (label, calls) = (upstream.label.clone(), Arc::clone(&self.calls));
            async move {
                let fetched = fetch.await.map_err(with_interval)?;
                let evaluation = tokio::task::spawn_blocking(move || {
                    evaluate(&fetched, &label, &mut calls.lock().unwrap_or_else(PoisonError::into_inner), now)
                });
                evaluation.await.map_err(|_| Error::Internal)
            }
        };
        Ok(self.log.get(Freshness::Default, context, load).await?.value)
    }

    /// Probes the database, unless that was done within the last minute.
    ///
    /// # Errors
    /// Returns an error only if this program fails; a failure of the database is a result.
    pub(crate) async fn database(
        &self,
        store: &Arc<Store>,
        context: &RequestContext<'_>,
    ) -> Result<Arc<DatabaseProbe>, Error> {
        let load = || {
            let (store, meter) = (Arc::clone(store), Arc::clone(&context.database_meter));
            async move { Ok(probe_database(&store, &meter).await) }
        };
        Ok(self.database.get(Freshness::Default, context, load).await?.value)
    }
}

/// After a rate limit LastPass is not called again for a minute at least.
fn with_interval(error: Error) -> Error {
    if let Error::RateLimited { status, retry_after } = error {
        Error::RateLimited { status, retry_after: retry_after.max(Some(INTERVAL)) }
    } else {
        error
    }
}

/// What the log says about its clock and its newest event; adds this call to `calls`.
fn evaluate(fetched: &NewestEvents, label: &str, calls: &mut VecDeque<ApiCall>, now: DateTime<Utc>) -> LogProbe {
    let (mut times, mut newest) = (LogTimes::default(), None);
    for event in &fetched.events {
        let parsed = ParsedEvent::new(event);
        let may_be_own_read = parsed.may_be_own_read(label);
        times.add(event.at(), may_be_own_read || parsed.actor().is_api_with_label(label));
        if !may_be_own_read {
            newest = newest.max(Some(event.at()));
        }
    }
    let skew = clock_skew(now, calls.make_contiguous(), &times);
    if calls.len() == MAX_CALLS {
        calls.pop_front();
    }
    calls.push_back(ApiCall { at: now, newest_before: times.newest_own() });
    let newest = match (newest, times.oldest()) {
        (Some(newest), _) => NewestEvent::Age(now - newest),
        (None, Some(oldest)) if fetched.is_truncated => NewestEvent::NoneWithin(now - oldest),
        (None, _) => NewestEvent::NoneWithin(WINDOW),
    };
    LogProbe { skew, newest }
}

/// Probes the database now.
pub(crate) async fn probe_database(store: &Store, meter: &CallMeter) -> DatabaseProbe {
    let start = Instant::now();
    let head = timeout(DEADLINE, store.head()).await.unwrap_or(Err(store::Error::Unreachable("no answer in time")));
    meter.add(start.elapsed());
    match head {
        Ok(_) => {
            let last_sync = timeout(DEADLINE, store.last_sync()).await;
            DatabaseProbe::Available {
                last_sync: last_sync.unwrap_or(Err(store::Error::Unreachable("no answer in time"))),
            }
        }
        Err(store::Error::NoTables) => DatabaseProbe::NoTables,
        Err(error) => {
            tracing::warn!(cause = causes(&error), "the database does not answer");
            DatabaseProbe::Failed(error)
        }
    }
}
