//! A user who has left, as `sync` last saw them.

use chrono::{DateTime, Utc};

use crate::{
    cache::upstream::{Roster, UpstreamCache},
    domain::PeopleBuilder,
    request_context::RequestContext,
    store::Error,
    web::{app::App, request::permissions::Admin, response::problem::Problem, routes::users::query::UserKey},
};

/// The user as the only one of a list, and when they left.
///
/// # Errors
/// Returns [`Problem::UnknownUser`] if no user who left has the key, and a problem if the database fails.
pub(crate) async fn find(
    app: &App,
    upstream: &UpstreamCache,
    key: &UserKey,
    context: &RequestContext<'_>,
    _: Admin,
) -> Result<(Roster, DateTime<Utc>), Problem> {
    let (UserKey::Id(id), Ok(store)) = (key, app.store()) else { return Err(Problem::UnknownUser) };
    let user = match context.time_database(store.leaver(id)).await {
        Ok(user) => user.ok_or(Problem::UnknownUser)?,
        Err(Error::NoTables | Error::OutdatedSchema(_)) => return Err(Problem::UnknownUser),
        Err(error) => return Err(Problem::Database(error)),
    };
    let mut builder = PeopleBuilder::default();
    user.add_to(&mut builder);
    let left_at = user.left_at.ok_or(Problem::UnknownUser)?;
    Ok((upstream.roster_of()(builder.finish(user.last_seen)), left_at))
}
