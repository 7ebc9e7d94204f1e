//! What the caller wants of the log.

use std::num::NonZeroUsize;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::audit::{Filter, Kind, Outcome, Position, Rule};

use super::{
    super::{parameters::Parameters, period, problem::Problem, windows::Period},
    cursor,
};

const USUAL_LIMIT: u32 = 100;
const MOST_ROWS: u32 = 1_000;
pub(super) const USUAL_PERIOD: TimeDelta = TimeDelta::days(7);

/// In which form events are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
    Ndjson,
    Ocsf,
}

/// The query, checked.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) period: Period,
    pub(super) filter: Filter,
    pub(super) format: Format,
    pub(super) limit: NonZeroUsize,
    pub(super) after: Option<Position>,
}

impl Query {
    /// `open_end` is where a period ends that has no end of its own.
    pub(super) fn parse(
        mut parameters: Parameters,
        zone: Tz,
        now: DateTime<Utc>,
        open_end: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let formats =
            [("json", Format::Json), ("csv", Format::Csv), ("ndjson", Format::Ndjson), ("ocsf", Format::Ocsf)];
        let format = parameters.choice("format", &formats).unwrap_or(Format::Json);
        if format != Format::Json {
            for name in ["limit", "cursor"] {
                parameters.forbid(name, "is for format=json; the other formats carry every event");
            }
        }
        let from = parameters.take("from", |text| period::from(text, zone));
        let to = parameters.take("to", |text| period::to(text, zone));
        let after = parameters.take("cursor", |text| {
            cursor::decode(text).ok_or_else(|| "is no cursor of this list; leave it out to begin".into())
        });
        let end = to.unwrap_or(open_end);
        let mut period = Period { from: from.unwrap_or(end - USUAL_PERIOD), to: end };
        if let Some((pinned, _)) = after {
            // Moments and days say the same again with each page; what was left out does not.
            let differs = from.is_some_and(|from| from != pinned.from) || to.is_some_and(|to| to != pinned.to);
            if differs {
                parameters.refuse("cursor", "belongs to another from or to; leave it out to begin");
            }
            period = pinned;
        }
        if period.from >= period.to {
            parameters.refuse("from", "must be before to");
        } else if period.from > now {
            parameters.refuse("from", "must not be in the future");
        }
        let names = |known: Vec<&'static str>| format!("must be one of {}", known.join(", ")).into();
        let filter = Filter {
            kinds: parameters
                .several("type", |text| text.parse().map_err(|_| names(Kind::ALL.map(Kind::name).to_vec()))),
            action: parameters.text("action"),
            outcome: parameters
                .take("outcome", |text| text.parse().map_err(|_| names(Outcome::ALL.map(Outcome::name).to_vec()))),
            user: parameters.text("user"),
            ip: parameters.text("ip"),
            q: parameters.text("q"),
            alert: parameters.take("alert", |text| text.parse().map_err(|_| names(Rule::ALL.map(Rule::name).to_vec()))),
        };
        let limit = parameters.number("limit", 1..=MOST_ROWS).unwrap_or(USUAL_LIMIT);
        parameters.finish()?;
        let limit = NonZeroUsize::new(limit as usize).unwrap_or(NonZeroUsize::MIN);
        Ok(Self { period, filter, format, limit, after: after.map(|(_, position)| position) })
    }
}
