//! `requiremasterpasswordchange`: at the next login the person must choose a new master password.

use super::replies::{no_such_user, ok};
use crate::request::Request;
use crate::world::World;

pub(super) fn answer(world: &mut World, request: &Request) -> String {
    let username = request.text("username").unwrap_or_default();
    let Some(position) = world.position_of(&username) else {
        return no_such_user(request.dialect, &username);
    };
    world.change_user(position, |user| user.password_reset_required = true);
    ok()
}
