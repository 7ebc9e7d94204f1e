//! What we depend on, looked at once a minute, whoever asks how often.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, timeout};

use crate::{
    audit::ParsedEvent,
    cache::{
        slot::{Freshness, Slot},
        upstream::UpstreamCache,
    },
    error_chain::causes,
    lastpass::{CallMeter, Error, EventWindow, NewestEvents},
    request_context::RequestContext,
    store::{self, Store},
    web::routes::health::sight::{Call, FARTHEST, Log, Sight, sight},
};

/// How long what was seen is told again, and how long what failed is not tried again.
const KEPT: Duration = Duration::from_secs(60);
/// A look stays short, so that who waits for it learns that something is slow.
const DEADLINE: Duration = Duration::from_secs(10);
/// How far back LastPass's log is looked at.
const WINDOW: TimeDelta = TimeDelta::days(7);
/// How many of our own calls are looked for in the log.
const MOST_CALLS: usize = 10;

/// What LastPass's log tells of itself.
pub(crate) struct Told {
    pub(crate) sight: Sight,
    pub(crate) newest: Newest,
}

/// The newest event, our own questions aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newest {
    /// It is so old.
    Ago(TimeDelta),
    /// There is none within so long, as far as we were told.
    NotWithin(TimeDelta),
}

/// What the database tells of itself.
pub(crate) enum Database {
    /// The record can be read.
    Answers,
    /// There are no tables of ours yet.
    Empty,
    /// It cannot be used.
    Fails(store::Error),
}

/// The looks of this process.
pub(crate) struct HealthProbes {
    log: Slot<Told>,
    database: Slot<Database>,
    /// When LastPass answered us, the last at the end.
    calls: Arc<Mutex<VecDeque<Call>>>,
}

impl HealthProbes {
    pub(crate) fn new() -> Self {
        Self {
            log: Slot::new("the newest events", KEPT, KEPT).without_stale(),
            database: Slot::new("the database", KEPT, KEPT).without_stale(),
            calls: Arc::default(),
        }
    }

    /// What LastPass's log tells now, or told within the last minute.
    pub(crate) async fn log(&self, source: &UpstreamCache, context: &RequestContext<'_>) -> Result<Arc<Told>, Error> {
        let now = context.received_at;
        let load = || {
            let reading = source.newest_events(EventWindow::new(now - WINDOW, now + FARTHEST), DEADLINE, context);
            let (label, calls) = (source.label.clone(), Arc::clone(&self.calls));
            async move {
                let reading = reading.await.map_err(rested)?;
                let telling = tokio::task::spawn_blocking(move || {
                    told(&reading, &label, &mut calls.lock().unwrap_or_else(PoisonError::into_inner), now)
                });
                telling.await.map_err(|_| Error::Internal)
            }
        };
        Ok(self.log.get(Freshness::Default, context, load).await?.value)
    }

    /// How the database is now, or was within the last minute.
    pub(crate) async fn database(
        &self,
        store: &Arc<Store>,
        context: &RequestContext<'_>,
    ) -> Result<Arc<Database>, Error> {
        let load = || {
            let (store, meter) = (Arc::clone(store), Arc::clone(&context.database_meter));
            async move { Ok(look_at(&store, &meter).await) }
        };
        Ok(self.database.get(Freshness::Default, context, load).await?.value)
    }
}

/// Where LastPass asks for peace, it has it for a minute at least.
fn rested(error: Error) -> Error {
    if let Error::RateLimited { retry_after } = error {
        Error::RateLimited { retry_after: retry_after.max(Some(KEPT)) }
    } else {
        error
    }
}

/// What a reading tells, and that we made it.
fn told(reading: &NewestEvents, label: &str, calls: &mut VecDeque<Call>, now: DateTime<Utc>) -> Told {
    let (mut log, mut newest) = (Log::default(), None);
    for event in &reading.events {
        let parsed = ParsedEvent::new(event);
        let may_be_own_read = parsed.may_be_own_read(label);
        log.add(event.at(), may_be_own_read || parsed.actor().is_api_with_label(label));
        if !may_be_own_read {
            newest = newest.max(Some(event.at()));
        }
    }
    let sight = sight(now, calls.make_contiguous(), &log);
    if calls.len() == MOST_CALLS {
        calls.pop_front();
    }
    calls.push_back(Call { at: now, newest_before: log.newest_own() });
    let newest = match (newest, log.oldest()) {
        (Some(newest), _) => Newest::Ago(now - newest),
        (None, Some(oldest)) if reading.is_truncated => Newest::NotWithin(now - oldest),
        (None, _) => Newest::NotWithin(WINDOW),
    };
    Told { sight, newest }
}

/// How the database is now.
pub(crate) async fn look_at(store: &Store, meter: &CallMeter) -> Database {
    let start = Instant::now();
    let head = timeout(DEADLINE, store.head()).await.unwrap_or(Err(store::Error::Unreachable("no answer in time")));
    meter.add(start.elapsed());
    match head {
        Ok(_) => Database::Answers,
        Err(store::Error::NoTables) => Database::Empty,
        Err(error) => {
            tracing::warn!(cause = causes(&error), "the database could not be asked");
            Database::Fails(error)
        }
    }
}
