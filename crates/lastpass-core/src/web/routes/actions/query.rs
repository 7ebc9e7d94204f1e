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
        let format = parameters.format(&[("json", Format::Json), ("csv", Format::Csv)], Format::Json);
        if format == Format::Csv {
            parameters.reject_if_given(&["verify"], "is not allowed with format=csv, which has no place for the proof");
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
            from: date_range::take_from(&mut parameters, zone).map(time).unwrap_or_default(),
            to: date_range::take_to(&mut parameters, zone).map(time).unwrap_or_default(),
            before: parameters.cursor(decode_cursor).unwrap_or_default(),
        };
        let limit = parameters.limit().get().into();
        let verifies = parameters.flag("verify");
        parameters.finish()?;
        if verifies && own.is_some() {
            return Err(Problem::Forbidden { detail: "Only an admin or an auditor may verify the whole record." });
        }
        let actor = match own {
            Some(own) if !filter.actor.is_empty() && filter.actor != own => {
                return Err(Problem::Forbidden { detail: "A provisioner may read only its own actions." });
            }
            Some(own) => own.to_owned(),
            None => filter.actor,
        };
        Ok(Self { filter: RecordFilter { actor, ..filter }, format, limit, verifies })
    }
}

/// Decodes a cursor: the id of the last action of the page before.
fn decode_cursor(text: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(text).ok()?.to_string();
    (id == text).then_some(id)
}
