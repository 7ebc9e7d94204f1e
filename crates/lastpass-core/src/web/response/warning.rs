//! Warnings about the data of a reply: one constructor per code and message. Knows no route.

use std::fmt::Display;

use serde::Serialize;

use crate::{audit::UnknownActions, changes::OwnChanges, domain::is_invisible, lastpass, report};

/// An entry of `meta.warnings`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Warning {
    /// Stable, in kebab case.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::schema::warning_code))]
    pub(crate) code: &'static str,
    /// What it means here, for a person.
    pub(crate) message: String,
}

impl Warning {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A warning about the list of people.
    pub(crate) fn of_people(warning: &lastpass::ReadWarning) -> Self {
        match warning {
            lastpass::ReadWarning::ListChanged => Self::new(
                "list-changed",
                "People were added or removed while LastPass was read. Some may be missing until the next reading.",
            ),
            lastpass::ReadWarning::Incomplete { listed, counted } => Self::new(
                "incomplete",
                format!("LastPass counts {counted} people and listed {listed}. The figures cover those listed."),
            ),
            lastpass::ReadWarning::Unreadable { entries } => Self::new(
                "unreadable-entries",
                format!("Entries of LastPass's list that have no address or cannot be read are left out: {entries}."),
            ),
            lastpass::ReadWarning::UpstreamWarning => Self::lastpass_warning(),
            lastpass::ReadWarning::NoUsers => Self::new(
                "no-users",
                "LastPass lists no one. If its Admin Console does, check that a super admin created the provisioning hash \
                 and that the plan includes the Enterprise API.",
            ),
            lastpass::ReadWarning::UnreadableTimes { people } => Self::new(
                "unreadable-times",
                format!(
                    "Last logins and password changes that cannot be read or lie in the future are shown as unknown. People \
                     with such times: {people}."
                ),
            ),
            lastpass::ReadWarning::SitesUnavailable => Self::new(
                "sites-unavailable",
                "LastPass did not return the sites of shared folders. Who can open the folders, and with which rights, is \
                 known.",
            ),
        }
    }

    /// A warning about the list of shared folders.
    pub(crate) fn of_folders(warning: &lastpass::ReadWarning) -> Self {
        match warning {
            lastpass::ReadWarning::Unreadable { entries } => Self::new(
                "unreadable-entries",
                format!(
                    "Shared folders, and people who can open them, that cannot be read in LastPass's list are left out: \
                     {entries}."
                ),
            ),
            lastpass::ReadWarning::ListChanged
            | lastpass::ReadWarning::Incomplete { .. }
            | lastpass::ReadWarning::UpstreamWarning
            | lastpass::ReadWarning::NoUsers
            | lastpass::ReadWarning::UnreadableTimes { .. }
            | lastpass::ReadWarning::SitesUnavailable => Self::of_people(warning),
        }
    }

    /// A warning about LastPass's log.
    pub(crate) fn of_events(warning: lastpass::EventWarning) -> Self {
        match warning {
            lastpass::EventWarning::RepeatedHour => Self::new(
                "repeated-hour",
                "Two replies of LastPass met within the hour that occurs twice when clocks are set back. Identical events \
                 there may be counted once.",
            ),
            lastpass::EventWarning::Unreadable { entries } => Self::new(
                "unreadable-entries",
                format!("Entries of LastPass's log that have no time or cannot be read are left out: {entries}."),
            ),
            lastpass::EventWarning::MissingEvents => Self::new(
                "events-missing",
                "LastPass did not repeat events that it returned before. Events of single seconds may be missing.",
            ),
            lastpass::EventWarning::UpstreamWarning => Self::lastpass_warning(),
        }
    }

    /// A warning about the figures of the security report.
    pub(crate) fn of_report(warning: report::ReportWarning) -> Self {
        match warning {
            report::ReportWarning::FederatedScores { federated, active } => Self::new(
                "federated-scores",
                format!(
                    "{federated} of {active} active people have a vault score and no master password, like federated \
                     people. Set SCORE_SOURCE=totalscore to rank by the vault score."
                ),
            ),
        }
    }

    /// LastPass's own warning, whose text is not passed on.
    fn lastpass_warning() -> Self {
        Self::new("lastpass-complaint", "LastPass sent a warning beside its data.")
    }

    /// Actions that LastPass has renamed or added, or writes in another language.
    pub(crate) fn unknown_actions(unknown: &UnknownActions) -> Option<Self> {
        let actions: Vec<_> =
            unknown.most_frequent.iter().map(|(action, events)| format!("{} ({events})", shorten(action))).collect();
        (unknown.events > 0).then(|| {
            let message =
                format!("The log contains unknown actions (events: {}): {}.", unknown.events, actions.join(", "));
            Self::new("unknown-actions", message)
        })
    }

    /// No event of the period matches the parameter `user`, so that it may be misspelled.
    pub(crate) fn no_such_user() -> Self {
        Self::new("no-such-user", "No event of this period, of any type, is by or about a user that user matches.")
    }

    /// No event of the period matches the parameter `target`.
    pub(crate) fn no_such_target() -> Self {
        Self::new(
            "no-such-target",
            "No event of this period, of any type, is about a user, group or folder that target matches.",
        )
    }

    pub(crate) fn alerts_truncated(total: usize, listed: usize) -> Self {
        Self::new(
            "alerts-truncated",
            format!("Only {listed} of {total} alerts are listed. Request a shorter period, or one alert."),
        )
    }

    /// A part could not be refreshed, and an earlier reading is shown.
    pub(crate) fn refresh_failed(part: &str, error: &lastpass::Error) -> Self {
        Self::new(
            "refresh-failed",
            format!("The {part} could not be read again: {error}. An earlier reading is shown."),
        )
    }

    /// The alerts were detected without the list of people.
    pub(crate) fn people_unavailable(error: &lastpass::Error) -> Self {
        let message = format!(
            "It is unknown who is disabled: {error}. Activity of disabled accounts is found only where the log shows it."
        );
        Self::new("people-unavailable", message)
    }

    /// The users of shared folders are listed without the list of people.
    pub(crate) fn statuses_unavailable(error: &lastpass::Error) -> Self {
        let message = format!("Names and statuses of those who can open the folders are unknown: {error}.");
        Self::new("people-unavailable", message)
    }

    pub(crate) fn shared_folders_unavailable(error: &lastpass::Error) -> Self {
        Self::new("shared-folders-unavailable", format!("The number of shared folders is unknown: {error}."))
    }

    pub(crate) fn shared_passwords_unavailable(error: &lastpass::Error) -> Self {
        Self::new("shared-passwords-unavailable", format!("The number of shared passwords is unknown: {error}."))
    }

    /// LastPass returned the sites of some folders only.
    pub(crate) fn sites_incomplete(with_sites: u64, listed: u64) -> Self {
        let message = format!(
            "The number of shared passwords is unknown: LastPass returned the sites of {with_sites} of {listed} shared \
             folders."
        );
        Self::new("shared-passwords-unavailable", message)
    }

    /// A part of a reply about one user is unknown.
    pub(crate) fn part_unavailable(code: &'static str, part: &str, reason: impl Display) -> Self {
        Self::new(code, format!("{part} unknown: {reason}."))
    }

    /// LastPass's list of expired master passwords does not contain federated people.
    pub(crate) fn federated_expiry() -> Self {
        Self::new(
            "federated-expiry",
            "Most active people appear federated: they have a vault score and no master password. LastPass leaves \
             federated people out of its list of expired master passwords.",
        )
    }

    /// The alerts were detected without our own changes; `None` if they are known.
    pub(crate) fn of_own_changes(changes: &OwnChanges) -> Option<Self> {
        match changes {
            OwnChanges::Known(_) => None,
            OwnChanges::NotConfigured => Some(Self::not_recorded()),
            OwnChanges::Unavailable => Some(Self::record_unavailable()),
        }
    }

    /// LastPass is unavailable, and the people are those of the last sync.
    pub(crate) fn snapshot() -> Self {
        Self::new("snapshot", "LastPass does not answer. The people are those of the last sync.")
    }

    /// The figures of earlier days could not be read.
    pub(crate) fn trend_unavailable(reason: impl Display) -> Self {
        Self::new("trend-unavailable", format!("The figures of earlier days are unknown: {reason}."))
    }

    fn record_unavailable() -> Self {
        Self::new(
            "record-unavailable",
            "The audit record could not be read: changes by the API are not compared with it.",
        )
    }

    /// There is no database or no signing secret.
    pub(crate) fn not_recorded() -> Self {
        Self::new(
            "not-recorded",
            "Without DATABASE_URL and SIGNING_SECRET neither exports nor changes are recorded: changes by the API are not \
             compared with a record.",
        )
    }

    /// The database has no tables.
    pub(crate) fn no_tables() -> Self {
        Self::new(
            "not-recorded",
            "The database has no tables yet, so nothing is recorded. The first change or sync creates them, except in a preview.",
        )
    }
}

/// The beginning of a text of LastPass, in one line.
fn shorten(text: &str) -> String {
    const MAX_CHARACTERS: usize = 100;
    text.chars().filter(|character| !is_invisible(*character)).take(MAX_CHARACTERS).collect()
}
