//! `GET /api/shared-folders`: who can open which shared folder, and with which rights.

mod answer;
mod csv;
mod json;
mod query;

use std::sync::Arc;

use futures_util::FutureExt;

use crate::{
    changes::Export,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions::FolderReader,
        response::{
            problem::Problem,
            reply::{self, Reply},
        },
    },
};

use answer::Answer;
use query::{Format, Query};

const NAME: &str = "shared-folders";

/// The endpoint of the shared folders.
pub static SHARED_FOLDERS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let reader = FolderReader::required(&caller)?;
    let canonical = parameters.canonical();
    let query = Query::parse(parameters, &caller)?;
    let source = app.upstream()?;

    let (folders, people) =
        tokio::join!(source.folder_access(query.freshness, context), source.people(query.freshness, context));
    let people = match people {
        // Without people, these questions have no answer; all others have one with a warning.
        Err(error) if query.filter.needs_people() => return Err(error.into()),
        people => people,
    };
    let answer = Answer::new(folders?, people, source, reader);
    context.set_cache_state(answer.cache);
    if query.filter.id.as_ref().is_some_and(|id| !answer.lists(id)) {
        return Err(Problem::UnknownFolder);
    }
    let etag = reply::etag((caller.role(), canonical, answer.version()));
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    let format = query.format;
    let answer = answer.select(query).await?;
    if format == Format::Csv && takes_body {
        Export::new(NAME, "csv").record(app.store.as_ref().ok(), caller.actor(), context).await;
    }
    Ok(match format {
        Format::List => json::list(&answer, etag),
        Format::One => json::one(Arc::new(answer), etag).ok_or(Problem::UnknownFolder)?,
        Format::Csv => csv::rows(answer, etag),
    })
}
