//! `disablemultifactor`: takes a person's second factor away, so that a new one can be set up.

use crate::{commands::updateuser::change_named, request::Request, world::World};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    change_named(world, request, Some("Disabled multifactor authentication"), |user| user.multifactor = None)
}
