//! The steps of an action, as the record stores them. The stored names are frozen, whatever the types are called.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{audit::OwnChangeKind, changes::Details, domain::PersonAction, lastpass::ChangeCommand};

/// One step of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The command that the step sends.
    #[serde(flatten)]
    pub(crate) command: StepCommand,
    /// The state of the step.
    pub(crate) state: StepState,
    /// When the step entered this state, in UTC; `None` while it is planned.
    pub(crate) at: Option<DateTime<Utc>>,
    /// When the command was sent: its effect is awaited from then on.
    pub(crate) sent_at: Option<DateTime<Utc>>,
    /// The error or warning of the step, if any.
    #[serde(rename = "trouble")]
    pub(crate) error: Option<StepError>,
    /// Whether LastPass showed the effect before anything was sent. Then a read that shows it does not prove that the
    /// command has been processed.
    #[serde(rename = "was_so", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) already_applied: bool,
}

/// What one step does, by one command to LastPass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase")]
pub(crate) enum StepCommand {
    /// Creates the account, or sends an invitation.
    CreateAccount,
    /// Adds the user to a group.
    AddToGroup {
        /// The group, as LastPass spells it.
        group: String,
    },
    /// Removes the user from a group.
    RemoveFromGroup {
        /// The group, as LastPass spells it.
        group: String,
    },
    /// Applies an action to the user.
    #[serde(untagged)]
    Person {
        /// The action.
        #[serde(rename = "step", with = "by_name")]
        action: PersonAction,
    },
}

/// Stores an action by its name.
mod by_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::domain::PersonAction;

    pub(crate) fn serialize<S: Serializer>(action: &PersonAction, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(action.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PersonAction, D::Error> {
        let name = String::deserialize(deserializer)?;
        let action = PersonAction::ALL.into_iter().find(|action| action.name() == name);
        action.ok_or_else(|| D::Error::custom("no action of this name"))
    }
}

/// The state of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StepState {
    /// Nothing was sent.
    Planned,
    /// The record says that the command is about to be sent; whether it was, only a read can show.
    Sending,
    /// LastPass confirmed the command.
    Sent,
    /// A read shows the effect.
    Confirmed,
    /// The command was not applied.
    Failed,
    /// Whether the command was applied cannot be determined.
    Unknown,
    /// The action has ended, and the command was not sent. Not stored: the record keeps such a step as planned.
    NotSent,
}

/// Why a step failed, or the warning it received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum StepError {
    /// LastPass refused the command.
    Refused {
        /// LastPass's message.
        #[serde(rename = "words")]
        message: String,
    },
    /// LastPass applied a part of the command, or added a warning.
    #[serde(rename = "complained")]
    Warning {
        /// LastPass's message.
        #[serde(rename = "words")]
        message: String,
    },
    /// LastPass does not accept our credentials.
    Credentials,
    /// LastPass was unreachable.
    Unreachable,
    /// No read showed the effect in time.
    #[serde(rename = "notShown")]
    NotApplied,
}

impl Step {
    /// A step of which nothing was sent.
    pub(crate) fn planned(command: StepCommand, already_applied: bool) -> Self {
        Self { command, state: StepState::Planned, at: None, sent_at: None, error: None, already_applied }
    }

    pub(crate) fn set_state(&mut self, state: StepState, at: DateTime<Utc>, error: Option<StepError>) {
        if state == StepState::Sending {
            self.sent_at = Some(at);
        }
        (self.state, self.at, self.error) = (state, Some(at), error);
    }

    /// Whether LastPass refused the command.
    pub(crate) fn is_refused(&self) -> bool {
        let is_refusal = matches!(self.error, Some(StepError::Refused { .. } | StepError::Credentials));
        self.state == StepState::Failed && is_refusal
    }

    /// Whether the command may have had an effect, or may have one later: it was sent, and not refused.
    pub(crate) fn may_have_effect(&self) -> bool {
        match self.state {
            StepState::Planned | StepState::NotSent => false,
            StepState::Sending | StepState::Sent | StepState::Confirmed | StepState::Unknown => true,
            StepState::Failed => match self.error {
                Some(StepError::Refused { .. } | StepError::Credentials | StepError::Unreachable) => false,
                Some(StepError::Warning { .. } | StepError::NotApplied) | None => true,
            },
        }
    }

    /// Whether the command was applied, as far as is known.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.state, StepState::Sent | StepState::Confirmed)
    }
}

impl StepCommand {
    /// The command to LastPass, for the user with this address.
    pub(crate) fn to_lastpass<'a>(&'a self, email: &'a str, details: &'a Details) -> ChangeCommand<'a> {
        match self {
            Self::CreateAccount => {
                let (name, department) = details.name_and_department();
                ChangeCommand::CreateUser { email, name, department }
            }
            Self::AddToGroup { group } => ChangeCommand::AddToGroup { email, group },
            Self::RemoveFromGroup { group } => ChangeCommand::RemoveFromGroup { email, group },
            Self::Person { action } => ChangeCommand::Person(*action, email),
        }
    }

    /// The kind of change that LastPass's log shows.
    pub(crate) fn own_change_kind(&self) -> OwnChangeKind<'_> {
        match self {
            Self::CreateAccount => OwnChangeKind::CreateAccount,
            Self::AddToGroup { group } => OwnChangeKind::AddToGroup(group),
            Self::RemoveFromGroup { group } => OwnChangeKind::RemoveFromGroup(group),
            Self::Person { action } => OwnChangeKind::Person(*action),
        }
    }

    /// Whether a read can show the effect.
    pub(crate) fn is_observable(&self) -> bool {
        match self {
            Self::CreateAccount | Self::AddToGroup { .. } | Self::RemoveFromGroup { .. } => true,
            Self::Person { action } => !matches!(action, PersonAction::Reinvite | PersonAction::SendPasswordReset),
        }
    }

    /// The group, if the command is about one.
    pub(crate) fn group(&self) -> Option<&str> {
        match self {
            Self::AddToGroup { group } | Self::RemoveFromGroup { group } => Some(group),
            Self::CreateAccount | Self::Person { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_steps_keep_their_names_and_are_read_back() {
        let check = |command, already_applied, error, expected: &str| {
            let mut step = Step::planned(command, already_applied);
            step.set_state(StepState::Sent, DateTime::UNIX_EPOCH, error);
            let text = serde_json::to_string(&step).expect("JSON");
            assert_eq!(text, expected);
            assert_eq!(serde_json::from_str::<Step>(&text).expect(&text), step);
        };
        let message = || "no".to_owned();
        let sent = r#""state":"sent","at":"1970-01-01T00:00:00Z","sent_at":null"#;
        check(
            StepCommand::CreateAccount,
            false,
            Some(StepError::Warning { message: message() }),
            &format!(r#"{{"step":"createAccount",{sent},"trouble":{{"kind":"complained","words":"no"}}}}"#),
        );
        check(
            StepCommand::AddToGroup { group: "A".to_owned() },
            false,
            Some(StepError::Refused { message: message() }),
            &format!(r#"{{"step":"addToGroup","group":"A",{sent},"trouble":{{"kind":"refused","words":"no"}}}}"#),
        );
        check(
            StepCommand::RemoveFromGroup { group: "A".to_owned() },
            false,
            Some(StepError::NotApplied),
            &format!(r#"{{"step":"removeFromGroup","group":"A",{sent},"trouble":{{"kind":"notShown"}}}}"#),
        );
        check(
            StepCommand::Person { action: PersonAction::DisableMfa },
            true,
            None,
            &format!(r#"{{"step":"disableMfa",{sent},"trouble":null,"was_so":true}}"#),
        );
    }
}
