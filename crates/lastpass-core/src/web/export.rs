//! Taking data along is recorded, once an hour for each person, route and format.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::FutureExt;
use serde::Serialize;

use crate::{
    auth::Caller,
    changes::new_action_id,
    error_chain::causes,
    request_context::RequestContext,
    store::{self, RecordEntry},
    web::{app::App, response::warning::Warning},
};

/// How often the same export by the same person is recorded.
const RECORDED_EVERY: TimeDelta = TimeDelta::hours(1);

/// A reply does not wait longer to say that it is not recorded.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was exported.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Export {
    pub(crate) route: &'static str,
    pub(crate) format: &'static str,
}

/// Records that somebody takes data along; after the reply, where there is a background. Without a record there is
/// nothing to add to.
pub(crate) async fn record(app: &App, caller: &Caller, export: Export, context: &RequestContext<'_>) {
    let Ok(store) = &app.store else { return };
    let entry = RecordEntry {
        action_id: new_action_id(context.received_at),
        version: 1,
        at: RecordEntry::format_time(context.received_at),
        actor: caller.actor(),
        action: "export".to_owned(),
        email: String::new(),
        outcome: "confirmed".to_owned(),
        request_id: context.request_id.clone(),
        content: serde_json::to_string(&export).expect("texts are JSON"),
    };
    let (store, since) = (Arc::clone(store), context.received_at - RECORDED_EVERY);
    let work = async move {
        match store.append_once(&entry, since).await {
            Ok(()) => {}
            Err(error @ store::Error::NoTables) => tracing::warn!(cause = causes(&error), "an export is not recorded"),
            Err(error) => tracing::error!(cause = causes(&error), "an export could not be recorded"),
        }
    };
    match context.background {
        Some(background) => background.wait_until(work.boxed()),
        None => work.await,
    }
}

/// What a reply says that cannot be recorded, since the database has no tables yet.
pub(crate) async fn warning(app: &App, context: &RequestContext<'_>) -> Option<Warning> {
    let store = app.store.as_ref().ok()?;
    let has_tables = context.time_database(tokio::time::timeout(PATIENCE, store.has_tables())).await;
    matches!(has_tables, Ok(Ok(false))).then(Warning::nothing_recorded)
}
