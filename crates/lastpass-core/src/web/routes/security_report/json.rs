//! The report as JSON, written while it is sent.

use std::sync::Arc;

use crate::{
    formats::user_row::UserRow,
    web::{
        request::{permissions::Admin, user_cursor},
        response::{
            json_stream::{JsonObjectWriter, write_value},
            reply::Reply,
            summary::{FiguresJson, Summary, page_meta},
        },
        routes::security_report::data::{ReportData, ReportUsers},
    },
};

/// The summary for a caller.
pub(crate) fn summary(summary: Summary, etag: String) -> Reply {
    Reply::json_body(etag, summary.into())
}

/// The figures and the users.
pub(crate) fn full(users: ReportUsers, data: Arc<ReportData>, etag: String, _: Admin) -> Reply {
    let ReportUsers { report, indices, next, sort } = users;
    let next_cursor = next.as_ref().map(|position| user_cursor::encode(position, sort));
    let page_meta = page_meta(&report, &data.meta, next_cursor);
    let rows = indices.len();
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let person = data.people().get(indices[row] as usize);
        write_value(json, &UserRow::of(person, &data.report_context()));
    };
    let object = JsonObjectWriter::new().members(&FiguresJson::of(&report, &report.departments));
    let body = object.list("users", rows, write_row).members(&page_meta).into_body();
    Reply::json_body(etag, body)
}
