//! `GET /api/shared-folders`: who can open which shared folder, and with which rights.

mod csv;
mod data;
mod json;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod query;

use std::sync::Arc;

use futures_util::FutureExt;

use crate::{
    changes::Export,
    request_context::RequestContext,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions::FolderReader,
        response::{
            problem::Problem,
            reply::{self, Reply},
        },
        routes::shared_folders::{
            data::SharedFoldersData,
            query::{SharedFoldersQuery, SharedFoldersView},
        },
    },
};

const NAME: &str = "shared-folders";

/// The endpoint of the shared folders.
pub static SHARED_FOLDERS: Endpoint =
    Endpoint { get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let reader = FolderReader::required(&caller)?;
    let canonical = parameters.canonical();
    let query = SharedFoldersQuery::parse(parameters, &caller)?;
    let view = query.view;
    let data = fetch(app, &query, reader, context).await?;
    if query.filter.id.as_ref().is_some_and(|id| !data.contains(id)) {
        return Err(Problem::UnknownFolder);
    }
    let etag = reply::etag((caller.role(), canonical, data.version()));
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    let selected = data.select(query).await?;
    if view == SharedFoldersView::Csv && takes_body {
        Export::new(NAME, "csv").record(app.store.as_ref().ok(), caller.actor(), context).await;
    }
    Ok(match view {
        SharedFoldersView::List => json::page(&selected, etag),
        SharedFoldersView::One => json::one(Arc::new(selected), etag).ok_or(Problem::UnknownFolder)?,
        SharedFoldersView::Csv => csv::file(selected, etag),
    })
}

/// Fetches the folders and the users.
async fn fetch(
    app: &App,
    query: &SharedFoldersQuery,
    reader: FolderReader,
    context: &RequestContext<'_>,
) -> Result<SharedFoldersData, Problem> {
    let upstream = app.upstream()?;
    let freshness = query.freshness;
    let (folders, people) =
        tokio::join!(upstream.folder_access(freshness, context), upstream.people(freshness, context));
    let people = match people {
        // Some filters require the users; without these filters, a warning is enough.
        Err(error) if query.filter.needs_people() => return Err(error.into()),
        people => people,
    };
    let data = SharedFoldersData::new(folders?, people, upstream, reader);
    context.set_cache_state(data.cache);
    Ok(data)
}
