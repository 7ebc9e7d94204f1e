//! One day of a generated log: its random numbers, its clock, and the writer of its events.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use fastrand::Rng;

use crate::event_log::LogEvent;

/// Collects events. Equal strings are shared.
#[derive(Default)]
pub(crate) struct EventWriter {
    pub(crate) events: Vec<LogEvent>,
    strings: HashMap<String, Arc<str>>,
}

impl EventWriter {
    /// Returns the shared copy of a string.
    pub(crate) fn intern(&mut self, text: &str) -> Arc<str> {
        match self.strings.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = text.into();
                self.strings.insert(text.to_owned(), Arc::clone(&new));
                new
            }
        }
    }
}

/// One day in the account's time zone.
pub(crate) struct Day<'w> {
    pub(crate) date: NaiveDate,
    noon: DateTime<Utc>,
    seed: u64,
    pub(crate) writer: &'w mut EventWriter,
}

impl<'w> Day<'w> {
    pub(crate) fn new(date: NaiveDate, zone: Tz, seed: u64, writer: &'w mut EventWriter) -> Self {
        Self { date, noon: noon(date, zone), seed, writer }
    }

    pub(crate) fn is_workday(&self) -> bool {
        !matches!(self.date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// A random number generator for one purpose on this day.
    pub(crate) fn rng(&self, purpose: u64) -> Rng {
        let day = self.date.num_days_from_ce().unsigned_abs();
        // The first numbers of similar seeds are similar, so the seed is mixed.
        let mixed = (self.seed ^ u64::from(day).rotate_left(40) ^ purpose).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Rng::with_seed(mixed ^ (mixed >> 29))
    }

    /// The time this many seconds after midnight, in the local time of noon.
    pub(crate) fn at(&self, seconds: i64) -> DateTime<Utc> {
        self.noon + Duration::seconds(seconds - 12 * 3_600)
    }

    /// A random time within these hours, in microseconds.
    pub(crate) fn random_time(&self, rng: &mut Rng, hours: std::ops::Range<i64>) -> DateTime<Utc> {
        self.at(0) + Duration::microseconds(rng.i64(hours.start * 3_600_000_000..hours.end * 3_600_000_000))
    }

    pub(crate) fn write(
        &mut self,
        at: DateTime<Utc>,
        username: &Arc<str>,
        ip: &Arc<str>,
        action: &str,
        data: impl AsRef<str>,
    ) {
        let (action, data) = (self.writer.intern(action), self.writer.intern(data.as_ref()));
        self.writer.events.push(LogEvent { at, username: Arc::clone(username), ip: Arc::clone(ip), action, data });
    }
}

/// Noon exists exactly once on every day, so the times of a day are computed from it.
fn noon(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time of day");
    let local = date.and_time(noon);
    zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |noon| noon.to_utc())
}
