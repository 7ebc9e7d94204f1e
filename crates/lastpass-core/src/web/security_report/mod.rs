//! `GET /api/security-report`: the password health of the organisation.

mod answer;
mod csv;
mod cursor;
mod json;
mod query;
mod row;

use std::sync::Arc;

use futures_util::FutureExt;

use crate::domain::Role;

use super::{
    App, Endpoint,
    cached::Demand,
    problem::Problem,
    reply::{self, Reply},
    serve::{Asked, Methods},
};

use answer::Answer;
use query::{Format, Query, View};

/// The endpoint of the security report.
pub static SECURITY_REPORT: Endpoint =
    Endpoint { name: "security-report", methods: Methods::Read(|app, asked| get(app, asked).boxed()) };

async fn get(app: &App, asked: Asked<'_>) -> Result<Reply, Problem> {
    let Asked { caller, parameters, headers, invocation, trace, .. } = asked;
    let canonical = parameters.canonical();
    let role = Reader::of(caller.role())?;
    let query = Query::parse(parameters, role)?;
    let source = app.source()?;

    let demand = if query.fresh { Demand::Fresh } else { Demand::Usual };
    let folders = async { Ok(source.folders(demand, invocation, &trace.meter).await) };
    let sites = async { Ok(source.sites(demand, invocation, &trace.meter).await) };
    // Without people there is no report, whatever becomes of the rest.
    let (people, folders, sites) = tokio::try_join!(source.people(demand, invocation, &trace.meter), folders, sites)?;
    let answer = Answer::new(people, folders, sites, source);
    trace.cache(answer.cache);
    let etag = answer.etag(caller.role(), &canonical);
    if reply::is_known(headers.get(http::header::IF_NONE_MATCH), &etag) {
        return Ok(Reply::not_modified(etag));
    }
    let answer = Arc::new(answer);
    let (view, format) = (query.view, query.format);
    let list = answer.list(query).await?;
    Ok(match (view, format) {
        (View::Summary, _) => json::summary(&answer, &list, etag),
        (View::Full, Format::Json) => json::full(answer, list, etag),
        (View::Full, Format::Csv) => csv::list(answer, list, etag),
    })
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
