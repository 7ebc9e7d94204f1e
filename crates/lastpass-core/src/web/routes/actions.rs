//! `GET /api/actions`: our own record of every change, and its proof.

mod csv;
mod json;
mod of_person;
mod query;

use futures_util::FutureExt;
use serde::Serialize;

use crate::{
    changes::{Details, Export, Impact, Operation},
    domain::Role,
    store::{self, RecordEntry},
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions,
        response::{
            body::Body,
            problem::Problem,
            reply::{self, Reply},
            steps::StepJson,
        },
    },
};

pub(crate) use of_person::{PersonActions, of_person};

use query::{Format, Query};

const NAME: &str = "actions";

/// Actions that are read at a time for a CSV.
const BATCH: u32 = 1_000;

/// The endpoint of the record.
pub static ACTIONS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let canonical = parameters.canonical();
    let actor = caller.actor();
    let own = match caller.role() {
        Role::Admin | Role::Auditor => None,
        Role::Provisioner => Some(actor.as_str()),
        Role::Manager => return Err(permissions::NOT_PERMITTED),
    };
    let query = Query::parse(parameters, own, app.time_zone)?;
    let store = app.store()?;

    let read = context.time_database(async {
        let head = store.head().await?;
        let chain = if query.verifies { Some(store.verify().await?) } else { None };
        Ok((head, chain))
    });
    let (head, chain) = match read.await {
        Ok(found) => found,
        // Nothing was ever changed: an empty record is the truth, and a warning says why.
        Err(store::Error::NoTables) => {
            let etag = reply::etag((caller.role(), &actor, canonical, "no tables"));
            return Ok(match query.format {
                Format::Json => json::nothing_recorded(query.verifies, etag),
                Format::Csv => csv::file(Body::from(csv::columns().to_vec()), context.received_at, etag),
            });
        }
        Err(error) => return Err(error.into()),
    };
    let etag = reply::etag((caller.role(), &actor, canonical, &head, &chain));
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    match query.format {
        Format::Json => {
            let entries = context.time_database(store.actions(&query.filter, query.limit + 1)).await?;
            Ok(json::page(&entries, query.limit as usize, chain.as_ref(), etag))
        }
        Format::Csv => {
            let rows = context.time_database(csv::rows(store, query.filter)).await?;
            if takes_body {
                Export::new(NAME, "csv").record(Some(store), actor, context).await;
            }
            Ok(csv::file(rows, context.received_at, etag))
        }
    }
}

/// One action, as callers see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action<'a> {
    id: &'a str,
    at: &'a str,
    actor: &'a str,
    action: &'a str,
    email: Option<&'a str>,
    outcome: &'a str,
    steps: Vec<StepJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Details>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'a Impact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<Export>,
    request_id: &'a str,
}

impl<'a> Action<'a> {
    /// The action of a row; `operation` is what the row says of a change.
    fn of(entry: &'a RecordEntry, operation: Option<&'a Operation>) -> Self {
        Self {
            id: &entry.action_id,
            at: &entry.at,
            actor: &entry.actor,
            action: &entry.action,
            email: Some(entry.email.as_str()).filter(|email| !email.is_empty()),
            outcome: &entry.outcome,
            steps: operation.map(StepJson::all).unwrap_or_default(),
            details: operation.map(|operation| &operation.details).filter(|details| **details != Details::default()),
            impact: operation.and_then(|operation| operation.impact.as_ref()),
            export: Export::from_entry(entry),
            request_id: &entry.request_id,
        }
    }
}
