//! One kind of cached data: fresh, served stale while it is refreshed or cannot be, and loaded by one task at a time.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::time::Instant;

use crate::{
    error_chain::causes,
    lastpass::Error,
    request_context::{CacheState, RequestContext},
};

/// The maximum age of data that is served while it is refreshed in the background.
const STALE_WHILE_REVALIDATE: TimeDelta = TimeDelta::hours(1);
/// The maximum age of data that is served because newer data cannot be loaded.
const STALE_IF_ERROR: TimeDelta = TimeDelta::hours(24);
/// How long a failed refresh is not retried while there is data to serve.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(30);
/// How long nothing is loaded after LastPass has refused our credentials.
const PAUSE_AFTER_REFUSAL: TimeDelta = TimeDelta::seconds(5);
/// [`Freshness::Refresh`] does not reload data that is younger than this.
const REFRESH_INTERVAL: TimeDelta = TimeDelta::seconds(30);
/// The longest that the platform lets a request take.
const MAX_REQUEST_TIME: TimeDelta = TimeDelta::minutes(1);

/// How fresh the data must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As fresh as the settings say.
    Default,
    /// Reloaded now, unless it was loaded within the last 30 seconds.
    Refresh,
}

/// Cached or just loaded data.
pub(crate) struct CacheRead<T> {
    pub(crate) value: Arc<T>,
    /// When the request that loaded it arrived.
    pub(crate) read_at: DateTime<Utc>,
    pub(crate) state: CacheState,
    /// Why no newer data could be loaded, if that was tried.
    pub(crate) failure: Option<Error>,
}

/// A place for one kind of data.
pub(crate) struct Slot<T> {
    state: Arc<Mutex<State<T>>>,
    /// The name of the data, for the log.
    name: &'static str,
    fresh_for: TimeDelta,
    /// How long nothing is loaded after a failure while there is nothing to serve.
    pause_after_failure: TimeDelta,
    /// Whether stale data is served while newer data is loaded, or cannot be loaded.
    serves_stale: bool,
}

type Loading<T> = Shared<BoxFuture<'static, Result<Cached<T>, Error>>>;

struct State<T> {
    cached: Option<Cached<T>>,
    loading: Option<Loading<T>>,
    failure: Option<Failure>,
}

struct Cached<T> {
    value: Arc<T>,
    read_at: DateTime<Utc>,
}

impl<T> Cached<T> {
    fn read(&self, state: CacheState, failure: Option<Error>) -> CacheRead<T> {
        CacheRead { value: Arc::clone(&self.value), read_at: self.read_at, state, failure }
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), read_at: self.read_at }
    }
}

#[derive(Clone)]
struct Failure {
    at: DateTime<Utc>,
    error: Error,
}

impl Failure {
    /// How long to wait before the next attempt: as long as LastPass says, else `default`.
    fn pause(&self, default: TimeDelta) -> TimeDelta {
        match &self.error {
            Error::RateLimited { retry_after } => {
                retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or(PAUSE_AFTER_FAILURE)
            }
            Error::Credentials => default.max(PAUSE_AFTER_REFUSAL),
            Error::Refused | Error::Timeout | Error::Unreachable(_) | Error::InvalidReply(_) | Error::Internal => {
                default
            }
        }
    }
}

impl<T: Send + Sync + 'static> Slot<T> {
    /// An empty slot. Data that was read less than `fresh_for` ago is fresh; zero caches nothing.
    pub(crate) fn new(name: &'static str, fresh_for: Duration, pause_after_failure: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self {
            state: Arc::new(Mutex::new(State { cached: None, loading: None, failure: None })),
            name,
            fresh_for: delta(fresh_for),
            pause_after_failure: delta(pause_after_failure),
            serves_stale: true,
        }
    }

    /// The same slot, which never serves stale data.
    pub(crate) fn without_stale(self) -> Self {
        Self { serves_stale: false, ..self }
    }

    /// The data, as fresh as requested; `load` is called if it has to be loaded.
    ///
    /// # Errors
    /// Returns the error of `load` if there is no data to serve instead.
    pub(crate) async fn get<F>(
        &self,
        freshness: Freshness,
        context: &RequestContext<'_>,
        load: impl FnOnce() -> F,
    ) -> Result<CacheRead<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let now = context.received_at;
        let (cached, loading) = {
            let mut state = lock(&self.state);
            let cached = state.cached.clone();
            let failure = state.failure.clone();
            let age = cached.as_ref().map(|cached| age(now, cached.read_at));
            let fresh_for = match freshness {
                Freshness::Default => self.fresh_for,
                Freshness::Refresh => self.fresh_for.min(REFRESH_INTERVAL),
            };
            if let Some(cached) = cached.as_ref().filter(|_| age.is_some_and(|age| age < fresh_for)) {
                return Ok(cached.read(CacheState::Fresh, None));
            }
            let cached = cached.filter(|_| self.serves_stale);
            let servable = cached.as_ref().filter(|_| age.is_some_and(|age| age < STALE_IF_ERROR));
            if let Some(failure) = &failure {
                let default = if servable.is_some() { PAUSE_AFTER_FAILURE } else { self.pause_after_failure };
                if self::age(now, failure.at) < failure.pause(default) {
                    let error = failure.error.clone();
                    return servable
                        .map_or(Err(error.clone()), |cached| Ok(cached.read(CacheState::Stale, Some(error))));
                }
            }
            let loading = match &state.loading {
                Some(loading) => loading.clone(),
                None => {
                    let loading = self.start(now, load());
                    state.loading = Some(loading.clone());
                    loading
                }
            };
            if let (Freshness::Default, Some(cached), Some(background)) = (freshness, &cached, context.background)
                && age.is_some_and(|age| age < STALE_WHILE_REVALIDATE)
            {
                background.wait_until(loading.map(drop).boxed());
                return Ok(cached.read(CacheState::Stale, failure.map(|failure| failure.error)));
            }
            (cached, loading)
        };
        match (loading.await, cached) {
            (Ok(loaded), _) => Ok(loaded.read(CacheState::Miss, None)),
            (Err(error), Some(cached)) if age(now, cached.read_at) < STALE_IF_ERROR => {
                Ok(cached.read(CacheState::Stale, Some(error)))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Whether data is being loaded right now.
    pub(crate) fn is_loading(&self) -> bool {
        lock(&self.state).loading.is_some()
    }

    /// The cached data, of whatever age.
    pub(crate) fn cached(&self) -> Option<Arc<T>> {
        lock(&self.state).cached.as_ref().map(|cached| Arc::clone(&cached.value))
    }

    /// Loads in a task of its own, so that a caller who disconnects does not stop it for the others.
    fn start(&self, now: DateTime<Utc>, load: impl Future<Output = Result<T, Error>> + Send + 'static) -> Loading<T> {
        let (state, keeps) = (Arc::clone(&self.state), self.fresh_for > TimeDelta::zero());
        let (name, start) = (self.name, Instant::now());
        let task = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(load).catch_unwind().await.unwrap_or(Err(Error::Internal));
            let outcome = outcome.map(|value| Cached { value: Arc::new(value), read_at: now });
            let mut state = lock(&state);
            state.loading = None;
            match &outcome {
                Ok(loaded) => {
                    state.failure = None;
                    state.cached = keeps.then(|| loaded.clone());
                }
                Err(error) => {
                    tracing::warn!(data = name, cause = causes(error), "LastPass could not be read");
                    let took = TimeDelta::from_std(start.elapsed()).unwrap_or_default();
                    state.failure = Some(Failure { at: now + took, error: error.clone() });
                }
            }
            outcome
        });
        task.map(|outcome| outcome.unwrap_or(Err(Error::Internal))).boxed().shared()
    }
}

/// The time since `then`. A request may be older than data that another one loaded meanwhile; a larger difference means
/// that a clock was set back, and the age is unknown.
fn age(now: DateTime<Utc>, then: DateTime<Utc>) -> TimeDelta {
    let age = now - then;
    if age < -MAX_REQUEST_TIME { TimeDelta::MAX } else { age.max(TimeDelta::zero()) }
}

/// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
