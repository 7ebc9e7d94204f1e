//! The list of people as CSV, streamed row by row.

use std::sync::Arc;

use crate::{
    formats::{
        csv::{header, lines},
        user_row::UserRow,
    },
    web::{
        request::permissions::Admin,
        response::{body::Body, reply::Reply},
        routes::security_report::answer::{Answer, List},
    },
};

/// About how many rows are made at a time.
const ROWS_A_PIECE: usize = 200;

/// Every person of the list; the file's name says what it holds.
pub(crate) fn list(list: List, answer: Arc<Answer>, etag: String, _: Admin) -> Reply {
    let name = format!("lastpass-security-report-{}.csv", answer.meta.as_of.format("%Y-%m-%d"));
    let start = std::iter::once(header(UserRow::CSV_COLUMNS));
    let mut next = 0;
    let rows = std::iter::from_fn(move || {
        let end = list.places.len().min(next + ROWS_A_PIECE);
        let places = &list.places[next..end];
        next = end;
        let cells =
            |place: &u32| UserRow::of(answer.people().get(*place as usize), &answer.report_context()).csv_cells();
        (!places.is_empty()).then(|| lines(places.iter().map(cells)))
    });
    Reply::private("text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
        .attachment(&name)
}
