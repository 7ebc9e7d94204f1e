//! Sets the last logins of a generated account by its log, so that no one acts after the last login.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::company::Company;
use crate::generator::log::DAYS;
use crate::generator::log::activity::working_day;
use crate::generator::log::actors::{Actor, ActorStatus, Actors};
use crate::generator::log::day::{Day, EventWriter};
use crate::generator::log::incidents::write_incident;

/// A purpose of random number generators, which is added to the position of the user.
const LAST_LOGIN_PURPOSE: u64 = 4 << 32;

/// Sets the last login of everyone who acts in the log to the last day on which they do.
pub(crate) fn set(company: &mut Company, seed: u64, today: NaiveDate) {
    let mut writer = EventWriter::default();
    let actors = Actors::new(company, today, &mut writer);
    let mut last_logins: Vec<Option<DateTime<Utc>>> = vec![None; actors.all.len()];
    for date in (1..=DAYS).filter_map(|days_ago| today.checked_sub_days(Days::new(days_ago))) {
        let mut day = Day::new(date, company.time_zone, seed, &mut writer);
        write_incident(&mut day, &actors, &company.folders);
        let involved: HashSet<Arc<str>> = day.writer.events.drain(..).map(|event| event.username).collect();
        for ((actor, last_login), position) in actors.all.iter().zip(&mut last_logins).zip(0..) {
            if last_login.is_none() {
                *last_login = login(&day, actor, position, involved.contains(&actor.username));
            }
        }
    }
    for (position, last_login) in last_logins.into_iter().enumerate() {
        let Some(last_login) = last_login else { continue };
        let user = &mut company.users[actors.all[position].user];
        user.last_login = Some(last_login);
        user.last_pw_change = user.last_pw_change.map(|changed| changed.min(last_login));
    }
}

/// When a user logged in last on a day; `None` if the user does not act on it. Who is involved in an incident logs in after
/// it, or, if it ends with a deactivation, before that.
fn login(day: &Day, actor: &Actor, position: u64, is_involved: bool) -> Option<DateTime<Utc>> {
    let mut rng = day.rng(LAST_LOGIN_PURPOSE + position);
    let hours = match actor.status {
        ActorStatus::Deactivated if is_involved => 9..10,
        ActorStatus::Active | ActorStatus::Inactive if is_involved => 18..19,
        ActorStatus::Active if working_day(day, actor, position).is_some() => actor.start_hour..18,
        ActorStatus::Active | ActorStatus::Inactive | ActorStatus::Deactivated => return None,
    };
    Some(day.random_time(&mut rng, hours))
}
