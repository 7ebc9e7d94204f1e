//! One request's time, deadline, meters and background work: one type, passed down. Knows no route and no HTTP.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::{sync::oneshot, time::Instant};
use uuid::Uuid;

use crate::{
    domain::Role,
    known_changes::{ChangeDigest, LogicalTime},
    lastpass::{CallContext, CallMeter, Clock, RateLimitWaits},
};

/// The longest that a request takes whose route has no deadline of its own: ten seconds less than the 60 s that the platform
/// gives a function.
pub(crate) const DEADLINE: Duration = Duration::from_secs(50);

/// The longest that a request that reads waits because LastPass limits the rate of requests. A change waits as long as it has
/// time.
const RATE_LIMIT_WAIT: Duration = Duration::from_secs(3);

/// Runs work that continues after the response.
///
/// On Vercel this is `wait_until`; the local server and the tests join it when they end.
pub trait Background: Send + Sync {
    /// Runs `work` to its end, even if the client of the request that started it disconnects.
    fn wait_until(&self, work: BoxFuture<'static, ()>);
}

/// Where the data of a response came from. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CacheState {
    /// Cached, and fresh.
    Fresh,
    /// Fetched for this request.
    Miss,
    /// Cached, and past its freshness.
    Stale,
}

impl CacheState {
    /// The name in `Server-Timing` and in the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Miss => "miss",
            Self::Stale => "stale",
        }
    }
}

/// One request: when it arrived, how much time it has left, what it has cost, and what runs its background work.
pub struct RequestContext<'a> {
    /// When the request arrived. The clock is read once, by the host.
    pub(crate) received_at: DateTime<Utc>,
    /// Data that was requested from LastPass later than this shows every change that the reply must show.
    pub(crate) changes_known_at: LogicalTime,
    /// Runs work that outlives the response; without it, the response waits for such work.
    pub(crate) background: Option<&'a dyn Background>,
    /// The value of `X-Request-Id`.
    pub(crate) request_id: String,
    /// When the request must have ended.
    pub(crate) deadline: Instant,
    /// The calls to LastPass.
    pub(crate) lastpass_meter: Arc<CallMeter>,
    /// The calls to the database.
    pub(crate) database_meter: Arc<CallMeter>,
    start: Instant,
    clock: Clock,
    rate_limit_waits: Arc<RateLimitWaits>,
    cache_state: OnceLock<CacheState>,
    role: OnceLock<Role>,
    change: OnceLock<ChangeDigest>,
    cause: OnceLock<String>,
    parts: OnceLock<String>,
}

impl<'a> RequestContext<'a> {
    /// The context of a request that arrived at `received_at`. Its deadline is counted from now, and is 50 seconds unless
    /// it is given another one.
    pub fn new(received_at: DateTime<Utc>, background: Option<&'a dyn Background>) -> Self {
        let start = Instant::now();
        Self {
            received_at,
            changes_known_at: LogicalTime::START,
            background,
            request_id: Uuid::now_v7().to_string(),
            deadline: start + DEADLINE,
            lastpass_meter: Arc::default(),
            database_meter: Arc::default(),
            start,
            clock: Clock::starting_at(received_at),
            rate_limit_waits: Arc::new(RateLimitWaits::at_most(RATE_LIMIT_WAIT)),
            cache_state: OnceLock::new(),
            role: OnceLock::new(),
            change: OnceLock::new(),
            cause: OnceLock::new(),
            parts: OnceLock::new(),
        }
    }

    /// The same request with another deadline, counted from its start.
    pub(crate) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = self.start + deadline;
        self
    }

    /// The same request, whose reply must show the changes that this process knew of at this moment.
    pub(crate) fn with_changes_known_at(mut self, moment: LogicalTime) -> Self {
        self.changes_known_at = moment;
        self
    }

    /// The same request for a job that continues after its caller has left: its time, its id and its meters.
    pub(crate) fn for_job(&self) -> RequestContext<'static> {
        RequestContext {
            request_id: self.request_id.clone(),
            deadline: self.deadline,
            lastpass_meter: Arc::clone(&self.lastpass_meter),
            database_meter: Arc::clone(&self.database_meter),
            start: self.start,
            clock: self.clock,
            ..RequestContext::new(self.received_at, None)
        }
    }

    /// The context of a reading of LastPass that may take `time`, but no longer than the request has left.
    pub(crate) fn lastpass_call(&self, time: Duration) -> CallContext {
        CallContext {
            deadline: (Instant::now() + time).min(self.deadline),
            clock: self.clock,
            rate_limit_waits: Arc::clone(&self.rate_limit_waits),
            meter: Arc::clone(&self.lastpass_meter),
        }
    }

    /// The context of the calls of a change or a job, which wait for LastPass's rate limit as long as there is time.
    pub(crate) fn lastpass_calls_until(&self, deadline: Instant) -> CallContext {
        let rate_limit_waits = Arc::new(RateLimitWaits::until_the_deadline());
        CallContext { deadline, clock: self.clock, rate_limit_waits, meter: Arc::clone(&self.lastpass_meter) }
    }

    /// Runs a call to the database and counts its time.
    pub(crate) async fn time_database<T>(&self, call: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let result = call.await;
        self.database_meter.add(start.elapsed());
        result
    }

    /// Runs work that outlives the response in the background. Without a background, waits for it.
    pub(crate) async fn run_in_background(&self, work: BoxFuture<'static, ()>) {
        match self.background {
            Some(background) => background.wait_until(work),
            None => work.await,
        }
    }

    /// Runs work in the background, so that a caller who disconnects does not stop it halfway, and waits for its result;
    /// `None` if it was dropped or panicked.
    pub(crate) async fn run_to_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        let task = async move {
            // The receiver no longer exists if the caller has disconnected.
            let _ = sender.send(work.await);
        };
        self.run_in_background(task.boxed()).await;
        receiver.await.ok()
    }

    /// The current time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// How long the request has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The caller's role, once it is known.
    pub(crate) fn role(&self) -> Option<Role> {
        self.role.get().copied()
    }

    /// Sets the caller's role; later calls have no effect.
    pub(crate) fn set_role(&self, role: Role) {
        self.role.get_or_init(|| role);
    }

    /// The change that the request made or settled, if any.
    pub(crate) fn change(&self) -> Option<ChangeDigest> {
        self.change.get().copied()
    }

    /// Sets that change; later calls have no effect.
    pub(crate) fn set_change(&self, change: ChangeDigest) {
        self.change.get_or_init(|| change);
    }

    /// Where the data came from, once it is known.
    pub(crate) fn cache_state(&self) -> Option<CacheState> {
        self.cache_state.get().copied()
    }

    /// Sets where the data came from; later calls have no effect.
    pub(crate) fn set_cache_state(&self, state: CacheState) {
        self.cache_state.get_or_init(|| state);
    }

    /// The parts of the job that the request ran, for the log.
    pub(crate) fn parts(&self) -> Option<&str> {
        self.parts.get().map(String::as_str)
    }

    /// Sets those parts, which must contain no text from outside; later calls have no effect.
    pub(crate) fn set_parts(&self, parts: String) {
        self.parts.get_or_init(|| parts);
    }

    /// The cause of a response that is neither a success nor a problem, for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.get().map(String::as_str)
    }

    /// Sets that cause, which must contain no text from outside; later calls have no effect.
    pub(crate) fn set_cause(&self, cause: String) {
        self.cause.get_or_init(|| cause);
    }
}
