//! The windows of LastPass's event log that were requested last. Each window is a slot of its own.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use hashlink::LinkedHashMap;

use crate::{
    cache::{
        freshness::Freshness,
        slot::{CacheRead, Slot},
        turns::Turns,
    },
    domain::Event,
    known_changes::LogicalTime,
    lastpass::{Error, EventWindow, FetchedEvents},
    request_context::{CacheState, RequestContext},
};

/// The most windows that are kept.
const MAX_WINDOWS: usize = 8;
/// The most bytes that are kept beside the window being read.
const MAX_BYTES: usize = 24 * 1024 * 1024;
/// How many times longer a window that lies entirely in the past is fresh.
const PAST_FACTOR: u32 = 12;
/// After this time LastPass enters no more events late, as far as observed.
const LATE_ENTRY: TimeDelta = TimeDelta::hours(1);

/// How far LastPass's clock may be ahead of ours. Events until then belong to a period that ends now.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);

/// The time that requests without a range cover. They share one window.
pub(crate) const DEFAULT_PERIOD: TimeDelta = TimeDelta::days(7);

/// A half-open range of time: `from` is included, `to` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TimeRange {
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
}

/// The events that a caller requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EventRange {
    /// Those of a fixed range.
    Exact(TimeRange),
    /// Those from a time until now.
    Since(DateTime<Utc>),
    /// Those of the period of this length that ends now.
    Last(TimeDelta),
}

impl EventRange {
    /// What to request as of `now`; events of the current second are part of it.
    fn resolve(self, now: DateTime<Utc>) -> RequestedRange {
        let to = now.trunc_subsecs(0) + TimeDelta::seconds(1);
        let until_now = |from| RequestedRange { range: TimeRange { from, to }, until: to + MAX_CLOCK_SKEW };
        match self {
            Self::Exact(range) => RequestedRange { range, until: range.to },
            Self::Since(from) => until_now(from),
            Self::Last(time) => until_now(to - time),
        }
    }
}

/// A range of time, and until when events are requested for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestedRange {
    range: TimeRange,
    until: DateTime<Utc>,
}

impl RequestedRange {
    /// The window to request from LastPass.
    pub(crate) fn window(self) -> EventWindow {
        EventWindow::new(self.range.from, self.until)
    }

    /// The range that was read, by the time of the newest event: it ends now by the clock that is ahead, ours or LastPass's.
    pub(crate) fn until_newest(self, newest: Option<DateTime<Utc>>) -> TimeRange {
        let TimeRange { from, to } = self.range;
        TimeRange { from, to: newest.map_or(to, |newest| to.max(newest + TimeDelta::seconds(1))) }
    }
}

/// What LastPass returned for a window.
#[derive(Debug)]
pub(crate) enum LoadedWindow {
    /// Its events.
    Events(WindowEvents),
    /// More events than a response can hold.
    TooLarge(WindowTooLarge),
}

/// A window contains more events than a response can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowTooLarge {
    /// The earliest start with which the window is small enough.
    pub(crate) from: DateTime<Utc>,
}

/// The events of a window.
#[derive(Debug)]
pub(crate) struct WindowEvents {
    pub(crate) range: TimeRange,
    pub(crate) fetched: FetchedEvents,
    /// When they were requested from LastPass.
    pub(crate) read_at: DateTime<Utc>,
}

impl LoadedWindow {
    /// The window and its events.
    ///
    /// # Errors
    /// Returns an error if the window is too large.
    pub(crate) fn window(&self) -> Result<&WindowEvents, WindowTooLarge> {
        match self {
            Self::Events(window) => Ok(window),
            Self::TooLarge(error) => Err(*error),
        }
    }

    /// The events; none if the window is too large.
    pub(crate) fn events(&self) -> &[Event] {
        self.window().map_or(&[], |window| &window.fetched.events)
    }

    /// Its approximate size in bytes.
    fn size(&self) -> usize {
        const EVENT: usize = 64;
        self.events().iter().map(|event| EVENT + event.length()).sum()
    }
}

/// Slots by range, the one requested last at the end.
type Slots = LinkedHashMap<EventRange, Arc<Slot<LoadedWindow>>>;

/// The windows that were requested last.
pub(crate) struct EventWindows {
    slots: Arc<Mutex<Slots>>,
    fresh_for: Duration,
    turns: Arc<Turns>,
}

impl EventWindows {
    pub(crate) fn new(fresh_for: Duration) -> Self {
        Self { slots: Arc::default(), fresh_for, turns: Arc::default() }
    }

    /// The events of a range; `load` requests them from LastPass if they are not cached.
    ///
    /// # Errors
    /// Returns the error of `load` if there is nothing cached to return instead.
    pub(crate) async fn get<F>(
        &self,
        range: EventRange,
        freshness: Freshness,
        context: &RequestContext<'_>,
        load: impl FnOnce(RequestedRange) -> F,
    ) -> Result<CacheRead<LoadedWindow>, Error>
    where
        F: Future<Output = Result<LoadedWindow, Error>> + Send + 'static,
    {
        if let Some(pinned) = self.pinned(range, context) {
            return Ok(pinned);
        }
        let slot = self.slot(range, context.received_at);
        let load = || {
            let (turns, slots) = (Arc::clone(&self.turns), Arc::clone(&self.slots));
            let load = load(range.resolve(context.received_at));
            let turn = turns.take(LogicalTime::next(), context.changes_known_at);
            async move {
                let _turn = turn.await;
                evict(&mut lock(&slots));
                load.await
            }
        };
        slot.get(freshness, context, load).await
    }

    /// The cached window of an open range that resolved to exactly this range, so that all pages of a list come from the
    /// same window; unless that lacks changes which the request must show.
    fn pinned(&self, range: EventRange, context: &RequestContext<'_>) -> Option<CacheRead<LoadedWindow>> {
        let EventRange::Exact(exact) = range else { return None };
        let slots = lock(&self.slots);
        let open = slots.iter().filter(|(known, _)| **known != range);
        open.filter_map(|(_, slot)| slot.cached_for(context)).find_map(|value| {
            let read_at = value.window().ok().filter(|window| window.range == exact)?.read_at;
            Some(CacheRead { value, read_at, state: CacheState::Fresh, failure: None })
        })
    }

    fn slot(&self, range: EventRange, now: DateTime<Utc>) -> Arc<Slot<LoadedWindow>> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.to_back(&range) {
            return Arc::clone(slot);
        }
        let is_past = matches!(range, EventRange::Exact(exact) if exact.to < now - LATE_ENTRY);
        let fresh_for = if is_past { self.fresh_for * PAST_FACTOR } else { self.fresh_for };
        let slot = Arc::new(Slot::new("events", fresh_for, Duration::ZERO));
        slots.insert(range, Arc::clone(&slot));
        slot
    }
}

/// Removes the windows that were requested longest ago until the rest is within the limits; never one being read.
fn evict(slots: &mut Slots) {
    let (mut count, mut bytes) = (0, 0);
    let mut excess = Vec::new();
    for (range, slot) in slots.iter().rev().filter(|(_, slot)| !slot.is_loading()) {
        count += 1;
        bytes += slot.cached().as_deref().map_or(0, LoadedWindow::size);
        if count > MAX_WINDOWS || bytes > MAX_BYTES {
            excess.push(*range);
        }
    }
    for range in excess {
        slots.remove(&range);
    }
}

/// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
fn lock(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_ends_now_includes_events_of_a_clock_that_is_ahead() {
        let now: DateTime<Utc> = "2024-10-04T12:00:00.980Z".parse().expect("a time");
        let at = |seconds| now.trunc_subsecs(0) + TimeDelta::seconds(seconds);
        let from = at(-3_600);
        let requested = EventRange::Since(from).resolve(now);
        assert_eq!(requested.window(), EventWindow::new(from, at(61)));
        for (newest, to) in [(None, 1), (Some(-9), 1), (Some(0), 1), (Some(1), 2), (Some(30), 31)] {
            assert_eq!(requested.until_newest(newest.map(at)), TimeRange { from, to: at(to) }, "{newest:?}");
        }
        let last = EventRange::Last(TimeDelta::days(7)).resolve(now);
        assert_eq!(last.until_newest(None), TimeRange { from: at(1) - TimeDelta::days(7), to: at(1) });
        for to in [at(-60), at(0), at(3_600)] {
            let exact = EventRange::Exact(TimeRange { from, to }).resolve(now);
            assert_eq!(exact.window(), EventWindow::new(from, to));
            assert_eq!(exact.until_newest(None), TimeRange { from, to });
        }
    }
}
