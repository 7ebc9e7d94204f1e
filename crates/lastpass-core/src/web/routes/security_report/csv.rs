//! The list of people as CSV, streamed row by row.

use std::sync::Arc;

use crate::{
    formats::{
        csv::{byte_order_mark, lines, safe},
        user_row::{Figure, Moment, Row},
    },
    web::{
        request::permissions::Admin,
        response::{body::Body, reply::Reply},
        routes::security_report::answer::{Answer, List},
    },
};

const COLUMNS: [&str; 16] = [
    "id",
    "email",
    "name",
    "securityScore",
    "weakPasswords",
    "reusedPasswords",
    "lastLogin",
    "isDisabled",
    "isAdmin",
    "risk",
    "status",
    "department",
    "groups",
    "vaultScore",
    "mfa",
    "passwordLastChanged",
];

/// About how many rows are made at a time.
const ROWS_A_PIECE: usize = 200;

/// Every person of the list; the file's name says what it holds.
pub(crate) fn list(list: List, answer: Arc<Answer>, etag: String, _: Admin) -> Reply {
    let name = format!("lastpass-security-report-{}.csv", answer.meta.as_of.format("%Y-%m-%d"));
    let start = [byte_order_mark(), lines([COLUMNS.map(str::to_owned)])].into_iter();
    let mut next = 0;
    let rows = std::iter::from_fn(move || {
        let end = list.places.len().min(next + ROWS_A_PIECE);
        let places = &list.places[next..end];
        next = end;
        let cells = |place: &u32| cells(&Row::of(answer.people().get(*place as usize), &answer.report_context()));
        (!places.is_empty()).then(|| lines(places.iter().map(cells)))
    });
    Reply::private("text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
        .attachment(&name)
}

/// The cells in the order of [`COLUMNS`]; what is unknown is empty.
fn cells(row: &Row<'_>) -> [String; 16] {
    let text = |text: Option<&str>| safe(text.unwrap_or_default()).into_owned();
    let count = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
    let figure = |figure: Option<Figure>| figure.map(|Figure(figure)| figure.to_string()).unwrap_or_default();
    let moment = |moment: Option<Moment>| moment.map(|time| time.text(&mut [0; 20]).to_owned()).unwrap_or_default();
    // Where a list separator is a semicolon, each group may become a cell of its own.
    let groups = row.groups.groups().map(safe).collect::<Vec<_>>().join("; ");
    [
        text(row.id),
        text(Some(row.email)),
        text(row.name),
        figure(row.security_score),
        count(row.weak_passwords),
        count(row.reused_passwords),
        moment(row.last_login),
        row.is_disabled.to_string(),
        row.is_admin.to_string(),
        text(row.risk),
        text(Some(row.status)),
        text(row.department),
        text(Some(&groups)),
        figure(row.vault_score),
        text(row.mfa),
        moment(row.password_last_changed),
    ]
}
