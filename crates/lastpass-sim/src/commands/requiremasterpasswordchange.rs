//! `requiremasterpasswordchange`: at the next login the person must choose a new master password.

use crate::{commands::updateuser::change_named, request::Request, world::World};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    change_named(world, request, Some("Require password change"), |user| user.password_reset_required = true)
}
