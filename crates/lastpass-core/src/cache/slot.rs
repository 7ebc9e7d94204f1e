//! One question's last answer: fresh, served while it refreshes, kept over a failure, and asked for
//! by one flight at a time.

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

/// How long an answer past its freshness is still served at once, while a new one is fetched.
const SERVED_WHILE_REFRESHING: TimeDelta = TimeDelta::hours(1);
/// How old an answer may be that is served because no new one can be had.
const SERVED_ON_FAILURE: TimeDelta = TimeDelta::hours(24);
/// How long a failed refresh is not tried again, as long as there is an answer to serve.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(30);
/// How long credentials that were refused are not tried again.
const PAUSE_AFTER_REFUSAL: TimeDelta = TimeDelta::seconds(5);
/// How young an answer is that is not read again on demand.
const FRESH_ON_DEMAND: TimeDelta = TimeDelta::seconds(30);

/// No request takes longer on the platform.
const LONGEST_REQUEST: TimeDelta = TimeDelta::minutes(1);

/// What a caller asks of the age of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// As fresh as the settings say.
    Usual,
    /// Read again now, unless that was just done.
    Fresh,
}

/// An answer, and what should be known of its age.
pub(crate) struct Answer<T> {
    pub(crate) value: Arc<T>,
    pub(crate) state: CacheState,
    /// Why there is no newer one, where one was asked for in vain.
    pub(crate) failure: Option<Error>,
}

/// What is kept of one question.
pub(crate) struct Cached<T> {
    state: Arc<Mutex<State<T>>>,
    fresh_for: TimeDelta,
    /// What is asked, for the log.
    question: &'static str,
    /// How long the question rests after a failure with nothing to serve in its place.
    rest_after_failure: TimeDelta,
    /// Whether an answer past its freshness may stand in for one that is on its way, or cannot be had.
    serves_old: bool,
}

type Outcome<T> = Result<Arc<T>, Error>;
type Flight<T> = Shared<BoxFuture<'static, Outcome<T>>>;

struct State<T> {
    kept: Option<Kept<T>>,
    flight: Option<Flight<T>>,
    failure: Option<Failure>,
}

#[derive(Clone)]
struct Failure {
    at: DateTime<Utc>,
    error: Error,
}

impl Failure {
    /// How long the question rests: as long as LastPass asks for, else a little, to give it peace.
    fn rest(&self, usual: TimeDelta) -> TimeDelta {
        match &self.error {
            Error::RateLimited { retry_after } => {
                retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or(PAUSE_AFTER_FAILURE)
            }
            Error::Credentials => usual.max(PAUSE_AFTER_REFUSAL),
            Error::Refused | Error::Timeout | Error::Unreachable(_) | Error::InvalidReply(_) | Error::Internal => usual,
        }
    }
}

struct Kept<T> {
    value: Arc<T>,
    asked_at: DateTime<Utc>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), asked_at: self.asked_at }
    }
}

impl<T: Send + Sync + 'static> Cached<T> {
    pub(crate) fn new(question: &'static str, fresh_for: Duration, rest_after_failure: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self {
            state: Arc::new(Mutex::new(State { kept: None, flight: None, failure: None })),
            fresh_for: delta(fresh_for),
            question,
            rest_after_failure: delta(rest_after_failure),
            serves_old: true,
        }
    }

    /// The same, of which no old answer stands in for a new one.
    pub(crate) fn never_stale(self) -> Self {
        Self { serves_old: false, ..self }
    }

    /// The answer as `demand` wants it; `load` asks LastPass where that is needed.
    pub(crate) async fn get<F>(
        &self,
        demand: Demand,
        context: &RequestContext<'_>,
        load: impl FnOnce() -> F,
    ) -> Result<Answer<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let now = context.received_at;
        let (kept, flight) = {
            let mut state = lock(&self.state);
            let kept = state.kept.clone();
            let failure = state.failure.clone();
            let age = kept.as_ref().map(|kept| age(now, kept.asked_at));
            let fresh_for = match demand {
                Demand::Usual => self.fresh_for,
                Demand::Fresh => self.fresh_for.min(FRESH_ON_DEMAND),
            };
            if let Some(kept) = kept.as_ref().filter(|_| age.is_some_and(|age| age < fresh_for)) {
                return Ok(Answer { value: Arc::clone(&kept.value), state: CacheState::Fresh, failure: None });
            }
            let kept = kept.filter(|_| self.serves_old);
            let servable = kept.as_ref().filter(|_| age.is_some_and(|age| age < SERVED_ON_FAILURE));
            if let Some(failure) = &failure {
                let usual = if servable.is_some() { PAUSE_AFTER_FAILURE } else { self.rest_after_failure };
                if self::age(now, failure.at) < failure.rest(usual) {
                    let error = failure.error.clone();
                    return servable.map_or(Err(error.clone()), |kept| Ok(stale(kept, Some(error))));
                }
            }
            let flight = match &state.flight {
                Some(flight) => flight.clone(),
                None => {
                    let flight = self.start(now, load());
                    state.flight = Some(flight.clone());
                    flight
                }
            };
            if let (Demand::Usual, Some(kept), Some(background)) = (demand, &kept, context.background)
                && age.is_some_and(|age| age < SERVED_WHILE_REFRESHING)
            {
                background.wait_until(flight.map(drop).boxed());
                let earlier = failure.map(|failure| failure.error);
                return Ok(stale(kept, earlier));
            }
            (kept, flight)
        };
        match (flight.await, kept) {
            (Ok(value), _) => Ok(Answer { value, state: CacheState::Miss, failure: None }),
            (Err(error), Some(kept)) if age(now, kept.asked_at) < SERVED_ON_FAILURE => Ok(stale(&kept, Some(error))),
            (Err(error), _) => Err(error),
        }
    }

    /// Whether it is being asked for right now.
    pub(crate) fn is_in_flight(&self) -> bool {
        lock(&self.state).flight.is_some()
    }

    /// The answer that is kept, of whatever age.
    pub(crate) fn kept(&self) -> Option<Arc<T>> {
        lock(&self.state).kept.as_ref().map(|kept| Arc::clone(&kept.value))
    }

    /// Starts asking in a task of its own, so that a caller who leaves does not stop it for the others.
    fn start(&self, now: DateTime<Utc>, load: impl Future<Output = Result<T, Error>> + Send + 'static) -> Flight<T> {
        let (state, keeps) = (Arc::clone(&self.state), self.fresh_for > TimeDelta::zero());
        let (question, start) = (self.question, Instant::now());
        let task = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(load).catch_unwind().await.unwrap_or(Err(Error::Internal)).map(Arc::new);
            let mut state = lock(&state);
            state.flight = None;
            match &outcome {
                Ok(value) => {
                    state.failure = None;
                    state.kept = keeps.then(|| Kept { value: Arc::clone(value), asked_at: now });
                }
                Err(error) => {
                    tracing::warn!(question, cause = causes(error), "LastPass could not be read");
                    let took = TimeDelta::from_std(start.elapsed()).unwrap_or_default();
                    state.failure = Some(Failure { at: now + took, error: error.clone() });
                }
            }
            outcome
        });
        task.map(|outcome| outcome.unwrap_or(Err(Error::Internal))).boxed().shared()
    }
}

/// How old something of that moment is. A request may be older than what another has asked for meanwhile; beyond that, a
/// clock was set back, and how old it is nobody knows.
fn age(now: DateTime<Utc>, then: DateTime<Utc>) -> TimeDelta {
    let age = now - then;
    if age < -LONGEST_REQUEST { TimeDelta::MAX } else { age.max(TimeDelta::zero()) }
}

fn stale<T>(kept: &Kept<T>, failure: Option<Error>) -> Answer<T> {
    Answer { value: Arc::clone(&kept.value), state: CacheState::Stale, failure }
}

/// Nothing panics while the lock is held, so that what a poisoned one guards is whole all the same.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
