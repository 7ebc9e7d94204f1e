//! One entry of the audit record, and how its times are written. Knows no SQL.

use chrono::{DateTime, SecondsFormat, Utc};

/// One row of the record: an action as it was when the row was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordEntry {
    /// The action: a UUID (v7), so that ids sort by time.
    pub(crate) action_id: String,
    /// The version of the action, from 1: each row of an action adds one.
    pub(crate) version: i64,
    /// When the action was started, in UTC, as [`RecordEntry::format_time`] writes it.
    pub(crate) at: String,
    /// The caller who requested it.
    pub(crate) actor: String,
    /// The name of the action.
    pub(crate) action: String,
    /// The address of the user it applies to; empty for an export.
    pub(crate) email: String,
    /// The outcome; `unknown` while the action is unfinished.
    pub(crate) outcome: String,
    /// The id of the request that started it.
    pub(crate) request_id: String,
    /// Everything else, as JSON.
    pub(crate) content: String,
}

/// An action as it now stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedAction {
    /// Its latest row.
    pub(crate) entry: RecordEntry,
    /// Whether it is unfinished.
    pub(crate) is_open: bool,
}

impl RecordEntry {
    /// Formats a time as the database stores it: the texts sort by time.
    pub(crate) fn format_time(at: DateTime<Utc>) -> String {
        at.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}
