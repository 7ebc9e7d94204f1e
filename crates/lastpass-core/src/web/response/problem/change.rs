//! The problems of a change: why it has no result, and why its result is no success.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::{
    changes::{ChangeError, ChangeResult, StepError},
    lastpass::Error,
    web::response::problem::{
        code::ProblemCode,
        database, lastpass,
        row::{FieldError, ProblemRow, shown_name},
    },
};

/// Why a change that was started is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangeFailure {
    /// LastPass refused it.
    Refused,
    /// LastPass was unreachable, or did not accept our credentials.
    LastPass(Error),
    /// LastPass did not refuse it, and does not show it.
    NotApplied,
    /// It is not known whether all of it was made.
    Unknown,
}

/// Marks the reply to a repeat: an earlier request with the same Idempotency-Key started the change.
pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// `Retry-After` while another request changes the user.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(5);

/// A change without a result.
pub(crate) fn row(error: &ChangeError) -> ProblemRow<'static> {
    match error {
        ChangeError::KeyReused => ProblemRow::new(
            ProblemCode::KeyReused,
            "This Idempotency-Key belongs to a request with another body. Send a new key with a new request.",
        ),
        ChangeError::Busy => ProblemRow::new(
            ProblemCode::ChangeInProgress,
            "This user is being changed right now, or an earlier change has not ended. Try again in a few seconds.",
        )
        .retry_after(BUSY_RETRY_AFTER),
        ChangeError::OffboardingLimit { retry_after } => ProblemRow::new(
            ProblemCode::OffboardingLimit,
            "As many users as OFFBOARDING_LIMIT allows were off-boarded within an hour. Try again after the time in \
             Retry-After, or raise the limit.",
        )
        .retry_after(retry_after.to_std().unwrap_or_default()),
        ChangeError::AccountExists => already_exists(
            "An account with this e-mail address exists already. An admin can change its groups with POST groups and, if \
             it is disabled, restore it with the action restore of POST users.",
        ),
        ChangeError::InvitationExists => already_exists(
            "An invitation to this e-mail address is pending already. To send it again, use the action reinvite of POST \
             users; to withdraw it, uninvite.",
        ),
        ChangeError::UnknownUser => {
            let detail = "LastPass has neither an account nor an invitation with this e-mail address. Check the \
                          spelling, or create the account first (POST provision-user).";
            ProblemRow::new(ProblemCode::UnknownUser, detail).errors(vec![FieldError::new("email", detail)])
        }
        ChangeError::InvitationPending => ProblemRow::new(
            ProblemCode::InvitationPending,
            "This user is invited and has no account yet. Send the invitation again (reinvite) or withdraw it (uninvite).",
        ),
        ChangeError::NotInvited => ProblemRow::new(
            ProblemCode::NotInvited,
            "There is no invitation to send again or to withdraw: this user has an account. If the user cannot log in, \
             use the action sendPasswordReset; to off-board the user, deactivate, remove or delete.",
        ),
        ChangeError::UnknownGroups { groups } => {
            let message = |group: &String| {
                format!(
                    "names an unknown group, {}: GET groups lists the known ones. LastPass lists no group without \
                     members; such a group is known if KNOWN_GROUPS names it",
                    shown_name(group)
                )
            };
            let errors = groups.iter().map(|(field, group)| FieldError::new(*field, message(group)));
            ProblemRow::of_fields(ProblemCode::InvalidFields, errors.collect())
        }
        ChangeError::GroupNeedsAdmin { groups } => {
            let message = |group: &String| {
                format!(
                    "gives the group {}, which grants a role of this dashboard (ROLE_GROUPS): only an admin may add a \
                     user to it. Leave it out, or ask an admin to send this request",
                    shown_name(group)
                )
            };
            let errors = groups.iter().map(|(field, group)| FieldError::new(*field, message(group)));
            ProblemRow::of_fields(ProblemCode::GroupNeedsAdmin, errors.collect())
        }
        ChangeError::LastAdmin => ProblemRow::new(
            ProblemCode::LastAdmin,
            "This user is the last active admin of the company. Make another user an admin first.",
        ),
        ChangeError::CannotChangeSelf => {
            ProblemRow::new(ProblemCode::CannotChangeSelf, "You cannot off-board yourself. Ask another admin.")
        }
        ChangeError::OrphansFolders { folders } => ProblemRow::new(
            ProblemCode::OrphansFolders,
            "Shared folders would be left without an active administrator. Give them another one first, or accept \
             it (allowOrphans: true).",
        )
        .errors(
            folders
                .iter()
                .map(|(id, name)| format!("{} ({id}): no other active user administers it", shown_name(name)))
                .map(|message| FieldError::new("allowOrphans", message))
                .collect(),
        ),
        ChangeError::NotInDialect => ProblemRow::new(
            ProblemCode::NotInDialect,
            "The guide's dialect (LASTPASS_API_DIALECT=guide) has no command for this change. Nothing was sent.",
        ),
        ChangeError::IncompleteFolders { unreadable } => incomplete_folders(*unreadable),
        ChangeError::LastPass(error) => lastpass::row(error),
        ChangeError::Database(error) => database::row(error),
        ChangeError::Aborted => ProblemRow::internal(),
    }
}

/// The list of shared folders is incomplete, by a number of entries if it is known.
fn incomplete_folders(unreadable: u64) -> ProblemRow<'static> {
    let reason = match unreadable {
        0 => "LastPass's list of shared folders may be incomplete".to_owned(),
        1 => "One entry of LastPass's list of shared folders cannot be read".to_owned(),
        more => format!("{more} entries of LastPass's list of shared folders cannot be read"),
    };
    lastpass::unavailable(format!(
        "{reason}, so that a folder could be left without an active administrator. Try again in a minute, or check the \
         shared folders in the Admin Console and send allowOrphans: true."
    ))
}

fn already_exists(detail: &'static str) -> ProblemRow<'static> {
    ProblemRow::new(ProblemCode::AlreadyExists, detail).errors(vec![FieldError::new("email", detail)])
}

/// A change that was started and is not a success, with its steps.
pub(crate) fn failed<'a>(failure: &ChangeFailure, result: &'a ChangeResult) -> ProblemRow<'a> {
    let row = match failure {
        ChangeFailure::Refused => ProblemRow::new(
            ProblemCode::LastPassRefused,
            "LastPass understood the change and refused it. Its own words are in errors.",
        ),
        ChangeFailure::LastPass(error) => lastpass::row(error),
        ChangeFailure::NotApplied => ProblemRow::new(
            ProblemCode::ChangeNotApplied,
            "After a minute LastPass shows nothing of the change: it was not made. Try again; a script sends a new \
             Idempotency-Key.",
        ),
        ChangeFailure::Unknown => ProblemRow::new(
            ProblemCode::OutcomeUnknown,
            "It is not known yet whether all of the change was made. Send the same request with the same \
             Idempotency-Key again after a minute: it checks LastPass, and nothing is sent twice.",
        ),
    };
    let row = if result.is_repeat { row.header(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true")) } else { row };
    row.change(result).errors(lastpass_messages(result)).cause(result.cause.clone())
}

/// LastPass's own messages, which callers who may make changes may read.
fn lastpass_messages(result: &ChangeResult) -> Vec<FieldError> {
    let messages = result.operation.steps.iter().filter_map(|step| match &step.error {
        Some(StepError::Refused { message } | StepError::Warning { message }) => Some(message),
        Some(StepError::Credentials | StepError::Unreachable | StepError::NotApplied) | None => None,
    });
    messages.map(|message| FieldError::new("lastpass", message.clone())).collect()
}
