//! The record as CSV.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    changes::Operation,
    store::{self, Entry, EntryFilter, Store},
};

use super::{
    super::{
        Body,
        reply::Reply,
        spreadsheet::{byte_order_mark, lines, safe},
    },
    Action, BATCH,
};

const COLUMNS: [&str; 11] =
    ["id", "at", "actor", "action", "email", "outcome", "steps", "details", "impact", "export", "requestId"];

/// Every action of the filter, made into rows batch by batch, newest first.
pub(super) async fn rows(store: &Store, mut filter: EntryFilter) -> Result<Vec<Bytes>, store::Error> {
    let mut pieces = vec![header()];
    loop {
        let entries = store.actions(&filter, BATCH).await?;
        pieces.push(lines(entries.iter().map(cells)));
        match entries.last() {
            Some(last) if entries.len() == BATCH as usize => filter.before.clone_from(&last.action_id),
            _ => return Ok(pieces),
        }
    }
}

/// The mark without which Excel takes a file for something else than UTF-8, and the names of the columns.
pub(super) fn header() -> Bytes {
    [byte_order_mark(), lines([COLUMNS.map(str::to_owned)])].concat().into()
}

/// The file; its name says what it holds.
pub(super) fn file(pieces: Vec<Bytes>, at: DateTime<Utc>, etag: String) -> Reply {
    let name = format!("lastpass-actions-{}.csv", at.format("%Y-%m-%d"));
    let body = Body::pieces(pieces.into_iter());
    Reply::kept_by_caller("text/csv; charset=utf-8; header=present", etag, body).named(&name)
}

/// The cells in the order of [`COLUMNS`]; what is no text is JSON, as in the other form.
fn cells(entry: &Entry) -> [String; 11] {
    let operation = Operation::from_entry(entry);
    let Action { id, at, actor, action, email, outcome, steps, details, impact, export, request_id } =
        Action::of(entry, operation.as_ref());
    let text = |text: &str| safe(text).into_owned();
    [
        text(id),
        text(at),
        text(actor),
        text(action),
        text(email.unwrap_or_default()),
        text(outcome),
        json(Some(&steps)),
        json(details),
        json(impact),
        json(export.as_ref()),
        text(request_id),
    ]
}

fn json(value: Option<&impl Serialize>) -> String {
    value.map(|value| serde_json::to_string(value).expect("texts and numbers are JSON")).unwrap_or_default()
}
