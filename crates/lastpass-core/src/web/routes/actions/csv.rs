//! The record as CSV.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::{
    changes::Operation,
    error_chain::causes,
    formats::csv::{escape_formula, header, lines},
    store::{self, RecordEntry, RecordFilter, Store},
    web::{
        response::{
            body::{Body, ResponseBodyError},
            reply::Reply,
        },
        routes::actions::{Action, BATCH},
    },
};

const COLUMNS: [&str; 11] =
    ["id", "at", "actor", "action", "email", "outcome", "steps", "details", "impact", "export", "requestId"];

/// Every action of the filter, newest first: the first batch at once, the others as they are sent.
pub(crate) async fn rows(store: &Arc<Store>, mut filter: RecordFilter) -> Result<Body, store::Error> {
    let first = store.actions(&filter, BATCH).await?;
    let (tell, told) = mpsc::channel(2);
    let start = [columns(), lines(first.iter().map(cells))].concat();
    // The channel has room for it.
    drop(tell.try_send(Ok(Bytes::from(start))));
    let store = Arc::clone(store);
    tokio::spawn(async move {
        let mut batch = first;
        while batch.len() == BATCH as usize
            && let Some(last) = batch.last()
        {
            filter.before.clone_from(&last.action_id);
            let piece = match store.actions(&filter, BATCH).await {
                Ok(next) => {
                    batch = next;
                    Ok(lines(batch.iter().map(cells)))
                }
                Err(error) => {
                    tracing::error!(cause = causes(&error), "the record could not be exported to its end");
                    batch.clear();
                    Err(ResponseBodyError)
                }
            };
            // Nobody takes it any more where the caller has left.
            if tell.send(piece).await.is_err() {
                return;
            }
        }
    });
    Ok(Body::from_channel(told))
}

/// The mark without which Excel takes a file for something else than UTF-8, and the names of the columns.
pub(crate) fn columns() -> Bytes {
    header(COLUMNS)
}

/// The file; its name says what it holds.
pub(crate) fn file(rows: Body, at: DateTime<Utc>, etag: String) -> Reply {
    let name = format!("lastpass-actions-{}.csv", at.format("%Y-%m-%d"));
    Reply::private("text/csv; charset=utf-8; header=present", etag, rows).attachment(&name)
}

/// The cells in the order of [`COLUMNS`]; what is no text is JSON, as in the other form.
fn cells(entry: &RecordEntry) -> [String; 11] {
    let operation = Operation::from_entry(entry);
    let Action { id, at, actor, action, email, outcome, steps, details, impact, export, request_id } =
        Action::of(entry, operation.as_ref());
    let text = |text: &str| escape_formula(text).into_owned();
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
