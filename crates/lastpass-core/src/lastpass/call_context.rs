//! The deadline of a call, and the meter that counts it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

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

/// The deadline and the meter of a call.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// The time after which the result is of no use.
    pub deadline: Instant,
    /// Counts the requests that are sent.
    pub meter: Arc<CallMeter>,
}
