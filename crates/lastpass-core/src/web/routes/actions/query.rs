//! What the caller wants of the record.

use chrono_tz::Tz;

use crate::{
    changes::Outcome,
    domain::{PersonAction, normalize_name},
    store::{RecordEntry, RecordFilter},
    web::{
        request::{date_range, parameters::Parameters},
        response::problem::Problem,
    },
};

const USUAL_LIMIT: u32 = 100;
const MOST_ROWS: u32 = 1_000;

/// In which form actions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Csv,
}

/// The query, checked.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: RecordFilter,
    pub(crate) format: Format,
    pub(crate) limit: u32,
    pub(crate) verifies: bool,
}

impl Query {
    /// `own` is the actor of whom alone the caller may read.
    pub(crate) fn parse(mut parameters: Parameters, own: Option<&str>, zone: Tz) -> Result<Self, Problem> {
        let format = parameters.choice("format", &[("json", Format::Json), ("csv", Format::Csv)]);
        let format = format.unwrap_or(Format::Json);
        if format == Format::Csv {
            for name in ["limit", "cursor", "verify"] {
                parameters.forbid(name, "is not for format=csv, which carries every row");
            }
        }
        let actions = PersonAction::ALL.map(|action| (action.name(), action.name()));
        let actions =
            [&[("provision", "provision"), ("groups", "groups"), ("export", "export")], &actions[..]].concat();
        let time = |time| RecordEntry::format_time(time);
        let filter = RecordFilter {
            email: parameters.text("email").map(|email| normalize_name(&email).into_owned()).unwrap_or_default(),
            actor: parameters.text("actor").unwrap_or_default(),
            action: parameters.choice("action", &actions).unwrap_or_default().to_owned(),
            outcome: parameters
                .choice("outcome", &Outcome::ALL.map(|outcome| (outcome.name(), outcome.name())))
                .unwrap_or_default()
                .to_owned(),
            from: parameters.take("from", |text| date_range::from(text, zone)).map(time).unwrap_or_default(),
            to: parameters.take("to", |text| date_range::to(text, zone)).map(time).unwrap_or_default(),
            before: parameters.take("cursor", cursor).unwrap_or_default(),
        };
        let limit = parameters.number("limit", 1..=MOST_ROWS).unwrap_or(USUAL_LIMIT);
        let verifies = parameters.choice("verify", &[("true", true), ("false", false)]).unwrap_or_default();
        parameters.finish()?;
        if verifies && own.is_some() {
            return Err(Problem::Forbidden { detail: "the whole record is proved to an admin or an auditor" });
        }
        let actor = match own {
            Some(own) if !filter.actor.is_empty() && filter.actor != own => {
                return Err(Problem::Forbidden { detail: "a provisioner may read its own actions only" });
            }
            Some(own) => own.to_owned(),
            None => filter.actor,
        };
        Ok(Self { filter: RecordFilter { actor, ..filter }, format, limit, verifies })
    }
}

/// A cursor is the id of the last action that was listed.
fn cursor(text: &str) -> Result<String, std::borrow::Cow<'static, str>> {
    let id = uuid::Uuid::try_parse(text).ok().map(|id| id.to_string()).filter(|id| id == text);
    id.ok_or_else(|| "is no cursor of this list; leave it out to begin".into())
}
