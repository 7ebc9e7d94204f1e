//! A look at what we depend on: once a minute, whoever asks how often.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{OptionFuture, join};
use tokio::time::Instant;

use crate::{
    audit::Reading,
    domain::Event,
    lastpass::{Error, EventReading, EventWindow, Meter},
    store::{self, Store},
};

use super::{
    super::{
        App, Invocation,
        app::Source,
        cached::{Cached, Demand},
        serve::Trace,
    },
    database::Tables,
    sight::{Sight, sight},
};

/// How long what was seen is told again.
const KEPT: Duration = Duration::from_secs(60);
/// How far back LastPass's log is looked at.
pub(super) const WINDOW: TimeDelta = TimeDelta::days(7);
/// How far ahead of our clock: no two zones are further apart, so that a log with a wrong one is seen.
const AHEAD: TimeDelta = TimeDelta::hours(26);
/// How many of our own calls are looked for in the log.
const MOST_CALLS: usize = 10;

/// What was seen.
pub(super) struct Look {
    /// Nothing where it is not configured.
    pub(super) lastpass: Option<Result<Told, Error>>,
    /// Nothing where it is not configured.
    pub(super) database: Option<Result<Tables, store::Error>>,
}

/// What LastPass's log tells of itself.
pub(super) struct Told {
    pub(super) sight: Sight,
    /// How old the newest event is, our own questions aside; nothing where there is none in the window.
    pub(super) newest: Option<TimeDelta>,
}

/// The looks of this process.
pub(in crate::web) struct Looks {
    question: Cached<Look>,
    /// When LastPass answered us, the last at the end.
    calls: Arc<Mutex<VecDeque<DateTime<Utc>>>>,
}

impl Looks {
    pub(in crate::web) fn new() -> Self {
        Self { question: Cached::new("health", KEPT, KEPT).never_stale(), calls: Arc::default() }
    }

    /// What is seen now, or was seen within the last minute.
    pub(super) async fn look(&self, app: &App, invocation: Invocation<'_>, trace: &Trace) -> Arc<Look> {
        let now = invocation.at;
        let load = || {
            let lastpass = app.source.as_ref().ok().map(|source| self.ask(source, now, &trace.meter));
            let database = app.store.as_ref().ok().map(|store| tables(Arc::clone(store), Arc::clone(&trace.database)));
            async move {
                let (lastpass, database) = join(OptionFuture::from(lastpass), OptionFuture::from(database)).await;
                Ok(Look { lastpass, database })
            }
        };
        match self.question.get(Demand::Usual, invocation, load).await {
            Ok(answer) => answer.value,
            // Only a fault of ours: what goes wrong outside is part of the look.
            Err(error) => Arc::new(Look { lastpass: Some(Err(error)), database: None }),
        }
    }

    fn ask(
        &self,
        source: &Source,
        now: DateTime<Utc>,
        meter: &Arc<Meter>,
    ) -> impl Future<Output = Result<Told, Error>> + Send + use<> {
        let log = source.newest_events(EventWindow::new(now - WINDOW, now + AHEAD), meter);
        let (label, calls) = (source.label.clone(), Arc::clone(&self.calls));
        async move {
            let reading = log.await?;
            let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
            let told = told(&reading, &label, calls.make_contiguous(), now);
            if calls.len() == MOST_CALLS {
                calls.pop_front();
            }
            calls.push_back(now);
            Ok(told)
        }
    }
}

fn told(reading: &EventReading, label: &str, calls: &[DateTime<Utc>], now: DateTime<Utc>) -> Told {
    let events = || reading.events.iter();
    let own: Vec<_> =
        events().filter(|event| Reading::of(event).doer().is_api_of(label)).map(|event| event.at()).collect();
    let (oldest, latest) = (events().map(Event::at).min(), events().map(Event::at).max());
    let others = events().filter(|event| !Reading::of(event).is_own_read(label));
    Told { sight: sight(now, calls, &own, oldest.zip(latest)), newest: others.map(|event| now - event.at()).min() }
}

async fn tables(store: Arc<Store>, meter: Arc<Meter>) -> Result<Tables, store::Error> {
    let start = Instant::now();
    let head = store.head().await;
    meter.add(start.elapsed());
    match head {
        Ok(_) => Ok(Tables::There),
        Err(store::Error::NoTables) => Ok(Tables::None),
        Err(error) => Err(error),
    }
}
