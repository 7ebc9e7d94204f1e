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

/// How LastPass's log stands to our clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
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
    /// It does not show what we asked, nor anything that we asked later.
    Silent {
        /// When we asked.
        since: DateTime<Utc>,
    },
    /// Nothing of ours is old enough to be looked for.
    Unknown,
}

/// Holds the moments of our calls against those of the events under our label (of this process or another), and against
/// the span from the oldest to the latest event of all.
pub(super) fn sight(
    now: DateTime<Utc>,
    calls: &[DateTime<Utc>],
    own: &[DateTime<Utc>],
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
) -> Sight {
    if let Some((_, latest)) = span.filter(|(_, latest)| *latest > now + AGREES) {
        let exact = calls.last().and_then(|call| zones_apart(*call, own, |by| by > TimeDelta::zero()));
        return Sight::Ahead { by: exact.unwrap_or(latest - now) };
    }
    if own.iter().any(|event| *event >= now - SHOWN_WITHIN) {
        return Sight::InStep;
    }
    let is_shown = |call: &DateTime<Utc>| own.iter().any(|event| (*event - *call).abs() <= SAME_CALL);
    let is_any_shown = calls.iter().any(is_shown);
    if !is_any_shown
        && let Some(by) = calls.last().and_then(|call| zones_apart(*call, own, |by| by < TimeDelta::zero()))
    {
        return Sight::Behind { by: -by };
    }
    let is_missing = |call: &&DateTime<Utc>| {
        // What is older than all that we were told of cannot be in it.
        let is_told_of = span.is_none_or(|(oldest, _)| **call >= oldest);
        is_told_of && **call <= now - SHOWN_WITHIN && !own.iter().any(|event| *event >= **call - SAME_CALL)
    };
    match calls.iter().find(is_missing) {
        Some(since) => Sight::Silent { since: *since },
        None if is_any_shown => Sight::InStep,
        None => Sight::Unknown,
    }
}

/// How far from a call an event lies that a clock of another zone would have put there: the nearest that is in question.
fn zones_apart(
    call: DateTime<Utc>,
    own: &[DateTime<Utc>],
    is_in_question: impl Fn(TimeDelta) -> bool,
) -> Option<TimeDelta> {
    let steps = |event: &DateTime<Utc>| {
        let (apart, step) = ((*event - call).num_seconds(), ZONE_STEP.num_seconds());
        let steps = (apart + step / 2).div_euclid(step);
        let rest = TimeDelta::seconds(apart - steps * step);
        (rest.abs() <= SAME_CALL).then(|| ZONE_STEP * i32::try_from(steps).unwrap_or_default())
    };
    own.iter().filter_map(steps).filter(|by| is_in_question(*by)).min_by_key(|by| by.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).expect("in range")
    }

    /// Seconds before or after now; the log reaches back ten days.
    fn check(calls: &[i64], own: &[i64], latest: i64, expected: Sight) {
        let moments = |seconds: &[i64]| seconds.iter().map(|second| at(*second)).collect::<Vec<_>>();
        let found = sight(at(0), &moments(calls), &moments(own), Some((at(-10 * 24 * HOUR), at(latest))));
        assert_eq!(found, expected, "called at {calls:?}, shown at {own:?}, latest {latest}");
    }

    const HOUR: i64 = 3600;

    #[test]
    fn calls_that_show_when_they_were_made_are_in_step() {
        check(&[-61], &[-61], -61, Sight::InStep);
        check(&[-HOUR], &[-HOUR + 2], -HOUR, Sight::InStep);
        // Another instance's, and the log is as quick as ever.
        check(&[], &[-200], -200, Sight::InStep);
        check(&[-61], &[-120], -30, Sight::InStep);
        check(&[-61], &[-61], 119, Sight::InStep);
    }

    #[test]
    fn a_log_with_another_zone_or_clock_is_ahead_or_behind() {
        let hours = TimeDelta::hours;
        check(&[-61], &[HOUR - 61], HOUR - 61, Sight::Ahead { by: hours(1) });
        check(&[-61], &[-61 - HOUR], -61 - HOUR, Sight::Behind { by: hours(1) });
        check(&[-90_000, -61], &[-61 - 3 * HOUR, -61 - 4 * HOUR], -61, Sight::Behind { by: hours(3) });
        check(&[-61], &[-66 - 5 * HOUR - 2700], -300, Sight::Behind { by: TimeDelta::minutes(345) });
        // Nothing of ours tells by how much exactly.
        check(&[], &[], 200, Sight::Ahead { by: TimeDelta::seconds(200) });
    }

    #[test]
    fn a_call_that_does_not_show_is_missed_after_a_while() {
        check(&[], &[], -10, Sight::Unknown);
        check(&[-299], &[], -10, Sight::Unknown);
        check(&[-300, -61], &[], -10, Sight::Silent { since: at(-300) });
        // What showed before is no event of another zone.
        check(&[-2 * HOUR, -HOUR], &[-2 * HOUR], -10, Sight::Silent { since: at(-HOUR) });
        check(&[-2 * HOUR, -200], &[-2 * HOUR], -10, Sight::InStep);
        check(&[-11 * 24 * HOUR], &[], -10, Sight::Unknown);
        assert_eq!(sight(at(0), &[at(-300)], &[], None), Sight::Silent { since: at(-300) });
    }
}
