//! The query of the audit log.

use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    audit::{AlertRule, EventFilter, EventKind, EventOutcome, EventPosition, NameQuery, SourceAddress},
    cache::event_windows::{DEFAULT_PERIOD, EventRange, TimeRange},
    web::{
        request::{date_range, field_errors::one_of, parameters::Parameters},
        response::problem::Problem,
        routes::audit_logs::cursor,
    },
};

/// The format of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuditLogFormat {
    Json,
    Csv,
    Ndjson,
    Ocsf,
}

/// The query.
#[derive(Debug)]
pub(crate) struct AuditLogQuery {
    pub(crate) range: EventRange,
    pub(crate) filter: EventFilter,
    pub(crate) format: AuditLogFormat,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<EventPosition>,
}

impl AuditLogFormat {
    const ALL: [Self; 4] = [Self::Json, Self::Csv, Self::Ndjson, Self::Ocsf];

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Ocsf => "ocsf",
        }
    }

    /// The format under which the reply is recorded as an export; `None` for a page.
    pub(crate) fn export_name(self) -> Option<&'static str> {
        (self != Self::Json).then(|| self.name())
    }
}

impl AuditLogQuery {
    /// Parses the parameters; `zone` determines the days of `from` and `to`.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if a parameter is unknown or invalid.
    pub(crate) fn parse(mut parameters: Parameters, zone: Tz, now: DateTime<Utc>) -> Result<Self, Problem> {
        let format =
            parameters.format(&AuditLogFormat::ALL.map(|format| (format.name(), format)), AuditLogFormat::Json);
        let from = date_range::take_from(&mut parameters, zone);
        let to = date_range::take_to(&mut parameters, zone);
        let after = parameters.cursor(cursor::decode);
        let range = match (from, to, &after) {
            // A cursor pins the range of its first page: an omitted `from` or `to` changes with the time.
            (from, to, Some((pinned, _))) => {
                if from.is_some_and(|from| from != pinned.from) || to.is_some_and(|to| to != pinned.to) {
                    parameters.add_error("cursor", "was made for another from or to; omit it to get the first page");
                }
                EventRange::Exact(*pinned)
            }
            (Some(from), Some(to), None) => EventRange::Exact(TimeRange { from, to }),
            // The default period ends now if `to` is in the future.
            (None, Some(to), None) => EventRange::Exact(TimeRange { from: to.min(now) - DEFAULT_PERIOD, to }),
            (Some(from), None, None) => EventRange::Since(from),
            (None, None, None) => EventRange::Last(DEFAULT_PERIOD),
        };
        if from.is_some_and(|from| from > now) {
            parameters.add_error("from", "must not be in the future");
        } else if matches!(range, EventRange::Exact(range) if range.from >= range.to) {
            parameters.add_error(if from.is_some() { "from" } else { "to" }, "must leave a time between from and to");
        }
        let filter = EventFilter {
            kinds: parameters
                .list("type", |text| text.parse().map_err(|_| one_of(EventKind::ALL.map(EventKind::name)))),
            action: parameters.text("action"),
            outcome: parameters
                .take("outcome", |text| text.parse().map_err(|_| one_of(EventOutcome::ALL.map(EventOutcome::name)))),
            user: parameters.text("user").map(|text| NameQuery::parse(&text)),
            target: parameters.text("target").map(|text| NameQuery::parse(&text)),
            ip: parameters.take("ip", |text| {
                SourceAddress::parse(text).map(|address| address.ip).ok_or("must be an IP address".into())
            }),
            q: parameters.text("q"),
            alert: parameters
                .take("alert", |text| text.parse().map_err(|_| one_of(AlertRule::ALL.map(AlertRule::name)))),
        };
        let limit = parameters.limit().into();
        parameters.finish()?;
        Ok(Self { range, filter, format, limit, after: after.map(|(_, position)| position) })
    }
}
