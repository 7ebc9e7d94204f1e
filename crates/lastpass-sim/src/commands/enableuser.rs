//! `enableuser`: allows the logins of a list of people again.

use crate::{commands::disableuser::switch, request::Request, world::World};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    switch(world, request, false, "enabled_users")
}
