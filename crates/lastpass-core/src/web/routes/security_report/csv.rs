//! The users of the report as CSV, written while it is sent.

use std::sync::Arc;

use crate::{
    formats::{csv, user_row::UserRow},
    web::{
        request::permissions::Admin,
        response::{body::Body, reply::Reply},
        routes::security_report::data::{ReportData, ReportUsers},
    },
};

/// The number of rows of a chunk.
const CHUNK_ROWS: usize = 200;

/// The users as a file.
pub(crate) fn file(users: ReportUsers, data: Arc<ReportData>, etag: String, _: Admin) -> Reply {
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
