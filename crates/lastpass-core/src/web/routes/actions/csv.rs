//! The audit record as CSV, written while it is read.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::{
    changes::Operation,
    error_chain::causes,
    formats::csv,
    store::{self, RecordFilter, RecordedAction, Store},
    web::response::{
        action::ActionRow,
        body::{Body, ResponseBodyError},
        reply::Reply,
    },
};

/// The actions that one query reads.
const BATCH: u32 = 1_000;

/// Every action of the filter, newest first. The first batch is read at once, the others while the body is sent.
///
/// # Errors
/// Returns an error if the first batch cannot be read.
pub(crate) async fn rows(store: &Arc<Store>, mut filter: RecordFilter) -> Result<Body, store::Error> {
    let first = store.actions(&filter, BATCH).await?;
    let (sender, receiver) = mpsc::channel(2);
    let start = [csv::header(ActionRow::CSV_COLUMNS), csv::lines(first.iter().map(cells))].concat();
    // The channel has room for it.
    drop(sender.try_send(Ok(Bytes::from(start))));
    let store = Arc::clone(store);
    tokio::spawn(async move {
        let mut batch = first;
        while batch.len() == BATCH as usize
            && let Some(last) = batch.last()
        {
            filter.before.clone_from(&last.entry.action_id);
            let chunk = match store.actions(&filter, BATCH).await {
                Ok(next) => {
                    batch = next;
                    Ok(csv::lines(batch.iter().map(cells)))
                }
                Err(error) => {
                    tracing::error!(cause = causes(&error), "the audit record could not be exported completely");
                    batch.clear();
                    Err(ResponseBodyError)
                }
            };
            // The receiver is dropped when the client disconnects.
            if sender.send(chunk).await.is_err() {
                return;
            }
        }
    });
    Ok(Body::from_channel(receiver))
}

/// The file of a record without actions.
pub(crate) fn empty(at: DateTime<Utc>, etag: String) -> Reply {
    file(Body::from(csv::header(ActionRow::CSV_COLUMNS).to_vec()), at, etag)
}

/// The file, named after the day.
pub(crate) fn file(rows: Body, at: DateTime<Utc>, etag: String) -> Reply {
    Reply::csv(&format!("lastpass-actions-{}.csv", at.format("%Y-%m-%d")), etag, rows)
}

fn cells(action: &RecordedAction) -> [String; 11] {
    ActionRow::of(&action.entry, Operation::from_recorded(action).as_ref()).csv_cells()
}
