//! `GET /api/audit-logs`: LastPass's log, filtered and counted, with alerts and exports.

mod cursor;
mod files;
mod json;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod query;
mod view;

use std::sync::Arc;

use futures_util::FutureExt;

use crate::{
    cache::{event_windows::EventRange, freshness::Freshness},
    changes::{Export, OwnChanges},
    request_context::RequestContext,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions::LogReader,
        response::{
            problem::Problem,
            reply::{self, Reply},
        },
        routes::audit_logs::{
            query::{AuditLogFormat, AuditLogQuery},
            view::{AuditLogData, AuditLogView},
        },
    },
};

const NAME: &str = "audit-logs";

/// The endpoint of LastPass's log.
pub static AUDIT_LOGS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let reader = LogReader::required(&caller)?;
    let canonical = parameters.canonical();
    let upstream = app.upstream()?;
    let query = AuditLogQuery::parse(parameters, app.time_zone, context.received_at)?;
    let format = query.format;
    let data = fetch(app, query.range, context).await?;
    let view = Arc::new(AuditLogView::compute(data, query, upstream, app.time_zone, reader).await?);
    let etag = reply::etag((caller.role(), canonical, view.version()));
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    if let Some(export) = format.export_name()
        && takes_body
    {
        Export::new(NAME, export).record(app.store.as_ref().ok(), caller.actor(), context).await;
    }
    Ok(match format {
        AuditLogFormat::Json => json::page(&view, etag),
        AuditLogFormat::Csv => files::csv(view, etag),
        AuditLogFormat::Ndjson => files::ndjson(view, etag),
        AuditLogFormat::Ocsf => files::ocsf(view, etag),
    })
}

/// Fetches the log, and what else the alerts are detected from.
async fn fetch(app: &App, range: EventRange, context: &RequestContext<'_>) -> Result<AuditLogData, Problem> {
    let upstream = app.upstream()?;
    // The log is required. Without the users, there are fewer alerts.
    let people = upstream.people(Freshness::Default, context).map(Ok);
    let (window, people) = tokio::try_join!(upstream.events(range, Freshness::Default, context), people)?;
    context.set_cache_state(window.state);
    let range = window.value.window()?.range;
    let own_changes = OwnChanges::read(app.optional_store(), range.from, range.to, context).await;
    Ok(AuditLogData { window, people, own_changes })
}
