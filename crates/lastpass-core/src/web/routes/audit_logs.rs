//! `GET /api/audit-logs`: LastPass's log, filtered, counted, exported, with detections.

mod answer;
mod cursor;
mod files;
mod json;
mod query;
mod recent;

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::FutureExt;

use crate::{
    audit::OWN_CHANGE_TOLERANCE,
    cache::{
        event_windows::{LoadedWindow, TimeRange},
        slot::Freshness,
    },
    changes::{Export, Operation},
    request_context::RequestContext,
    settings::SettingError,
    store::{self, RecordEntry, RecordFilter},
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions::LogReader,
        response::{
            problem::Problem,
            reply::{self, Reply},
        },
    },
};

pub(crate) use recent::{RecentEvents, recent_events};

use answer::{Answer, Beside, Own, Ownership};
use query::{Format, Query};

const NAME: &str = "audit-logs";

/// The endpoint of LastPass's log.
pub static AUDIT_LOGS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let reader = LogReader::required(&caller)?;
    let canonical = parameters.canonical();
    let source = app.upstream()?;
    let query = Query::parse(parameters, app.time_zone, context.received_at)?;

    // Who is disabled helps to detect; the log is shown without it, too.
    let people = source.people(Freshness::Default, context).map(Ok);
    let events = source.events(query.span, Freshness::Default, context);
    let (window, people) = tokio::try_join!(events, people)?;
    context.set_cache_state(window.state);
    let period = match &*window.value {
        LoadedWindow::Events(window) => window.range,
        LoadedWindow::TooLarge { from } => return Err(Problem::WindowTooLarge { from: *from }),
    };
    let own = own_changes(app, context, period).await;
    let format = query.format;
    let finding = Answer::find(window, Beside::new(people, own), query, source, app.time_zone, reader);
    let answer = Arc::new(finding.await.ok_or(Problem::Internal)?);
    let etag = reply::etag((caller.role(), canonical, answer.version()));
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    let taken = match format {
        Format::Json => None,
        Format::Csv => Some("csv"),
        Format::Ndjson => Some("ndjson"),
        Format::Ocsf => Some("ocsf"),
    };
    if let Some(format) = taken.filter(|_| takes_body) {
        Export::new(NAME, format).record(app.store.as_ref().ok(), caller.actor(), context).await;
    }
    Ok(match format {
        Format::Json => json::page(&answer, etag),
        Format::Csv => files::csv(answer, etag),
        Format::Ndjson => files::ndjson(answer, etag),
        Format::Ocsf => files::ocsf(answer, etag),
    })
}

/// The changes that our own record knows of a period.
async fn own_changes(app: &App, context: &RequestContext<'_>, period: TimeRange) -> Ownership {
    /// Changes that are held against the log: more than OFFBOARDING_LIMIT allows in a month.
    const MOST_CHANGES: u32 = 20_000;
    let store = match app.store.as_ref() {
        Ok(store) => store,
        Err(faults) if faults.iter().all(SettingError::is_unset) => return Ownership::NoRecord,
        Err(_) => return Ownership::Unavailable,
    };
    let margin = OWN_CHANGE_TOLERANCE + TimeDelta::hours(2);
    let filter = RecordFilter {
        from: RecordEntry::format_time(period.from - margin),
        to: RecordEntry::format_time(period.to + margin),
        ..RecordFilter::default()
    };
    match context.time_database(store.actions(&filter, MOST_CHANGES)).await {
        Ok(entries) if entries.len() < MOST_CHANGES as usize => {
            let operations = entries.iter().filter_map(Operation::from_entry);
            let sent = operations.flat_map(|operation| {
                let email = operation.email.to_string();
                operation
                    .steps
                    .into_iter()
                    .filter_map(move |step| Some(Own { email: email.clone(), at: step.sent_at? }))
            });
            Ownership::Known(sent.collect())
        }
        // Nothing was ever changed by us.
        Err(store::Error::NoTables) => Ownership::Known(Vec::new()),
        Ok(_) | Err(_) => Ownership::Unavailable,
    }
}
