//! An action: what was requested, the states of its steps, and its form in the audit record.

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    audit::OwnChange,
    changes::{Details, Impact, Step, StepState},
    domain::EmailAddress,
    known_changes::ChangeDigest,
    store::{RecordEntry, RecordedAction},
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
    /// The address as LastPass spells it, once that was read. It is not recorded: a resumed action reads it again.
    pub(crate) listed_email: Option<String>,
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

    /// Identifies the change in its current state, if LastPass may show anything of it.
    pub(crate) fn digest(&self) -> Option<ChangeDigest> {
        let states: Vec<_> = self.steps.iter().map(|step| step.may_have_effect().then_some(step.state)).collect();
        states.iter().flatten().next()?;
        let identity = serde_json::to_vec(&(&self.id, states)).expect("texts are JSON");
        let digest = digest::digest(&digest::SHA256, &identity);
        Some(ChangeDigest(*digest.as_ref().first_chunk().expect("the digest has 32 bytes")))
    }

    /// What was sent and not refused, as changes that LastPass's log may show. `label` is the current one: the record does
    /// not keep the label of a change, so that events under an earlier one match no change.
    pub(crate) fn own_changes<'a>(&'a self, label: &'a str) -> impl Iterator<Item = OwnChange<'a>> {
        self.steps.iter().filter(|step| !step.is_refused()).filter_map(move |step| {
            Some(OwnChange {
                kind: step.command.own_change_kind(),
                target: self.email.as_str(),
                label,
                sent_at: step.sent_at?,
                confirmed_at: step.at.filter(|_| step.is_done()),
                already_applied: step.already_applied,
                action_id: &self.id,
                actor: &self.actor,
            })
        })
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

    /// The action that was recorded; `None` if it is not a change, but an export.
    pub(crate) fn from_recorded(RecordedAction { entry, is_open }: &RecordedAction) -> Option<Self> {
        let operation = Self::from_entry(entry)?;
        Some(if *is_open { operation } else { operation.ended() })
    }

    /// The action after its end: what is still planned is not sent any more.
    pub(crate) fn ended(mut self) -> Self {
        for step in self.steps.iter_mut().filter(|step| step.state == StepState::Planned) {
            step.state = StepState::NotSent;
        }
        self
    }

    fn from_entry(entry: &RecordEntry) -> Option<Self> {
        let content: Content<Details, Vec<Step>, Option<Impact>> = serde_json::from_str(&entry.content).ok()?;
        Some(Self {
            id: entry.action_id.clone(),
            version: entry.version,
            at: DateTime::parse_from_rfc3339(&entry.at).ok()?.to_utc(),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            email: entry.email.parse().ok()?,
            listed_email: None,
            request_id: entry.request_id.clone(),
            details: content.details,
            steps: content.steps,
            impact: content.impact,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        audit::OwnChangeKind,
        changes::{StepCommand, StepError},
        domain::PersonAction,
    };

    #[test]
    fn steps_that_were_sent_and_not_refused_are_own_changes() {
        let (sent, later) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::seconds(9));
        let step = |command, state, error| {
            let mut step = Step::planned(command, false);
            step.set_state(StepState::Sending, sent, None);
            if state != StepState::Sending {
                step.set_state(state, later, error);
            }
            step
        };
        let group = || "Sales".to_owned();
        let person = |action| StepCommand::Person { action };
        let refused = || Some(StepError::Refused { message: "no".to_owned() });
        let operation = Operation {
            id: "1".to_owned(),
            version: 1,
            at: sent,
            actor: "admin@example.com".to_owned(),
            action: "provision".to_owned(),
            email: "ann@example.com".parse().expect("an address"),
            listed_email: None,
            request_id: String::new(),
            details: Details::default(),
            steps: vec![
                step(StepCommand::CreateAccount, StepState::Confirmed, None),
                Step {
                    already_applied: true,
                    ..step(StepCommand::AddToGroup { group: group() }, StepState::Sent, None)
                },
                step(StepCommand::RemoveFromGroup { group: group() }, StepState::Sending, None),
                step(person(PersonAction::Reinvite), StepState::Unknown, Some(StepError::Unreachable)),
                step(person(PersonAction::Delete), StepState::Failed, Some(StepError::NotApplied)),
                step(person(PersonAction::Remove), StepState::Failed, refused()),
                step(person(PersonAction::Restore), StepState::Failed, Some(StepError::Credentials)),
                Step::planned(person(PersonAction::Deactivate), false),
            ],
            impact: None,
        };
        let change = |kind, confirmed_at| OwnChange {
            kind,
            target: "ann@example.com",
            label: "ours",
            sent_at: sent,
            confirmed_at,
            already_applied: matches!(kind, OwnChangeKind::AddToGroup(_)),
            action_id: "1",
            actor: "admin@example.com",
        };
        assert_eq!(
            operation.own_changes("ours").collect::<Vec<_>>(),
            [
                change(OwnChangeKind::CreateAccount, Some(later)),
                change(OwnChangeKind::AddToGroup("Sales"), Some(later)),
                change(OwnChangeKind::RemoveFromGroup("Sales"), None),
                change(OwnChangeKind::Person(PersonAction::Reinvite), None),
                change(OwnChangeKind::Person(PersonAction::Delete), None),
            ]
        );
    }
}
