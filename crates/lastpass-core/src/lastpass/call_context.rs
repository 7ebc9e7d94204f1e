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

    /// Takes a wait that begins now. Returns whether it may be waited.
    pub(crate) fn take(&self, wait: Duration) -> bool {
        let mut budget = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
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
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_at_the_same_time_count_once() {
        let second = Duration::from_secs;
        let waits = RateLimitWaits::at_most(second(3));
        assert!(waits.take(second(2)) && waits.take(second(2)) && waits.take(second(1)));
        advance(second(1)).await;
        assert!(waits.take(second(2)), "one second more");
        advance(second(10)).await;
        assert!(!waits.take(second(1)) && waits.take(Duration::ZERO));
        assert!(!RateLimitWaits::at_most(second(3)).take(second(4)));
        assert!(RateLimitWaits::until_the_deadline().take(second(3_600)));
    }
}
