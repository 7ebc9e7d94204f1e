//! Months of believable events out of a seed, a head count and a day.
//!
//! Chance is drawn from the seed and each day's date, wherever `today` is: a log made tomorrow tells
//! the same of yesterday, but for what follows people's last logins and first days, which move with `today`.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use fastrand::Rng;

use crate::{
    company::Company,
    log::{LogEvent, incidents, staff::Staff, work},
};

const DAYS: u64 = 120;

/// The events of those days, up to the start of `today` (UTC).
pub(crate) fn events(seed: u64, people: usize, today: NaiveDate) -> Vec<LogEvent> {
    if people == 0 {
        return Vec::new();
    }
    let company = Company::generate(seed, people, today);
    let now = today.and_time(NaiveTime::MIN).and_utc();
    let mut scribe = Scribe { events: Vec::new(), texts: HashMap::new() };
    let staff = Staff::of(&company, &mut scribe);
    for days_ago in (1..=DAYS).rev() {
        let Some(date) = today.checked_sub_days(Days::new(days_ago)) else { continue };
        let mut day = Day { date, midday: midday(date, company.time_zone), seed, scribe: &mut scribe };
        work::of_people(&mut day, &staff);
        work::of_administrators(&mut day, &staff, &company.folders);
        work::of_integrations(&mut day);
        incidents::on(&mut day, &staff, &company.folders);
    }
    work::last_logins(&mut scribe, &staff, now - Duration::days(DAYS as i64));
    let mut events = scribe.events;
    events.retain(|event| event.at < now);
    events.sort_by_key(|event| event.at);
    events
}

/// Noon is never skipped or repeated, so that the hours around it can be counted from it.
fn midday(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time of day");
    let local = date.and_time(noon);
    zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |noon| noon.to_utc())
}

/// Writes events; equal texts are kept once.
pub(crate) struct Scribe {
    pub(crate) events: Vec<LogEvent>,
    texts: HashMap<String, Arc<str>>,
}

impl Scribe {
    pub(crate) fn text(&mut self, text: &str) -> Arc<str> {
        match self.texts.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = text.into();
                self.texts.insert(text.to_owned(), Arc::clone(&new));
                new
            }
        }
    }
}

/// One local day of the log.
pub(crate) struct Day<'s> {
    pub(crate) date: NaiveDate,
    midday: DateTime<Utc>,
    seed: u64,
    pub(crate) scribe: &'s mut Scribe,
}

impl Day<'_> {
    pub(crate) fn is_workday(&self) -> bool {
        !matches!(self.date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// Chance for one purpose of this day.
    pub(crate) fn rng(&self, purpose: u64) -> Rng {
        let day = self.date.num_days_from_ce().unsigned_abs();
        // Neighbouring seeds give alike first numbers: they are spread before they are used.
        let mixed = (self.seed ^ u64::from(day).rotate_left(40) ^ purpose).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Rng::with_seed(mixed ^ (mixed >> 29))
    }

    /// The moment of that many seconds after midnight, by the clocks of the working day.
    pub(crate) fn at(&self, seconds: i64) -> DateTime<Utc> {
        self.midday + Duration::seconds(seconds - 12 * 3_600)
    }

    /// Some moment of those hours, to the microsecond.
    pub(crate) fn between(&self, rng: &mut Rng, hours: std::ops::Range<i64>) -> DateTime<Utc> {
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
        let (action, data) = (self.scribe.text(action), self.scribe.text(data.as_ref()));
        self.scribe.events.push(LogEvent { at, username: Arc::clone(username), ip: Arc::clone(ip), action, data });
    }
}
