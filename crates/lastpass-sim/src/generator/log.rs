//! Generates four months of log events for a demo account.
//!
//! Random numbers are seeded with the seed and each day's date, not with `today`: a log generated a day later has
//! the same events for earlier days, except those that follow users' last logins and creation dates, which depend
//! on `today`.

pub(crate) mod activity;
pub(crate) mod actors;
pub(crate) mod day;
pub(crate) mod incidents;

use chrono::{Days, Duration, NaiveDate, NaiveTime};

use crate::company::Company;
use crate::event_log::LogEvent;
use crate::generator::log::actors::Actors;
use crate::generator::log::day::{Day, EventWriter};

/// The number of days that a log has events of.
pub(crate) const DAYS: u64 = 120;

/// Returns the events of an account generated with the same seed and date, in chronological order, up to the start of
/// `today` (UTC).
pub(crate) fn generate(company: &Company, seed: u64, today: NaiveDate) -> Vec<LogEvent> {
    if company.users.is_empty() {
        return Vec::new();
    }
    let now = today.and_time(NaiveTime::MIN).and_utc();
    let mut writer = EventWriter::default();
    let actors = Actors::new(company, today, &mut writer);
    for days_ago in (1..=DAYS).rev() {
        let Some(date) = today.checked_sub_days(Days::new(days_ago)) else { continue };
        let mut day = Day::new(date, company.time_zone, seed, &mut writer);
        activity::user_activity(&mut day, &actors);
        activity::admin_activity(&mut day, &actors, &company.folders);
        activity::integration_activity(&mut day);
        incidents::write_incident(&mut day, &actors, &company.folders);
    }
    activity::last_logins(&mut writer, &actors, now - Duration::days(DAYS as i64));
    let mut events = writer.events;
    events.retain(|event| event.at < now);
    events.sort_by_key(|event| event.at);
    events
}
