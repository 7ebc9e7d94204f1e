//! Every event that a query takes, as a file, streamed: CSV, NDJSON, OCSF.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    audit::Severity,
    formats::{
        csv::{self, safe},
        event_row::Row,
        ocsf,
    },
    web::{
        response::{body::Body, reply::Reply},
        routes::audit_logs::answer::Answer,
    },
};

/// About how many events are written at a time.
const EVENTS_A_PIECE: usize = 200;

const COLUMNS: [&str; 17] = [
    "id",
    "timestamp",
    "user",
    "type",
    "action",
    "outcome",
    "ip",
    "description",
    "target",
    "group",
    "folder",
    "site",
    "policy",
    "client",
    "alerts",
    "ambiguousTime",
    "raw",
];

/// The events as CSV.
pub(crate) fn csv(answer: Arc<Answer>, etag: String) -> Reply {
    let header = csv::lines([COLUMNS.map(str::to_owned)]);
    let start = [csv::byte_order_mark(), header].into_iter();
    let rows = pieces(answer.clone(), |answer, places| {
        csv::lines(places.iter().map(|place| cells(&Row::of(*place, &answer.parsed_event(*place), &answer.alerts))))
    });
    file(&answer, "csv", "text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
}

/// The events as JSON, one a line.
pub(crate) fn ndjson(answer: Arc<Answer>, etag: String) -> Reply {
    let rows = pieces(answer.clone(), |answer, places| {
        lines(places.iter().map(|place| Row::of(*place, &answer.parsed_event(*place), &answer.alerts)))
    });
    file(&answer, "ndjson", "application/x-ndjson", etag, Body::from_chunks(rows))
}

/// The events in the words of the Open Cybersecurity Schema Framework, one a line.
pub(crate) fn ocsf(answer: Arc<Answer>, etag: String) -> Reply {
    let rows = pieces(answer.clone(), |answer, places| {
        let severity = |place: u32| -> Option<Severity> {
            answer.alerts.rules_of(place).map(crate::audit::AlertRule::severity).max()
        };
        let parsed_events: Vec<_> =
            places.iter().map(|place| (answer.parsed_event(*place), severity(*place))).collect();
        lines(parsed_events.iter().map(|(parsed, severity)| ocsf::event(parsed, *severity)))
    });
    file(&answer, "ocsf.ndjson", "application/x-ndjson", etag, Body::from_chunks(rows))
}

/// Some events at a time, as they are sent.
fn pieces(answer: Arc<Answer>, write: impl Fn(&Answer, &[u32]) -> Bytes) -> impl Iterator<Item = Bytes> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let places = answer.shown();
        let end = places.len().min(next + EVENTS_A_PIECE);
        let piece = (next < end).then(|| write(&answer, &places[next..end]));
        next = end;
        piece
    })
}

fn lines(events: impl Iterator<Item = impl serde::Serialize>) -> Bytes {
    let mut text = Vec::new();
    for event in events {
        serde_json::to_writer(&mut text, &event).expect("texts, numbers and flags are JSON");
        text.push(b'\n');
    }
    Bytes::from(text)
}

/// The file; its name says what it holds.
fn file(answer: &Answer, kind: &str, content_type: &'static str, etag: String, body: Body) -> Reply {
    let minute = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%dT%H%MZ");
    let (from, to) = (minute(answer.period.from), minute(answer.period.to));
    let name = format!("lastpass-audit-logs-{from}-to-{to}.{kind}");
    Reply::private(content_type, etag, body).attachment(&name)
}

/// The cells in the order of [`COLUMNS`]; what is unknown is empty.
fn cells(row: &Row<'_>) -> [String; 17] {
    let text = |text: Option<&str>| safe(text.unwrap_or_default()).into_owned();
    [
        row.id.clone(),
        row.timestamp.clone(),
        text(row.user.as_deref()),
        row.kind.to_owned(),
        text(Some(row.action)),
        text(row.outcome),
        text(row.ip),
        text(Some(&row.description)),
        text(row.target),
        text(row.group),
        text(row.folder),
        text(row.site),
        text(row.policy),
        text(row.client),
        row.alerts.join("; "),
        if row.ambiguous_time { "true".to_owned() } else { String::new() },
        serde_json::to_string(&row.raw).expect("texts are JSON"),
    ]
}
