//! `deluser`: deactivates, removes or deletes a user, or withdraws an invitation.

use crate::account_state::AccountState;
use crate::commands::log_events::log_change;
use crate::replies::{failure, no_such_user, ok, status_with_message};
use crate::request::{ApiRequest, Dialect};

#[derive(Clone, Copy)]
enum DeleteAction {
    /// Blocks logins and keeps everything else.
    Deactivate,
    /// Turns the account into a personal account.
    Remove,
    /// Deletes the account.
    Delete,
    /// Withdraws a pending invitation.
    Uninvite,
}

impl DeleteAction {
    /// The action of the log event. For a withdrawn invitation it is assumed.
    fn log_action(self) -> &'static str {
        match self {
            Self::Deactivate => "Deactivated user",
            Self::Remove => "Remove user from company",
            Self::Delete | Self::Uninvite => "Employee account deleted",
        }
    }

    fn parse(request: &ApiRequest) -> Option<Self> {
        match (request.dialect, request.text("action"), request.text("deleteaction")) {
            // The guide does not document a name for `Uninvite`.
            (Dialect::Guide, Some(action), _) => match action.as_str() {
                "deactivate" => Some(Self::Deactivate),
                "remove" => Some(Self::Remove),
                "delete" => Some(Self::Delete),
                "uninvite" => Some(Self::Uninvite),
                _ => None,
            },
            (_, _, Some(number)) => match number.as_str() {
                "0" => Some(Self::Deactivate),
                "1" => Some(Self::Remove),
                "2" => Some(Self::Delete),
                "3" => Some(Self::Uninvite),
                _ => None,
            },
            (_, _, None) => None,
        }
    }
}

/// The error texts about actions and invitations are invented; the others were recorded.
pub(crate) fn execute(account: &mut AccountState, request: &ApiRequest) -> String {
    let dialect = request.dialect;
    let username = request.text("username").unwrap_or_default();
    let Some(action) = DeleteAction::parse(request) else {
        return failure(dialect, "Invalid deleteaction");
    };
    match (action, account.position_of(&username)) {
        (DeleteAction::Uninvite, _) => {
            let Some(position) = account.invitation_position(&username) else {
                return failure(dialect, &format!("No pending invitation: {username}"));
            };
            account.remove_invitation(position);
        }
        (DeleteAction::Deactivate | DeleteAction::Remove | DeleteAction::Delete, None) => {
            return no_such_user(dialect, &username);
        }
        (DeleteAction::Deactivate, Some(position)) => {
            if !account.change_user(position, |user| user.disabled = true) {
                return status_with_message("OK", "error", &format!("User already disabled: {username}"));
            }
        }
        (DeleteAction::Remove, Some(position)) => {
            let user = account.remove_user(position);
            account.company.personal_accounts.push(user.username);
        }
        (DeleteAction::Delete, Some(position)) => {
            account.remove_user(position);
        }
    }
    log_change(account, request, action.log_action(), &username);
    ok()
}
