//! The replies that commands share, in both dialects.

use crate::php_json::PhpJson;
use crate::request::Dialect;

/// The reply to a wrong account number or a wrong hash.
pub(crate) fn authorization_error(dialect: Dialect) -> String {
    match dialect {
        Dialect::Enterprise => {
            concat!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<lastpass rc=\"Authorization Error\"/>\n")
                .to_owned()
        }
        Dialect::Guide => error(dialect, "Invalid provisioning hash"),
    }
}

/// A read command's error: no status in the enterprise dialect.
pub(crate) fn error(dialect: Dialect, message: &str) -> String {
    match dialect {
        Dialect::Enterprise => {
            let mut json = PhpJson::new();
            json.open_map();
            json.key("error").text(message);
            json.close_map();
            json.finish()
        }
        Dialect::Guide => with_status("ERROR", "error", message),
    }
}

/// A status with one message.
pub(crate) fn with_status(status: &str, field: &str, message: &str) -> String {
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(status);
    json.key(field).text(message);
    json.close_map();
    json.finish()
}

/// A status with several messages.
pub(crate) fn with_status_list<S: AsRef<str>>(
    status: &str,
    field: &str,
    messages: impl IntoIterator<Item = S>,
) -> String {
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(status);
    json.key(field).texts(messages);
    json.close_map();
    json.finish()
}

/// The whole reply to a change that went well.
pub(crate) fn ok() -> String {
    r#"{"status":"OK"}"#.to_owned()
}

/// What a refused change calls itself. The guide knows `ERROR` and no other word.
pub(crate) fn refused(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Enterprise => "FAIL",
        Dialect::Guide => "ERROR",
    }
}

/// A change refused as a whole.
pub(crate) fn refusal(dialect: Dialect, message: &str) -> String {
    with_status(refused(dialect), "error", message)
}

/// Recorded for `deluser`; the other commands for one person are taken to say the same.
pub(crate) fn no_such_user(dialect: Dialect, username: &str) -> String {
    refusal(dialect, &format!("No such user: {username}"))
}

/// How much of a list of changes was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing of it.
    None,
    /// All, but for what the errors name.
    Some,
}

/// The reply to a list of changes: `OK`, `WARN` with what was left out, or a refusal.
///
/// `field` names the errors of a refusal, which `batchadd` calls `error` and `batchchangegrp` `errors`.
pub(crate) fn extent(dialect: Dialect, extent: Extent, field: &str, errors: &[String]) -> String {
    match extent {
        Extent::None => with_status_list(refused(dialect), field, errors),
        Extent::Some if errors.is_empty() => ok(),
        Extent::Some => with_status_list("WARN", "errors", errors),
    }
}
