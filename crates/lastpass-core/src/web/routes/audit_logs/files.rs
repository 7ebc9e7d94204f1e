//! All selected events as a file, written while it is sent: CSV, NDJSON, OCSF.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::{
    audit::{AlertRule, Severity},
    formats::{csv, event_row::EventRow, ndjson, ocsf::OcsfEvent},
    web::{
        response::{body::Body, reply::Reply},
        routes::audit_logs::view::AuditLogView,
    },
};

/// The number of events of a chunk.
const CHUNK_EVENTS: usize = 200;

const NDJSON: &str = "application/x-ndjson";

/// The events as CSV.
pub(crate) fn csv(view: Arc<AuditLogView>, etag: String) -> Reply {
    let header = std::iter::once(csv::header(EventRow::CSV_COLUMNS));
    let rows =
        chunks(view.clone(), |view, indices| csv::lines(indices.iter().map(|index| view.row(*index).csv_cells())));
    Reply::csv(&file_name(&view, "csv"), etag, Body::from_chunks(header.chain(rows)))
}

/// The events as JSON, one per line.
pub(crate) fn ndjson(view: Arc<AuditLogView>, etag: String) -> Reply {
    let rows = chunks(view.clone(), |view, indices| ndjson::lines(indices.iter().map(|index| view.row(*index))));
    Reply::private(NDJSON, etag, Body::from_chunks(rows)).attachment(&file_name(&view, "ndjson"))
}

/// The events in the Open Cybersecurity Schema Framework, one per line.
pub(crate) fn ocsf(view: Arc<AuditLogView>, etag: String) -> Reply {
    let rows = chunks(view.clone(), |view, indices| {
        let severity = |index: u32| -> Option<Severity> { view.alerts.rules_of(index).map(AlertRule::severity).max() };
        ndjson::lines(indices.iter().map(|index| OcsfEvent::of(&view.parsed_event(*index), severity(*index))))
    });
    Reply::private(NDJSON, etag, Body::from_chunks(rows)).attachment(&file_name(&view, "ocsf.ndjson"))
}

/// Writes the events chunk by chunk.
fn chunks(view: Arc<AuditLogView>, write: impl Fn(&AuditLogView, &[u32]) -> Bytes) -> impl Iterator<Item = Bytes> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let indices = &view.indices;
        let end = indices.len().min(next + CHUNK_EVENTS);
        let chunk = (next < end).then(|| write(&view, &indices[next..end]));
        next = end;
        chunk
    })
}

/// The name of the file, with the range of time.
fn file_name(view: &AuditLogView, extension: &str) -> String {
    let minute = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H%MZ");
    let (from, to) = (minute(view.range.from), minute(view.range.to));
    format!("lastpass-audit-logs-{from}-to-{to}.{extension}")
}
