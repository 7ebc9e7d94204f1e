//! Whether LastPass's log shows our own calls when we made them: what its clock, its zone and its feed are told by.

use chrono::{DateTime, TimeDelta, Utc};

/// How far clocks may differ that agree.
const AGREES: TimeDelta = TimeDelta::minutes(2);
/// How long a call may take to show in the log.
const SHOWN_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// How far from the moment of a call its event may lie that is recognised by it.
const SAME_CALL: TimeDelta = TimeDelta::seconds(10);
/// Zones differ by a multiple of this.
const ZONE_STEP: TimeDelta = TimeDelta::minutes(15);
/// No two zones are further apart.
pub(crate) const FARTHEST: TimeDelta = TimeDelta::hours(26);

/// A call of ours that LastPass answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) at: DateTime<Utc>,
    /// The newest event under our label that the log had then: only what is newer can be this call.
    pub(crate) newest_before: Option<DateTime<Utc>>,
}

/// The moments of the events that were read.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Of those under our label, of this process or another.
    own: Vec<DateTime<Utc>>,
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Log {
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

    /// How far from a call the events lie that came into the log after it.
    fn since(&self, call: Call) -> impl Iterator<Item = TimeDelta> {
        let came_later = move |event: &&DateTime<Utc>| call.newest_before.is_none_or(|newest| **event > newest);
        self.own.iter().filter(came_later).map(move |event| *event - call.at)
    }
}

/// How LastPass's log stands to our clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// It shows our calls when we made them.
    InStep,
    /// It has events that have not happened yet.
    Ahead {
        /// By how much.
        by: TimeDelta,
    },
    /// It shows our last call before we made it.
    Behind {
        /// By how much.
        by: TimeDelta,
    },
    /// It shows nothing of what we asked since.
    Silent {
        /// When we asked.
        since: DateTime<Utc>,
    },
    /// Nothing of ours is old enough to be looked for.
    Unknown,
}

/// Holds our calls, the last at the end, against the log.
pub(crate) fn sight(now: DateTime<Utc>, calls: &[Call], log: &Log) -> Sight {
    let last = calls.last().copied();
    let apart = |is_in_question: fn(TimeDelta) -> bool| last.and_then(|call| zones_apart(call, log, is_in_question));
    if let Some((_, latest)) = log.span.filter(|(_, latest)| *latest > now + AGREES) {
        return Sight::Ahead { by: apart(|by| by > TimeDelta::zero()).unwrap_or(latest - now) };
    }
    if log.newest_own().is_some_and(|event| event >= now - SHOWN_WITHIN) {
        return Sight::InStep;
    }
    if last.is_some_and(|call| log.since(call).any(|apart| apart.abs() <= SAME_CALL)) {
        return Sight::InStep;
    }
    if let Some(by) = apart(|by| by < TimeDelta::zero()) {
        return Sight::Behind { by: -by };
    }
    let is_missed = |call: &&Call| {
        // What is older than all that we were told of cannot be in it.
        let is_told_of = log.span.is_none_or(|(oldest, _)| call.at >= oldest);
        is_told_of && call.at <= now - SHOWN_WITHIN && log.since(**call).next().is_none()
    };
    calls.iter().find(is_missed).map_or(Sight::Unknown, |call| Sight::Silent { since: call.at })
}

/// How far from a call an event lies that a clock of another zone would have put there: the nearest that is in question.
fn zones_apart(call: Call, log: &Log, is_in_question: impl Fn(TimeDelta) -> bool) -> Option<TimeDelta> {
    let steps = |apart: TimeDelta| {
        let (apart, step) = (apart.num_seconds(), ZONE_STEP.num_seconds());
        let steps = (apart + step / 2).div_euclid(step);
        let rest = TimeDelta::seconds(apart - steps * step);
        (rest.abs() <= SAME_CALL).then(|| TimeDelta::seconds(steps * step))
    };
    let is_of_a_zone = |by: &TimeDelta| by.abs() <= FARTHEST && is_in_question(*by);
    log.since(call).filter_map(steps).filter(is_of_a_zone).min_by_key(|by| by.abs())
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
    fn log(own: &[i64]) -> Log {
        let mut log = Log::default();
        for (second, is_own) in own.iter().map(|second| (*second, true)).chain([(-10 * DAY, false), (-10, false)]) {
            log.add(at(second), is_own);
        }
        log
    }

    /// Calls are told with the newest event of ours that the log had then.
    fn check(calls: &[(i64, Option<i64>)], own: &[i64], expected: Sight) {
        let calls: Vec<_> =
            calls.iter().map(|(second, newest)| Call { at: at(*second), newest_before: newest.map(at) }).collect();
        assert_eq!(sight(at(0), &calls, &log(own)), expected, "{calls:?}, shown at {own:?}");
    }

    fn ahead(minutes: i64) -> Sight {
        Sight::Ahead { by: TimeDelta::minutes(minutes) }
    }

    fn behind(minutes: i64) -> Sight {
        Sight::Behind { by: TimeDelta::minutes(minutes) }
    }

    #[test]
    fn calls_that_show_when_they_were_made_are_in_step() {
        check(&[(-61, None)], &[-61], Sight::InStep);
        check(&[(-HOUR, None)], &[-HOUR + 2], Sight::InStep);
        check(&[(-2 * HOUR, None), (-HOUR, Some(-2 * HOUR))], &[-2 * HOUR, -HOUR], Sight::InStep);
        // Another instance's, and the log is as quick as ever.
        check(&[], &[-200], Sight::InStep);
        check(&[(-61, None)], &[-120], Sight::InStep);
        check(&[(-61, None)], &[-61, 119], Sight::InStep);
    }

    #[test]
    fn a_log_with_another_zone_or_clock_is_ahead_or_behind() {
        check(&[(-61, None)], &[HOUR - 61], ahead(60));
        check(&[(-61, None)], &[-61 - HOUR], behind(60));
        check(&[(-90_000, None), (-61, Some(-90_000 - 3 * HOUR))], &[-90_000 - 3 * HOUR, -61 - 3 * HOUR], behind(180));
        check(&[(-61, None)], &[-66 - 5 * HOUR - 2700], behind(345));
        // A monitor that asks every half hour: each call shows where the one before the last was made.
        check(
            &[(-HOUR, Some(-5400 - HOUR)), (-1800, Some(-2 * HOUR))],
            &[-5400 - HOUR, -2 * HOUR, -1800 - HOUR],
            behind(60),
        );
        // Nothing of ours tells by how much exactly.
        check(&[], &[200], Sight::Ahead { by: TimeDelta::seconds(200) });
    }

    #[test]
    fn a_call_that_does_not_show_is_missed_after_a_while() {
        check(&[], &[], Sight::Unknown);
        check(&[(-299, None)], &[], Sight::Unknown);
        check(&[(-300, None), (-61, None)], &[], Sight::Silent { since: at(-300) });
        // What the log had before a call is not that call, wherever it lies.
        check(&[(-400, Some(-3104))], &[-3104], Sight::Silent { since: at(-400) });
        check(&[(-61, Some(-1864))], &[-1864], Sight::Unknown);
        check(&[(-HOUR, Some(-2 * HOUR))], &[-2 * HOUR], Sight::Silent { since: at(-HOUR) });
        check(&[(-200, Some(-2 * HOUR))], &[-2 * HOUR], Sight::Unknown);
        // No zones are so far apart; another instance asked then.
        check(&[(-400, None)], &[-400 - 27 * HOUR], Sight::Unknown);
        check(&[(-11 * DAY, None)], &[], Sight::Unknown);
        let call = Call { at: at(-300), newest_before: None };
        assert_eq!(sight(at(0), &[call], &Log::default()), Sight::Silent { since: at(-300) });
    }
}
