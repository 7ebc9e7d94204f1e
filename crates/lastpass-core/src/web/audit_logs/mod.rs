//! `GET /api/audit-logs`: LastPass's log, filtered, counted, exported, with detections.

mod answer;
mod cursor;
mod files;
mod json;
mod ocsf;
mod query;
mod recent;
mod row;

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::FutureExt;

use crate::{
    audit::OWN_CHANGE_TOLERANCE,
    changes::Operation,
    store::{self, Entry, EntryFilter},
};

use super::{
    App, Endpoint,
    export::{self, Export},
    permit::LogReader,
    problem::Problem,
    reply::{self, Reply},
    serve::{Asked, Methods, Trace},
    windows::{Period, Window},
};

pub(super) use recent::{RecentEvents, recent_events};

use answer::{Answer, Own, Ownership};
use query::{Format, Query};

const NAME: &str = "audit-logs";

/// The endpoint of LastPass's log.
pub static AUDIT_LOGS: Endpoint = Endpoint { name: NAME, methods: Methods::Read(|app, asked| get(app, asked).boxed()) };

async fn get(app: &App, asked: Asked<'_>) -> Result<Reply, Problem> {
    let Asked { caller, parameters, headers, request_id, invocation, trace, .. } = asked;
    let reader = LogReader::required(&caller, "only an admin or an auditor may read the log")?;
    let canonical = parameters.canonical();
    let source = app.source()?;
    let query = Query::parse(parameters, app.time_zone, invocation.at, source.windows.open_end(invocation.at))?;
    let period = query.period;

    // Who is disabled helps to detect; the log is shown without it, too.
    let people = source.people(super::cached::Demand::Usual, invocation, &trace.meter).map(Ok);
    let own = own_changes(app, trace, period).map(Ok);
    let (window, people, own) = tokio::try_join!(source.events(period, invocation, &trace.meter), people, own)?;
    trace.cache(window.state);
    if let Window::TooLarge { from } = *window.value {
        return Err(Problem::WindowTooLarge { from });
    }
    let format = query.format;
    let finding = Answer::find(window, people, own, query, source, app.time_zone, reader);
    let answer = Arc::new(finding.await.ok_or(Problem::Internal)?);
    let etag = reply::etag((caller.role(), canonical, answer.version()));
    if reply::is_known(headers.get(http::header::IF_NONE_MATCH), &etag) {
        return Ok(Reply::not_modified(etag));
    }
    let file = |format: &'static str| Export { route: NAME, format };
    Ok(match format {
        Format::Json => json::page(&answer, etag),
        Format::Csv => {
            export::record(app, &caller, file("csv"), request_id, invocation).await;
            files::csv(answer, etag)
        }
        Format::Ndjson => {
            export::record(app, &caller, file("ndjson"), request_id, invocation).await;
            files::ndjson(answer, etag)
        }
        Format::Ocsf => {
            export::record(app, &caller, file("ocsf"), request_id, invocation).await;
            files::ocsf(answer, etag)
        }
    })
}

/// The changes that our own record knows of a period.
async fn own_changes(app: &App, trace: &Trace, period: Period) -> Ownership {
    /// Changes that are held against the log: more than OFFBOARDING_LIMIT allows in a month.
    const MOST_CHANGES: u32 = 20_000;
    let Ok(store) = app.store() else { return Ownership::NoRecord };
    let margin = OWN_CHANGE_TOLERANCE + TimeDelta::hours(2);
    let filter = EntryFilter {
        from: Entry::time_text(period.from - margin),
        to: Entry::time_text(period.to + margin),
        ..EntryFilter::default()
    };
    match trace.database(store.actions(&filter, MOST_CHANGES)).await {
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
