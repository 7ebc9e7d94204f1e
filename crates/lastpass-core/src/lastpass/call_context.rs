//! The deadline of a call, its clock, how long it may wait for LastPass's rate limit, and the meter that counts it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Counts the calls to LastPass, or to the database, on behalf of one request.
#[derive(Debug, Default)]
pub struct CallMeter {
    calls: AtomicU32,
    microseconds: AtomicU64,
}

impl CallMeter {
    /// Returns the number of calls.
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Returns the sum of the calls' durations; concurrent calls count each.
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }

    /// Counts a call.
    pub fn add(&self, time: Duration) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// A clock that was read once: that time, and the time passed since.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    time: DateTime<Utc>,
    read_at: Instant,
}

impl Clock {
    /// A clock that shows `time` now.
    pub fn starting_at(time: DateTime<Utc>) -> Self {
        Self { time, read_at: Instant::now() }
    }

    /// Returns the current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.time + TimeDelta::from_std(self.read_at.elapsed()).unwrap_or_default()
    }
}

/// How long a request may wait in all because LastPass limits the rate of requests. Waits at the same time count once.
#[derive(Debug)]
pub struct RateLimitWaits(Mutex<WaitBudget>);

#[derive(Debug)]
struct WaitBudget {
    left: Duration,
    /// The end of the waits so far.
    waits_until: Instant,
}

impl RateLimitWaits {
    /// At most `time` in all.
    pub fn at_most(time: Duration) -> Self {
        Self(Mutex::new(WaitBudget { left: time, waits_until: Instant::now() }))
    }

    /// As long as the deadline permits.
    pub fn until_the_deadline() -> Self {
        Self::at_most(Duration::MAX)
    }

    /// The same waits if at most `time` is left of them, else separate ones of at most `time`.
    pub(crate) fn capped_at(self: &Arc<Self>, time: Duration) -> Arc<Self> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).left;
        if left <= time { Arc::clone(self) } else { Arc::new(Self::at_most(time)) }
    }

    /// Takes a wait that begins now from what is left. Returns whether enough is left for it.
    pub(crate) fn take(&self, wait: Duration, now: Instant) -> bool {
        let mut budget = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(end) = now.checked_add(wait) else { return false };
        let added = end.saturating_duration_since(budget.waits_until.max(now));
        let Some(left) = budget.left.checked_sub(added) else { return false };
        *budget = WaitBudget { left, waits_until: budget.waits_until.max(end) };
        true
    }
}

/// The deadline, the clock and the meter of a call.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// The time after which the result is of no use.
    pub deadline: Instant,
    /// The clock of the request.
    pub clock: Clock,
    /// How long the request may still wait for LastPass's rate limit.
    pub rate_limit_waits: Arc<RateLimitWaits>,
    /// Counts the requests that are sent.
    pub meter: Arc<CallMeter>,
}

impl CallContext {
    /// A call on its own that begins at `now` and may take `time`, waits for LastPass's rate limit included.
    pub fn starting_at(now: DateTime<Utc>, time: Duration) -> Self {
        Self {
            deadline: Instant::now() + time,
            clock: Clock::starting_at(now),
            rate_limit_waits: Arc::new(RateLimitWaits::until_the_deadline()),
            meter: Arc::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_at_the_same_time_count_once() {
        let second = Duration::from_secs;
        let (start, waits) = (Instant::now(), RateLimitWaits::at_most(second(3)));
        for (after, wait, expected) in
            [(0, 2, true), (0, 2, true), (0, 1, true), (1, 2, true), (11, 1, false), (11, 0, true)]
        {
            assert_eq!(waits.take(second(wait), start + second(after)), expected, "{wait} after {after}");
        }
        assert!(!RateLimitWaits::at_most(second(3)).take(second(4), start));
        assert!(RateLimitWaits::until_the_deadline().take(second(3_600), start));
    }
}
