//! What somebody who looks at the figures should know, in words.

use serde::Serialize;

use crate::{audit::UnknownActions, domain::is_invisible, lastpass, report};

/// A member of `meta.warnings`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Warning {
    /// Stable, in kebab case.
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Warning {
    pub(crate) fn of_reading(notice: &lastpass::ReadWarning) -> Self {
        let (code, message) = match notice {
            lastpass::ReadWarning::ListChanged => (
                "list-changed",
                "people were added or removed while LastPass was read; somebody may be missing until the next reading".to_owned(),
            ),
            lastpass::ReadWarning::Incomplete { listed, counted } => (
                "incomplete",
                format!("LastPass counts {counted} people and listed {listed}; figures are of those listed"),
            ),
            lastpass::ReadWarning::Unreadable { entries } => (
                "unreadable-entries",
                format!("{entries} entries of LastPass's list have no address or cannot be read, and are left out"),
            ),
            lastpass::ReadWarning::UpstreamWarning => {
                ("lastpass-complaint", "LastPass answered with a warning beside its data".to_owned())
            }
            lastpass::ReadWarning::NoUsers => (
                "no-users",
                "LastPass lists nobody; if its Admin Console does, check that a super admin made the provisioning hash and \
                 that the plan includes the Enterprise API"
                    .to_owned(),
            ),
        };
        Self { code, message }
    }

    /// The same of a list of shared folders.
    pub(crate) fn of_folders(notice: &lastpass::ReadWarning) -> Self {
        match notice {
            lastpass::ReadWarning::Unreadable { entries } => Self {
                code: "unreadable-entries",
                message: format!(
                    "{entries} shared folders or people who can open them cannot be read in LastPass's list, and are left out"
                ),
            },
            lastpass::ReadWarning::ListChanged
            | lastpass::ReadWarning::Incomplete { .. }
            | lastpass::ReadWarning::UpstreamWarning
            | lastpass::ReadWarning::NoUsers => Self::of_reading(notice),
        }
    }

    pub(crate) fn of_figures(notice: report::ReportWarning) -> Self {
        let message = match notice {
            report::ReportWarning::FederatedScores { federated, active } => format!(
                "{federated} of {active} active people have no master password but a vault score, as federated people do; \
                 set SCORE_SOURCE=totalscore to rank by it"
            ),
        };
        Self { code: notice.code(), message }
    }

    pub(crate) fn of_events(notice: lastpass::EventWarning) -> Self {
        let (code, message) = match notice {
            lastpass::EventWarning::RepeatedHour => (
                "repeated-hour",
                "LastPass's replies met within the hour that comes twice when clocks are set back: identical events \
                 there may be counted once"
                    .to_owned(),
            ),
            lastpass::EventWarning::Unreadable { entries } => (
                "unreadable-entries",
                format!("{entries} entries of LastPass's log have no time or cannot be read, and are left out"),
            ),
            lastpass::EventWarning::MissingEvents => (
                "events-missing",
                "LastPass did not give again what it gave before: events of single seconds may be missing".to_owned(),
            ),
            lastpass::EventWarning::UpstreamWarning => {
                ("lastpass-complaint", "LastPass answered with a warning beside its data".to_owned())
            }
        };
        Self { code, message }
    }

    /// Actions that LastPass renamed, added, or writes in another language.
    pub(crate) fn of_unknown_actions(unknown: &UnknownActions) -> Option<Self> {
        let names: Vec<_> =
            unknown.most_frequent.iter().map(|(action, events)| format!("{} ({events})", short(action))).collect();
        (unknown.events > 0).then(|| Self {
            code: "unknown-actions",
            message: format!("{} events are of actions that are not known: {}", unknown.events, names.join(", ")),
        })
    }

    pub(crate) fn without_people(error: &lastpass::Error) -> Self {
        Self {
            code: "people-unavailable",
            message: format!(
                "who is disabled is unknown: {error}; activity of disabled accounts shows only where the log tells"
            ),
        }
    }

    pub(crate) fn alerts_cut(all: usize, told: usize) -> Self {
        Self {
            code: "alerts-truncated",
            message: format!("{told} of {all} alerts are told; ask for a shorter period, or by alert"),
        }
    }

    pub(crate) fn no_record() -> Self {
        Self {
            code: "not-recorded",
            message:
                "without DATABASE_URL and SIGNING_SECRET nothing is recorded: neither exports nor changes, so that \
                      changes made by the API are not held against a record"
                    .to_owned(),
        }
    }

    /// Something of one person could not be had.
    pub(crate) fn without_part(code: &'static str, what: &str, why: impl std::fmt::Display) -> Self {
        Self { code, message: format!("{what} unknown: {why}") }
    }

    /// People could not be had, for a list of who can open folders.
    pub(crate) fn without_statuses(error: &lastpass::Error) -> Self {
        Self {
            code: "people-unavailable",
            message: format!("names and statuses of those who can open the folders are unknown: {error}"),
        }
    }

    pub(crate) fn without_record() -> Self {
        Self {
            code: "record-unavailable",
            message: "our own record of changes could not be read: changes made by the API are not held against it"
                .to_owned(),
        }
    }

    pub(crate) fn nothing_recorded() -> Self {
        Self {
            code: "not-recorded",
            message: "the database has no tables of ours yet: the first change makes them, but for one in a preview"
                .to_owned(),
        }
    }

    /// A refresh failed, and an earlier answer is shown.
    pub(crate) fn refresh_failed(what: &str, error: &lastpass::Error) -> Self {
        Self {
            code: "refresh-failed",
            message: format!("{what} could not be read again: {error}; an earlier answer is shown"),
        }
    }

    pub(crate) fn without_folders(error: &lastpass::Error) -> Self {
        Self {
            code: "shared-folders-unavailable",
            message: format!("how many shared folders there are is unknown: {error}"),
        }
    }

    pub(crate) fn some_sites_missing(told: u64, listed: u64) -> Self {
        Self {
            code: "shared-passwords-unavailable",
            message: format!(
                "shared passwords are unknown: LastPass told the sites of {told} of {listed} shared folders"
            ),
        }
    }

    pub(crate) fn without_sites(error: &lastpass::Error) -> Self {
        Self { code: "shared-passwords-unavailable", message: format!("shared passwords are unknown: {error}") }
    }
}

/// The beginning of a text of LastPass's, in one line.
fn short(text: &str) -> String {
    const MOST: usize = 100;
    text.chars().filter(|character| !is_invisible(*character)).take(MOST).collect()
}
