//! The groups of a change in JSON: added, removed, and failed with the reason.

use serde::Serialize;

use crate::changes::{Operation, Step, StepCommand, StepError, StepState};

/// A member of replies: what became of the groups of a change.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ChangedGroups))]
pub(crate) struct ChangedGroupsJson<'a> {
    /// Groups to which the user was added.
    added: Vec<&'a str>,
    /// Groups from which the user was removed.
    removed: Vec<&'a str>,
    /// Groups that needed no change: the user was already in them, or already not in them.
    unchanged: Vec<&'a str>,
    /// Groups that LastPass refused, that were not sent, or whose outcome is unknown.
    failed: Vec<FailedGroupJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FailedGroup))]
struct FailedGroupJson<'a> {
    /// The group.
    name: &'a str,
    /// Why: LastPass's own words, `not-sent`, `unknown`, or another reason.
    reason: &'a str,
}

impl<'a> ChangedGroupsJson<'a> {
    /// What became of the groups; in a dry run, what would.
    pub(crate) fn of(operation: &'a Operation, is_dry_run: bool) -> Self {
        let mut groups = Self { added: Vec::new(), removed: Vec::new(), unchanged: Vec::new(), failed: Vec::new() };
        for step in &operation.steps {
            let (name, changed) = match &step.command {
                StepCommand::AddToGroup { group } => (group, &mut groups.added),
                StepCommand::RemoveFromGroup { group } => (group, &mut groups.removed),
                StepCommand::CreateAccount | StepCommand::Person { .. } => continue,
            };
            if !step.is_done() && !is_dry_run {
                groups.failed.push(FailedGroupJson { name, reason: reason(step) });
            } else if step.already_applied {
                groups.unchanged.push(name);
            } else {
                changed.push(name);
            }
        }
        groups
    }

    pub(crate) fn is_empty(&self) -> bool {
        let Self { added, removed, unchanged, failed } = self;
        [added, removed, unchanged].iter().all(|names| names.is_empty()) && failed.is_empty()
    }
}

/// Why a step was not applied: LastPass's own message, if there is one.
fn reason(step: &Step) -> &str {
    match (&step.error, step.state) {
        (Some(StepError::Refused { message } | StepError::Warning { message }), _) if !message.is_empty() => message,
        (Some(StepError::Refused { .. } | StepError::Warning { .. }), _) => "LastPass refused it",
        (Some(StepError::Credentials), _) => "LastPass refused our credentials",
        (Some(StepError::Unreachable), _) => "LastPass could not be reached",
        (Some(StepError::NotApplied), _) => "LastPass does not show it after a minute",
        (None, StepState::NotSent) => "not-sent",
        (
            None,
            StepState::Planned
            | StepState::Sending
            | StepState::Sent
            | StepState::Confirmed
            | StepState::Failed
            | StepState::Unknown,
        ) => "unknown",
    }
}
