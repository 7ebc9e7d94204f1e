//! `getuserdata`: the people, their groups and the invitations.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;

use crate::{
    commands::replies::error,
    company::User,
    index::Filter,
    php_json::PhpJson,
    request::{Dialect, Page, Request},
    world::World,
};

pub(crate) fn answer(world: &World, request: &Request) -> String {
    let everyone = &world.company.users;
    let filter = Filter { disabled: request.flag("disabled"), admin: request.flag("admin") };
    let page = request.page();
    if let Some(username) = request.text("username") {
        let found = world.position_of(&username).map(|position| &everyone[position]);
        let found: Vec<&User> = found.filter(|user| filter.admits(user)).into_iter().collect();
        let shown = &found[range(page, found.len())];
        return reply(world, request, page, found.len(), shown, true);
    }
    if filter.is_none() {
        let shown: Vec<&User> = everyone[range(page, everyone.len())].iter().collect();
        return reply(world, request, page, everyone.len(), &shown, false);
    }
    let found = world.positions_of(filter);
    let shown = found[range(page, found.len())].iter();
    let shown: Vec<&User> = shown.map(|position| &everyone[*position]).collect();
    reply(world, request, page, found.len(), &shown, true)
}

fn range(page: Option<Page>, length: usize) -> std::ops::Range<usize> {
    page.map_or(0..length, |page| page.range(length))
}

fn reply(
    world: &World,
    request: &Request,
    page: Option<Page>,
    total: usize,
    shown: &[&User],
    filtered: bool,
) -> String {
    if shown.is_empty() && page.is_some_and(|page| page.index > 0) {
        return error(request.dialect, "Invalid page index");
    }
    let mut json = PhpJson::new();
    json.open_map();
    if request.dialect == Dialect::Guide {
        json.key("status").text("OK");
    }
    // The recorded reply to a filter that nobody matches has no counts.
    if total > 0 || !filtered {
        json.key("total").number(total as u64);
        json.key("count").number(shown.len() as u64);
    }
    json.key("Users").open_map();
    for user in shown {
        json.key(&user.id.to_string());
        write_user(&mut json, user, request.dialect, world.company.time_zone);
    }
    json.close_map();
    write_groups(&mut json, shown);
    if !filtered && !world.company.invited.is_empty() {
        json.key("invited").texts(&world.company.invited);
    }
    json.close_map();
    json.finish()
}

fn write_user(json: &mut PhpJson, user: &User, dialect: Dialect, zone: Tz) {
    json.open_map();
    json.key("username").text(&user.username);
    json.key("fullname").text(&user.fullname);
    json.key("mpstrength");
    match (user.mpstrength, dialect) {
        (None, _) => json.null(),
        (Some(strength), Dialect::Enterprise) => json.text(&strength.to_string()),
        (Some(strength), Dialect::Guide) => json.number(strength),
    }
    json.key("created");
    write_time(json, Some(user.created), dialect, zone);
    json.key("last_pw_change");
    write_time(json, user.last_pw_change, dialect, zone);
    json.key("last_login");
    write_time(json, user.last_login.filter(|_| !user.never_logged_in), dialect, zone);
    json.key("neverloggedin").boolean(user.never_logged_in);
    json.key("disabled").boolean(user.disabled);
    json.key("admin").boolean(user.admin);
    json.key("totalscore");
    match user.totalscore {
        None => json.null(),
        Some(score) => json.text(&score.to_string()),
    }
    if let Some(multifactor) = &user.multifactor {
        json.key("multifactor").text(multifactor);
    }
    json.key("duousername");
    match &user.duo_username {
        None => json.null(),
        Some(name) => json.text(name),
    }
    if let Some(linked) = &user.linked {
        json.key("linked").text(linked);
    }
    for (name, count) in [
        ("sites", user.sites),
        ("notes", user.notes),
        ("formfills", user.formfills),
        ("applications", user.applications),
        ("attachments", user.attachments),
    ] {
        json.key(name);
        if user.never_logged_in {
            json.null();
        } else {
            json.number(count);
        }
    }
    json.key("password_reset_required").boolean(user.password_reset_required);
    if dialect == Dialect::Guide {
        json.key("weakpasswords").number(user.weak_passwords);
        json.key("reusedpasswords").number(user.reused_passwords);
    }
    if !(user.groups.is_empty() && user.omit_empty_groups) {
        json.key("groups").texts(&user.groups);
    }
    if user.department.is_some() || !user.attributes.is_empty() {
        json.key("attribs").open_map();
        if let Some(department) = &user.department {
            json.key("department").text(department);
        }
        for (name, value) in &user.attributes {
            json.key(name).text(value);
        }
        json.close_map();
    }
    json.close_map();
}

/// Never is `""` in the enterprise dialect and 0 in the guide's, whose dates are numbers.
fn write_time(json: &mut PhpJson, time: Option<DateTime<Utc>>, dialect: Dialect, zone: Tz) {
    match (time, dialect) {
        (None, Dialect::Enterprise) => json.text(""),
        (None, Dialect::Guide) => json.number(0),
        (Some(time), Dialect::Guide) => json.number(time.timestamp()),
        (Some(time), Dialect::Enterprise) => json.text(&local_text(time, zone)),
    }
}

/// A time as the account's zone tells it, without naming the zone.
pub(crate) fn local_text(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone).naive_local();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// The groups of the people shown, each with its members among them; nothing when there are none.
fn write_groups(json: &mut PhpJson, shown: &[&User]) {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for user in shown {
        for group in &user.groups {
            let place = *places.entry(group).or_insert_with(|| {
                groups.push((group, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(&user.username);
        }
    }
    if groups.is_empty() {
        return;
    }
    json.key("Groups").open_map();
    for (name, members) in groups {
        json.key(name).texts(members);
    }
    json.close_map();
}
