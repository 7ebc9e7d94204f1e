//! `/api/sync`: stores users and figures in the database, and finishes open changes. GET is for the platform's scheduler,
//! POST for an admin too.

#[cfg(feature = "openapi")]
pub(crate) mod openapi;

use futures_util::FutureExt;
use http::StatusCode;
use serde::Serialize;

use crate::{
    formats::values::Timestamp,
    jobs::{SyncError, SyncReport},
    web::{
        app::App,
        endpoint::{Endpoint, Handler, ScheduledRequest, Sender},
        request::json_body::JsonBody,
        response::{problem::Problem, reply::Reply, sync::SyncPartJson},
    },
};

const NAME: &str = "sync";

/// The endpoint of the sync.
pub static SYNC: Endpoint = Endpoint {
    get: Some(Handler::Scheduled(|app, request| run(app, request).boxed())),
    post: Some(Handler::Scheduled(|app, request| run(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn run(app: &App, request: ScheduledRequest<'_>) -> Result<Reply, Problem> {
    let ScheduledRequest { sender, parameters, body, context } = request;
    parameters.finish()?;
    if !body.is_empty() {
        JsonBody::parse(&body)?.into_validator().finish(Some(()))?;
    }
    let report = match sender {
        // The scheduler's log would show an error every day.
        Sender::Scheduler if !app.has_database() => SyncReport::without_database(context),
        Sender::Scheduler | Sender::Caller => {
            let (store, sync) = (app.store()?, app.sync()?);
            sync.run(store, context).await?
        }
    };
    let parts = SyncPartJson::all(&report.parts);
    context.set_parts(serde_json::to_string(&parts).expect("texts and numbers are JSON"));
    if report.has_failed() {
        return Err(Problem::SyncIncomplete(parts));
    }
    let document = SyncJson {
        started_at: Timestamp(report.started_at),
        finished_at: Timestamp(report.finished_at),
        parts,
        complete: report.is_complete(),
    };
    Ok(Reply::uncached_json(StatusCode::OK, &document))
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Sync))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncJson {
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    started_at: Timestamp,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    finished_at: Timestamp,
    parts: Vec<SyncPartJson>,
    /// Whether every part is done or skipped.
    complete: bool,
}

impl From<SyncError> for Problem {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Running { retry_after } => Self::SyncRunning { retry_after },
            SyncError::Database(error) => Self::Database(error),
            SyncError::Aborted => Self::Internal,
        }
    }
}
