//! The query of the audit record.

use chrono_tz::Tz;

use crate::{
    changes::Outcome,
    domain::{EmailAddress, normalize_address, normalize_name, unescaped_plus},
    store::{RecordEntry, RecordFilter},
    web::{
        request::{date_range, parameters::Parameters},
        response::{action::action_names, problem::Problem},
    },
};

/// The format of the actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionsFormat {
    Json,
    Csv,
}

/// The query.
#[derive(Debug)]
pub(crate) struct ActionsQuery {
    pub(crate) filter: RecordFilter,
    pub(crate) format: ActionsFormat,
    pub(crate) limit: u32,
    /// Whether to verify the chain of entries.
    pub(crate) verify: bool,
}

impl ActionsQuery {
    /// Parses the parameters. `only_actor` is the only actor whose actions the caller may read; `None` for all.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if a parameter is unknown or invalid, and
    /// [`Problem::Forbidden`] if the caller may not read what they select.
    pub(crate) fn parse(mut parameters: Parameters, only_actor: Option<&str>, zone: Tz) -> Result<Self, Problem> {
        let format =
            parameters.format(&[("json", ActionsFormat::Json), ("csv", ActionsFormat::Csv)], ActionsFormat::Json);
        if format == ActionsFormat::Csv {
            parameters.reject_if_given(&["verify"], "is not allowed with format=csv, which has no place for the proof");
        }
        let actions: Vec<_> = action_names().map(|name| (name, name)).collect();
        let time = |time| RecordEntry::format_time(time);
        let filter = RecordFilter {
            email: parameters.address("email").map(|email| normalize_address(&email).into_owned()).unwrap_or_default(),
            actor: parameters.text("actor").map(actor).unwrap_or_default(),
            action: parameters.choice("action", &actions).unwrap_or_default().to_owned(),
            outcome: parameters
                .choice("outcome", &Outcome::ALL.map(|outcome| (outcome.name(), outcome.name())))
                .unwrap_or_default()
                .to_owned(),
            from: date_range::take_from(&mut parameters, zone).map(time).unwrap_or_default(),
            to: date_range::take_to(&mut parameters, zone).map(time).unwrap_or_default(),
            before: parameters.cursor(decode_cursor).unwrap_or_default(),
            ..RecordFilter::default()
        };
        let limit = parameters.limit().get().into();
        let verify = parameters.flag("verify");
        parameters.finish()?;
        if verify && only_actor.is_some() {
            return Err(Problem::Forbidden { detail: "Only an admin or an auditor may verify the whole record." });
        }
        let is_own = |own| filter.actor.is_empty() || normalize_name(&filter.actor) == normalize_name(own);
        if only_actor.is_some_and(|own| !is_own(own)) {
            return Err(Problem::Forbidden { detail: "A provisioner may read only its own actions." });
        }
        let only_actor = only_actor.unwrap_or_default().to_owned();
        Ok(Self { filter: RecordFilter { only_actor, ..filter }, format, limit, verify })
    }
}

/// An actor as it was meant: a name may contain blanks, an address none. A database may
/// compare only ASCII letters in any case, and users' addresses are recorded in lower case.
fn actor(text: String) -> String {
    let address = unescaped_plus(&text);
    if address.parse::<EmailAddress>().is_ok() { address.to_lowercase() } else { text }
}

/// Decodes a cursor: the id of the last action of the page before.
fn decode_cursor(text: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(text).ok()?.to_string();
    (id == text).then_some(id)
}
