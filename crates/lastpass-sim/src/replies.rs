//! The JSON replies that several commands share, in both dialects.

use crate::php_json::PhpJson;
use crate::request::Dialect;

/// The reply to a wrong account number or a wrong hash.
pub(crate) fn authorization_error(dialect: Dialect) -> String {
    match dialect {
        Dialect::Enterprise => {
            concat!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<lastpass rc=\"Authorization Error\"/>\n")
                .to_owned()
        }
        Dialect::Guide => read_error(dialect, "Invalid provisioning hash"),
    }
}

/// An error of a read command, which has no status in the enterprise dialect.
pub(crate) fn read_error(dialect: Dialect, message: &str) -> String {
    match dialect {
        Dialect::Enterprise => {
            let mut json = PhpJson::new();
            json.open_object();
            json.key("error").string(message);
            json.close_object();
            json.finish()
        }
        Dialect::Guide => status_with_message("ERROR", "error", message),
    }
}

/// A status with one message.
pub(crate) fn status_with_message(status: &str, field: &str, message: &str) -> String {
    let mut json = PhpJson::new();
    json.open_object();
    json.key("status").string(status);
    json.key(field).string(message);
    json.close_object();
    json.finish()
}

/// A status with a list of messages.
pub(crate) fn status_with_messages<S: AsRef<str>>(
    status: &str,
    field: &str,
    messages: impl IntoIterator<Item = S>,
) -> String {
    let mut json = PhpJson::new();
    json.open_object();
    json.key("status").string(status);
    json.key(field).strings(messages);
    json.close_object();
    json.finish()
}

/// The reply to a successful change.
pub(crate) fn ok() -> String {
    r#"{"status":"OK"}"#.to_owned()
}

/// The status of a failed change. The guide only documents `ERROR`.
pub(crate) fn failure_status(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Enterprise => "FAIL",
        Dialect::Guide => "ERROR",
    }
}

/// The reply to a change that failed as a whole.
pub(crate) fn failure(dialect: Dialect, message: &str) -> String {
    status_with_message(failure_status(dialect), "error", message)
}

/// Recorded for `deluser`; assumed for the other commands that change one user.
pub(crate) fn no_such_user(dialect: Dialect, username: &str) -> String {
    failure(dialect, &format!("No such user: {username}"))
}

/// The outcome of a list of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchOutcome {
    /// No change was accepted.
    Rejected,
    /// The changes were accepted, except those that the errors name.
    Accepted,
}

/// The reply to a list of changes: `OK`, `WARN` with the rejected changes, or a failure.
///
/// `field` is the name of a failure's errors: `error` in `batchadd` and `errors` in `batchchangegrp`.
pub(crate) fn batch_reply(dialect: Dialect, outcome: BatchOutcome, field: &str, errors: &[String]) -> String {
    match outcome {
        BatchOutcome::Rejected => status_with_messages(failure_status(dialect), field, errors),
        BatchOutcome::Accepted if errors.is_empty() => ok(),
        BatchOutcome::Accepted => status_with_messages("WARN", "errors", errors),
    }
}
