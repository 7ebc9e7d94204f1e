//! The users that match a filter, page by page, in the order of their addresses.

use crate::{
    cache::freshness::Freshness,
    formats::user_row::UserRow,
    report::{ReportContext, paginate_people},
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::{permissions::Admin, user_cursor},
        response::{
            json_stream::{JsonObjectWriter, write_value},
            meta::{Meta, PageMeta},
            problem::Problem,
            reply::{self, Reply},
            unavailable::Unavailable,
        },
        routes::users::query::{BY_ADDRESS, UsersPageQuery},
    },
};

/// A page of users.
///
/// # Errors
/// Returns a problem if the users cannot be read, or the cursor was made for another order.
pub(crate) async fn get(
    app: &App,
    request: &AuthenticatedRequest<'_>,
    canonical: &str,
    query: UsersPageQuery,
    freshness: Freshness,
    _: Admin,
) -> Result<Reply, Problem> {
    let upstream = app.upstream()?;
    let people = app.people(freshness, request.context).await?;
    request.context.set_cache_state(people.state);
    let mut meta = Meta::of_people(&people, upstream);
    let (roster, score_source) = (people.value, upstream.score_source);
    let version = (roster.people.version(), upstream.settings_version);
    let etag = reply::etag((request.caller.role(), canonical, version, &meta));
    if let Some(reply) = Reply::not_modified(request.headers, &etag) {
        return Ok(reply);
    }
    let select = move || {
        let (people, context) = (&roster.people, ReportContext { score_source, departments: &roster.departments });
        let sorted = roster.sort_cache.get(people, &context, BY_ADDRESS);
        let indices = query.filter.select(sorted, people, &context);
        let page = paginate_people(people, &context, BY_ADDRESS, &indices, Some(query.limit), query.after.as_ref());
        let page = page.map(|page| (page.indices.to_vec(), page.next, indices.len()));
        drop(indices);
        (roster, page)
    };
    let (roster, page) = tokio::task::spawn_blocking(select).await.map_err(|_| Problem::Internal)?;
    let (indices, next, total) = page.map_err(user_cursor::problem)?;
    let next_cursor = next.map(|position| user_cursor::encode(&position, BY_ADDRESS));
    let rows = indices.len();
    meta.add_unavailable(Unavailable::of_users(&roster.people, rows));
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let context = ReportContext { score_source, departments: &roster.departments };
        write_value(json, &UserRow::of(roster.people.get(indices[row] as usize), &context));
    };
    let object = JsonObjectWriter::new().list("users", rows, write_row);
    Ok(Reply::json_body(etag, object.members(&PageMeta { total: Some(total), next_cursor, meta }).into_body()))
}
