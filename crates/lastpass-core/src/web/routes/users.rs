//! `/api/users`: GET reads one user or a list of users, POST applies an action to one.

mod detail;
mod history;
mod leaver;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod post;
mod query;
mod recent_events;
mod recorded_actions;
mod search;

use futures_util::FutureExt;

use crate::web::{
    app::App,
    endpoint::{AuthenticatedRequest, Endpoint, Handler},
    request::permissions::Admin,
    response::{problem::Problem, reply::Reply},
    routes::users::query::{RequestedUsers, UsersQuery},
};

const NAME: &str = "users";

/// The endpoint of the users.
pub static USERS: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())),
    post: Some(Handler::Authenticated(|app, request| post::post(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn get(app: &App, mut request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let admin = Admin::required(&request.caller)?;
    let canonical = request.parameters.canonical();
    let UsersQuery { freshness, users } = UsersQuery::parse(std::mem::take(&mut request.parameters), admin)?;
    match users {
        RequestedUsers::One(key) => detail::get(app, &request, &canonical, &key, freshness, admin).await,
        RequestedUsers::Page(page) => search::get(app, &request, &canonical, page, freshness, admin).await,
    }
}
