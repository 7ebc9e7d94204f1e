//! The window of events that is wanted, and the range that is requested for it.

use std::ops::Range;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::lastpass::local_time::RepeatedHour;

/// The earliest and the latest time of an event in Unix seconds: from 1973 to 5138, as for all dates.
const EARLIEST: i64 = 100_000_000;
const LATEST: i64 = 100_000_000_000;

/// A period of time, its end excluded, in whole seconds, as the times of events are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventWindow {
    from: i64,
    to: i64,
}

impl EventWindow {
    /// Returns the window from `from`, inclusive, to `to`, exclusive. It is empty if `to` is not later.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self { from: whole_second(from), to: whole_second(to) }
    }

    /// Whether no event can be in the window.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub(crate) fn end(self) -> i64 {
        self.to
    }

    pub(crate) fn contains(self, second: i64) -> bool {
        (self.from..self.to).contains(&second)
    }

    /// Returns the range to request, so that no event is missing however LastPass interprets it.
    ///
    /// It is not documented whether LastPass includes the seconds `from` and `to`: one more second is requested at both
    /// ends. A local time of a repeated hour is ambiguous: if an end is in such an hour, the whole hour is requested.
    pub(crate) fn query_range(self, zone: Tz) -> QueryRange {
        let mut range = QueryRange { from: self.from - 1, to: self.to, needed: self.from..self.to };
        if let Some(hour) = RepeatedHour::containing(zone, range.from) {
            range.from = hour.start() - 1;
        }
        if let Some(hour) = RepeatedHour::containing(zone, self.from) {
            range.needed.start = hour.start();
        }
        if let Some(hour) = RepeatedHour::containing(zone, self.to) {
            range.to = hour.end();
            if self.to > hour.start() {
                range.needed.end = hour.end();
            }
        }
        range
    }
}

/// The range that is requested from LastPass, in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryRange {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// The seconds whose events are needed, including both occurrences of a repeated hour.
    pub(crate) needed: Range<i64>,
}

/// Rounds up to whole seconds, within the range of valid dates.
fn whole_second(time: DateTime<Utc>) -> i64 {
    let second = time.trunc_subsecs(0);
    let second = if second < time { second + TimeDelta::seconds(1) } else { second };
    second.timestamp().clamp(EARLIEST, LATEST)
}
