//! One kind of cached data: fresh, served stale while it is refreshed or cannot be, and loaded by one task at a time.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, select_all},
};
use tokio::time::Instant;

use crate::{
    cache::freshness::{Decision, Failure, Freshness, ReadingStart, Requirement, RetentionPolicy, age},
    error_chain::causes,
    known_changes::LogicalTime,
    lastpass::Error,
    request_context::{CacheState, RequestContext},
};

/// [`Freshness::Refresh`] does not reload data again within this time.
const REFRESH_INTERVAL: TimeDelta = TimeDelta::seconds(30);
/// The most readings at the same time. A second one is started only for a request that must show a change which was made
/// after the first one began, or that forces a reading ([`Freshness::Refresh`]), which must begin after the request.
const MAX_READINGS: usize = 2;

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
    policy: RetentionPolicy,
    follows_changes: bool,
}

struct State<T> {
    cached: Option<Cached<T>>,
    /// The readings under way, in the order in which they began.
    readings: Vec<Reading<T>>,
    failure: Option<Failure>,
    /// When [`Freshness::Refresh`] last required new data.
    refresh: Option<ReadingStart>,
}

struct Cached<T> {
    value: Arc<T>,
    start: ReadingStart,
}

type Outcome<T> = Shared<BoxFuture<'static, Result<Cached<T>, Error>>>;

struct Reading<T> {
    began: LogicalTime,
    outcome: Outcome<T>,
}

/// What a request does next.
enum NextStep<T> {
    Reply(Result<CacheRead<T>, Error>),
    /// Takes the outcome of a reading.
    WaitFor(Outcome<T>),
    /// Waits until one of the readings ends, all of which began too early for this request.
    WaitForRoom(Vec<Outcome<T>>),
}

impl<T> Cached<T> {
    fn read(&self, state: CacheState, failure: Option<Error>) -> CacheRead<T> {
        CacheRead { value: Arc::clone(&self.value), read_at: self.start.at, state, failure }
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), start: self.start }
    }
}

impl<T: Send + Sync + 'static> Slot<T> {
    /// An empty slot. Data that was read less than `fresh_for` ago is fresh; zero caches nothing.
    pub(crate) fn new(name: &'static str, fresh_for: Duration, pause_after_failure: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        let (fresh_for, pause_after_failure) = (delta(fresh_for), delta(pause_after_failure));
        Self {
            state: Arc::new(Mutex::new(State { cached: None, readings: Vec::new(), failure: None, refresh: None })),
            name,
            policy: RetentionPolicy { fresh_for, pause_after_failure, serves_stale: true },
            follows_changes: true,
        }
    }

    /// The same slot, which never serves stale data.
    pub(crate) fn without_stale(self) -> Self {
        Self { policy: RetentionPolicy { serves_stale: false, ..self.policy }, ..self }
    }

    /// The same slot, for data that does not show changes.
    pub(crate) fn independent_of_changes(self) -> Self {
        Self { follows_changes: false, ..self }
    }

    /// The data, as fresh as requested and with the changes that the request must show; `load` is called if it has to be
    /// loaded.
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
        let began_after = self.began_after(freshness, context);
        let requirement = Requirement { freshness, began_after, now: context.received_at };
        let mut load = Some(load);
        let outcome = loop {
            match self.next_step(&requirement, context, &mut load) {
                NextStep::Reply(result) => return result,
                NextStep::WaitFor(outcome) => break outcome,
                NextStep::WaitForRoom(outcomes) => drop(select_all(outcomes).await),
            }
        };
        match outcome.await {
            Ok(loaded) => Ok(loaded.read(CacheState::Miss, None)),
            Err(error) => lock(&self.state).without_newer(error, &self.policy, requirement.now),
        }
    }

    /// Whether data is being loaded right now.
    pub(crate) fn is_loading(&self) -> bool {
        !lock(&self.state).readings.is_empty()
    }

    /// The cached data, of whatever age.
    pub(crate) fn cached(&self) -> Option<Arc<T>> {
        lock(&self.state).cached.as_ref().map(|cached| Arc::clone(&cached.value))
    }

    /// The cached data, of whatever age, if it shows the changes that the request must show.
    pub(crate) fn cached_for(&self, context: &RequestContext<'_>) -> Option<Arc<T>> {
        let began_after = self.began_after(Freshness::Default, context);
        let state = lock(&self.state);
        state.cached.as_ref().filter(|cached| cached.start.order > began_after).map(|cached| Arc::clone(&cached.value))
    }

    /// The moment after which the reading of the data must have begun.
    fn began_after(&self, freshness: Freshness, context: &RequestContext<'_>) -> LogicalTime {
        let changes = if self.follows_changes { context.changes_known_at } else { LogicalTime::START };
        match freshness {
            Freshness::Default => changes,
            Freshness::Refresh => {
                let (mut state, now) = (lock(&self.state), context.received_at);
                let recent = state.refresh.filter(|refresh| age(now, refresh.at) < REFRESH_INTERVAL);
                let refresh = recent.unwrap_or_else(|| ReadingStart { order: LogicalTime::next(), at: now });
                state.refresh = Some(refresh);
                refresh.order.max(changes)
            }
        }
    }

    fn next_step<F>(
        &self,
        requirement: &Requirement,
        context: &RequestContext<'_>,
        load: &mut Option<impl FnOnce() -> F>,
    ) -> NextStep<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let state = &mut *lock(&self.state);
        let start = state.cached.as_ref().map(|cached| cached.start);
        let decision = self.policy.decide(requirement, start, state.failure.as_ref());
        match (&decision, &state.cached) {
            (Decision::Serve, Some(cached)) => return NextStep::Reply(Ok(cached.read(CacheState::Fresh, None))),
            (Decision::Pause(error), _) => {
                return NextStep::Reply(state.without_newer(error.clone(), &self.policy, requirement.now));
            }
            (Decision::Serve | Decision::ServeWhileLoading | Decision::Load, _) => {}
        }
        // A reading that began before that of the cached data would not replace it.
        let began_after = start.map_or(requirement.began_after, |start| start.order.max(requirement.began_after));
        let current = state.readings.iter().rfind(|reading| reading.began > began_after);
        let outcome = current.map(|reading| reading.outcome.clone()).or_else(|| {
            let load = load.take_if(|_| state.readings.len() < MAX_READINGS)?;
            let reading = self.start(requirement.now, load());
            let outcome = reading.outcome.clone();
            state.readings.push(reading);
            Some(outcome)
        });
        if let (Decision::ServeWhileLoading, Some(cached), Some(background)) =
            (decision, &state.cached, context.background)
        {
            if let Some(outcome) = outcome {
                background.wait_until(outcome.map(drop).boxed());
            }
            let failure = state.failure.as_ref().map(|failure| failure.error.clone());
            return NextStep::Reply(Ok(cached.read(CacheState::Stale, failure)));
        }
        let all = || state.readings.iter().map(|reading| reading.outcome.clone()).collect();
        outcome.map_or_else(|| NextStep::WaitForRoom(all()), NextStep::WaitFor)
    }

    /// Loads in a task of its own, so that a caller who disconnects does not stop it for the others.
    fn start(&self, now: DateTime<Utc>, load: impl Future<Output = Result<T, Error>> + Send + 'static) -> Reading<T> {
        let (state, keeps) = (Arc::clone(&self.state), self.policy.fresh_for > TimeDelta::zero());
        let (name, clock) = (self.name, Instant::now());
        let start = ReadingStart { order: LogicalTime::next(), at: now };
        let task = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(load).catch_unwind().await.unwrap_or(Err(Error::Internal));
            let outcome = outcome.map(|value| Cached { value: Arc::new(value), start });
            if let Err(error) = &outcome {
                tracing::warn!(data = name, cause = causes(error), "LastPass could not be read");
            }
            let took = TimeDelta::from_std(clock.elapsed()).unwrap_or_default();
            lock(&state).end(start, start.at + took, &outcome, keeps);
            outcome
        });
        let outcome = task.map(|outcome| outcome.unwrap_or(Err(Error::Internal))).boxed().shared();
        Reading { began: start.order, outcome }
    }
}

impl<T> State<T> {
    /// Notes the outcome of a reading, unless a reading that began later has ended already.
    fn end(&mut self, start: ReadingStart, now: DateTime<Utc>, outcome: &Result<Cached<T>, Error>, keeps: bool) {
        self.readings.retain(|reading| reading.began != start.order);
        if self.cached.as_ref().is_some_and(|cached| cached.start.order > start.order) {
            return;
        }
        if self.failure.as_ref().is_none_or(|failure| failure.began < start.order) {
            let failure = |error: &Error| Failure { began: start.order, at: now, error: error.clone() };
            self.failure = outcome.as_ref().err().map(failure);
        }
        if let Ok(loaded) = outcome {
            self.cached = keeps.then(|| loaded.clone());
        }
    }

    /// The reply of a request for which no newer data can be loaded.
    fn without_newer(&self, error: Error, policy: &RetentionPolicy, now: DateTime<Utc>) -> Result<CacheRead<T>, Error> {
        let cached = self.cached.as_ref().filter(|cached| policy.is_servable(Some(cached.start), now));
        cached.map_or_else(|| Err(error.clone()), |cached| Ok(cached.read(CacheState::Stale, Some(error.clone()))))
    }
}

/// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        future::{poll_fn, ready},
        pin::pin,
        task::Poll,
    };

    use tokio::sync::oneshot;

    use super::*;

    const START: LogicalTime = LogicalTime::START;

    fn slot() -> Slot<u32> {
        Slot::new("numbers", Duration::from_secs(300), Duration::ZERO)
    }

    /// A request at `seconds` that must show the changes until `changes`.
    fn request(seconds: i64, changes: LogicalTime) -> RequestContext<'static> {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        RequestContext::new(now, None).with_changes_known_at(changes)
    }

    /// Reads the slot and returns the value and its state; a reading returns `loaded`.
    async fn read(
        slot: &Slot<u32>,
        freshness: Freshness,
        context: RequestContext<'_>,
        loaded: u32,
    ) -> (u32, CacheState) {
        let read = slot.get(freshness, &context, || ready(Ok(loaded))).await.expect("a value");
        (*read.value, read.state)
    }

    /// Starts a reading that returns what is sent later.
    fn start_reading(slot: &Slot<u32>, changes: LogicalTime) -> oneshot::Sender<u32> {
        let (sender, receiver) = oneshot::channel();
        let load = || async { Ok(receiver.await.expect("a value")) };
        let context = request(0, changes);
        assert!(slot.get(Freshness::Default, &context, load).now_or_never().is_none(), "it waits for the reading");
        sender
    }

    async fn readings_end(slot: &Slot<u32>, left: usize) {
        while lock(&slot.state).readings.len() > left {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_change_causes_one_reading() {
        use CacheState::{Fresh, Miss};
        let slot = slot();
        let default = async |changes, loaded| read(&slot, Freshness::Default, request(0, changes), loaded).await;
        assert_eq!(default(START, 1).await, (1, Miss));
        let (first, second) = (LogicalTime::next(), LogicalTime::next());
        assert_eq!(default(START, 2).await, (1, Fresh));
        assert_eq!(default(second, 3).await, (3, Miss));
        for known in [second, first, START, second] {
            assert_eq!(default(known, 4).await, (3, Fresh));
        }
        assert_eq!(default(LogicalTime::next(), 5).await, (5, Miss));
        let other = Slot::new("others", Duration::from_secs(60), Duration::ZERO).independent_of_changes();
        assert_eq!(read(&other, Freshness::Default, request(0, START), 1).await, (1, Miss));
        assert_eq!(read(&other, Freshness::Default, request(0, LogicalTime::next()), 2).await, (1, Fresh));
    }

    #[tokio::test]
    async fn a_reading_that_began_before_the_change_is_neither_joined_nor_kept() {
        let slot = slot();
        let before = start_reading(&slot, START);
        let change = LogicalTime::next();
        assert_eq!(read(&slot, Freshness::Default, request(0, change), 2).await, (2, CacheState::Miss));
        before.send(1).expect("the reading continues");
        readings_end(&slot, 0).await;
        for known in [START, change] {
            assert_eq!(read(&slot, Freshness::Default, request(0, known), 3).await, (2, CacheState::Fresh));
        }
    }

    #[tokio::test]
    async fn two_readings_run_at_most_and_a_third_request_starts_its_own_when_one_ends() {
        let slot = slot();
        let first = start_reading(&slot, START);
        let second = start_reading(&slot, LogicalTime::next());
        let context = request(0, LogicalTime::next());
        let mut third = pin!(slot.get(Freshness::Default, &context, || ready(Ok(3))));
        let is_pending = poll_fn(|task| Poll::Ready(third.as_mut().poll(task).is_pending())).await;
        assert!(is_pending);
        assert_eq!(lock(&slot.state).readings.len(), 2);
        second.send(2).expect("the reading continues");
        assert_eq!(*third.await.expect("a value").value, 3);
        first.send(1).expect("the reading continues");
        readings_end(&slot, 0).await;
        assert_eq!(slot.cached().as_deref(), Some(&3));
    }

    #[tokio::test]
    async fn a_failed_reading_shows_no_change_and_is_repeated_after_a_pause() {
        let slot = slot();
        read(&slot, Freshness::Default, request(0, START), 1).await;
        let change = LogicalTime::next();
        let failed = slot.get(Freshness::Default, &request(0, change), || ready(Err(Error::Timeout))).await;
        let failed = failed.expect("the earlier value");
        assert_eq!((*failed.value, failed.state, failed.failure), (1, CacheState::Stale, Some(Error::Timeout)));
        assert_eq!(read(&slot, Freshness::Default, request(29, change), 2).await, (1, CacheState::Stale));
        assert_eq!(read(&slot, Freshness::Default, request(29, START), 2).await, (1, CacheState::Fresh));
        assert_eq!(read(&slot, Freshness::Default, request(31, change), 2).await, (2, CacheState::Miss));
    }

    #[tokio::test]
    async fn only_fresh_reads_count_against_fresh_reads() {
        use CacheState::{Fresh, Miss};
        let slot = slot();
        let refresh =
            async |seconds, changes, loaded| read(&slot, Freshness::Refresh, request(seconds, changes), loaded).await;
        assert_eq!(read(&slot, Freshness::Default, request(0, START), 1).await, (1, Miss));
        assert_eq!(refresh(1, START, 2).await, (2, Miss));
        assert_eq!(refresh(30, START, 3).await, (2, Fresh));
        let change = LogicalTime::next();
        assert_eq!(refresh(30, change, 4).await, (4, Miss));
        assert_eq!(refresh(30, change, 5).await, (4, Fresh));
        assert_eq!(refresh(31, change, 6).await, (6, Miss));
    }

    #[tokio::test]
    async fn an_earlier_reading_under_way_is_not_fresh() {
        let slot = slot();
        let before = start_reading(&slot, START);
        assert_eq!(read(&slot, Freshness::Refresh, request(0, START), 2).await, (2, CacheState::Miss));
        before.send(1).expect("the reading continues");
        readings_end(&slot, 0).await;
        assert_eq!(slot.cached().as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn zero_seconds_cache_nothing() {
        let slot = Slot::new("numbers", Duration::ZERO, Duration::ZERO);
        let change = LogicalTime::next();
        for (loaded, freshness, known) in
            [(1, Freshness::Default, START), (2, Freshness::Default, change), (3, Freshness::Refresh, change)]
        {
            assert_eq!(read(&slot, freshness, request(0, known), loaded).await, (loaded, CacheState::Miss));
        }
    }
}
