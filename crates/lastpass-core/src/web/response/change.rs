//! The reply to a change, as JSON. Knows no route.

mod message;

use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::{
    changes::{ChangeResult, Completion, Details, Impact, Operation, Outcome, StepCommand, StepError},
    formats::values::Timestamp,
    lastpass::{Error, TransportError},
    web::response::{
        action::StepJson,
        change::message::change_message,
        changed_groups::ChangedGroupsJson,
        problem::{ChangeFailure, IDEMPOTENCY_REPLAYED, Problem},
        reply::Reply,
    },
};

/// The reply to a change.
///
/// # Errors
/// Returns a problem if no step was applied, or the outcome is not known.
pub(crate) fn change_reply(result: ChangeResult) -> Result<Reply, Problem> {
    match (result.completion, failure(&result.operation)) {
        (Completion::DryRun, _) => Ok(success(&result, StatusCode::OK)),
        (Completion::Open, _) => Err(Problem::ChangeFailed(ChangeFailure::Unknown, Box::new(result))),
        (Completion::Finished, Some(failure)) => Err(Problem::ChangeFailed(failure, Box::new(result))),
        (Completion::Finished, None) if is_provision(&result.operation) => Ok(success(&result, StatusCode::CREATED)),
        (Completion::Finished, None) => Ok(success(&result, StatusCode::OK)),
    }
}

/// Why a finished action was not applied; `None` if at least one of its steps was.
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

fn success(result: &ChangeResult, status: StatusCode) -> Reply {
    let operation = &result.operation;
    let is_dry_run = result.completion == Completion::DryRun;
    let invitation = if is_dry_run { "planned" } else { "sent" };
    let change = ChangeJson {
        success: !is_dry_run,
        message: change_message(operation, is_dry_run),
        user: ChangedUserJson { email: operation.email.as_str(), details: &operation.details },
        groups: ChangedGroupsJson::of(operation, is_dry_run),
        invitation: is_provision(operation).then_some(invitation),
        steps: StepJson::all(operation),
        action_id: (!is_dry_run).then_some(operation.id.as_str()),
        dry_run: is_dry_run,
        as_of: Timestamp(result.as_of),
        impact: is_offboarding(operation).then_some(operation.impact.as_ref()),
    };
    let mut reply = Reply::uncached_json(status, &change);
    if result.is_repeat {
        reply.headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    reply
}

#[cfg(feature = "openapi")]
fn invitation_schema() -> utoipa::openapi::schema::Schema {
    crate::schema::one_of(["planned", "sent"], "Whether LastPass invites the user.")
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Change))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeJson<'a> {
    /// Whether LastPass is now as the change says, apart from the groups in `groups.failed`.
    success: bool,
    /// What was done, in one sentence for a person.
    message: String,
    /// The affected user.
    user: ChangedUserJson<'a>,
    /// What became of the groups.
    groups: ChangedGroupsJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = invitation_schema))]
    invitation: Option<&'static str>,
    /// What was sent to LastPass, in this order.
    steps: Vec<StepJson<'a>>,
    /// The id in `actions`; null for a dry run.
    action_id: Option<&'a str>,
    /// Whether nothing was sent, because the request or `CHANGES` says so.
    dry_run: bool,
    /// When LastPass was last read for this reply.
    as_of: Timestamp,
    /// Only for an off-boarding; null if LastPass did not return its folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Impact>))]
    impact: Option<Option<&'a Impact>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ChangedUser))]
struct ChangedUserJson<'a> {
    /// The address.
    email: &'a str,
    #[serde(flatten)]
    details: &'a Details,
}
