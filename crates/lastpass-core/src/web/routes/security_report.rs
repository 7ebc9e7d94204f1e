//! `GET /api/security-report`: the password health of the organisation.

mod answer;
mod csv;
mod json;
mod query;

use std::sync::Arc;

use futures_util::FutureExt;
use http::header::LINK;

use crate::{
    auth::Caller,
    cache::slot::Freshness,
    changes::{self, Export},
    domain::Role,
    request_context::RequestContext,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::permissions::{Admin, NOT_PERMITTED},
        response::{edge_link::CheckedLink, problem::Problem, reply::Reply, summary::Summary, warning::Warning},
    },
};

use answer::Answer;
use query::{Format, Query, View};

const NAME: &str = "security-report";

/// The endpoint of the security report.
pub static SECURITY_REPORT: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| read(app, request).boxed())),
    link: Some(|app, link, context| read_through_link(app, link, context).boxed()),
    ..Endpoint::new(NAME)
};

/// To a caller, who is handed a link to the summary besides.
async fn read(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let link = app.edge_keys.link(request.context.received_at);
    let mut reply = report(app, request).await?;
    reply.headers.extend(link.map(|link| (LINK, link)));
    Ok(reply)
}

/// To whoever has a link: the summary, the same for all, and no further link.
async fn read_through_link(app: &App, link: CheckedLink, context: &RequestContext<'_>) -> Result<Reply, Problem> {
    // Which setting is missing is told to callers alone.
    app.upstream().map_err(|_| Problem::NotConfiguredAnonymous)?;
    let answer = Arc::new(ask(app, Freshness::Default, context).await?);
    let figures = answer.figures().await?;
    Ok(Reply::shared(link, Summary::of(&figures, &answer.meta)))
}

async fn report(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let canonical = parameters.canonical();
    let reader = Reader::of(&caller)?;
    let query = Query::parse(parameters, reader)?;
    let mut answer = ask(app, query.freshness, context).await?;
    let (format, is_whole) = (query.format, query.limit.is_none());
    if query.view == View::Full && format == Format::Json && is_whole {
        if let Ok(store) = &app.store
            && changes::is_without_tables(store, context).await
        {
            answer.meta.warnings.push(Warning::no_tables());
        }
    }
    let answer = Arc::new(answer);
    let etag = answer.etag(caller.role(), &canonical);
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    let admin = match (query.view, reader) {
        (View::Full, Reader::Everything(admin)) => admin,
        (View::Summary, _) | (View::Full, Reader::Figures) => {
            return Ok(json::summary(Summary::of(&answer.figures().await?, &answer.meta), etag));
        }
    };
    let list = answer.list(query).await?;
    let store = app.store.as_ref().ok();
    match format {
        Format::Json => {
            if is_whole && takes_body {
                Export::new(NAME, "json").record(store, caller.actor(), context).await;
            }
            Ok(json::full(list, answer, etag, admin))
        }
        Format::Csv => {
            if takes_body {
                Export::new(NAME, "csv").record(store, caller.actor(), context).await;
            }
            Ok(csv::list(list, answer, etag, admin))
        }
    }
}

/// Asks for everything that the report is made of.
async fn ask(app: &App, freshness: Freshness, context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let source = app.upstream()?;
    let folders = async { Ok(source.folder_count(freshness, context).await) };
    let sites = async { Ok(source.site_count(freshness, context).await) };
    // Without people there is no report, whatever becomes of the rest.
    let (people, folders, sites) = tokio::try_join!(source.people(freshness, context), folders, sites)?;
    let answer = Answer::new(people, folders, sites, source);
    context.set_cache_state(answer.cache);
    Ok(answer)
}

/// Somebody who may read the report, and how much of it.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// Figures and people.
    Everything(Admin),
    /// Figures alone.
    Figures,
}

impl Reader {
    fn admin(self) -> Option<Admin> {
        match self {
            Self::Everything(admin) => Some(admin),
            Self::Figures => None,
        }
    }

    fn of(caller: &Caller) -> Result<Self, Problem> {
        match (Admin::of(caller), caller.role()) {
            (Some(admin), _) => Ok(Self::Everything(admin)),
            (None, Role::Admin | Role::Manager | Role::Auditor) => Ok(Self::Figures),
            (None, Role::Provisioner) => Err(NOT_PERMITTED),
        }
    }
}
