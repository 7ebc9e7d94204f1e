//! `GET /api/security-report`: the password health of the organisation.

mod answer;
mod csv;
pub(super) mod cursor;
mod json;
mod query;
mod row;

use std::sync::Arc;

use futures_util::FutureExt;

use crate::{auth::Caller, domain::Role};

use super::{
    App, Endpoint,
    cached::Demand,
    permit::Admin,
    problem::Problem,
    reply::{self, Reply},
    serve::{Asked, Methods},
};

pub(super) use query::people_filter;
pub(super) use row::{Figure, Moment, Row};

use answer::Answer;
use query::{Format, Query, View};

/// The endpoint of the security report.
pub static SECURITY_REPORT: Endpoint =
    Endpoint { name: "security-report", methods: Methods::Read(|app, asked| get(app, asked).boxed()) };

async fn get(app: &App, asked: Asked<'_>) -> Result<Reply, Problem> {
    let Asked { caller, parameters, headers, invocation, trace, .. } = asked;
    let canonical = parameters.canonical();
    let role = Reader::of(&caller)?;
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
    Ok(match (view, format, role) {
        (View::Summary, _, _) | (View::Full, _, Reader::Figures) => json::summary(&answer, &list, etag),
        (View::Full, Format::Json, Reader::Everything(admin)) => json::full(answer, list, etag, admin),
        (View::Full, Format::Csv, Reader::Everything(admin)) => csv::list(answer, list, etag, admin),
    })
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
    fn of(caller: &Caller) -> Result<Self, Problem> {
        match (Admin::of(caller), caller.role()) {
            (Some(admin), _) => Ok(Self::Everything(admin)),
            (None, Role::Admin | Role::Manager | Role::Auditor) => Ok(Self::Figures),
            (None, Role::Provisioner) => {
                Err(Problem::Forbidden { detail: "a provisioner may not read the security report" })
            }
        }
    }
}
