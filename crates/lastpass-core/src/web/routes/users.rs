//! `GET /api/users`: one person in detail, or a search.

mod detail;
pub(crate) mod post;
mod query;
mod search;

use crate::web::{
    app::App,
    endpoint::Asked,
    request::permissions::Admin,
    response::{problem::Problem, reply::Reply},
};

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
