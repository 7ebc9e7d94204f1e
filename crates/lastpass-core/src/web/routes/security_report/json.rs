//! The report as JSON, streamed row by row.

use std::sync::Arc;

use crate::{
    formats::user_row::UserRow,
    web::{
        request::{permissions::Admin, user_cursor},
        response::{
            json_stream::{list_between, write},
            reply::Reply,
            summary::{Summary, head, tail},
        },
        routes::security_report::answer::{Answer, List},
    },
};

const CONTENT_TYPE: &str = "application/json";

/// A summary to a caller.
pub(crate) fn summary(summary: Summary, etag: String) -> Reply {
    Reply::private(CONTENT_TYPE, etag, summary.into())
}

/// Figures and people.
pub(crate) fn full(list: List, answer: Arc<Answer>, etag: String, _: Admin) -> Reply {
    let List { places, next, sort, report } = list;
    let next = next.as_ref().map(|position| user_cursor::encode(position, sort));
    let (head, tail) = (head(&report, &report.departments), tail(next, &report, &answer.meta));
    let rows = places.len();
    let row = move |json: &mut Vec<u8>, place: usize| {
        let person = answer.people().get(places[place] as usize);
        write(json, &UserRow::of(person, &answer.report_context()));
    };
    Reply::private(CONTENT_TYPE, etag, list_between(head, rows, row, tail))
}
