//! `getuserdata`: the users, their groups and the invitations.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::account_state::AccountState;
use crate::company::{Company, User};
use crate::php_json::PhpJson;
use crate::replies::read_error;
use crate::request::{ApiRequest, Dialect, Paging};
use crate::user_index::StatusFilter;

pub(crate) fn execute(account: &AccountState, request: &ApiRequest) -> String {
    let users = &account.company.users;
    let filter = StatusFilter { disabled: request.flag("disabled"), admin: request.flag("admin") };
    let paging = request.paging();
    if let Some(username) = request.text("username") {
        let found = account.position_of(&username).map(|position| &users[position]);
        let found: Vec<&User> = found.filter(|user| filter.matches(user)).into_iter().collect();
        let listed = &found[range(paging, found.len())];
        return reply(account, request, paging, found.len(), listed, true);
    }
    if filter.is_empty() {
        let listed: Vec<&User> = users[range(paging, users.len())].iter().collect();
        return reply(account, request, paging, users.len(), &listed, false);
    }
    let found = account.positions_of(filter);
    let listed = found[range(paging, found.len())].iter();
    let listed: Vec<&User> = listed.map(|position| &users[*position]).collect();
    reply(account, request, paging, found.len(), &listed, true)
}

fn range(paging: Option<Paging>, length: usize) -> std::ops::Range<usize> {
    paging.map_or(0..length, |paging| paging.range(length))
}

fn reply(
    account: &AccountState,
    request: &ApiRequest,
    paging: Option<Paging>,
    total: usize,
    listed: &[&User],
    filtered: bool,
) -> String {
    if listed.is_empty() && paging.is_some_and(|paging| paging.index > 0) {
        return read_error(request.dialect, "Invalid page index");
    }
    let listed: Vec<&User> =
        listed.iter().filter(|user| !account.company.unlisted.contains(&user.id)).copied().collect();
    let mut json = PhpJson::new();
    json.open_object();
    if request.dialect == Dialect::Guide {
        json.key("status").string("OK");
    }
    // The recorded reply to a filter that no user matches has no counts.
    if total > 0 || !filtered {
        json.key("total").number(total as u64);
        json.key("count").number(listed.len() as u64);
    }
    json.key("Users").open_object();
    for user in &listed {
        json.key(&user.id.to_string());
        write_user(&mut json, user, request.dialect, &account.company);
    }
    json.close_object();
    write_groups(&mut json, &listed);
    if !filtered && !account.company.invited.is_empty() {
        json.key("invited").strings(&account.company.invited);
    }
    json.close_object();
    json.finish()
}

fn write_user(json: &mut PhpJson, user: &User, dialect: Dialect, company: &Company) {
    json.open_object();
    json.key("username").string(&user.username);
    json.key("fullname").string(&user.fullname);
    json.key("mpstrength");
    match (user.mpstrength, dialect) {
        (None, _) => json.null(),
        (Some(strength), Dialect::Enterprise) => json.string(&strength.to_string()),
        (Some(strength), Dialect::Guide) => json.number(strength),
    }
    json.key("created");
    write_time(json, Some(user.created), dialect, company);
    json.key("last_pw_change");
    write_time(json, user.last_pw_change, dialect, company);
    json.key("last_login");
    write_time(json, user.last_login.filter(|_| !user.never_logged_in), dialect, company);
    json.key("neverloggedin").boolean(user.never_logged_in);
    json.key("disabled").boolean(user.disabled);
    json.key("admin").boolean(user.admin);
    json.key("totalscore");
    match user.totalscore {
        None => json.null(),
        Some(score) => json.string(&score.to_string()),
    }
    if let Some(multifactor) = &user.multifactor {
        json.key("multifactor").string(multifactor);
    }
    json.key("duousername");
    match &user.duo_username {
        None => json.null(),
        Some(name) => json.string(name),
    }
    if let Some(linked) = &user.linked {
        json.key("linked").string(linked);
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
        json.key("groups").strings(&user.groups);
    }
    if user.department.is_some() || !user.attributes.is_empty() {
        json.key("attribs").open_object();
        if let Some(department) = &user.department {
            json.key("department").string(department);
        }
        for (name, value) in &user.attributes {
            json.key(name).string(value);
        }
        json.close_object();
    }
    json.close_object();
}

/// Writes a local time in the enterprise dialect and a Unix timestamp in the guide's; `None` is `""` and 0.
fn write_time(json: &mut PhpJson, time: Option<DateTime<Utc>>, dialect: Dialect, company: &Company) {
    match (time, dialect) {
        (None, Dialect::Enterprise) => json.string(""),
        (None, Dialect::Guide) => json.number(0),
        (Some(time), Dialect::Guide) => json.number(time.timestamp()),
        (Some(time), Dialect::Enterprise) => json.string(&company.format_local(time)),
    }
}

/// Writes the groups of the listed users, each with its listed members. Omitted if there are none.
fn write_groups(json: &mut PhpJson, listed: &[&User]) {
    let mut positions: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for user in listed {
        for group in &user.groups {
            let position = *positions.entry(group).or_insert_with(|| {
                groups.push((group, Vec::new()));
                groups.len() - 1
            });
            groups[position].1.push(&user.username);
        }
    }
    if groups.is_empty() {
        return;
    }
    json.key("Groups").open_object();
    for (name, members) in groups {
        json.key(name).strings(members);
    }
    json.close_object();
}
