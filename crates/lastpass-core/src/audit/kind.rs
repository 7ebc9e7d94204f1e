//! What sort of event it is and how it ended. Knows the names, and no event.

use std::str::FromStr;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Somebody logged in, or tried to.
    Login,
    /// Something in a vault was read, changed or taken out.
    VaultAccess,
    /// The organisation's administration was changed.
    AdminAction,
    /// A policy was changed.
    PolicyChange,
    /// A shared folder, who may open it, or what lies in it.
    SharedFolder,
    /// An account or a group.
    UserManagement,
    /// The Enterprise API was asked something.
    Api,
    /// An action that the table does not know.
    Other,
}

impl EventKind {
    /// All of them, in the order in which they are documented.
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

/// The text names no kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of login, vaultAccess, adminAction, policyChange, sharedFolder, userManagement, api, other")]
pub struct UnknownEventKind;

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    /// Takes the name in any letter case.
    fn from_str(text: &str) -> Result<Self, UnknownEventKind> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text)).ok_or(UnknownEventKind)
    }
}

/// How what was tried ended, where the action tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventOutcome {
    /// It was done.
    Success,
    /// It was refused.
    Failure,
}

impl EventOutcome {
    /// Both, in the order in which they are documented.
    pub const ALL: [Self; 2] = [Self::Success, Self::Failure];

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// The text names no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of success, failure")]
pub struct UnknownEventOutcome;

impl FromStr for EventOutcome {
    type Err = UnknownEventOutcome;

    /// Takes the name in any letter case.
    fn from_str(text: &str) -> Result<Self, UnknownEventOutcome> {
        Self::ALL.into_iter().find(|outcome| outcome.name().eq_ignore_ascii_case(text)).ok_or(UnknownEventOutcome)
    }
}

#[cfg(test)]
mod tests {
    use super::{EventKind, EventOutcome, UnknownEventKind, UnknownEventOutcome};

    #[test]
    fn names_are_taken_in_any_letter_case_and_whole() {
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
