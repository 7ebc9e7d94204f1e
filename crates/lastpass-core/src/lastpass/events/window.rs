//! Which stretch of time is wanted, and which one LastPass is asked for.

use std::ops::Range;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::lastpass::local_time::RepeatedHour;

/// The moments at which an event can have happened, in Unix seconds: from 1973 to 5138, as for all dates.
const EARLIEST: i64 = 100_000_000;
const LATEST: i64 = 100_000_000_000;

/// A stretch of time, its end excluded. Events are told to the second, so it is kept in whole ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventWindow {
    from: i64,
    to: i64,
}

impl EventWindow {
    /// The time from `from` up to, but without, `to`; empty where `to` is not later.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self { from: whole_second(from), to: whole_second(to) }
    }

    /// Whether no event can lie in it.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub(crate) fn end(self) -> i64 {
        self.to
    }

    pub(crate) fn contains(self, second: i64) -> bool {
        (self.from..self.to).contains(&second)
    }

    /// What LastPass is asked for, so that nothing is missing however it reads the question.
    ///
    /// Whether it counts the second `to` in is not documented, nor whether it does so with `from`: it is asked for
    /// a second more at either end. A local time that exists twice would say two things: where an end lies in
    /// such an hour, the whole hour is asked for.
    pub(crate) fn asked(self, zone: Tz) -> Asked {
        let mut asked = Asked { from: self.from - 1, to: self.to, needed: self.from..self.to };
        if let Some(hour) = RepeatedHour::around(zone, asked.from) {
            asked.from = hour.start() - 1;
        }
        if let Some(hour) = RepeatedHour::around(zone, self.from) {
            asked.needed.start = hour.start();
        }
        if let Some(hour) = RepeatedHour::around(zone, self.to) {
            asked.to = hour.end();
            if self.to > hour.start() {
                asked.needed.end = hour.end();
            }
        }
        asked
    }
}

/// The stretch that LastPass is asked for, in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// The seconds of which events are needed, those of other passes of their hours included.
    pub(crate) needed: Range<i64>,
}

/// The first whole second that is not before the moment.
fn whole_second(moment: DateTime<Utc>) -> i64 {
    let second = moment.trunc_subsecs(0);
    let second = if second < moment { second + TimeDelta::seconds(1) } else { second };
    second.timestamp().clamp(EARLIEST, LATEST)
}
