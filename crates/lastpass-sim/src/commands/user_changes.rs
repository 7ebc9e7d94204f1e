//! The commands that change one user: `updateuser`, `updateemail`, `resetpassword`, `requiremasterpasswordchange` and
//! `disablemultifactor`.

use crate::account_state::AccountState;
use crate::commands::log_events::log_change;
use crate::company::User;
use crate::mail::MailKind;
use crate::replies::{failure, failure_status, no_such_user, ok, status_with_messages};
use crate::request::ApiRequest;

/// Changes the display name and the Duo user name.
pub(crate) fn updateuser(account: &mut AccountState, request: &ApiRequest) -> String {
    // No action of the log is known for a change of the display name.
    change_user(account, request, None, |user| {
        if let Some(fullname) = request.text("fullname") {
            user.fullname = fullname;
        }
        if let Some(name) = request.text("duousername") {
            user.duo_username = Some(name);
        }
    })
}

/// Requires a new master password at the next login.
pub(crate) fn requiremasterpasswordchange(account: &mut AccountState, request: &ApiRequest) -> String {
    change_user(account, request, Some("Require password change"), |user| user.password_reset_required = true)
}

/// Removes the second factor, so that the user can set up a new one.
pub(crate) fn disablemultifactor(account: &mut AccountState, request: &ApiRequest) -> String {
    change_user(account, request, Some("Disabled multifactor authentication"), |user| user.multifactor = None)
}

/// Changes the user that `username` names, and logs `action` if that makes a difference. The reply is the same.
fn change_user(
    account: &mut AccountState,
    request: &ApiRequest,
    action: Option<&str>,
    change: impl FnOnce(&mut User),
) -> String {
    let username = request.text("username").unwrap_or_default();
    let Some(position) = account.position_of(&username) else {
        return no_such_user(request.dialect, &username);
    };
    if let (true, Some(action)) = (account.change_user(position, change), action) {
        log_change(account, request, action, &username);
    }
    ok()
}

/// Sends mail with instructions for a new master password. Unlike in other commands, the error is a list of one.
pub(crate) fn resetpassword(account: &mut AccountState, request: &ApiRequest) -> String {
    let username = request.text("username").unwrap_or_default();
    if account.position_of(&username).is_none() {
        let error = format!("user not found: {username}");
        return status_with_messages(failure_status(request.dialect), "error", [error]);
    }
    account.send_mail(&username, MailKind::PasswordReset);
    log_change(account, request, "Password reset", &username);
    ok()
}

/// Sets a new address, which takes effect when the user logs in with the old one.
///
/// The error texts are invented, except the one for an unknown user: no others were recorded.
pub(crate) fn updateemail(account: &mut AccountState, request: &ApiRequest) -> String {
    let dialect = request.dialect;
    let (old, new) = (request.text("oldemail").unwrap_or_default(), request.text("newemail").unwrap_or_default());
    let Some(position) = account.position_of(&old) else {
        return no_such_user(dialect, &old);
    };
    if !new.contains('@') {
        return failure(dialect, &format!("{new} is not a valid email address"));
    }
    let is_taken = account.position_of(&new).is_some()
        || account.invitation_position(&new).is_some()
        || account.has_personal_account(&new);
    if is_taken {
        return failure(dialect, &format!("User already exists: {new}"));
    }
    // The documentation of other integrations says that this requires an activated account.
    if account.company.users[position].never_logged_in {
        return failure(dialect, &format!("User not activated: {old}"));
    }
    if account.change_user(position, |user| user.new_username = Some(new.to_lowercase())) {
        account.send_mail(&old, MailKind::EmailChange);
        // The data format is unknown; the format of other renames is assumed.
        log_change(account, request, "Username changed", &format!("'{old}' '{new}'"));
    }
    ok()
}
