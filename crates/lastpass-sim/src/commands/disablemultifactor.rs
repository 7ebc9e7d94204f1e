//! `disablemultifactor`: takes a person's second factor away, so that a new one can be set up.

use super::updateuser::change_named;
use crate::request::Request;
use crate::world::World;

pub(super) fn answer(world: &mut World, request: &Request) -> String {
    change_named(world, request, Some("Disabled multifactor authentication"), |user| user.multifactor = None)
}
