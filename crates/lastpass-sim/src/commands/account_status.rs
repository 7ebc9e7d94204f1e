//! `disableuser` and `enableuser`: block and unblock the logins of a list of users.

use crate::account_state::AccountState;
use crate::commands::log_events::log_change;
use crate::php_json::PhpJson;
use crate::replies::failure_status;
use crate::request::{ApiRequest, Dialect, as_text};

pub(crate) fn disableuser(account: &mut AccountState, request: &ApiRequest) -> String {
    set_disabled(account, request, true, "disabled_users")
}

pub(crate) fn enableuser(account: &mut AccountState, request: &ApiRequest) -> String {
    set_disabled(account, request, false, "enabled_users")
}

/// Blocks or unblocks the logins of the listed users; `field` is the name of the list of changed users.
///
/// The vendor's page only shows successful calls. Unknown addresses are assumed to be listed as unchanged with an
/// error, and the call is assumed to fail if all addresses are unknown.
fn set_disabled(account: &mut AccountState, request: &ApiRequest, disabled: bool, field: &str) -> String {
    let (mut changed, mut unchanged, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for username in request.entries().into_iter().filter_map(as_text) {
        match account.position_of(&username) {
            None => unknown.push(username),
            Some(position) if account.change_user(position, |user| user.disabled = disabled) => changed.push(username),
            Some(_) => unchanged.push(username),
        }
    }
    let action = if disabled { "Deactivated user" } else { "Reactivated user" };
    for username in &changed {
        log_change(account, request, action, username);
    }
    let failed = changed.is_empty() && unchanged.is_empty();
    let mut json = PhpJson::new();
    json.open_object();
    json.key("status").string(match request.dialect {
        _ if failed => failure_status(request.dialect),
        Dialect::Enterprise => "success",
        Dialect::Guide => "OK",
    });
    if !changed.is_empty() {
        json.key(field).strings(changed);
    }
    if !(unchanged.is_empty() && unknown.is_empty()) {
        json.key("unchanged_users").strings(unchanged.iter().chain(&unknown));
    }
    if !unknown.is_empty() {
        json.key("error").string(&format!("No such user: {}", unknown.join(", ")));
    } else if failed {
        json.key("error").string("No users given");
    }
    json.close_object();
    json.finish()
}
