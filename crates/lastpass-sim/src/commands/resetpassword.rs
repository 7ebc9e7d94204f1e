//! `resetpassword`: a message that leads to a new master password.

use super::record;
use super::replies::{ok, refused, with_status_list};
use crate::mail::MailKind;
use crate::request::Request;
use crate::world::World;

/// Unlike its neighbours, it lists its one error.
pub(super) fn answer(world: &mut World, request: &Request) -> String {
    let username = request.text("username").unwrap_or_default();
    if world.position_of(&username).is_none() {
        return with_status_list(refused(request.dialect), "error", [format!("user not found: {username}")]);
    }
    world.send(&username, MailKind::PasswordReset);
    record::change(world, request, "Password reset", &username);
    ok()
}
