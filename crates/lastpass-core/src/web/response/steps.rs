//! The steps of a change as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::changes::{Operation, Step, StepCommand, StepState};

/// A step of a change.
#[derive(Serialize)]
pub(crate) struct StepJson<'a> {
    #[serde(flatten)]
    command: &'a StepCommand,
    state: StepState,
    at: Option<String>,
}

impl<'a> StepJson<'a> {
    pub(crate) fn all(operation: &'a Operation) -> Vec<Self> {
        let shown = |step: &'a Step| Self {
            command: &step.command,
            // Only reading LastPass back shows whether the command arrived.
            state: if step.state == StepState::Sending { StepState::Unknown } else { step.state },
            at: step.at.map(timestamp),
        };
        operation.steps.iter().map(shown).collect()
    }
}

/// A time in RFC 3339, in whole seconds of UTC.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
