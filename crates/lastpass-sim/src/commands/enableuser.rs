//! `enableuser`: allows the logins of a list of people again.

use super::disableuser::switch;
use crate::request::Request;
use crate::world::World;

pub(super) fn answer(world: &mut World, request: &Request) -> String {
    switch(world, request, false, "enabled_users")
}
