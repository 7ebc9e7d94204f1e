//! Whether the clock and time zone of LastPass's event log agree with ours, by the times at which our own calls appear in
//! it. Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// The largest difference between clocks that counts as agreement.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);
/// How long a call may take to appear in the log.
const MAX_LOG_DELAY: TimeDelta = TimeDelta::minutes(5);
/// The largest difference between the time of a call and that of its event.
const MATCH_TOLERANCE: TimeDelta = TimeDelta::seconds(10);
/// Time zones differ by a multiple of this.
const ZONE_STEP: TimeDelta = TimeDelta::minutes(15);
/// The largest difference between two time zones.
pub(crate) const MAX_ZONE_DIFFERENCE: TimeDelta = TimeDelta::hours(26);

/// One of our calls that LastPass answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ApiCall {
    pub(crate) at: DateTime<Utc>,
    /// The newest event under our label at that time: only a newer event can be this call.
    pub(crate) newest_before: Option<DateTime<Utc>>,
}

/// The times of the events in the log.
#[derive(Debug, Default)]
pub(crate) struct LogTimes {
    /// Events under our label, of this process or another.
    own: Vec<DateTime<Utc>>,
    /// The oldest and the newest event.
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl LogTimes {
    pub(crate) fn add(&mut self, at: DateTime<Utc>, is_own: bool) {
        if is_own {
            self.own.push(at);
        }
        let (oldest, latest) = self.span.unwrap_or((at, at));
        self.span = Some((oldest.min(at), latest.max(at)));
    }

    pub(crate) fn newest_own(&self) -> Option<DateTime<Utc>> {
        self.own.iter().max().copied()
    }

    pub(crate) fn oldest(&self) -> Option<DateTime<Utc>> {
        self.span.map(|(oldest, _)| oldest)
    }

    /// How long after the call each of our events lies that appeared in the log since.
    fn delays_since(&self, call: ApiCall) -> impl Iterator<Item = TimeDelta> {
        let appeared_later = move |event: &&DateTime<Utc>| call.newest_before.is_none_or(|newest| **event > newest);
        self.own.iter().filter(appeared_later).map(move |event| *event - call.at)
    }
}

/// How the log's clock compares with ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockSkew {
    /// They agree: our calls appear when they were made.
    None,
    /// The log is ahead: it has events of the future.
    Ahead {
        /// By how much.
        by: TimeDelta,
    },
    /// The log is behind: our last call appears before it was made.
    Behind {
        /// By how much.
        by: TimeDelta,
    },
    /// A call does not appear in the log.
    MissingCall {
        /// When that call was made.
        at: DateTime<Utc>,
    },
    /// No call is old enough to be expected in the log.
    Unknown,
}

/// Compares our calls, the latest at the end, with the log.
pub(crate) fn clock_skew(now: DateTime<Utc>, calls: &[ApiCall], log: &LogTimes) -> ClockSkew {
    let last = calls.last().copied();
    let zone_difference = |accepts: fn(TimeDelta) -> bool| last.and_then(|call| zone_difference(call, log, accepts));
    if let Some((_, latest)) = log.span.filter(|(_, latest)| *latest > now + TOLERANCE) {
        return ClockSkew::Ahead { by: zone_difference(|by| by > TimeDelta::zero()).unwrap_or(latest - now) };
    }
    if log.newest_own().is_some_and(|event| event >= now - MAX_LOG_DELAY) {
        return ClockSkew::None;
    }
    if last.is_some_and(|call| log.delays_since(call).any(|delay| delay.abs() <= MATCH_TOLERANCE)) {
        return ClockSkew::None;
    }
    if let Some(by) = zone_difference(|by| by < TimeDelta::zero()) {
        return ClockSkew::Behind { by: -by };
    }
    let is_missing = |call: &&ApiCall| {
        // A call older than the whole reply cannot be in it.
        let is_covered = log.span.is_none_or(|(oldest, _)| call.at >= oldest);
        is_covered && call.at <= now - MAX_LOG_DELAY && log.delays_since(**call).next().is_none()
    };
    calls.iter().find(is_missing).map_or(ClockSkew::Unknown, |call| ClockSkew::MissingCall { at: call.at })
}

/// The smallest difference of time zones that explains an event as this call, of those that `accepts` allows.
fn zone_difference(call: ApiCall, log: &LogTimes, accepts: impl Fn(TimeDelta) -> bool) -> Option<TimeDelta> {
    let whole_steps = |delay: TimeDelta| {
        let (delay, step) = (delay.num_seconds(), ZONE_STEP.num_seconds());
        let steps = (delay + step / 2).div_euclid(step);
        let rest = TimeDelta::seconds(delay - steps * step);
        (rest.abs() <= MATCH_TOLERANCE).then(|| TimeDelta::seconds(steps * step))
    };
    let is_possible = |by: &TimeDelta| by.abs() <= MAX_ZONE_DIFFERENCE && accepts(*by);
    log.delays_since(call).filter_map(whole_steps).filter(is_possible).min_by_key(|by| by.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).expect("in range")
    }

    /// A log that reaches back ten days and ends ten seconds ago, with our own events at these seconds before now.
    fn log(own: &[i64]) -> LogTimes {
        let mut log = LogTimes::default();
        for (second, is_own) in own.iter().map(|second| (*second, true)).chain([(-10 * DAY, false), (-10, false)]) {
            log.add(at(second), is_own);
        }
        log
    }

    /// Each call comes with the newest of our events at that time.
    fn check(calls: &[(i64, Option<i64>)], own: &[i64], expected: ClockSkew) {
        let calls: Vec<_> =
            calls.iter().map(|(second, newest)| ApiCall { at: at(*second), newest_before: newest.map(at) }).collect();
        assert_eq!(clock_skew(at(0), &calls, &log(own)), expected, "{calls:?}, logged at {own:?}");
    }

    fn ahead(minutes: i64) -> ClockSkew {
        ClockSkew::Ahead { by: TimeDelta::minutes(minutes) }
    }

    fn behind(minutes: i64) -> ClockSkew {
        ClockSkew::Behind { by: TimeDelta::minutes(minutes) }
    }

    #[test]
    fn calls_that_appear_when_they_were_made_mean_no_skew() {
        check(&[(-61, None)], &[-61], ClockSkew::None);
        check(&[(-HOUR, None)], &[-HOUR + 2], ClockSkew::None);
        check(&[(-2 * HOUR, None), (-HOUR, Some(-2 * HOUR))], &[-2 * HOUR, -HOUR], ClockSkew::None);
        // The call of another instance.
        check(&[], &[-200], ClockSkew::None);
        check(&[(-61, None)], &[-120], ClockSkew::None);
        check(&[(-61, None)], &[-61, 119], ClockSkew::None);
    }

    #[test]
    fn a_log_of_another_time_zone_or_clock_is_ahead_or_behind() {
        check(&[(-61, None)], &[HOUR - 61], ahead(60));
        check(&[(-61, None)], &[-61 - HOUR], behind(60));
        check(&[(-90_000, None), (-61, Some(-90_000 - 3 * HOUR))], &[-90_000 - 3 * HOUR, -61 - 3 * HOUR], behind(180));
        check(&[(-61, None)], &[-66 - 5 * HOUR - 2700], behind(345));
        // A monitor that calls every half hour: each call appears at the time of the one before the last.
        check(
            &[(-HOUR, Some(-5400 - HOUR)), (-1800, Some(-2 * HOUR))],
            &[-5400 - HOUR, -2 * HOUR, -1800 - HOUR],
            behind(60),
        );
        // Without an own call the exact difference is unknown.
        check(&[], &[200], ClockSkew::Ahead { by: TimeDelta::seconds(200) });
    }

    #[test]
    fn a_call_that_does_not_appear_in_time_is_missing() {
        check(&[], &[], ClockSkew::Unknown);
        check(&[(-299, None)], &[], ClockSkew::Unknown);
        check(&[(-300, None), (-61, None)], &[], ClockSkew::MissingCall { at: at(-300) });
        // An event that was there before a call is not that call.
        check(&[(-400, Some(-3104))], &[-3104], ClockSkew::MissingCall { at: at(-400) });
        check(&[(-61, Some(-1864))], &[-1864], ClockSkew::Unknown);
        check(&[(-HOUR, Some(-2 * HOUR))], &[-2 * HOUR], ClockSkew::MissingCall { at: at(-HOUR) });
        check(&[(-200, Some(-2 * HOUR))], &[-2 * HOUR], ClockSkew::Unknown);
        // No time zones differ by that much: another instance made that call.
        check(&[(-400, None)], &[-400 - 27 * HOUR], ClockSkew::Unknown);
        check(&[(-11 * DAY, None)], &[], ClockSkew::Unknown);
        let call = ApiCall { at: at(-300), newest_before: None };
        assert_eq!(clock_skew(at(0), &[call], &LogTimes::default()), ClockSkew::MissingCall { at: at(-300) });
    }
}
