//! `requiremasterpasswordchange`: at the next login the person must choose a new master password.

use super::updateuser::change_named;
use crate::request::Request;
use crate::world::World;

pub(super) fn answer(world: &mut World, request: &Request) -> String {
    change_named(world, request, Some("Require password change"), |user| user.password_reset_required = true)
}
