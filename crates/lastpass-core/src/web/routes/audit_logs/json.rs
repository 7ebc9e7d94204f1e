//! A page of events as JSON, with the counts over all of them.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    audit::{Alert, EventKind},
    formats::event_row::EventRow,
    web::{
        response::{body::Body, reply::Reply, warning::Warning},
        routes::audit_logs::{
            answer::{Answer, MOST_ALERTS},
            cursor,
        },
    },
};

/// How much of the page is sent at a time, in bytes: what is streamed is exempt from the platform's 4.5 MB.
const PIECE: usize = 64 * 1024;

pub(crate) fn page(answer: &Answer, etag: String) -> Reply {
    let rows = answer.shown().iter().map(|place| EventRow::of(*place, &answer.parsed_event(*place), &answer.alerts));
    let counts = &answer.counts;
    let document = Document {
        events: rows.collect(),
        total: counts.total,
        counts_by_type: ByKind(&counts.by_kind),
        counts_by_day: counts
            .by_day
            .iter()
            .map(|(date, events)| Day { date: date.to_string(), events: *events })
            .collect(),
        counts_by_user: counts.by_user.iter().map(|(user, events)| User { user, events: *events }).collect(),
        alerts: answer.alerts.list().iter().take(MOST_ALERTS).map(AlertShown::of).collect(),
        next_cursor: answer.next.as_ref().map(|position| cursor::encode(answer.period, position)),
        meta: Meta {
            as_of: time(answer.meta.as_of),
            source: answer.meta.source,
            stale: answer.meta.stale,
            warnings: answer.meta.warnings.iter().chain(&answer.warnings_of_period).collect(),
            from: time(answer.period.from),
            to: time(answer.period.to),
            time_zone: answer.meta.time_zone,
            hidden: Hidden { api: answer.meta.hidden },
        },
    };
    let mut rest = Bytes::from(serde_json::to_vec(&document).expect("texts, numbers and flags are JSON"));
    let pieces = std::iter::from_fn(move || {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some(piece)
    });
    Reply::private("application/json", etag, Body::from_chunks(pieces))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    events: Vec<EventRow<'a>>,
    total: u64,
    counts_by_type: ByKind<'a>,
    counts_by_day: Vec<Day>,
    counts_by_user: Vec<User<'a>>,
    alerts: Vec<AlertShown<'a>>,
    next_cursor: Option<String>,
    meta: Meta<'a>,
}

struct ByKind<'a>(&'a [(EventKind, u64)]);

impl Serialize for ByKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (kind, events) in self.0 {
            map.serialize_entry(kind.name(), events)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Day {
    date: String,
    events: u64,
}

#[derive(Serialize)]
struct User<'a> {
    user: &'a str,
    events: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertShown<'a> {
    rule: &'static str,
    severity: &'static str,
    user: Option<&'a str>,
    count: u64,
    threshold: u64,
    first_at: String,
    last_at: String,
    event_ids: Vec<String>,
}

impl<'a> AlertShown<'a> {
    fn of(alert: &'a Alert) -> Self {
        Self {
            rule: alert.rule.name(),
            severity: alert.rule.severity().name(),
            user: alert.user.as_deref(),
            count: alert.count,
            threshold: alert.rule.threshold(),
            first_at: time(alert.first_at),
            last_at: time(alert.last_at),
            event_ids: alert.event_ids.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    as_of: String,
    source: &'static str,
    stale: bool,
    warnings: Vec<&'a Warning>,
    from: String,
    to: String,
    time_zone: &'static str,
    hidden: Hidden,
}

#[derive(Serialize)]
struct Hidden {
    api: u64,
}
