//! What the caller wants of the log.

use std::num::NonZeroUsize;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{
    audit::{AlertRule, EventFilter, EventKind, EventOutcome, EventPosition},
    cache::event_windows::{EventRange, TimeRange},
    web::{
        request::{date_range, parameters::Parameters},
        response::problem::Problem,
        routes::audit_logs::cursor,
    },
};

const USUAL_LIMIT: u32 = 100;
const MOST_ROWS: u32 = 1_000;
pub(crate) const USUAL_PERIOD: TimeDelta = TimeDelta::days(7);

/// In which form events are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Csv,
    Ndjson,
    Ocsf,
}

/// The query, checked.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) span: EventRange,
    pub(crate) filter: EventFilter,
    pub(crate) format: Format,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<EventPosition>,
}

impl Query {
    pub(crate) fn parse(mut parameters: Parameters, zone: Tz, now: DateTime<Utc>) -> Result<Self, Problem> {
        let formats =
            [("json", Format::Json), ("csv", Format::Csv), ("ndjson", Format::Ndjson), ("ocsf", Format::Ocsf)];
        let format = parameters.choice("format", &formats).unwrap_or(Format::Json);
        if format != Format::Json {
            for name in ["limit", "cursor"] {
                parameters.forbid(name, "is for format=json; the other formats carry every event");
            }
        }
        let from = parameters.take("from", |text| date_range::from(text, zone));
        let to = parameters.take("to", |text| date_range::to(text, zone));
        let after = parameters.take("cursor", |text| {
            cursor::decode(text).ok_or_else(|| "is no cursor of this list; leave it out to begin".into())
        });
        let span = match (from, to, &after) {
            // Moments and days say the same again with each page; what was left out does not.
            (from, to, Some((pinned, _))) => {
                if from.is_some_and(|from| from != pinned.from) || to.is_some_and(|to| to != pinned.to) {
                    parameters.refuse("cursor", "belongs to another from or to; leave it out to begin");
                }
                EventRange::Exact(*pinned)
            }
            (Some(from), Some(to), None) => EventRange::Exact(TimeRange { from, to }),
            // A period that ends in the future has no events there yet.
            (None, Some(to), None) => EventRange::Exact(TimeRange { from: to.min(now) - USUAL_PERIOD, to }),
            (Some(from), None, None) => EventRange::Since(from),
            (None, None, None) => EventRange::Last(USUAL_PERIOD),
        };
        if from.is_some_and(|from| from > now) {
            parameters.refuse("from", "must not be in the future");
        } else if matches!(span, EventRange::Exact(period) if period.from >= period.to) {
            parameters.refuse(if from.is_some() { "from" } else { "to" }, "must leave some time between from and to");
        }
        let names = |known: Vec<&'static str>| format!("must be one of {}", known.join(", ")).into();
        let filter = EventFilter {
            kinds: parameters
                .several("type", |text| text.parse().map_err(|_| names(EventKind::ALL.map(EventKind::name).to_vec()))),
            action: parameters.text("action"),
            outcome: parameters.take("outcome", |text| {
                text.parse().map_err(|_| names(EventOutcome::ALL.map(EventOutcome::name).to_vec()))
            }),
            user: parameters.text("user"),
            ip: parameters.text("ip"),
            q: parameters.text("q"),
            alert: parameters
                .take("alert", |text| text.parse().map_err(|_| names(AlertRule::ALL.map(AlertRule::name).to_vec()))),
        };
        let limit = parameters.number("limit", 1..=MOST_ROWS).unwrap_or(USUAL_LIMIT);
        parameters.finish()?;
        let limit = NonZeroUsize::new(limit as usize).unwrap_or(NonZeroUsize::MIN);
        Ok(Self { span, filter, format, limit, after: after.map(|(_, position)| position) })
    }
}
