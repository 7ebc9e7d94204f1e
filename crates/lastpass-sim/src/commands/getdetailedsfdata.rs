//! `getdetailedsfdata`: the shared folders, who has access, and to which sites.

use crate::{commands::getsfdata::folders, request::Request, world::World};

pub(crate) fn answer(world: &World, request: &Request) -> String {
    folders(world, request, true)
}
