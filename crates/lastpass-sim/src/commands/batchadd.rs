//! `batchadd`: adds users, sends invitations, and changes existing users.

use serde_json::Value;

use crate::account_state::AccountState;
use crate::commands::log_events::{groups_of, log_change, log_group_changes};
use crate::company::User;
use crate::mail::MailKind;
use crate::replies::{BatchOutcome, batch_reply};
use crate::request::{ApiRequest, as_flag, as_text, as_texts};

/// The error texts are invented: none was recorded.
pub(crate) fn execute(account: &mut AccountState, request: &ApiRequest) -> String {
    let mut errors = Vec::new();
    let mut outcome = BatchOutcome::Rejected;
    let mut added = AddedUsers::default();
    for entry in request.entries() {
        match UserEntry::parse(entry) {
            Ok(entry) => {
                outcome = BatchOutcome::Accepted;
                add(account, request, entry, &mut added, &mut errors);
            }
            Err(error) => errors.push(error),
        }
    }
    if outcome == BatchOutcome::Rejected && errors.is_empty() {
        errors.push("No users to add".to_owned());
    }
    for (action, usernames) in [("Employee account created", added.created), ("Employee invited", added.invited)] {
        if !usernames.is_empty() {
            log_change(account, request, action, &usernames.join(","));
        }
    }
    batch_reply(request.dialect, outcome, "error", &errors)
}

/// The added addresses. Each list is logged as one event.
#[derive(Default)]
struct AddedUsers {
    created: Vec<String>,
    invited: Vec<String>,
}

/// One entry of the request.
struct UserEntry {
    username: String,
    fullname: Option<String>,
    groups: Vec<String>,
    duo_username: Option<String>,
    has_password: bool,
    password_reset_required: bool,
    attributes: Vec<(String, String)>,
}

impl UserEntry {
    /// Parses an entry, which may be a bare address in the guide's dialect.
    fn parse(entry: &Value) -> Result<Self, String> {
        let field = |name: &str| entry.get(name).and_then(as_text);
        let username = as_text(entry).or_else(|| field("username")).unwrap_or_default();
        if username.is_empty() {
            return Err("username is required".to_owned());
        }
        if !username.contains('@') {
            return Err(format!("{username} is not a valid email address"));
        }
        let attributes = entry.get("attribs").and_then(Value::as_object).into_iter().flatten();
        Ok(Self {
            username: username.to_lowercase(),
            fullname: field("fullname"),
            groups: entry.get("groups").map(as_texts).unwrap_or_default(),
            duo_username: field("duousername"),
            has_password: field("password").is_some_and(|password| !password.is_empty()),
            password_reset_required: entry.get("password_reset_required").and_then(as_flag).unwrap_or(true),
            attributes: attributes.filter_map(|(name, value)| Some((name.clone(), as_text(value)?))).collect(),
        })
    }

    fn apply_to(self, user: &mut User) {
        if let Some(fullname) = self.fullname {
            user.fullname = fullname;
        }
        if self.duo_username.is_some() {
            user.duo_username = self.duo_username;
        }
        user.add_to_groups(self.groups);
        for (name, value) in self.attributes {
            user.set_attribute(&name, value);
        }
    }
}

fn add(
    account: &mut AccountState,
    request: &ApiRequest,
    mut entry: UserEntry,
    added: &mut AddedUsers,
    errors: &mut Vec<String>,
) {
    entry.groups.retain(|group| {
        let is_managed_by_sso = account.company.sso_groups.contains(group);
        if is_managed_by_sso {
            errors.push(format!("{} was not added to {group}: the group is managed by SSO", entry.username));
        }
        !is_managed_by_sso
    });
    let username = entry.username.clone();
    if let Some(position) = account.position_of(&username) {
        let before = groups_of(&account.company, position);
        account.change_user(position, |user| entry.apply_to(user));
        log_group_changes(account, request, &username, &before, &groups_of(&account.company, position));
        return;
    }
    if account.invitation_position(&username).is_some() {
        account.change_pending_user(&username, |user| entry.apply_to(user));
        return;
    }
    let mut user = User::newly_added(&username);
    // Without an initial password there is none to change: the user chooses one at the first login.
    user.password_reset_required = entry.has_password && entry.password_reset_required;
    entry.apply_to(&mut user);
    if account.has_personal_account(&username) {
        user.password_reset_required = false;
        account.invite(user);
        added.invited.push(username.clone());
    } else {
        account.add_user(user);
        added.created.push(username.clone());
    }
    account.send_mail(&username, MailKind::Invitation);
}
