//! An action of the audit record and its steps, in JSON and in CSV.

use serde::Serialize;

use crate::{
    changes::{Details, Export, Impact, Operation, Step, StepCommand, StepState},
    domain::PersonAction,
    formats::{
        csv::{self, escape_formula},
        values::Timestamp,
    },
    store::RecordEntry,
};

/// The kinds of actions.
pub(crate) fn action_names() -> impl Iterator<Item = &'static str> {
    ["provision", "groups", "export"].into_iter().chain(PersonAction::ALL.map(PersonAction::name))
}

#[cfg(feature = "openapi")]
fn action_name_schema() -> utoipa::openapi::schema::Schema {
    crate::schema::one_of(action_names(), "What was requested; an `export` is a file, or a full report.")
}

/// A member of `actions`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Action))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionRow<'a> {
    /// The action's id.
    id: &'a str,
    /// When it was requested.
    #[cfg_attr(feature = "openapi", schema(value_type = Timestamp))]
    at: &'a str,
    /// Who requested it: the name of the key, or the address of the signed-in user.
    actor: &'a str,
    #[cfg_attr(feature = "openapi", schema(schema_with = action_name_schema))]
    action: &'a str,
    /// The affected user; null for an export.
    email: Option<&'a str>,
    /// How it ended, or stands.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::changes::Outcome))]
    outcome: &'a str,
    /// What was sent to LastPass; empty for an export.
    steps: Vec<StepJson<'a>>,
    /// What was known of a new user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    details: Option<&'a Details>,
    /// Only of an off-boarding.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    impact: Option<&'a Impact>,
    /// Only of an export.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    export: Option<Export>,
    /// The id of the request, which the log also has.
    request_id: &'a str,
}

impl<'a> ActionRow<'a> {
    /// The row of an entry; `operation` is its change, `None` for an export.
    pub(crate) fn of(entry: &'a RecordEntry, operation: Option<&'a Operation>) -> Self {
        Self {
            id: &entry.action_id,
            at: &entry.at,
            actor: &entry.actor,
            action: &entry.action,
            email: Some(entry.email.as_str()).filter(|email| !email.is_empty()),
            outcome: &entry.outcome,
            steps: operation.map(StepJson::all).unwrap_or_default(),
            details: operation.map(|operation| &operation.details).filter(|details| **details != Details::default()),
            impact: operation.and_then(|operation| operation.impact.as_ref()),
            export: Export::from_entry(entry),
            request_id: &entry.request_id,
        }
    }

    /// The columns of the CSV.
    pub(crate) const CSV_COLUMNS: [&'static str; 11] =
        ["id", "at", "actor", "action", "email", "outcome", "steps", "details", "impact", "export", "requestId"];

    /// The cells of [`CSV_COLUMNS`](Self::CSV_COLUMNS), in their order. Lists and objects are JSON.
    pub(crate) fn csv_cells(&self) -> [String; 11] {
        let text = |text: &str| escape_formula(text).into_owned();
        [
            text(self.id),
            text(self.at),
            text(self.actor),
            text(self.action),
            text(self.email.unwrap_or_default()),
            text(self.outcome),
            csv::json(&self.steps),
            self.details.map(csv::json).unwrap_or_default(),
            self.impact.map(csv::json).unwrap_or_default(),
            self.export.as_ref().map(csv::json).unwrap_or_default(),
            text(self.request_id),
        ]
    }
}

/// A member of `steps`: a step of a change.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Step))]
pub(crate) struct StepJson<'a> {
    #[serde(flatten)]
    command: &'a StepCommand,
    /// How far the step came.
    state: StepState,
    /// When the step came to this state; null while it is planned.
    at: Option<Timestamp>,
}

impl<'a> StepJson<'a> {
    /// All steps of a change, in the order in which they are sent.
    pub(crate) fn all(operation: &'a Operation) -> Vec<Self> {
        let of_step = |step: &'a Step| Self {
            command: &step.command,
            // Only reading LastPass back shows whether the command arrived.
            state: if step.state == StepState::Sending { StepState::Unknown } else { step.state },
            at: step.at.map(Timestamp),
        };
        operation.steps.iter().map(of_step).collect()
    }
}
