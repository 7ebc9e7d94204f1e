//! What calls leave in the log.

use crate::company::Company;
use crate::log::LogEvent;
use crate::request::Request;
use crate::world::World;

/// A question's event. It names the API in its data, or as its user in accounts of before 2022.
pub(crate) fn question(world: &World, request: &Request, action: &str) {
    let (username, data) = match (&request.label, world.company.log_api_as_user) {
        (_, true) => (api(request), String::new()),
        (Some(label), false) => (String::new(), format!("Initiated by API: {label}")),
        (None, false) => (String::new(), "Initiated by API".to_owned()),
    };
    write(world, request, &username, action, &data);
}

/// The event of a change. Its data has no room for the API, which is named as the user.
pub(crate) fn change(world: &World, request: &Request, action: &str, data: &str) {
    write(world, request, &api(request), action, data);
}

/// The events of the groups that a person came into and left, in the two grammars recorded.
pub(crate) fn groups(world: &World, request: &Request, username: &str, before: &[String], after: &[String]) {
    for group in before.iter().filter(|group| !after.contains(group)) {
        change(world, request, "Remove from group", &format!("'{group}' '{username}'"));
    }
    for group in after.iter().filter(|group| !before.contains(group)) {
        change(world, request, "Adding user to group", &format!("{username} - {group}"));
    }
}

/// The groups of the person with that address.
pub(crate) fn groups_of(company: &Company, position: usize) -> Vec<String> {
    company.users[position].groups.clone()
}

fn write(world: &World, request: &Request, username: &str, action: &str, data: &str) {
    world.record(LogEvent::new(world.now(), username, &address(request), action, data));
}

fn api(request: &Request) -> String {
    match &request.label {
        Some(label) => format!("API: {label}"),
        None => "API".to_owned(),
    }
}

/// Each label calls from a place of its own.
fn address(request: &Request) -> String {
    let label = request.label.as_deref().unwrap_or_default();
    format!("203.0.113.{}", 10 + label.bytes().map(u32::from).sum::<u32>() % 240)
}
