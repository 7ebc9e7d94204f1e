//! `getdetailedsfdata`: the shared folders, who has access, and to which sites.

use super::getsfdata::folders;
use crate::request::Request;
use crate::world::World;

pub(super) fn answer(world: &World, request: &Request) -> String {
    folders(world, request, true)
}
