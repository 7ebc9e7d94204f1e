//! What a caller gets of a change, as JSON.

use http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;

use crate::{
    changes::{ChangeResult, Completion, Impact, Operation, Outcome, Step, StepCommand, StepError, StepState},
    lastpass::{Error, TransportError},
    web::response::{
        body::Body,
        problem::{ChangeFailure, Problem},
        reply::Reply,
        steps::{StepJson, timestamp},
    },
};

/// Tells that the change was begun by an earlier request with the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The reply to a change; a problem where nothing of it was done, or nobody knows.
pub(crate) fn reply(done: ChangeResult) -> Result<Reply, Problem> {
    match (done.completion, failure(&done.operation)) {
        (Completion::DryRun, _) => Ok(success(&done, StatusCode::OK)),
        (Completion::Open, _) => Err(Problem::ChangeFailed(ChangeFailure::Unknown, Box::new(done))),
        (Completion::Finished, Some(failure)) => Err(Problem::ChangeFailed(failure, Box::new(done))),
        (Completion::Finished, None) if is_provision(&done.operation) => Ok(success(&done, StatusCode::CREATED)),
        (Completion::Finished, None) => Ok(success(&done, StatusCode::OK)),
    }
}

/// Why nothing of an ended change was done; nothing where some of it was.
fn failure(operation: &Operation) -> Option<ChangeFailure> {
    match operation.outcome() {
        Outcome::Confirmed | Outcome::Sent | Outcome::Partial => None,
        Outcome::Unknown => Some(ChangeFailure::Unknown),
        Outcome::Failed => {
            let error = operation.steps.iter().find_map(|step| step.error.as_ref());
            Some(match error {
                Some(StepError::Refused { .. } | StepError::Warning { .. }) => ChangeFailure::Refused,
                Some(StepError::Credentials) => ChangeFailure::LastPass(Error::Credentials),
                Some(StepError::Unreachable) => {
                    ChangeFailure::LastPass(Error::Unreachable(TransportError::ConnectFailed))
                }
                Some(StepError::NotApplied) | None => ChangeFailure::NotApplied,
            })
        }
    }
}

fn is_provision(operation: &Operation) -> bool {
    operation.steps.iter().any(|step| step.command == StepCommand::CreateAccount)
}

fn is_offboarding(operation: &Operation) -> bool {
    operation.steps.iter().any(|step| matches!(step.command, StepCommand::Person { action } if action.is_offboarding()))
}

fn success(done: &ChangeResult, status: StatusCode) -> Reply {
    let operation = &done.operation;
    let is_dry_run = done.completion == Completion::DryRun;
    let invitation = if is_dry_run { "planned" } else { "sent" };
    let document = Document {
        success: true,
        user: User {
            email: operation.email.as_str(),
            name: operation.details.name.as_deref(),
            department: operation.details.department.as_deref(),
        },
        groups: Groups::of(operation, is_dry_run),
        invitation: is_provision(operation).then_some(invitation),
        steps: StepJson::all(operation),
        action_id: (!is_dry_run).then_some(operation.id.as_str()),
        dry_run: is_dry_run,
        as_of: timestamp(done.as_of),
        impact: is_offboarding(operation).then_some(operation.impact.as_ref()),
    };
    let body = serde_json::to_vec(&document).expect("texts, numbers and flags are JSON");
    let mut reply = Reply::new(status, Body::from(body));
    reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if done.is_repeat {
        reply.headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    reply
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    success: bool,
    user: User<'a>,
    groups: Groups<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<&'static str>,
    steps: Vec<StepJson<'a>>,
    action_id: Option<&'a str>,
    dry_run: bool,
    as_of: String,
    /// Of an off-boarding alone; null where LastPass kept its folders to itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<Option<&'a Impact>>,
}

#[derive(Serialize)]
struct User<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
}

#[derive(Serialize)]
struct Groups<'a> {
    added: Vec<&'a str>,
    removed: Vec<&'a str>,
    failed: Vec<FailedGroup<'a>>,
}

#[derive(Serialize)]
struct FailedGroup<'a> {
    name: &'a str,
    reason: &'a str,
}

impl<'a> Groups<'a> {
    /// The groups that were given and taken; in a dry run, those that would be.
    fn of(operation: &'a Operation, is_dry_run: bool) -> Self {
        let mut groups = Self { added: Vec::new(), removed: Vec::new(), failed: Vec::new() };
        for step in &operation.steps {
            let list = match &step.command {
                StepCommand::AddToGroup { .. } => &mut groups.added,
                StepCommand::RemoveFromGroup { .. } => &mut groups.removed,
                StepCommand::CreateAccount | StepCommand::Person { .. } => continue,
            };
            let name = step.command.group().unwrap_or_default();
            if step.is_done() || is_dry_run {
                list.push(name);
            } else {
                groups.failed.push(FailedGroup { name, reason: reason(step) });
            }
        }
        groups
    }
}

/// Why a step was not done, in LastPass's words where it said some.
fn reason(step: &Step) -> &str {
    match (&step.error, step.state) {
        (Some(StepError::Refused { message } | StepError::Warning { message }), _) if !message.is_empty() => message,
        (Some(StepError::Refused { .. } | StepError::Warning { .. }), _) => "LastPass refused it",
        (Some(StepError::Credentials), _) => "LastPass refused our credentials",
        (Some(StepError::Unreachable), _) => "LastPass could not be reached",
        (Some(StepError::NotApplied), _) => "LastPass shows nothing of it after a minute",
        (None, StepState::Planned) => "not sent",
        (
            None,
            StepState::Sending | StepState::Sent | StepState::Confirmed | StepState::Failed | StepState::Unknown,
        ) => "unknown",
    }
}
