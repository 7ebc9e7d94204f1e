//! Exports: an export of people or events is an entry of the audit record, without a claim and without steps.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::{
    changes::{Outcome, new_action_id},
    error_chain::causes,
    request_context::RequestContext,
    store::{self, RecordEntry, Store},
};

/// The same export by the same caller is recorded once within this time.
const INTERVAL: TimeDelta = TimeDelta::hours(1);

/// How long a response waits to learn whether the database has tables.
const HAS_TABLES_TIMEOUT: Duration = Duration::from_secs(1);

/// What was exported. Stored as JSON; its names are frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Export {
    /// The route.
    pub(crate) route: String,
    /// The format.
    pub(crate) format: String,
}

impl Export {
    /// The export of a route in a format.
    pub(crate) fn new(route: &str, format: &str) -> Self {
        Self { route: route.to_owned(), format: format.to_owned() }
    }

    /// The export of an entry; `None` if the entry is of a change.
    pub(crate) fn from_entry(entry: &RecordEntry) -> Option<Self> {
        serde_json::from_str(&entry.content).ok()
    }

    /// Records that the caller `actor` made this export, in the background if there is one. Does nothing without a
    /// store. A failure is logged and does not fail the request.
    pub(crate) async fn record(self, store: Option<&Arc<Store>>, actor: String, context: &RequestContext<'_>) {
        let Some(store) = store.cloned() else { return };
        let entry = RecordEntry {
            action_id: new_action_id(context.received_at),
            version: 1,
            at: RecordEntry::format_time(context.received_at),
            actor,
            action: "export".to_owned(),
            email: String::new(),
            outcome: Outcome::Confirmed.name().to_owned(),
            request_id: context.request_id.clone(),
            content: serde_json::to_string(&self).expect("texts are JSON"),
        };
        let since = context.received_at - INTERVAL;
        let append = async move {
            match store.append_once(&entry, since).await {
                Ok(()) => {}
                Err(error @ store::Error::NoTables) => {
                    tracing::warn!(cause = causes(&error), "an export is not recorded");
                }
                Err(error) => tracing::error!(cause = causes(&error), "an export could not be recorded"),
            }
        };
        context.run_in_background(append.boxed()).await;
    }
}

/// Whether exports are not recorded because the database has no tables yet; false if that cannot be determined in time.
pub(crate) async fn tables_are_missing(store: &Store, context: &RequestContext<'_>) -> bool {
    let has_tables = context.time_database(timeout(HAS_TABLES_TIMEOUT, store.has_tables())).await;
    matches!(has_tables, Ok(Ok(false)))
}
