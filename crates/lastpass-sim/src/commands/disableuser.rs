//! `disableuser`: blocks the logins of a list of people.

use crate::{
    commands::{record, replies::refused},
    php_json::PhpJson,
    request::{Dialect, Request, text},
    world::World,
};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    switch(world, request, true, "disabled_users")
}

/// Blocks or allows the logins of the people listed; `field` names those for whom it changed.
///
/// Addresses that nobody has are taken to stay unchanged with an error beside them, and to be the
/// whole call's failure if there are no others: the vendor's page shows only calls that go well.
pub(crate) fn switch(world: &mut World, request: &Request, disabled: bool, field: &str) -> String {
    let (mut changed, mut unchanged, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for username in request.entries().into_iter().filter_map(text) {
        match world.position_of(&username) {
            None => unknown.push(username),
            Some(position) if world.change_user(position, |user| user.disabled = disabled) => changed.push(username),
            Some(_) => unchanged.push(username),
        }
    }
    let action = if disabled { "Deactivated user" } else { "Reactivated user" };
    for username in &changed {
        record::change(world, request, action, username);
    }
    let failed = changed.is_empty() && unchanged.is_empty();
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(match request.dialect {
        _ if failed => refused(request.dialect),
        Dialect::Enterprise => "success",
        Dialect::Guide => "OK",
    });
    if !changed.is_empty() {
        json.key(field).texts(changed);
    }
    if !(unchanged.is_empty() && unknown.is_empty()) {
        json.key("unchanged_users").texts(unchanged.iter().chain(&unknown));
    }
    if !unknown.is_empty() {
        json.key("error").text(&format!("No such user: {}", unknown.join(", ")));
    } else if failed {
        json.key("error").text("No users given");
    }
    json.close_map();
    json.finish()
}
