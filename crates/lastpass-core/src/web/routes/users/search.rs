//! People of a kind, page by page, in the order of their addresses.

use serde::Serialize;

use crate::{
    cache::slot::Freshness,
    formats::user_row::UserRow,
    report::{ReportContext, paginate_people},
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::{permissions::Admin, user_cursor},
        response::{
            json_stream,
            meta::Meta,
            problem::{FieldError, Problem},
            reply::{self, Reply},
        },
        routes::users::query::{BY_ADDRESS, List},
    },
};

pub(crate) async fn get(
    app: &App,
    request: &AuthenticatedRequest<'_>,
    canonical: &str,
    list: List,
    freshness: Freshness,
    _: Admin,
) -> Result<Reply, Problem> {
    let source = app.upstream()?;
    let people = source.people(freshness, request.context).await?;
    request.context.set_cache_state(people.state);
    let meta = Meta::of_people(&people, source);
    let (roster, score_source) = (people.value, source.score_source);
    let version = (roster.people.version(), source.settings_version);
    let etag = reply::etag((request.caller.role(), canonical, version, &meta));
    if let Some(reply) = Reply::not_modified(&request.headers, &etag) {
        return Ok(reply);
    }
    let finding = tokio::task::spawn_blocking(move || {
        let report_context = ReportContext { score_source, departments: &roster.departments };
        let places = list.filter.select(
            roster.sort_cache.get(&roster.people, &report_context, BY_ADDRESS),
            &roster.people,
            &report_context,
        );
        let page = paginate_people(
            &roster.people,
            &report_context,
            BY_ADDRESS,
            &places,
            Some(list.limit),
            list.after.as_ref(),
        );
        let page = page.map(|page| (page.indices.to_vec(), page.next));
        drop(places);
        (roster, page)
    });
    let (roster, page) = finding.await.map_err(|_| Problem::Internal)?;
    let (shown, next) = page.map_err(|error| {
        Problem::InvalidParameters(vec![FieldError { field: "cursor".to_owned(), message: error.to_string().into() }])
    })?;
    let next_cursor = next.map(|position| user_cursor::encode(&position, BY_ADDRESS));
    let rows = shown.len();
    let row = move |json: &mut Vec<u8>, place: usize| {
        let report_context = ReportContext { score_source, departments: &roster.departments };
        json_stream::write(json, &UserRow::of(roster.people.get(shown[place] as usize), &report_context));
    };
    let body = json_stream::list("users", rows, row, &Tail { next_cursor, meta });
    Ok(Reply::private("application/json", etag, body))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tail {
    next_cursor: Option<String>,
    meta: Meta,
}
