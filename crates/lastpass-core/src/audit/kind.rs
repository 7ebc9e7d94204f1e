//! Kinds and outcomes of events with their names. Knows no event.

use std::str::FromStr;

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A login, successful or not.
    Login,
    /// A vault item was read, changed or exported.
    VaultAccess,
    /// A change in the administration of the organization.
    AdminAction,
    /// A change to a policy.
    PolicyChange,
    /// A shared folder, its members or its contents.
    SharedFolder,
    /// An account or a group.
    UserManagement,
    /// A request to the Enterprise API.
    Api,
    /// An action that is not in the table.
    Other,
}

impl EventKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::VaultAccess,
        Self::AdminAction,
        Self::PolicyChange,
        Self::SharedFolder,
        Self::UserManagement,
        Self::Api,
        Self::Other,
    ];

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::VaultAccess => "vaultAccess",
            Self::AdminAction => "adminAction",
            Self::PolicyChange => "policyChange",
            Self::SharedFolder => "sharedFolder",
            Self::UserManagement => "userManagement",
            Self::Api => "api",
            Self::Other => "other",
        }
    }
}

/// The text is not the name of an event kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of login, vaultAccess, adminAction, policyChange, sharedFolder, userManagement, api, other")]
pub struct UnknownEventKind;

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    /// Parses a name, ignoring letter case.
    ///
    /// # Errors
    /// Returns [`UnknownEventKind`] if no kind has this name.
    fn from_str(text: &str) -> Result<Self, UnknownEventKind> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text)).ok_or(UnknownEventKind)
    }
}

/// Whether an action succeeded, for actions that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventOutcome {
    /// The action was performed.
    Success,
    /// The action was refused.
    Failure,
}

impl EventOutcome {
    /// Both outcomes, in the order of the documentation.
    pub const ALL: [Self; 2] = [Self::Success, Self::Failure];

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// The text is not the name of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of success, failure")]
pub struct UnknownEventOutcome;

impl FromStr for EventOutcome {
    type Err = UnknownEventOutcome;

    /// Parses a name, ignoring letter case.
    ///
    /// # Errors
    /// Returns [`UnknownEventOutcome`] if no outcome has this name.
    fn from_str(text: &str) -> Result<Self, UnknownEventOutcome> {
        Self::ALL.into_iter().find(|outcome| outcome.name().eq_ignore_ascii_case(text)).ok_or(UnknownEventOutcome)
    }
}

#[cfg(test)]
mod tests {
    use super::{EventKind, EventOutcome, UnknownEventKind, UnknownEventOutcome};

    #[test]
    fn names_are_parsed_ignoring_case_and_in_full() {
        for kind in EventKind::ALL {
            assert_eq!(kind.name().to_uppercase().parse(), Ok(kind));
        }
        for outcome in EventOutcome::ALL {
            assert_eq!(outcome.name().to_uppercase().parse(), Ok(outcome));
        }
        for text in ["", "log", "login ", "shared-folder"] {
            assert_eq!(text.parse::<EventKind>(), Err(UnknownEventKind), "{text}");
        }
        assert_eq!("null".parse::<EventOutcome>(), Err(UnknownEventOutcome));
    }
}
