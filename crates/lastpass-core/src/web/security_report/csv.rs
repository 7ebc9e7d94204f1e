//! The list of people as CSV, streamed row by row.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, header::CONTENT_DISPOSITION};

use super::{
    super::{Body, reply::Reply, spreadsheet::safe},
    answer::{Answer, List},
    row::{Figure, Moment, Row},
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
pub(super) fn list(list: List, answer: Arc<Answer>, etag: String) -> Reply {
    let date = answer.meta.as_of.format("%Y-%m-%d");
    let disposition = format!("attachment; filename=\"lastpass-security-report-{date}.csv\"");
    let mut next = 0;
    let pieces = std::iter::from_fn(move || {
        if next > 0 && next >= list.places.len() {
            return None;
        }
        // Excel takes a file for UTF-8 only where it begins with the mark.
        let start = if next == 0 { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let mut csv = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .quote_style(::csv::QuoteStyle::NonNumeric)
            .from_writer(start);
        if next == 0 {
            write(&mut csv, COLUMNS.iter().map(|name| (*name).to_owned()));
        }
        let end = list.places.len().min(next + ROWS_A_PIECE);
        for place in &list.places[next..end] {
            write(&mut csv, cells(&Row::of(answer.people().get(*place as usize), &answer.rules())));
        }
        next = end.max(1);
        Some(Bytes::from(csv.into_inner().expect("memory takes what is written to it")))
    });
    let mut reply = Reply::kept_by_caller("text/csv; charset=utf-8; header=present", etag, Body::pieces(pieces));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        reply.headers.insert(CONTENT_DISPOSITION, disposition);
    }
    reply
}

fn write(csv: &mut ::csv::Writer<Vec<u8>>, cells: impl IntoIterator<Item = String>) {
    csv.write_record(cells).expect("memory takes what is written to it");
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
