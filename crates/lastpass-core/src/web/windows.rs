//! The windows of LastPass's log that were read last. A window is a question of its own: each is asked by one flight
//! at a time, and kept while it is fresh.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use tokio::sync::Semaphore;

use crate::lastpass::{Error, EventReading, EventWindow};

use super::{
    Invocation,
    cached::{Answer, Cached, Demand},
};

/// How many windows are kept.
const MOST_WINDOWS: usize = 8;
/// How many events are kept, over all windows: as many as one window may hold.
const MOST_EVENTS: usize = 200_000;
/// How many times longer a window is kept that lies wholly in the past.
const PAST_FACTOR: u32 = 12;
/// After so long no event is entered late any more, as far as anybody has seen.
const LATE: TimeDelta = TimeDelta::hours(1);

/// From when to when, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Period {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
}

/// What LastPass told of a window.
#[derive(Debug)]
pub(super) enum Window {
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
pub(super) struct Events {
    pub(super) reading: EventReading,
    /// When LastPass was asked.
    pub(super) asked_at: DateTime<Utc>,
}

/// The windows, that which was asked for last at the end.
pub(super) struct Windows {
    kept: Mutex<Vec<(Period, Arc<Cached<Window>>)>>,
    fresh_for: Duration,
    /// One window is read at a time: several large ones side by side would not fit into a function's memory.
    reading: Arc<Semaphore>,
}

impl Windows {
    pub(super) fn new(fresh_for: Duration) -> Self {
        Self { kept: Mutex::default(), fresh_for, reading: Arc::new(Semaphore::new(1)) }
    }

    /// The period without an end of its own: to the end of the stretch in which an answer is fresh, so that all who ask
    /// meanwhile ask the same.
    pub(super) fn open_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let step = TimeDelta::from_std(self.fresh_for).unwrap_or_default().max(TimeDelta::seconds(1));
        now.duration_trunc(step).ok().and_then(|start| start.checked_add_signed(step)).unwrap_or(now)
    }

    pub(super) async fn get<F>(
        &self,
        period: Period,
        invocation: Invocation<'_>,
        load: impl FnOnce(EventWindow) -> F,
    ) -> Result<Answer<Window>, Error>
    where
        F: Future<Output = Result<Window, Error>> + Send + 'static,
    {
        let cached = self.cached(period, invocation.at);
        let load = || {
            let (reading, load) = (Arc::clone(&self.reading), load(EventWindow::new(period.from, period.to)));
            async move {
                // The semaphore is never closed.
                let _turn = reading.acquire_owned().await;
                load.await
            }
        };
        let answer = cached.get(Demand::Usual, invocation, load).await;
        self.forget_most();
        answer
    }

    fn cached(&self, period: Period, now: DateTime<Utc>) -> Arc<Cached<Window>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, _)| *known == period).map(|place| kept.remove(place).1);
        let is_past = period.to < now - LATE;
        let fresh_for = if is_past { self.fresh_for * PAST_FACTOR } else { self.fresh_for };
        let cached = known.unwrap_or_else(|| Arc::new(Cached::new("events", fresh_for, Duration::ZERO)));
        kept.push((period, Arc::clone(&cached)));
        cached
    }

    /// Forgets the windows that were asked for longest ago, as many as are too many.
    fn forget_most(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let events = |window: &Window| match window {
            Window::Read(events) => events.reading.events.len(),
            Window::TooLarge { .. } => 0,
        };
        let mut sum = 0;
        let newest = kept.iter().rev().enumerate().take_while(|(count, (_, cached))| {
            sum += cached.kept().as_deref().map_or(0, events);
            *count == 0 || (*count < MOST_WINDOWS && sum <= MOST_EVENTS)
        });
        let stay = newest.count();
        let first = kept.len() - stay;
        kept.drain(..first);
    }
}
