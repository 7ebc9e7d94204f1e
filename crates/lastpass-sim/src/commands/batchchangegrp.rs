//! `batchchangegrp`: changes group memberships. A group exists as long as it has members.

use serde_json::Value;

use crate::account_state::AccountState;
use crate::commands::log_events::{groups_of, log_group_changes};
use crate::replies::{BatchOutcome, batch_reply};
use crate::request::{ApiRequest, Dialect, as_text, as_texts};

pub(crate) fn execute(account: &mut AccountState, request: &ApiRequest) -> String {
    let mut errors = Vec::new();
    let mut outcome = BatchOutcome::Rejected;
    for MembershipChange { username, mut add, mut remove } in membership_changes(request) {
        let Some(position) = account.position_of(&username) else {
            errors.push(format!("{username} does not exist"));
            continue;
        };
        outcome = BatchOutcome::Accepted;
        for groups in [&mut add, &mut remove] {
            groups.retain(|group| {
                let is_managed_by_sso = account.company.sso_groups.contains(group);
                if is_managed_by_sso {
                    errors.push(sso_group_error(group, &username));
                }
                !is_managed_by_sso
            });
        }
        let before = groups_of(&account.company, position);
        account.change_user(position, |user| {
            user.groups.retain(|group| !remove.contains(group));
            user.add_to_groups(add);
        });
        log_group_changes(account, request, &username, &before, &groups_of(&account.company, position));
    }
    if outcome == BatchOutcome::Rejected && errors.is_empty() {
        errors.push("No users to change".to_owned());
    }
    batch_reply(request.dialect, outcome, "errors", &errors)
}

/// An invented text: the vendor only documents that such groups cannot be managed with the API.
fn sso_group_error(group: &str, username: &str) -> String {
    format!("Group {group} is managed by SSO, not changed for {username}")
}

/// The changes for one user.
struct MembershipChange {
    username: String,
    add: Vec<String>,
    remove: Vec<String>,
}

/// The guide's dialect sends each group with the addresses to add, or the enterprise entries as a list.
fn membership_changes(request: &ApiRequest) -> Vec<MembershipChange> {
    let groups = request.argument("groups").and_then(Value::as_object);
    if let (Dialect::Guide, Some(groups)) = (request.dialect, groups) {
        let mut changes: Vec<MembershipChange> = Vec::new();
        for (group, usernames) in groups {
            for username in as_texts(usernames) {
                match changes.iter_mut().find(|change| change.username == username) {
                    Some(change) => change.add.push(group.clone()),
                    None => {
                        changes.push(MembershipChange { username, add: vec![group.clone()], remove: Vec::new() });
                    }
                }
            }
        }
        return changes;
    }
    let entries = request.entries().into_iter();
    let groups = |entry: &Value, name: &str| entry.get(name).map(as_texts).unwrap_or_default();
    let parse = |entry: &Value| MembershipChange {
        username: entry.get("username").and_then(as_text).unwrap_or_default(),
        add: groups(entry, "add"),
        remove: groups(entry, "del"),
    };
    entries.map(parse).collect()
}
