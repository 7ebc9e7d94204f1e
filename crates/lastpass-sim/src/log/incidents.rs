//! Incidents worth finding: each comes every four weeks, and three days bring at least one.

use std::sync::Arc;

use chrono::{Datelike, Duration};
use fastrand::Rng;

use crate::{
    company::Folder,
    log::{
        generate::Day,
        staff::{Habit, Person, Staff},
        work::vault_item,
    },
};

type Incident = fn(&mut Day, &mut Rng, &Staff, &[Folder]);

const CYCLE: i32 = 28;

/// What goes wrong, by the day of the cycle.
const INCIDENTS: &[(i32, Incident)] = &[
    (0, break_in),
    (3, deactivated_and_used),
    (6, second_factor_off),
    (8, super_admin_reset),
    (11, admin_rights),
    (14, policy_loosened),
    (17, export_before_leaving),
    (20, mass_deletion),
    (22, secret_regenerated),
    (25, foreign_account),
];

/// Chance of incidents; people and ordinary work have smaller numbers.
const PURPOSE: u64 = 3 << 32;

/// Writes what goes wrong on that day. All of it is over by 18:00, before the UTC day ends.
pub(crate) fn on(day: &mut Day, staff: &Staff, folders: &[Folder]) {
    if staff.people.is_empty() {
        return;
    }
    let turn = day.date.num_days_from_ce().rem_euclid(CYCLE);
    if let Some((_, incident)) = INCIDENTS.iter().find(|(of_cycle, _)| *of_cycle == turn) {
        let mut rng = day.rng(PURPOSE);
        incident(day, &mut rng, staff, folders);
    }
}

/// Many failed logins, then one that succeeds, from an address never seen for that person.
fn break_in(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let until = day.at(4 * 3_600);
    let victim = staff.pick(rng, |person| !person.is_federated && person.last_login > until);
    let from = elsewhere(day, rng);
    let mut at = day.at(2 * 3_600 + rng.i64(0..3_600));
    for _ in 0..rng.u8(12..24) {
        // Some come within one second, and are equal.
        at += Duration::milliseconds(rng.i64(100..9_000));
        day.write(at, &victim.username, &from, "Failed login attempt", "lastpass.com");
    }
    at += Duration::seconds(21);
    day.write(at, &victim.username, &from, "Log in", "LastPass via Website");
    for site in &victim.sites {
        at += Duration::seconds(rng.i64(4..40));
        day.write(at, &victim.username, &from, "Log in", site);
    }
}

/// A session that outlived its account.
fn deactivated_and_used(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let leaver = leaver(staff, rng);
    let at = day.at(10 * 3_600 + rng.i64(0..1_800));
    day.write(at, &admin.username, &admin.places[0], "Deactivated user", &*leaver.username);
    for (hours, site) in (2..).zip(&leaver.sites[..3]) {
        let later = at + Duration::hours(hours);
        day.write(later, &leaver.username, &leaver.places[0], "Log in", site);
    }
}

fn second_factor_off(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let person = staff.pick(rng, |person| person.habit == Habit::Works && !person.has_second_factor);
    let at = day.between(rng, 9..17);
    day.write(at, &person.username, &person.places[0], "Disabled multifactor authentication", "");
}

fn super_admin_reset(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let person = staff.pick(rng, |person| person.habit == Habit::Works && person.username != admin.username);
    let at = day.between(rng, 9..17);
    day.write(at, &admin.username, &admin.places[0], "Master password reset by super admin", &*person.username);
}

fn admin_rights(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let person = staff.administrator(rng);
    let at = day.between(rng, 9..17);
    day.write(at, &admin.username, &admin.places[0], "Make admin", &*person.username);
}

fn policy_loosened(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let at = day.between(rng, 9..17);
    for (seconds, action, data) in [
        (0, "Edit policy", "Require use of any multifactor option New value: 0"),
        (30, "Delete policy", "Prohibit export of vault data"),
    ] {
        day.write(at + Duration::seconds(seconds), &admin.username, &admin.places[0], action, data);
    }
}

/// All passwords in a file, and hours later the account is closed.
fn export_before_leaving(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let leaver = leaver(staff, rng);
    let at = day.at(7 * 3_600 + rng.i64(0..3_600));
    day.write(at, &leaver.username, &leaver.places[0], "Data export", "");
    let end = day.at(16 * 3_600 + rng.i64(0..3_600));
    day.write(end, &admin.username, &admin.places[0], "Deactivated user", &*leaver.username);
}

/// Some two hundred sites within a minute, many in one event.
fn mass_deletion(day: &mut Day, rng: &mut Rng, staff: &Staff, folders: &[Folder]) {
    let person = staff.pick(rng, |person| person.habit == Habit::Works);
    let folder = rng.choice(folders).map_or("Shared-Team", |folder| folder.name.as_str());
    let mut at = day.between(rng, 9..17);
    for _ in 0..30 {
        at += Duration::milliseconds(rng.i64(0..2_500));
        let sites = person.sites[..rng.usize(2..=person.sites.len())].join(",");
        day.write(at, &person.username, &person.places[0], "Deleted sites", sites);
    }
    for _ in 0..12 {
        at += Duration::milliseconds(rng.i64(0..900));
        let data = format!("{} from {folder}", vault_item(rng));
        day.write(at, &person.username, &person.places[0], "Delete shared sites", data);
    }
}

fn secret_regenerated(day: &mut Day, rng: &mut Rng, staff: &Staff, _: &[Folder]) {
    let admin = staff.administrator(rng);
    let at = day.at(6 * 3_600 + rng.i64(0..1_800));
    day.write(at, &admin.username, &admin.places[0], "Enterprise API secret regenerated", "");
}

/// An integration that nobody knows makes an account.
fn foreign_account(day: &mut Day, rng: &mut Rng, _: &Staff, _: &[Folder]) {
    let (nobody, label) = (day.scribe.text(""), day.scribe.text("API: sync-test"));
    let from = elsewhere(day, rng);
    let at = day.at(3 * 3_600 + rng.i64(0..3_600));
    day.write(at, &nobody, &from, "Get user data", "Initiated by API: sync-test");
    let later = at + Duration::seconds(48);
    day.write(later, &label, &from, "Employee account created", "backup.service@example.com");
}

/// An address where nobody of the company ever was.
fn elsewhere(day: &mut Day, rng: &mut Rng) -> Arc<str> {
    day.scribe.text(&format!("198.51.100.{}", rng.u8(1..255)))
}

/// Someone whose account is deactivated today.
fn leaver<'s>(staff: &'s Staff, rng: &mut Rng) -> &'s Person {
    staff.pick(rng, |person| person.habit == Habit::Left)
}
