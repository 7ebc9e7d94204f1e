//! `GET /api/security-report`: the password health of the company.

mod data;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod query;
mod trend;

use std::sync::Arc;

use futures_util::FutureExt;
use http::header::LINK;

use crate::{
    cache::{freshness::Freshness, slot::CacheRead, upstream::Roster},
    changes::{self, Export},
    formats::{csv, user_row::UserRow},
    request_context::RequestContext,
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::{permissions::Admin, user_cursor},
        response::{
            body::Body,
            edge_link::CheckedLink,
            json_stream::{JsonObjectWriter, write_value},
            meta::{PageMeta, View},
            problem::Problem,
            reply::Reply,
            summary::{FiguresJson, Summary, report_meta},
            trend::TrendDayJson,
            unavailable::Unavailable,
            warning::Warning,
        },
        routes::security_report::{
            data::{ReportData, ReportDays, ReportUsers},
            query::{ReportAccess, ReportFormat, ReportView, SecurityReportQuery},
            trend::{Trend, with_trend},
        },
    },
};

const NAME: &str = "security-report";

/// The number of rows of a chunk of CSV.
const CHUNK_ROWS: usize = 200;

/// The endpoint of the security report.
pub static SECURITY_REPORT: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())),
    link: Some(|app, link, context| get_by_link(app, link, context).boxed()),
    ..Endpoint::new(NAME)
};

/// The report for a caller, with a link to the summary in its headers.
async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let link = app.edge_keys.link(request.context.received_at);
    let mut reply = report(app, request).await?;
    reply.headers.extend(link.map(|link| (LINK, link)));
    Ok(reply)
}

/// The summary by an edge link: the same for everyone, and without a further link.
async fn get_by_link(app: &App, link: CheckedLink, context: &RequestContext<'_>) -> Result<Reply, Problem> {
    // Only callers learn which setting is missing.
    app.upstream().map_err(|_| Problem::NotConfiguredAnonymous)?;
    let people = async { Ok(app.upstream()?.people(Freshness::Default, context).await?) };
    let data = Arc::new(fetch(app, people, Freshness::Default, context).await?);
    let report = data.report().await?;
    Ok(Reply::shared(link, Summary::of(&report, &data.trend(&report.stats), &data.meta)))
}

async fn report(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, takes_body, context, .. } = request;
    let canonical = parameters.canonical();
    let query = SecurityReportQuery::parse(parameters, ReportAccess::of(&caller)?)?;
    let export = query.export();
    let mut data = fetch(app, app.people(query.freshness, context), query.freshness, context).await?;
    // A CSV has no place for warnings.
    if export == Some(ReportFormat::Json)
        && let Ok(store) = &app.store
        && changes::tables_are_missing(store, context).await
    {
        data.meta.warnings.push(Warning::no_tables());
    }
    let data = Arc::new(data);
    let etag = data.etag(caller.role(), &canonical);
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    let ReportView::Full(admin) = query.view else {
        let report = data.report().await?;
        return Ok(Reply::json_body(etag, Summary::of(&report, &data.trend(&report.stats), &data.meta).into()));
    };
    let users = data.users(query.users).await?;
    if let Some(format) = export
        && takes_body
    {
        Export::new(NAME, format.name()).record(app.store.as_ref().ok(), caller.actor(), context).await;
    }
    Ok(match query.format {
        ReportFormat::Json => json(users, data, etag, admin),
        ReportFormat::Csv => csv_file(users, data, etag, admin),
    })
}

/// Fetches everything that the report is computed from, beside the people.
async fn fetch(
    app: &App,
    people: impl Future<Output = Result<CacheRead<Roster>, Problem>>,
    freshness: Freshness,
    context: &RequestContext<'_>,
) -> Result<ReportData, Problem> {
    let upstream = app.upstream()?;
    let folders = async { Ok(upstream.folder_count(freshness, context).await) };
    let sites =
        async { Ok(if upstream.lists_sites() { Some(upstream.site_count(freshness, context).await) } else { None }) };
    // Only the users are required.
    let parts = async { tokio::try_join!(people, folders, sites) };
    let today = context.received_at.with_timezone(&app.time_zone).date_naive();
    let ((people, folders, sites), trend) = with_trend(parts, Trend::read(app, today, freshness, context)).await?;
    let days = ReportDays { trend, today, time_zone: app.time_zone };
    let data = ReportData::new(people, folders, sites, upstream, days);
    context.set_cache_state(data.cache);
    Ok(data)
}

/// The figures and the users.
fn json(users: ReportUsers, data: Arc<ReportData>, etag: String, _: Admin) -> Reply {
    let ReportUsers { report, indices, total, next, sort } = users;
    let rows = indices.len();
    let mut meta = report_meta(&report, &data.meta, View::Full);
    meta.add_unavailable(Unavailable::of_users(data.people(), rows));
    let next_cursor = next.as_ref().map(|position| user_cursor::encode(position, sort));
    let end = PageMeta { total: Some(total), next_cursor, meta };
    let trend = TrendDayJson::daily(&data.trend(&report.stats));
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let person = data.people().get(indices[row] as usize);
        write_value(json, &UserRow::of(person, &data.report_context()));
    };
    let object = JsonObjectWriter::new().members(&FiguresJson::of(&report, &report.departments, trend));
    let body = object.list("users", rows, write_row).members(&end).into_body();
    Reply::json_body(etag, body)
}

/// The users as a CSV file.
fn csv_file(users: ReportUsers, data: Arc<ReportData>, etag: String, _: Admin) -> Reply {
    let name = format!("lastpass-security-report-{}.csv", data.meta.as_of.format("%Y-%m-%d"));
    let mut next = 0;
    let rows = std::iter::from_fn(move || {
        let end = users.indices.len().min(next + CHUNK_ROWS);
        let indices = &users.indices[next..end];
        next = end;
        let cells = |index: &u32| UserRow::of(data.people().get(*index as usize), &data.report_context()).csv_cells();
        (!indices.is_empty()).then(|| csv::lines(indices.iter().map(cells)))
    });
    let header = std::iter::once(csv::header(UserRow::CSV_COLUMNS));
    Reply::csv(&name, etag, Body::from_chunks(header.chain(rows)))
}
