//! The events of an ordinary day: users, administrators, and integrations that poll the API.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use fastrand::Rng;

use crate::company::Folder;
use crate::event_log::LogEvent;
use crate::generator::log::actors::{Actor, ActorStatus, Actors};
use crate::generator::log::day::{Day, EventWriter};

/// Purposes of random number generators. Those of users are their positions.
const ADMIN_PURPOSE: u64 = 1 << 32;
const INTEGRATION_PURPOSE: u64 = 2 << 32;

const POLICIES: &[(&str, &str)] = &[
    ("Require use of any multifactor option", " New value: 1"),
    ("Account logoff on browser close", ""),
    ("Length of site passwords", " New value: 16"),
    ("Require passwordless verification via LastPass Authenticator", " New value: 1"),
    ("Lock out offline logins", ""),
];

const NOTES: &[&str] = &["Generic", "Wi-Fi Password", "Server", "Address", "Database", "SSH Key"];

/// The random numbers of a user's working day; `None` if the user does not work on it. Most active users work on a workday.
pub(crate) fn working_day(day: &Day, actor: &Actor, position: u64) -> Option<Rng> {
    let mut rng = day.rng(position);
    let percent = if day.is_workday() { 79 } else { 7 };
    let works = rng.u8(0..100) < percent && actor.status == ActorStatus::Active && actor.created <= day.at(0);
    works.then_some(rng)
}

/// Some of those who work log in first; all of them may use or change sites.
pub(crate) fn user_activity(day: &mut Day, actors: &Actors) {
    for (actor, position) in actors.all.iter().zip(0..) {
        let Some(mut rng) = working_day(day, actor, position) else { continue };
        let ip = &actor.ips[rng.usize(0..actor.ips.len())];
        let login_time = day.random_time(&mut rng, actor.start_hour..actor.start_hour + 1);
        let mut login_rng = rng.fork();
        if login_time < actor.last_login && login_rng.u8(0..10) < 4 {
            log_in(day, &mut login_rng, actor, ip, login_time);
        }
        for _ in 0..rng.u8(0..4) {
            let at = day.random_time(&mut rng, actor.start_hour + 1..18);
            if at < actor.last_login {
                vault_action(day, &mut rng, actor, ip, at);
            }
        }
    }
}

fn log_in(day: &mut Day, rng: &mut Rng, actor: &Actor, ip: &Arc<str>, at: DateTime<Utc>) {
    if actor.is_federated {
        return day.write(at, &actor.username, ip, "SAML login", "authorizationserver.oidc");
    }
    if rng.u8(0..100) < 5 {
        for attempt in 1..=rng.i64(1..3) {
            let before = at - Duration::seconds(attempt * 9);
            let data = if rng.bool() { "lastpass.com" } else { "" };
            day.write(before, &actor.username, ip, "Failed login attempt", data);
        }
    }
    if rng.u8(0..100) < 2 {
        let before = at - Duration::seconds(40);
        day.write(before, &actor.username, ip, "Login verification email sent", "");
    }
    day.write(at, &actor.username, ip, "Log in", actor.client);
}

fn vault_action(day: &mut Day, rng: &mut Rng, actor: &Actor, ip: &Arc<str>, at: DateTime<Utc>) {
    let site = actor.sites[rng.usize(0..actor.sites.len())];
    let note = NOTES[rng.usize(0..NOTES.len())];
    let has_vault_id = rng.u8(0..5) == 0;
    let (action, data) = match rng.u8(0..100) {
        0..62 => {
            day.write(at, &actor.username, ip, "Log in", site);
            // Two open tabs log the same event twice within a second.
            if rng.u8(0..100) < 3 {
                day.write(at, &actor.username, ip, "Log in", site);
            }
            return;
        }
        62..74 => return day.write(at, &actor.username, ip, "Form filled", site),
        74..79 => ("Site added", if has_vault_id { vault_id(rng) } else { site.to_owned() }),
        79..83 => ("Site changed", if has_vault_id { vault_id(rng) } else { site.to_owned() }),
        83..86 => ("Password changed", site.to_owned()),
        86..92 if has_vault_id => ("Open secure note", format!("Secure Note ({})", vault_id(rng))),
        86..92 => ("Open secure note", format!("Secure Note ({note})")),
        92..95 => ("Add secure note", format!("Secure Note ({note})")),
        95..97 => ("Edit secure note", format!("Secure Note ({note} renamed)")),
        97..98 => ("Deleted sites", site.to_owned()),
        98..99 => ("Master password reuse", site.to_owned()),
        _ if actor.has_second_factor => ("Multifactor enabled", String::new()),
        _ => ("History cleared", String::new()),
    };
    day.write(at, &actor.username, ip, action, data);
}

/// A vault item id, which replaces the name of the site since 2024.
pub(crate) fn vault_id(rng: &mut Rng) -> String {
    format!("VID: {}", rng.u64(1_000_000_000_000_000_000..10_000_000_000_000_000_000))
}

/// Administrators change folders, groups, policies and users, more often in a larger company.
pub(crate) fn admin_activity(day: &mut Day, actors: &Actors, folders: &[Folder]) {
    if actors.all.is_empty() || !day.is_workday() {
        return;
    }
    let mut rng = day.rng(ADMIN_PURPOSE);
    let works = |actor: &Actor, position| actor.is_admin && working_day(day, actor, position).is_some();
    let at_work = actors.all.iter().zip(0..).filter(|(actor, position)| works(actor, *position));
    let at_work: Vec<&Actor> = at_work.map(|(actor, _)| actor).collect();
    for _ in 0..1 + actors.all.len() / 40 {
        let Some(admin) = rng.choice(&at_work) else { return };
        let ip = &admin.ips[0];
        let mut at = day.random_time(&mut rng, 9..17);
        if at < admin.last_login {
            day.write(at, &admin.username, ip, "Login to admin console", &*admin.username);
        }
        for _ in 0..rng.u8(0..3) {
            at += Duration::seconds(rng.i64(5..600));
            let Some(target) = actors.active(day, &mut rng, |_| true) else { return };
            let (action, data) = admin_action(&mut rng, target, folders);
            if at < admin.last_login {
                day.write(at, &admin.username, ip, action, data);
            }
        }
    }
}

fn admin_action(rng: &mut Rng, target: &Actor, folders: &[Folder]) -> (&'static str, String) {
    let email = &target.username;
    let group = ["All Staff", "Contractors", "Sales-Team", "Engineering-Team"][rng.usize(0..4)];
    let site = target.sites[rng.usize(0..target.sites.len())];
    let (policy, value) = POLICIES[rng.usize(0..POLICIES.len())];
    let folder = rng.choice(folders).map_or("Shared-Team", |folder| folder.name.as_str());
    match rng.u8(0..24) {
        0..3 => ("Add to shared folder", format!("'{folder}' '{email}'")),
        3 => ("Removed from shared folder", format!("'{folder}' '{email}'")),
        4 => ("Update folder permissions", format!("'{folder}' '{email}' 'Read only:yes Admin:no Hide PW:no'")),
        5 => ("Limit shared folder", format!("{folder} {email}")),
        6 => ("Move to shared folder", format!("{site} to {folder}")),
        7 => ("Move to shared folder", format!("{} to {folder}", vault_id(rng))),
        8 => ("Move to shared folder", format!(" to {folder}")),
        9 => ("Move from shared folder", format!("{} from {folder}", vault_id(rng))),
        10 => ("Move from shared folder", " from INVALID SHARED FOLDER".to_owned()),
        11 => ("Add secure note", format!("Secure Note (Server) from {folder}")),
        12 => ("Created LastPass account", format!("{email}-{folder}")),
        13 => ("Adding user to group", format!("{email} - {group}")),
        14 => ("Remove from group", format!("'{group}' '{email}'")),
        15 => ("Create group", format!("'{group} {}'", rng.u8(2..9))),
        16 => ("Rename group", format!("'{group}' to '{group} (old)'")),
        17 => ("Renamed shared folder", format!("'{folder} draft' '{folder}'")),
        18 => ("Employee invited", format!("new.{}@example.com,new.{}@example.com", rng.u8(..), rng.u8(..))),
        19 => ("Re-invite user", email.to_string()),
        20 => ("Require password change", email.to_string()),
        21 => ("Created shared folder", format!("temp-{}", rng.u8(1..20))),
        22 => ("Deleted shared folder", format!("temp-{}", rng.u8(1..20))),
        _ => ("Edit policy", format!("{policy}{value}")),
    }
}

/// Two integrations poll day and night; the first one sends three calls within a second.
pub(crate) fn integration_activity(day: &mut Day) {
    let mut rng = day.rng(INTEGRATION_PURPOSE);
    let no_user = day.writer.intern("");
    let our_ip = day.writer.intern("203.0.113.24");
    let other_ip = day.writer.intern("203.0.113.180");
    for round in 0..4 {
        let at = day.at(round * 6 * 3_600 + 300) + Duration::microseconds(rng.i64(0..500_000));
        for (action, delay) in [("Get user data", 0), ("Get shared folder data", 190), ("Reporting", 320)] {
            let at = at + Duration::milliseconds(delay);
            day.write(at, &no_user, &our_ip, action, "Initiated by API: lastpass-functions");
        }
    }
    for round in 0..2 {
        let at = day.at(round * 12 * 3_600 + 3_600 + rng.i64(0..60));
        day.write(at, &no_user, &other_ip, "Reporting", "Initiated by API: Microsoft Sentinel CCP");
    }
}

/// Each user's last login is in the log at the time of `User::last_login`.
pub(crate) fn last_logins(writer: &mut EventWriter, actors: &Actors, since: DateTime<Utc>) {
    for actor in actors.all.iter().filter(|actor| actor.last_login >= since) {
        let (action, data) =
            if actor.is_federated { ("SAML login", "authorizationserver.oidc") } else { ("Log in", actor.client) };
        let (action, data) = (writer.intern(action), writer.intern(data));
        let (username, ip) = (actor.username.clone(), actor.ips[0].clone());
        writer.events.push(LogEvent { at: actor.last_login, username, ip, action, data });
    }
}
