//! `GET /api/actions`: the audit record of changes and exports, and its verification.

mod csv;
mod json;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod query;

use futures_util::FutureExt;

use crate::{
    changes::Export,
    domain::Role,
    store,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions,
        response::{
            meta::Meta,
            problem::Problem,
            reply::{self, Reply},
        },
        routes::actions::query::{ActionsFormat, ActionsQuery},
    },
};

const NAME: &str = "actions";

/// The endpoint of the audit record.
pub static ACTIONS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let canonical = parameters.canonical();
    let actor = caller.actor();
    let only_actor = match caller.role() {
        Role::Admin | Role::Auditor => None,
        Role::Provisioner => Some(actor.as_str()),
        Role::Manager => return Err(permissions::NOT_PERMITTED),
    };
    let query = ActionsQuery::parse(parameters, only_actor, app.time_zone)?;
    let store = app.store()?;
    // The record is read for each request. Its time is not part of the tag: an unchanged record is a 304.
    let meta = Meta::new(context.received_at, app.source_name());

    let read = context.time_database(async {
        let head = store.head().await?;
        let chain = if query.verify { Some(store.verify().await?) } else { None };
        Ok((head, chain))
    });
    let (head, chain) = match read.await {
        Ok(read) => read,
        // The tables are created by the first change: until then the record is empty.
        Err(store::Error::NoTables) => {
            let etag = reply::etag((caller.role(), &actor, canonical, "no tables"));
            let unchanged = Reply::not_modified(headers, &etag);
            return Ok(unchanged.unwrap_or_else(|| match query.format {
                ActionsFormat::Json => json::empty(query.verify, meta, etag),
                ActionsFormat::Csv => csv::empty(context.received_at, etag),
            }));
        }
        Err(error) => return Err(error.into()),
    };
    let etag = reply::etag((caller.role(), &actor, canonical, &head, &chain));
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    match query.format {
        ActionsFormat::Json => {
            let read = context.time_database(async {
                let actions = store.actions(&query.filter, query.limit + 1).await?;
                Ok::<_, store::Error>((actions, store.count(&query.filter).await?))
            });
            let (actions, total) = read.await?;
            Ok(json::page(&actions, query.limit as usize, total, chain.as_ref(), meta, etag))
        }
        ActionsFormat::Csv => {
            let rows = context.time_database(csv::rows(store, query.filter)).await?;
            if takes_body {
                Export::new(NAME, "csv").record(Some(store), actor, context).await;
            }
            Ok(csv::file(rows, context.received_at, etag))
        }
    }
}
