//! `resetpassword`: a message that leads to a new master password.

use crate::{
    commands::{
        record,
        replies::{ok, refused, with_status_list},
    },
    mail::MailKind,
    request::Request,
    world::World,
};

/// Unlike its neighbours, it lists its one error.
pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let username = request.text("username").unwrap_or_default();
    if world.position_of(&username).is_none() {
        return with_status_list(refused(request.dialect), "error", [format!("user not found: {username}")]);
    }
    world.send(&username, MailKind::PasswordReset);
    record::change(world, request, "Password reset", &username);
    ok()
}
