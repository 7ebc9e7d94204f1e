//! `updateuser`: a person's display name and Duo name.

use crate::{
    commands::{
        record,
        replies::{no_such_user, ok},
    },
    company::User,
    request::Request,
    world::World,
};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    // No action of the log is known to tell of display names.
    change_named(world, request, None, |user| {
        if let Some(fullname) = request.text("fullname") {
            user.fullname = fullname;
        }
        if let Some(name) = request.text("duousername") {
            user.duo_username = Some(name);
        }
    })
}

/// Changes the person whom `username` names. That there is nothing to change is not told, nor logged as `action`.
pub(crate) fn change_named(
    world: &mut World,
    request: &Request,
    action: Option<&str>,
    change: impl FnOnce(&mut User),
) -> String {
    let username = request.text("username").unwrap_or_default();
    let Some(position) = world.position_of(&username) else {
        return no_such_user(request.dialect, &username);
    };
    if let (true, Some(action)) = (world.change_user(position, change), action) {
        record::change(world, request, action, &username);
    }
    ok()
}
