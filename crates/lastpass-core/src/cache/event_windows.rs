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
    lastpass::{Error, FetchedEvents},
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
    /// The range of time as of `now`; events of the current second are part of it.
    fn resolve(self, now: DateTime<Utc>) -> TimeRange {
        let to = now.trunc_subsecs(0) + TimeDelta::seconds(1);
        match self {
            Self::Exact(range) => range,
            Self::Since(from) => TimeRange { from, to },
            Self::Last(time) => TimeRange { from: to - time, to },
        }
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
        load: impl FnOnce(TimeRange) -> F,
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
