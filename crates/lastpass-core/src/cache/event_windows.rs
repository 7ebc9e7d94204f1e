//! The windows of LastPass's log that were read last. A window is a question of its own: each is asked by one flight
//! at a time, and kept while it is fresh.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use tokio::sync::Semaphore;

use crate::{
    cache::slot::{Answer, Cached, Demand},
    lastpass::{Error, FetchedEvents},
    request_context::{CacheState, RequestContext},
};

/// How many windows are kept.
const MOST_WINDOWS: usize = 8;
/// How much is kept beside the window that is read, in bytes.
const MOST_WEIGHT: usize = 24 * 1024 * 1024;
/// How many times longer a window is kept that lies wholly in the past.
const PAST_FACTOR: u32 = 12;
/// After so long no event is entered late any more, as far as anybody has seen.
const LATE: TimeDelta = TimeDelta::hours(1);

/// From when to when, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Period {
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
}

/// Which period is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// This one.
    Exactly(Period),
    /// From then until now.
    Since(DateTime<Utc>),
    /// So long until now.
    Last(TimeDelta),
}

impl Span {
    /// The period, when LastPass is asked at `now`: events of this very second are part of it.
    fn at(self, now: DateTime<Utc>) -> Period {
        let to = now.trunc_subsecs(0) + TimeDelta::seconds(1);
        match self {
            Self::Exactly(period) => period,
            Self::Since(from) => Period { from, to },
            Self::Last(time) => Period { from: to - time, to },
        }
    }
}

/// What LastPass told of a window.
#[derive(Debug)]
pub(crate) enum Window {
    /// Its events.
    Read(Events),
    /// More than one answer holds.
    TooLarge {
        /// The earliest beginning with which it fits.
        from: DateTime<Utc>,
    },
}

/// The events of a window.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) period: Period,
    pub(crate) reading: FetchedEvents,
    /// When LastPass was asked.
    pub(crate) asked_at: DateTime<Utc>,
}

impl Window {
    /// About how many bytes it takes.
    fn weight(&self) -> usize {
        const EVENT: usize = 64;
        match self {
            Self::Read(events) => events.reading.events.iter().map(|event| EVENT + event.length()).sum(),
            Self::TooLarge { .. } => 0,
        }
    }

    fn is_of(&self, period: Period) -> bool {
        matches!(self, Self::Read(events) if events.period == period)
    }
}

/// Spans and what was read of them, that which was asked for last at the end.
type Kept = Mutex<Vec<(Span, Arc<Cached<Window>>)>>;

/// The windows that were asked for last.
pub(crate) struct Windows {
    kept: Arc<Kept>,
    fresh_for: Duration,
    /// One window is read at a time: several large ones side by side would not fit into a function's memory.
    reading: Arc<Semaphore>,
}

impl Windows {
    pub(crate) fn new(fresh_for: Duration) -> Self {
        Self { kept: Arc::default(), fresh_for, reading: Arc::new(Semaphore::new(1)) }
    }

    pub(crate) async fn get<F>(
        &self,
        span: Span,
        demand: Demand,
        context: &RequestContext<'_>,
        load: impl FnOnce(Period) -> F,
    ) -> Result<Answer<Window>, Error>
    where
        F: Future<Output = Result<Window, Error>> + Send + 'static,
    {
        if let Some(value) = self.pinned(span) {
            return Ok(Answer { value, state: CacheState::Fresh, failure: None });
        }
        let cached = self.cached(span, context.received_at);
        let load = || {
            let (reading, kept, load) =
                (Arc::clone(&self.reading), Arc::clone(&self.kept), load(span.at(context.received_at)));
            async move {
                // The semaphore is never closed.
                let _turn = reading.acquire_owned().await;
                forget_most(&kept);
                load.await
            }
        };
        cached.get(demand, context, load).await
    }

    /// The window of an open span that has exactly this period: later pages go on with what the first was cut from.
    fn pinned(&self, span: Span) -> Option<Arc<Window>> {
        let Span::Exactly(period) = span else { return None };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of_open = kept.iter().filter(|(known, _)| *known != span).filter_map(|(_, cached)| cached.kept());
        of_open.into_iter().find(|window| window.is_of(period))
    }

    fn cached(&self, span: Span, now: DateTime<Utc>) -> Arc<Cached<Window>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(known, _)| *known == span) {
            let known = kept.remove(place);
            let cached = Arc::clone(&known.1);
            kept.push(known);
            return cached;
        }
        let is_past = matches!(span, Span::Exactly(period) if period.to < now - LATE);
        let fresh_for = if is_past { self.fresh_for * PAST_FACTOR } else { self.fresh_for };
        let cached = Arc::new(Cached::new("events", fresh_for, Duration::ZERO));
        kept.push((span, Arc::clone(&cached)));
        cached
    }
}

/// Forgets the windows that were asked for longest ago, as many as are too many; never one that is being read.
fn forget_most(kept: &Kept) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut count, mut weight) = (0, 0);
    for place in (0..kept.len()).rev() {
        let cached = &kept[place].1;
        if cached.is_in_flight() {
            continue;
        }
        count += 1;
        weight += cached.kept().as_deref().map_or(0, Window::weight);
        if count > MOST_WINDOWS || weight > MOST_WEIGHT {
            kept.remove(place);
        }
    }
}
