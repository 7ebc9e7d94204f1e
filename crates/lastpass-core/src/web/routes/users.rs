//! `GET /api/users`: one person in detail, or a search.

mod detail;
pub(crate) mod post;
mod query;
mod search;

use crate::web::{
    app::App,
    endpoint::AuthenticatedRequest,
    request::permissions::Admin,
    response::{problem::Problem, reply::Reply},
};

use query::{Query, Wanted};

/// Answers GET.
pub(crate) async fn get(app: &App, mut request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let admin = Admin::required(&request.caller, "only an admin may read about people")?;
    let canonical = request.parameters.canonical();
    let Query { freshness, wanted } = Query::parse(std::mem::take(&mut request.parameters), admin)?;
    match wanted {
        Wanted::One(who) => detail::get(app, &request, &canonical, &who, freshness, admin).await,
        Wanted::Some(list) => search::get(app, &request, &canonical, list, freshness, admin).await,
    }
}
