//! What ordinary days leave: people at work, administrators, and integrations that poll.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use fastrand::Rng;

use crate::{
    company::Folder,
    log::{
        LogEvent,
        generate::{Day, Scribe},
        staff::{Habit, Person, Staff},
    },
};

/// Purposes of chance; people take the numbers of their positions.
const OF_ADMINISTRATORS: u64 = 1 << 32;
const OF_INTEGRATIONS: u64 = 2 << 32;

const POLICIES: &[(&str, &str)] = &[
    ("Require use of any multifactor option", " New value: 1"),
    ("Account logoff on browser close", ""),
    ("Length of site passwords", " New value: 16"),
    ("Require passwordless verification via LastPass Authenticator", " New value: 1"),
    ("Lock out offline logins", ""),
];

const NOTES: &[&str] = &["Generic", "Wi-Fi Password", "Server", "Address", "Database", "SSH Key"];

/// Most come to the office, and log in once; then sites are visited and, at times, changed.
pub(crate) fn of_people(day: &mut Day, staff: &Staff) {
    for (person, position) in staff.people.iter().zip(0_u64..) {
        if person.habit != Habit::Works {
            continue;
        }
        let mut rng = day.rng(position);
        let comes = if day.is_workday() { 79 } else { 7 };
        if rng.u8(0..100) >= comes || person.created > day.at(0) {
            continue;
        }
        let place = &person.places[rng.usize(0..person.places.len())];
        let arrival = day.between(&mut rng, person.hour..person.hour + 1);
        let mut chance_of_login = rng.fork();
        if arrival < person.last_login && chance_of_login.u8(0..10) < 4 {
            log_in(day, &mut chance_of_login, person, place, arrival);
        }
        for _ in 0..rng.u8(0..4) {
            let at = day.between(&mut rng, person.hour + 1..18);
            act(day, &mut rng, person, place, at);
        }
    }
}

fn log_in(day: &mut Day, rng: &mut Rng, person: &Person, place: &Arc<str>, at: DateTime<Utc>) {
    if person.is_federated {
        return day.write(at, &person.username, place, "SAML login", "authorizationserver.oidc");
    }
    if rng.u8(0..100) < 5 {
        for attempt in 1..=rng.i64(1..3) {
            let before = at - Duration::seconds(attempt * 9);
            let data = if rng.bool() { "lastpass.com" } else { "" };
            day.write(before, &person.username, place, "Failed login attempt", data);
        }
    }
    if rng.u8(0..100) < 2 {
        let before = at - Duration::seconds(40);
        day.write(before, &person.username, place, "Login verification email sent", "");
    }
    day.write(at, &person.username, place, "Log in", person.client);
}

fn act(day: &mut Day, rng: &mut Rng, person: &Person, place: &Arc<str>, at: DateTime<Utc>) {
    let site = person.sites[rng.usize(0..person.sites.len())];
    let note = NOTES[rng.usize(0..NOTES.len())];
    let by_number = rng.u8(0..5) == 0;
    let (action, data) = match rng.u8(0..100) {
        0..62 => {
            day.write(at, &person.username, place, "Log in", site);
            // Two tabs of one site: the same event twice within a second.
            if rng.u8(0..100) < 3 {
                day.write(at, &person.username, place, "Log in", site);
            }
            return;
        }
        62..74 => return day.write(at, &person.username, place, "Form filled", site),
        74..79 => ("Site added", if by_number { vault_item(rng) } else { site.to_owned() }),
        79..83 => ("Site changed", if by_number { vault_item(rng) } else { site.to_owned() }),
        83..86 => ("Password changed", site.to_owned()),
        86..92 if by_number => ("Open secure note", format!("Secure Note ({})", vault_item(rng))),
        86..92 => ("Open secure note", format!("Secure Note ({note})")),
        92..95 => ("Add secure note", format!("Secure Note ({note})")),
        95..97 => ("Edit secure note", format!("Secure Note ({note} renamed)")),
        97..98 => ("Deleted sites", site.to_owned()),
        98..99 => ("Master password reuse", site.to_owned()),
        _ if person.has_second_factor => ("Multifactor enabled", String::new()),
        _ => ("History cleared", String::new()),
    };
    day.write(at, &person.username, place, action, data);
}

/// The form that has replaced the names of sites since 2024.
pub(crate) fn vault_item(rng: &mut Rng) -> String {
    format!("VID: {}", rng.u64(1_000_000_000_000_000_000..10_000_000_000_000_000_000))
}

/// Folders, groups, policies and newcomers: more of it in a larger company.
pub(crate) fn of_administrators(day: &mut Day, staff: &Staff, folders: &[Folder]) {
    if staff.people.is_empty() || !day.is_workday() {
        return;
    }
    let mut rng = day.rng(OF_ADMINISTRATORS);
    for _ in 0..1 + staff.people.len() / 40 {
        let admin = staff.administrator(&mut rng);
        let place = &admin.places[0];
        let mut at = day.between(&mut rng, 9..17);
        day.write(at, &admin.username, place, "Login to admin console", &*admin.username);
        for _ in 0..rng.u8(0..3) {
            at += Duration::seconds(rng.i64(5..600));
            let other = staff.pick(&mut rng, |person| person.habit == Habit::Works);
            let (action, data) = errand(&mut rng, other, folders);
            day.write(at, &admin.username, place, action, data);
        }
    }
}

fn errand(rng: &mut Rng, other: &Person, folders: &[Folder]) -> (&'static str, String) {
    let email = &other.username;
    let group = ["All Staff", "Contractors", "Sales-Team", "Engineering-Team"][rng.usize(0..4)];
    let site = other.sites[rng.usize(0..other.sites.len())];
    let (policy, value) = POLICIES[rng.usize(0..POLICIES.len())];
    let folder = rng.choice(folders).map_or("Shared-Team", |folder| folder.name.as_str());
    match rng.u8(0..24) {
        0..3 => ("Add to shared folder", format!("'{folder}' '{email}'")),
        3 => ("Removed from shared folder", format!("'{folder}' '{email}'")),
        4 => ("Update folder permissions", format!("'{folder}' '{email}' 'Read only:yes Admin:no Hide PW:no'")),
        5 => ("Limit shared folder", format!("{folder} {email}")),
        6 => ("Move to shared folder", format!("{site} to {folder}")),
        7 => ("Move to shared folder", format!("{} to {folder}", vault_item(rng))),
        8 => ("Move to shared folder", format!(" to {folder}")),
        9 => ("Move from shared folder", format!("{} from {folder}", vault_item(rng))),
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

/// Two integrations look around the clock, the first in three calls within one second.
pub(crate) fn of_integrations(day: &mut Day) {
    let mut rng = day.rng(OF_INTEGRATIONS);
    let nobody = day.scribe.text("");
    let ours = day.scribe.text("203.0.113.24");
    let theirs = day.scribe.text("203.0.113.180");
    for round in 0..4 {
        let at = day.at(round * 6 * 3_600 + 300) + Duration::microseconds(rng.i64(0..500_000));
        for (action, later) in [("Get user data", 0), ("Get shared folder data", 190), ("Reporting", 320)] {
            let at = at + Duration::milliseconds(later);
            day.write(at, &nobody, &ours, action, "Initiated by API: lastpass-functions");
        }
    }
    for round in 0..2 {
        let at = day.at(round * 12 * 3_600 + 3_600 + rng.i64(0..60));
        day.write(at, &nobody, &theirs, "Reporting", "Initiated by API: Microsoft Sentinel CCP");
    }
}

/// Everyone's last login is in the log at the very second that their account tells.
pub(crate) fn last_logins(scribe: &mut Scribe, staff: &Staff, since: DateTime<Utc>) {
    for person in staff.people.iter().filter(|person| person.last_login >= since) {
        let (action, data) =
            if person.is_federated { ("SAML login", "authorizationserver.oidc") } else { ("Log in", person.client) };
        let (action, data) = (scribe.text(action), scribe.text(data));
        let (username, ip) = (person.username.clone(), person.places[0].clone());
        scribe.events.push(LogEvent { at: person.last_login, username, ip, action, data });
    }
}
