//! One request's time, deadline, meters and background work.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use tokio::time::Instant;

use crate::{
    cache::slot::CacheState,
    domain::Role,
    lastpass::{CallContext, CallMeter},
};

/// Keeps the process awake for work that goes on after the reply.
///
/// On Vercel this is `wait_until`; the local server and the tests join it at their end.
pub trait Background: Send + Sync {
    /// Sees to it that `work` comes to its end, whatever becomes of the request that began it.
    fn keep_awake_for(&self, work: BoxFuture<'static, ()>);
}

/// What the edge knows of one call of a function, besides the request.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// When the request came. The clock is read once, at the edge.
    pub at: DateTime<Utc>,
    /// Where work goes that outlives the reply; where there is none, the reply waits for it.
    pub background: Option<&'a dyn Background>,
}

/// A request's own deadline: ten seconds under the 60 s that the platform gives a function.
pub(crate) const DEADLINE: Duration = Duration::from_secs(50);

/// What a request leaves behind for its log line and its `Server-Timing`, and how much time it has left.
pub(crate) struct Trace {
    start: Instant,
    /// The calls to LastPass.
    pub(crate) meter: Arc<CallMeter>,
    /// The calls to the database.
    pub(crate) database: Arc<CallMeter>,
    cache: OnceLock<CacheState>,
    role: OnceLock<Role>,
    cause: OnceLock<String>,
}

impl Trace {
    /// Of a request that begins now.
    pub(crate) fn begin() -> Self {
        Self {
            start: Instant::now(),
            meter: Arc::default(),
            database: Arc::default(),
            cache: OnceLock::new(),
            role: OnceLock::new(),
            cause: OnceLock::new(),
        }
    }

    /// What a question to LastPass may cost: so much time, and no more than the request has left.
    pub(crate) fn budget(&self, time: Duration) -> CallContext {
        CallContext { deadline: (Instant::now() + time).min(self.start + DEADLINE), meter: Arc::clone(&self.meter) }
    }

    /// How long the request has taken.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The role of the caller, if it is known.
    pub(crate) fn known_role(&self) -> Option<Role> {
        self.role.get().copied()
    }

    /// The cause, if one was noted.
    pub(crate) fn known_cause(&self) -> Option<String> {
        self.cause.get().cloned()
    }

    /// Where the data came from, if it is known.
    pub(crate) fn cache_state(&self) -> Option<CacheState> {
        self.cache.get().copied()
    }

    /// Notes who asks, once.
    pub(crate) fn role(&self, role: Role) {
        self.role.get_or_init(|| role);
    }

    /// Notes what is behind a reply that is no problem and no success, in our own words.
    pub(crate) fn cause(&self, cause: String) {
        self.cause.get_or_init(|| cause);
    }

    /// Counts a call to the database.
    pub(crate) async fn database<T>(&self, work: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let result = work.await;
        self.database.add(start.elapsed());
        result
    }

    /// Notes where the answer came from, once.
    pub(crate) fn cache(&self, state: CacheState) {
        self.cache.get_or_init(|| state);
    }
}
