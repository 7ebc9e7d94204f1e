//! The log events of calls.

use crate::account_state::AccountState;
use crate::company::Company;
use crate::event_log::LogEvent;
use crate::request::ApiRequest;

/// Logs a read. The event names the API in its data, or as its user in accounts from before 2022.
pub(crate) fn log_read(account: &AccountState, request: &ApiRequest, action: &str) {
    let (username, data) = match (&request.label, account.company.log_api_as_user) {
        (_, true) => (api_username(request), String::new()),
        (Some(label), false) => (String::new(), format!("Initiated by API: {label}")),
        (None, false) => (String::new(), "Initiated by API".to_owned()),
    };
    log(account, request, &username, action, &data);
}

/// Logs a change. The data is that of the change, so the API is named as the user.
pub(crate) fn log_change(account: &AccountState, request: &ApiRequest, action: &str, data: &str) {
    log(account, request, &api_username(request), action, data);
}

/// Logs the groups that a user joined and left, in the two recorded data formats.
pub(crate) fn log_group_changes(
    account: &AccountState,
    request: &ApiRequest,
    username: &str,
    before: &[String],
    after: &[String],
) {
    for group in before.iter().filter(|group| !after.contains(group)) {
        log_change(account, request, "Remove from group", &format!("'{group}' '{username}'"));
    }
    for group in after.iter().filter(|group| !before.contains(group)) {
        log_change(account, request, "Adding user to group", &format!("{username} - {group}"));
    }
}

/// The groups of the user at this position.
pub(crate) fn groups_of(company: &Company, position: usize) -> Vec<String> {
    company.users[position].groups.clone()
}

fn log(account: &AccountState, request: &ApiRequest, username: &str, action: &str, data: &str) {
    account.log_call(LogEvent::new(account.now(), username, &source_ip(request), action, data));
}

fn api_username(request: &ApiRequest) -> String {
    match &request.label {
        Some(label) => format!("API: {label}"),
        None => "API".to_owned(),
    }
}

/// An IP address that is derived from the label.
fn source_ip(request: &ApiRequest) -> String {
    let label = request.label.as_deref().unwrap_or_default();
    format!("203.0.113.{}", 10 + label.bytes().map(u32::from).sum::<u32>() % 240)
}
