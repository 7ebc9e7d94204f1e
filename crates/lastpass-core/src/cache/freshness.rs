//! How fresh data must be, and what a request does with the data that is cached. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{known_changes::LogicalTime, lastpass::Error};

/// The maximum age of data that is served while it is refreshed in the background.
const STALE_WHILE_REVALIDATE: TimeDelta = TimeDelta::hours(1);
/// The maximum age of data that is served because newer data cannot be loaded.
const STALE_IF_ERROR: TimeDelta = TimeDelta::hours(24);
/// How long a failed refresh is not retried while there is data to serve.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(30);
/// How long nothing is loaded after LastPass has refused our credentials.
const PAUSE_AFTER_REFUSAL: TimeDelta = TimeDelta::seconds(5);
/// The longest that a request that reads the cache takes. A sync may take longer: it reads the cache only at its start, for
/// the caller's role.
const MAX_REQUEST_TIME: TimeDelta = TimeDelta::minutes(1);

/// How fresh the data must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As fresh as the settings say.
    Default,
    /// Reloaded now, unless that was requested within the last 30 seconds.
    Refresh,
}

/// How long one kind of data is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetentionPolicy {
    /// How long data is fresh; zero caches nothing.
    pub(crate) fresh_for: TimeDelta,
    /// How long nothing is loaded after a failure while there is nothing to serve.
    pub(crate) pause_after_failure: TimeDelta,
    /// Whether stale data is served while newer data is loaded, or cannot be loaded.
    pub(crate) serves_stale: bool,
}

/// What a request requires of the data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requirement {
    pub(crate) freshness: Freshness,
    /// The data must have been requested from LastPass after this moment.
    pub(crate) began_after: LogicalTime,
    /// When the request arrived.
    pub(crate) now: DateTime<Utc>,
}

/// When data was requested from LastPass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadingStart {
    /// In the order of this process.
    pub(crate) order: LogicalTime,
    /// By the clock.
    pub(crate) at: DateTime<Utc>,
}

/// The last attempt to load data that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// When the attempt began, in the order of this process.
    pub(crate) began: LogicalTime,
    /// When it failed.
    pub(crate) at: DateTime<Utc>,
    pub(crate) error: Error,
}

/// What a request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Serves the cached data.
    Serve,
    /// Serves the cached data, which is refreshed in the background.
    ServeWhileLoading,
    /// Waits for newer data.
    Load,
    /// Loads nothing, since an attempt has just failed.
    Pause(Error),
}

impl RetentionPolicy {
    /// What a request does, by the cached data and the last failure.
    pub(crate) fn decide(
        &self,
        requirement: &Requirement,
        cached: Option<ReadingStart>,
        failure: Option<&Failure>,
    ) -> Decision {
        let now = requirement.now;
        let age_of_current =
            cached.filter(|start| start.order > requirement.began_after).map(|start| age(now, start.at));
        if age_of_current.is_some_and(|age| age < self.fresh_for) {
            return Decision::Serve;
        }
        if let Some(failure) = failure {
            let default = if self.is_servable(cached, now) { PAUSE_AFTER_FAILURE } else { self.pause_after_failure };
            if failure.applies_to(requirement) && age(now, failure.at) < failure.pause(default) {
                return Decision::Pause(failure.error_at(now));
            }
        }
        let may_be_stale = self.serves_stale && requirement.freshness == Freshness::Default;
        if may_be_stale && age_of_current.is_some_and(|age| age < STALE_WHILE_REVALIDATE) {
            Decision::ServeWhileLoading
        } else {
            Decision::Load
        }
    }

    /// Whether cached data is served if newer data cannot be loaded.
    pub(crate) fn is_servable(&self, cached: Option<ReadingStart>, now: DateTime<Utc>) -> bool {
        self.serves_stale && cached.is_some_and(|start| age(now, start.at) < STALE_IF_ERROR)
    }
}

impl Failure {
    /// Whether the failure keeps a request from an attempt of its own. One that began before a change says nothing of the
    /// time after it; but LastPass's rate limit is for every request.
    fn applies_to(&self, requirement: &Requirement) -> bool {
        self.began > requirement.began_after || matches!(self.error, Error::RateLimited { .. })
    }

    /// The error as a later request reports it: with what is left of LastPass's `Retry-After`.
    fn error_at(&self, now: DateTime<Utc>) -> Error {
        match &self.error {
            Error::RateLimited { status, retry_after: Some(wait) } => {
                let passed = age(now, self.at).to_std().unwrap_or_default();
                Error::RateLimited { status: *status, retry_after: Some(wait.saturating_sub(passed)) }
            }
            Error::RateLimited { retry_after: None, .. }
            | Error::Credentials
            | Error::Refused
            | Error::Timeout
            | Error::Unreachable(_)
            | Error::InvalidReply(_)
            | Error::Internal => self.error.clone(),
        }
    }

    /// How long to wait before the next attempt: as long as LastPass says, else `default`.
    fn pause(&self, default: TimeDelta) -> TimeDelta {
        match &self.error {
            Error::RateLimited { retry_after, .. } => {
                retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or(PAUSE_AFTER_FAILURE)
            }
            Error::Credentials => default.max(PAUSE_AFTER_REFUSAL),
            Error::Refused | Error::Timeout | Error::Unreachable(_) | Error::InvalidReply(_) | Error::Internal => {
                default
            }
        }
    }
}

/// The time since `then`. A request may be older than data that another one loaded meanwhile; a larger difference means
/// that a clock was set back, and the age is unknown.
pub(crate) fn age(now: DateTime<Utc>, then: DateTime<Utc>) -> TimeDelta {
    let age = now - then;
    if age < -MAX_REQUEST_TIME { TimeDelta::MAX } else { age.max(TimeDelta::zero()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetentionPolicy = RetentionPolicy {
        fresh_for: TimeDelta::minutes(5),
        pause_after_failure: TimeDelta::zero(),
        serves_stale: true,
    };

    /// What a request at second 100,000 does, with data of this age in seconds and a failure of this age. The change that
    /// it must show happened after or before the data and the failure began.
    #[track_caller]
    fn check(
        policy: RetentionPolicy,
        freshness: Freshness,
        cached: Option<(Order, i64)>,
        failure: Option<(Order, i64, Error)>,
        expected: Decision,
    ) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(100_000);
        let (before, change, after) = (LogicalTime::next(), LogicalTime::next(), LogicalTime::next());
        let order = |order| if order == Order::BeforeChange { before } else { after };
        let at = |age| now - TimeDelta::seconds(age);
        let cached = cached.map(|(began, age)| ReadingStart { order: order(began), at: at(age) });
        let failure = failure.map(|(began, age, error)| Failure { began: order(began), at: at(age), error });
        let requirement = Requirement { freshness, began_after: change, now };
        assert_eq!(policy.decide(&requirement, cached, failure.as_ref()), expected);
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Order {
        BeforeChange,
        AfterChange,
    }

    #[test]
    fn data_is_served_by_its_age_if_its_reading_began_after_the_change() {
        use Order::{AfterChange, BeforeChange};
        let default = |cached, expected| check(POLICY, Freshness::Default, cached, None, expected);
        default(None, Decision::Load);
        default(Some((AfterChange, 299)), Decision::Serve);
        default(Some((AfterChange, -59)), Decision::Serve);
        default(Some((AfterChange, -61)), Decision::Load);
        default(Some((AfterChange, 300)), Decision::ServeWhileLoading);
        default(Some((AfterChange, 3_600)), Decision::Load);
        for age in [-30, 0, 299, 300, 3_600] {
            default(Some((BeforeChange, age)), Decision::Load);
        }
        let refresh = |cached, expected| check(POLICY, Freshness::Refresh, cached, None, expected);
        refresh(Some((AfterChange, 29)), Decision::Serve);
        refresh(Some((AfterChange, 300)), Decision::Load);
        refresh(Some((BeforeChange, 0)), Decision::Load);
        let never_stale = RetentionPolicy { serves_stale: false, ..POLICY };
        check(never_stale, Freshness::Default, Some((AfterChange, 300)), None, Decision::Load);
        let uncached = RetentionPolicy { fresh_for: TimeDelta::zero(), ..POLICY };
        check(uncached, Freshness::Default, Some((AfterChange, 0)), None, Decision::ServeWhileLoading);
    }

    #[test]
    fn a_failure_pauses_the_requests_that_it_is_the_answer_to() {
        use Order::{AfterChange, BeforeChange};
        let limited_for =
            |seconds| Error::RateLimited { status: 429, retry_after: Some(std::time::Duration::from_secs(seconds)) };
        let limited = || limited_for(120);
        let check = |cached, failure: (Order, i64, Error), expected| {
            check(POLICY, Freshness::Default, cached, Some(failure), expected);
        };
        let old = Some((BeforeChange, 10));
        check(old, (BeforeChange, 5, Error::Timeout), Decision::Load);
        check(old, (AfterChange, 5, Error::Timeout), Decision::Pause(Error::Timeout));
        check(old, (AfterChange, 30, Error::Timeout), Decision::Load);
        check(old, (BeforeChange, 0, limited()), Decision::Pause(limited()));
        check(old, (BeforeChange, 119, limited()), Decision::Pause(limited_for(1)));
        check(old, (BeforeChange, 120, limited()), Decision::Load);
        check(Some((AfterChange, 10)), (AfterChange, 5, Error::Timeout), Decision::Serve);
        check(None, (AfterChange, 5, Error::Timeout), Decision::Load);
        check(None, (AfterChange, 4, Error::Credentials), Decision::Pause(Error::Credentials));
        check(None, (AfterChange, 5, Error::Credentials), Decision::Load);
    }
}
