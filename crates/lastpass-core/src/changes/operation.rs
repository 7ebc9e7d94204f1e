//! An action: what was requested, the states of its steps, and its form in the audit record.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    changes::{Details, Impact, Step, StepState},
    domain::EmailAddress,
    store::RecordEntry,
};

/// One version of an action.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// A UUID (v7), so that ids sort by time.
    pub(crate) id: String,
    /// How many times the action was recorded.
    pub(crate) version: i64,
    /// When the action was started, in UTC.
    pub(crate) at: DateTime<Utc>,
    /// The caller who requested it.
    pub(crate) actor: String,
    /// The name of the action.
    pub(crate) action: String,
    /// The address of the user it applies to.
    pub(crate) email: EmailAddress,
    /// The id of the request that started it.
    pub(crate) request_id: String,
    /// The details of a new user.
    pub(crate) details: Details,
    /// The steps, in the order in which they are sent.
    pub(crate) steps: Vec<Step>,
    /// The impact of an off-boarding.
    pub(crate) impact: Option<Impact>,
}

/// A new action id. Ids sort by time.
pub(crate) fn new_action_id(at: DateTime<Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(time).to_string()
}

/// The outcome of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A read shows all effects.
    Confirmed,
    /// LastPass confirmed all steps, and no read shows some of the effects.
    Sent,
    /// Some steps were applied.
    Partial,
    /// No step was applied.
    Failed,
    /// Whether the steps were applied is not known, yet or permanently.
    Unknown,
}

impl Outcome {
    /// All outcomes, in the order of the documentation.
    pub(crate) const ALL: [Self; 5] = [Self::Confirmed, Self::Sent, Self::Partial, Self::Failed, Self::Unknown];

    /// The name in replies and in the record; frozen.
    pub(crate) fn name(self) -> &'static str {
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

/// The part of an action that the record stores as JSON. Its names are frozen.
#[derive(Serialize, Deserialize)]
struct Content<D, S, I> {
    details: D,
    steps: S,
    impact: I,
}

impl Operation {
    /// The outcome by the current states of the steps.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::of(&self.steps)
    }

    /// The entry that is appended to the record.
    pub(crate) fn to_entry(&self, outcome: Outcome) -> RecordEntry {
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

    /// The action of an entry; `None` if the entry is not of a change, but of an export.
    pub(crate) fn from_entry(entry: &RecordEntry) -> Option<Self> {
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
