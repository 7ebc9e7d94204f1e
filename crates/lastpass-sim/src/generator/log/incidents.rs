//! Security incidents, which raise alerts in the audit log. Each occurs every four weeks, and any three consecutive
//! days have at least one.

use std::sync::Arc;

use chrono::{Datelike, Duration};
use fastrand::Rng;

use crate::company::Folder;
use crate::generator::log::activity::vault_id;
use crate::generator::log::actors::{Actor, ActorStatus, Actors};
use crate::generator::log::day::Day;

type Incident = fn(&mut Day, &mut Rng, &Actors, &[Folder]);

const CYCLE_DAYS: i32 = 28;

/// The incidents and their day of the cycle.
const INCIDENTS: &[(i32, Incident)] = &[
    (0, brute_force_login),
    (3, session_of_deactivated_user),
    (6, multifactor_disabled),
    (8, super_admin_password_reset),
    (11, admin_rights_granted),
    (14, policy_weakened),
    (17, export_before_deactivation),
    (20, mass_deletion),
    (22, api_secret_regenerated),
    (25, account_created_by_unknown_integration),
];

/// The purpose of the random number generator; those of ordinary activity are smaller.
const INCIDENT_PURPOSE: u64 = 3 << 32;

/// Writes the incident of the day, if any. It ends before 18:00 local time, so that it is within one UTC day.
pub(crate) fn write_incident(day: &mut Day, actors: &Actors, folders: &[Folder]) {
    if actors.all.is_empty() {
        return;
    }
    let day_of_cycle = day.date.num_days_from_ce().rem_euclid(CYCLE_DAYS);
    if let Some((_, incident)) = INCIDENTS.iter().find(|(on_day, _)| *on_day == day_of_cycle) {
        let mut rng = day.rng(INCIDENT_PURPOSE);
        incident(day, &mut rng, actors, folders);
    }
}

/// Many failed logins followed by a successful one, from an IP address that is new for the user.
fn brute_force_login(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(user) = actors.active(day, rng, |actor| !actor.is_federated) else { return };
    let ip = unknown_ip(day, rng);
    let mut at = day.at(2 * 3_600 + rng.i64(0..3_600));
    for _ in 0..rng.u8(12..24) {
        // Some attempts are within one second and equal.
        at += Duration::milliseconds(rng.i64(100..9_000));
        day.write(at, &user.username, &ip, "Failed login attempt", "lastpass.com");
    }
    at += Duration::seconds(21);
    day.write(at, &user.username, &ip, "Log in", "LastPass via Website");
    for site in &user.sites {
        at += Duration::seconds(rng.i64(4..40));
        day.write(at, &user.username, &ip, "Log in", site);
    }
}

/// A session that is used after its account was deactivated.
fn session_of_deactivated_user(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let Some(user) = deactivated_actor(day, actors) else { return };
    let at = day.at(10 * 3_600 + rng.i64(0..1_800));
    day.write(at, &admin.username, &admin.ips[0], "Deactivated user", &*user.username);
    for (hours, site) in (2..).zip(&user.sites[..3]) {
        let later = at + Duration::hours(hours);
        day.write(later, &user.username, &user.ips[0], "Log in", site);
    }
}

fn multifactor_disabled(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(user) = actors.active(day, rng, |actor| !actor.has_second_factor) else { return };
    let at = day.random_time(rng, 9..17);
    day.write(at, &user.username, &user.ips[0], "Disabled multifactor authentication", "");
}

fn super_admin_password_reset(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let Some(user) = actors.active(day, rng, |actor| actor.username != admin.username) else { return };
    let at = day.random_time(rng, 9..17);
    day.write(at, &admin.username, &admin.ips[0], "Master password reset by super admin", &*user.username);
}

fn admin_rights_granted(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let Some(user) = actors.admin(day, rng) else { return };
    let at = day.random_time(rng, 9..17);
    day.write(at, &admin.username, &admin.ips[0], "Make admin", &*user.username);
}

fn policy_weakened(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let at = day.random_time(rng, 9..17);
    for (seconds, action, data) in [
        (0, "Edit policy", "Require use of any multifactor option New value: 0"),
        (30, "Delete policy", "Prohibit export of vault data"),
    ] {
        day.write(at + Duration::seconds(seconds), &admin.username, &admin.ips[0], action, data);
    }
}

/// A user exports the vault, and the account is deactivated hours later.
fn export_before_deactivation(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let Some(user) = deactivated_actor(day, actors) else { return };
    let at = day.at(7 * 3_600 + rng.i64(0..3_600));
    day.write(at, &user.username, &user.ips[0], "Data export", "");
    let end = day.at(16 * 3_600 + rng.i64(0..3_600));
    day.write(end, &admin.username, &admin.ips[0], "Deactivated user", &*user.username);
}

/// About two hundred sites are deleted within a minute, several of them per event.
fn mass_deletion(day: &mut Day, rng: &mut Rng, actors: &Actors, folders: &[Folder]) {
    let Some(user) = actors.active(day, rng, |_| true) else { return };
    let folder = rng.choice(folders).map_or("Shared-Team", |folder| folder.name.as_str());
    let mut at = day.random_time(rng, 9..17);
    for _ in 0..30 {
        at += Duration::milliseconds(rng.i64(0..2_500));
        let sites = user.sites[..rng.usize(2..=user.sites.len())].join(",");
        day.write(at, &user.username, &user.ips[0], "Deleted sites", sites);
    }
    for _ in 0..12 {
        at += Duration::milliseconds(rng.i64(0..900));
        let data = format!("{} from {folder}", vault_id(rng));
        day.write(at, &user.username, &user.ips[0], "Delete shared sites", data);
    }
}

fn api_secret_regenerated(day: &mut Day, rng: &mut Rng, actors: &Actors, _: &[Folder]) {
    let Some(admin) = actors.admin(day, rng) else { return };
    let at = day.at(6 * 3_600 + rng.i64(0..1_800));
    day.write(at, &admin.username, &admin.ips[0], "Enterprise API secret regenerated", "");
}

/// An unknown integration creates an account.
fn account_created_by_unknown_integration(day: &mut Day, rng: &mut Rng, _: &Actors, _: &[Folder]) {
    let (no_user, label) = (day.writer.intern(""), day.writer.intern("API: sync-test"));
    let ip = unknown_ip(day, rng);
    let at = day.at(3 * 3_600 + rng.i64(0..3_600));
    day.write(at, &no_user, &ip, "Get user data", "Initiated by API: sync-test");
    let later = at + Duration::seconds(48);
    day.write(later, &label, &ip, "Employee account created", "backup.service@example.com");
}

/// An IP address that no user of the company has.
fn unknown_ip(day: &mut Day, rng: &mut Rng) -> Arc<str> {
    day.writer.intern(&format!("198.51.100.{}", rng.u8(1..255)))
}

/// A user whose account is deactivated as of `today`, another one each time.
fn deactivated_actor<'a>(day: &Day, actors: &'a Actors) -> Option<&'a Actor> {
    let is_deactivated = |actor: &&Actor| actor.status == ActorStatus::Deactivated && actor.created <= day.at(0);
    let deactivated: Vec<&Actor> = actors.all.iter().filter(is_deactivated).collect();
    // Two incidents in a cycle deactivate a user.
    let number = day.date.num_days_from_ce().unsigned_abs() as usize / (CYCLE_DAYS.unsigned_abs() as usize / 2);
    deactivated.get(number % deactivated.len().max(1)).copied()
}
