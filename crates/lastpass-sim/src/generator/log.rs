//! Generates four months of log events for a demo account.
//!
//! Random numbers are seeded with the seed and each day's date, not with `today`: a log generated a day later has
//! the same events for earlier days, except those that follow users' last logins and creation dates, which depend
//! on `today`.

mod activity;
mod actors;
mod day;
mod incidents;

use chrono::{Days, Duration, NaiveDate, NaiveTime};

use crate::event_log::LogEvent;
use crate::generator::company;
use crate::generator::log::actors::Actors;
use crate::generator::log::day::{Day, EventWriter};

const DAYS: u64 = 120;

/// Returns the events of an account generated with the same arguments, in chronological order, up to the start of
/// `today` (UTC).
pub(crate) fn generate(seed: u64, users: usize, today: NaiveDate) -> Vec<LogEvent> {
    if users == 0 {
        return Vec::new();
    }
    let company = company::generate(seed, users, today);
    let now = today.and_time(NaiveTime::MIN).and_utc();
    let mut writer = EventWriter::default();
    let actors = Actors::new(&company, &mut writer);
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
