//! `getsfdata`: the shared folders and who has access.

use crate::company::Member;
use crate::php_json::PhpJson;
use crate::request::{Dialect, Request};
use crate::world::World;

pub(crate) fn answer(world: &World, request: &Request) -> String {
    folders(world, request, false)
}

/// The folders asked for; with each member's sites when detailed.
pub(crate) fn folders(world: &World, request: &Request, detailed: bool) -> String {
    let folders = &world.company.folders;
    let wanted = request.page().map_or(0..folders.len(), |page| page.range(folders.len()));
    let super_admins_too = request.asks_for_all();
    let mut json = PhpJson::new();
    json.open_map();
    if request.dialect == Dialect::Guide {
        json.key("status").text("OK");
    }
    for folder in &folders[wanted] {
        json.key(&folder.id.to_string()).open_map();
        json.key("sharedfoldername").text(&folder.name);
        json.key("deleted").boolean(folder.deleted);
        json.key("score").number(folder.score);
        json.key("users").open_list();
        for member in &folder.members {
            if super_admins_too || !member.super_admin {
                write_member(&mut json, member, detailed);
            }
        }
        json.close_list();
        json.close_map();
    }
    json.close_map();
    json.finish()
}

fn write_member(json: &mut PhpJson, member: &Member, detailed: bool) {
    let flag = |set| if set { "1" } else { "0" };
    json.open_map();
    json.key("username").text(&member.username);
    json.key("readonly").text(flag(member.read_only));
    json.key("give").text(flag(member.give));
    json.key("can_administer").text(flag(member.can_administer));
    json.key("superadmin").boolean(member.super_admin);
    if let Some(group) = &member.group {
        json.key("group_name").text(group);
    }
    if detailed {
        json.key("sites").texts(&member.sites);
    }
    json.close_map();
}
