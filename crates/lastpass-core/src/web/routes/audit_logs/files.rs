//! Every event that a query takes, as a file, streamed: CSV, NDJSON, OCSF.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    audit::Severity,
    formats::{csv, event_row::EventRow, ndjson, ocsf::OcsfEvent},
    web::{
        response::{body::Body, reply::Reply},
        routes::audit_logs::answer::Answer,
    },
};

/// About how many events are written at a time.
const EVENTS_A_PIECE: usize = 200;

/// The events as CSV.
pub(crate) fn csv(answer: Arc<Answer>, etag: String) -> Reply {
    let start = std::iter::once(csv::header(EventRow::CSV_COLUMNS));
    let rows = pieces(answer.clone(), |answer, places| {
        csv::lines(
            places.iter().map(|place| EventRow::of(*place, &answer.parsed_event(*place), &answer.alerts).csv_cells()),
        )
    });
    file(&answer, "csv", "text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
}

/// The events as JSON, one a line.
pub(crate) fn ndjson(answer: Arc<Answer>, etag: String) -> Reply {
    let rows = pieces(answer.clone(), |answer, places| {
        ndjson::lines(places.iter().map(|place| EventRow::of(*place, &answer.parsed_event(*place), &answer.alerts)))
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
        ndjson::lines(parsed_events.iter().map(|(parsed, severity)| OcsfEvent::of(parsed, *severity)))
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

/// The file; its name says what it holds.
fn file(answer: &Answer, kind: &str, content_type: &'static str, etag: String, body: Body) -> Reply {
    let minute = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%dT%H%MZ");
    let (from, to) = (minute(answer.period.from), minute(answer.period.to));
    let name = format!("lastpass-audit-logs-{from}-to-{to}.{kind}");
    Reply::private(content_type, etag, body).attachment(&name)
}
