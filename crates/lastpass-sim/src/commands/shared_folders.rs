//! `getsfdata` and `getdetailedsfdata`: the shared folders and the users with access; the latter adds their sites.

use crate::account_state::AccountState;
use crate::company::Member;
use crate::php_json::PhpJson;
use crate::request::{ApiRequest, Dialect};

pub(crate) fn getsfdata(account: &AccountState, request: &ApiRequest) -> String {
    folders(account, request, false)
}

pub(crate) fn getdetailedsfdata(account: &AccountState, request: &ApiRequest) -> String {
    folders(account, request, true)
}

fn folders(account: &AccountState, request: &ApiRequest, with_sites: bool) -> String {
    let folders = &account.company.folders;
    let requested = request.paging().map_or(0..folders.len(), |paging| paging.range(folders.len()));
    let include_super_admins = request.includes_super_admins();
    let mut json = PhpJson::new();
    json.open_object();
    if request.dialect == Dialect::Guide {
        json.key("status").string("OK");
    }
    for folder in &folders[requested] {
        json.key(&folder.id.to_string()).open_object();
        json.key("sharedfoldername").string(&folder.name);
        json.key("deleted").boolean(folder.deleted);
        json.key("score").number(folder.score);
        json.key("users").open_array();
        for member in &folder.members {
            if include_super_admins || !member.super_admin {
                write_member(&mut json, member, with_sites);
            }
        }
        json.close_array();
        json.close_object();
    }
    json.close_object();
    json.finish()
}

fn write_member(json: &mut PhpJson, member: &Member, with_sites: bool) {
    let flag = |set| if set { "1" } else { "0" };
    json.open_object();
    json.key("username").string(&member.username);
    json.key("readonly").string(flag(member.read_only));
    json.key("give").string(flag(member.give));
    json.key("can_administer").string(flag(member.can_administer));
    json.key("superadmin").boolean(member.super_admin);
    if let Some(group) = &member.group {
        json.key("group_name").string(group);
    }
    if with_sites {
        json.key("sites").strings(&member.sites);
    }
    json.close_object();
}
