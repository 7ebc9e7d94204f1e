//! `GET /api/users`: one person in detail, or a search.

mod detail;
mod post;
mod query;
mod search;

use futures_util::FutureExt;

use crate::web::{
    app::App,
    endpoint::{AuthenticatedRequest, Endpoint, Handler},
    request::permissions::Admin,
    response::{problem::Problem, reply::Reply},
};

use query::{Query, Wanted};

const NAME: &str = "users";

/// The endpoint of people: tells of one, searches for some, and acts on one.
pub static USERS: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())),
    post: Some(Handler::Authenticated(|app, request| post::post(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn get(app: &App, mut request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let admin = Admin::required(&request.caller)?;
    let canonical = request.parameters.canonical();
    let Query { freshness, wanted } = Query::parse(std::mem::take(&mut request.parameters), admin)?;
    match wanted {
        Wanted::One(who) => detail::get(app, &request, &canonical, &who, freshness, admin).await,
        Wanted::Some(list) => search::get(app, &request, &canonical, list, freshness, admin).await,
    }
}
