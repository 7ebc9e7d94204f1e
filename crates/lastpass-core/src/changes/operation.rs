//! One action: what was asked for, how far it has come, and what it took.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    changes::{Impact, Step, StepState},
    domain::EmailAddress,
    store::RecordEntry,
};

/// One action, as the record has it.
#[derive(Debug, Clone)]
pub struct Operation {
    /// A UUID whose order is that of time.
    pub id: String,
    /// How often it was recorded.
    pub(crate) version: i64,
    /// When it began, in UTC.
    pub at: DateTime<Utc>,
    /// Who asked for it.
    pub actor: String,
    /// What it is called.
    pub action: String,
    /// Whom it is about.
    pub email: EmailAddress,
    /// The request that it came by.
    pub request_id: String,
    /// What was asked for.
    pub details: Details,
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// What a leaver could open.
    pub impact: Option<Impact>,
}

/// What was asked for, beside the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// First and last name of somebody new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The department of somebody new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The manager's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// The manager's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager_email: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
}

impl Details {
    pub(crate) fn name_and_department(&self) -> (&str, &str) {
        (self.name.as_deref().unwrap_or_default(), self.department.as_deref().unwrap_or_default())
    }
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A reading shows all of it.
    Confirmed,
    /// LastPass said that it did all of it, and no reading shows some of it.
    Sent,
    /// Some of it was done.
    Partial,
    /// None of it was done.
    Failed,
    /// Whether it was done is not known: not yet, or for good.
    Unknown,
}

impl Outcome {
    /// All, in the order in which they are documented.
    pub const ALL: [Self; 5] = [Self::Confirmed, Self::Sent, Self::Partial, Self::Failed, Self::Unknown];

    /// The name in replies and in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Sent => "sent",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    fn of(steps: &[Step]) -> Self {
        let any = |state| steps.iter().any(|step| step.state == state);
        let (done, all_done) = (steps.iter().any(Step::is_done), steps.iter().all(Step::is_done));
        match (done, all_done) {
            _ if any(StepState::Sending) => Self::Unknown,
            (_, true) if any(StepState::Sent) => Self::Sent,
            (_, true) => Self::Confirmed,
            (true, false) => Self::Partial,
            (false, false) if any(StepState::Unknown) => Self::Unknown,
            (false, false) => Self::Failed,
        }
    }
}

/// The part of an action that the record keeps as JSON.
#[derive(Serialize, Deserialize)]
struct Content<D, S, I> {
    details: D,
    steps: S,
    impact: I,
}

impl Operation {
    /// How it stands: the end where it has ended.
    pub fn outcome(&self) -> Outcome {
        Outcome::of(&self.steps)
    }

    /// The row that is added to the record.
    pub(crate) fn entry(&self, outcome: Outcome) -> RecordEntry {
        let content = Content { details: &self.details, steps: &self.steps, impact: &self.impact };
        RecordEntry {
            action_id: self.id.clone(),
            version: self.version,
            at: RecordEntry::format_time(self.at),
            actor: self.actor.clone(),
            action: self.action.clone(),
            email: self.email.as_str().to_owned(),
            outcome: outcome.name().to_owned(),
            request_id: self.request_id.clone(),
            content: serde_json::to_string(&content).expect("texts, numbers and times are JSON"),
        }
    }

    /// An action from its latest row; nothing where the row is of something else, as an export's is.
    pub fn from_entry(entry: &RecordEntry) -> Option<Self> {
        let content: Content<Details, Vec<Step>, Option<Impact>> = serde_json::from_str(&entry.content).ok()?;
        Some(Self {
            id: entry.action_id.clone(),
            version: entry.version,
            at: DateTime::parse_from_rfc3339(&entry.at).ok()?.to_utc(),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            email: entry.email.parse().ok()?,
            request_id: entry.request_id.clone(),
            details: content.details,
            steps: content.steps,
            impact: content.impact,
        })
    }
}
