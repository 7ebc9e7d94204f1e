//! `GET /api/users`: one person in detail, or a search.

mod detail;
mod query;
mod search;

use crate::web::{App, permit::Admin, problem::Problem, reply::Reply, serve::Asked};

use query::{Query, Wanted};

/// Answers GET.
pub(crate) async fn get(app: &App, mut asked: Asked<'_>) -> Result<Reply, Problem> {
    let admin = Admin::required(&asked.caller, "only an admin may read about people")?;
    let canonical = asked.parameters.canonical();
    let Query { demand, wanted } = Query::parse(std::mem::take(&mut asked.parameters), admin)?;
    match wanted {
        Wanted::One(who) => detail::get(app, &asked, &canonical, &who, demand, admin).await,
        Wanted::Some(list) => search::get(app, &asked, &canonical, list, demand, admin).await,
    }
}
