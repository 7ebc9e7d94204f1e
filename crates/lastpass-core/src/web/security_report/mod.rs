//! `GET /api/security-report`: the password health of the organisation.

mod answer;
mod csv;
mod cursor;
mod json;
mod query;
mod row;
mod warning;

use std::sync::Arc;

use futures_util::FutureExt;
use http::header::{IF_NONE_MATCH, LINK};

use crate::domain::Role;

use super::{
    App, Endpoint, Invocation,
    cached::Demand,
    edge_link::CheckedLink,
    problem::Problem,
    reply::{self, Reply},
    serve::{Asked, Methods, Trace},
};

use answer::Answer;
use query::{Format, Query, View};

pub(super) use json::Summary;

/// The endpoint of the security report.
pub static SECURITY_REPORT: Endpoint = Endpoint {
    name: "security-report",
    methods: Methods::Shared {
        read: |app, asked| read(app, asked).boxed(),
        through_link: |app, link, invocation, trace| read_through_link(app, link, invocation, trace).boxed(),
    },
};

/// To a caller, who is handed a link to the summary besides.
async fn read(app: &App, asked: Asked<'_>) -> Result<Reply, Problem> {
    let link = app.edge_keys.link(asked.invocation.at);
    let mut reply = report(app, asked).await?;
    reply.headers.extend(link.map(|link| (LINK, link)));
    Ok(reply)
}

/// To whoever has a link: the summary, the same for all, and no further link.
async fn read_through_link(
    app: &App,
    link: CheckedLink,
    invocation: Invocation<'_>,
    trace: &Trace,
) -> Result<Reply, Problem> {
    // Which setting is missing is told to callers alone.
    app.source().map_err(|_| Problem::NotConfigured { faults: Vec::new() })?;
    let answer = Arc::new(ask(app, Demand::Usual, invocation, trace).await?);
    let figures = answer.figures().await?;
    Ok(Reply::shared(link, Summary::of(&figures, &answer.meta)))
}

async fn report(app: &App, asked: Asked<'_>) -> Result<Reply, Problem> {
    let Asked { caller, parameters, headers, invocation, trace, .. } = asked;
    let canonical = parameters.canonical();
    let query = Query::parse(parameters, Reader::of(caller.role())?)?;
    let demand = if query.fresh { Demand::Fresh } else { Demand::Usual };
    let answer = Arc::new(ask(app, demand, invocation, trace).await?);
    let etag = answer.etag(caller.role(), &canonical);
    if reply::is_known(headers.get(IF_NONE_MATCH), &etag) {
        return Ok(Reply::not_modified(etag));
    }
    match (query.view, query.format) {
        (View::Summary, _) => {
            let figures = answer.figures().await?;
            Ok(json::summary(Summary::of(&figures, &answer.meta), etag))
        }
        (View::Full, Format::Json) => Ok(json::full(answer.list(query).await?, answer, etag)),
        (View::Full, Format::Csv) => Ok(csv::list(answer.list(query).await?, answer, etag)),
    }
}

/// Asks for everything that the report is made of.
async fn ask(app: &App, demand: Demand, invocation: Invocation<'_>, trace: &Trace) -> Result<Answer, Problem> {
    let source = app.source()?;
    let folders = async { Ok(source.folders(demand, invocation, &trace.meter).await) };
    let sites = async { Ok(source.sites(demand, invocation, &trace.meter).await) };
    // Without people there is no report, whatever becomes of the rest.
    let (people, folders, sites) = tokio::try_join!(source.people(demand, invocation, &trace.meter), folders, sites)?;
    let answer = Answer::new(people, folders, sites, source);
    trace.cache(answer.cache);
    Ok(answer)
}

/// Somebody who may read the report, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Figures and people.
    Everything,
    /// Figures alone.
    Figures,
}

impl Reader {
    fn of(role: Role) -> Result<Self, Problem> {
        match role {
            Role::Admin => Ok(Self::Everything),
            Role::Manager | Role::Auditor => Ok(Self::Figures),
            Role::Provisioner => Err(Problem::Forbidden { detail: "a provisioner may not read the security report" }),
        }
    }
}
