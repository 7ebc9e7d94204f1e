//! What the caller wants of the log.

use std::num::NonZeroUsize;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{
    audit::{AlertRule, EventFilter, EventKind, EventOutcome, EventPosition},
    cache::event_windows::{EventRange, TimeRange},
    web::{
        request::{date_range, field_errors::one_of, parameters::Parameters},
        response::problem::Problem,
        routes::audit_logs::cursor,
    },
};

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
        let format = parameters.format(&formats, Format::Json);
        let from = date_range::take_from(&mut parameters, zone);
        let to = date_range::take_to(&mut parameters, zone);
        let after = parameters.cursor(cursor::decode);
        let span = match (from, to, &after) {
            // Moments and days say the same again with each page; what was left out does not.
            (from, to, Some((pinned, _))) => {
                if from.is_some_and(|from| from != pinned.from) || to.is_some_and(|to| to != pinned.to) {
                    parameters.add_error("cursor", "was made for another from or to; omit it to get the first page");
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
            parameters.add_error("from", "must not be in the future");
        } else if matches!(span, EventRange::Exact(period) if period.from >= period.to) {
            parameters
                .add_error(if from.is_some() { "from" } else { "to" }, "must leave some time between from and to");
        }
        let filter = EventFilter {
            kinds: parameters
                .list("type", |text| text.parse().map_err(|_| one_of(EventKind::ALL.map(EventKind::name)))),
            action: parameters.text("action"),
            outcome: parameters
                .take("outcome", |text| text.parse().map_err(|_| one_of(EventOutcome::ALL.map(EventOutcome::name)))),
            user: parameters.text("user"),
            ip: parameters.text("ip"),
            q: parameters.text("q"),
            alert: parameters
                .take("alert", |text| text.parse().map_err(|_| one_of(AlertRule::ALL.map(AlertRule::name)))),
        };
        let limit = parameters.limit().into();
        parameters.finish()?;
        Ok(Self { span, filter, format, limit, after: after.map(|(_, position)| position) })
    }
}
