//! `reinviteuser`: repeats the invitation of users who have not logged in yet.

use crate::account_state::AccountState;
use crate::commands::log_events::log_change;
use crate::mail::MailKind;
use crate::replies::{BatchOutcome, batch_reply, failure};
use crate::request::{ApiRequest, Dialect};

/// Takes one address in the enterprise dialect and a list in the guide's.
pub(crate) fn execute(account: &mut AccountState, request: &ApiRequest) -> String {
    let dialect = request.dialect;
    let usernames = request.usernames();
    if let [username] = usernames.as_slice() {
        return match reinvite(account, request, username) {
            Ok(()) => batch_reply(dialect, BatchOutcome::Accepted, "error", &[]),
            Err(error) => failure(dialect, &error),
        };
    }
    if usernames.is_empty() || dialect == Dialect::Enterprise {
        return failure(dialect, "One username is required");
    }
    let mut errors = Vec::new();
    let mut outcome = BatchOutcome::Rejected;
    for username in &usernames {
        match reinvite(account, request, username) {
            Ok(()) => outcome = BatchOutcome::Accepted,
            Err(error) => errors.push(error),
        }
    }
    batch_reply(dialect, outcome, "error", &errors)
}

/// The error for active users is invented: none was recorded.
fn reinvite(account: &mut AccountState, request: &ApiRequest, username: &str) -> Result<(), String> {
    if account.invitation_position(username).is_none() {
        let Some(position) = account.position_of(username) else { return Err(format!("No such user: {username}")) };
        if !account.company.users[position].never_logged_in {
            return Err(format!("User already active: {username}"));
        }
    }
    account.send_mail(username, MailKind::Reinvitation);
    log_change(account, request, "Re-invite user", username);
    Ok(())
}
