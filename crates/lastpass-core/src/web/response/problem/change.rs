//! What is said of changes that were not begun, and of those of which nothing was done.

use std::borrow::Cow;

use http::StatusCode;

use crate::{
    changes::{ChangeError, ChangeResult, StepError},
    web::response::problem::{FieldError, Problem, Row, lastpass},
};

/// Why nothing of a change was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// LastPass said no.
    Refused,
    /// LastPass was not reached, or did not accept our credentials.
    LastPass(crate::lastpass::Error),
    /// LastPass was asked, and shows nothing of it.
    NotApplied,
    /// Whether it was done is not known.
    Unknown,
}

impl Failure {
    pub(crate) fn row(&self) -> Row {
        let row = |status, code, title, detail| Row { status, code, title, detail: Cow::Borrowed(detail) };
        match self {
            Self::Refused => row(
                StatusCode::BAD_GATEWAY,
                "lastpass-refused",
                "LastPass refused the change",
                "LastPass understood the change and refused it; its words are in errors",
            ),
            Self::LastPass(error) => lastpass::row(error),
            Self::NotApplied => row(
                StatusCode::BAD_GATEWAY,
                "change-not-applied",
                "Not done",
                "LastPass was asked and shows nothing of the change after a minute: it was not done, and may be asked for \
                 again with another key",
            ),
            Self::Unknown => row(
                StatusCode::GATEWAY_TIMEOUT,
                "outcome-unknown",
                "Not known yet whether it was done",
                "nothing tells yet whether all of the change was made: send the same request with the same Idempotency-Key \
                 again after a minute; it looks, and nothing is sent twice",
            ),
        }
    }
}

pub(crate) fn refusal(refusal: &ChangeError) -> Row {
    let row = |status, code, title, detail| Row { status, code, title, detail: Cow::Borrowed(detail) };
    match refusal {
        ChangeError::KeyReused => row(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "Idempotency-Key reused",
            "this Idempotency-Key belongs to a request with another body; send a new key with a new request",
        ),
        ChangeError::Busy => row(
            StatusCode::CONFLICT,
            "change-in-progress",
            "A change is in progress",
            "this person is being changed right now, or an earlier change has not come to its end; try again in a few \
             seconds",
        ),
        ChangeError::OffboardingLimit { .. } => row(
            StatusCode::TOO_MANY_REQUESTS,
            "offboarding-limit",
            "Too many off-boardings",
            "more people than OFFBOARDING_LIMIT allows were taken out within an hour; try again after the time in \
             Retry-After, or raise the limit",
        ),
        ChangeError::AccountExists => row(
            StatusCode::CONFLICT,
            "already-exists",
            "Already there",
            "there is an account with this e-mail address already",
        ),
        ChangeError::InvitationExists => row(
            StatusCode::CONFLICT,
            "already-exists",
            "Already invited",
            "an invitation to this e-mail address is pending already; send it again with the action reinvite of users",
        ),
        ChangeError::UnknownUser => row(
            StatusCode::NOT_FOUND,
            "unknown-user",
            "No such user",
            "LastPass knows neither an account nor an invitation with this e-mail address",
        ),
        ChangeError::InvitationPending => row(
            StatusCode::CONFLICT,
            "invitation-pending",
            "Only invited",
            "there is an invitation to this e-mail address, and no account yet; take it back with the action uninvite",
        ),
        ChangeError::NotInvited => row(
            StatusCode::CONFLICT,
            "not-invited",
            "Not invited",
            "there is no invitation to take back or to send again: this person has an account",
        ),
        ChangeError::UnknownGroups { groups } => Row {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "invalid-fields",
            title: "Unknown group",
            detail: Cow::Owned({
                let named: Vec<_> = groups.iter().map(|(field, group)| format!("{field} names {group}")).collect();
                format!("{}: {UNKNOWN_GROUP}", named.join("; "))
            }),
        },
        ChangeError::GroupNeedsAdmin { .. } => row(
            StatusCode::FORBIDDEN,
            "group-needs-admin",
            "The group needs an admin",
            "the group stands for a role of this dashboard (ROLE_GROUPS): only an admin puts somebody into it",
        ),
        ChangeError::LastAdmin => row(
            StatusCode::CONFLICT,
            "last-admin",
            "The last admin",
            "this person is the last active admin of the company; make somebody else an admin first",
        ),
        ChangeError::CannotChangeSelf => row(
            StatusCode::FORBIDDEN,
            "cannot-change-self",
            "Yourself",
            "nobody takes themselves out; ask another admin",
        ),
        ChangeError::OrphansFolders { .. } => row(
            StatusCode::CONFLICT,
            "orphans-folders",
            "Folders without an administrator",
            "shared folders would be left without an active administrator; name another first, or send allowOrphans: true",
        ),
        ChangeError::NotInDialect => row(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-in-dialect",
            "Not in the guide's dialect",
            "LASTPASS_API_DIALECT=guide has no words for this change; nothing was sent",
        ),
        ChangeError::LastPass(error) => lastpass::row(error),
        ChangeError::Database(error) => Problem::Database(error.clone()).row(),
        ChangeError::Aborted => Problem::Internal.row(),
    }
}

const UNKNOWN_GROUP: &str =
    "no such group is known; LastPass lists none without members, so a new one is named in KNOWN_GROUPS";

pub(crate) fn errors(refusal: &ChangeError) -> Vec<FieldError> {
    let field = |field: &str, message: String| FieldError { field: field.to_owned(), message: message.into() };
    match refusal {
        ChangeError::UnknownGroups { groups } => {
            groups.iter().map(|(name, group)| field(name, format!("{group}: {UNKNOWN_GROUP}"))).collect()
        }
        ChangeError::GroupNeedsAdmin { group } => vec![field("groups", format!("{group}: only an admin gives it"))],
        ChangeError::OrphansFolders { folders } => {
            let told =
                |(id, name): &(String, String)| format!("{name} ({id}): nobody else who is active administers it");
            folders.iter().map(|folder| field("allowOrphans", told(folder))).collect()
        }
        ChangeError::AccountExists | ChangeError::InvitationExists | ChangeError::UnknownUser => {
            vec![field("email", refusal_detail(refusal))]
        }
        ChangeError::KeyReused
        | ChangeError::Busy
        | ChangeError::OffboardingLimit { .. }
        | ChangeError::InvitationPending
        | ChangeError::NotInvited
        | ChangeError::LastAdmin
        | ChangeError::CannotChangeSelf
        | ChangeError::NotInDialect
        | ChangeError::LastPass(_)
        | ChangeError::Database(_)
        | ChangeError::Aborted => Vec::new(),
    }
}

fn refusal_detail(refused: &ChangeError) -> String {
    refusal(refused).detail.into_owned()
}

/// LastPass's own words, for those who may change something.
pub(crate) fn words(done: &ChangeResult) -> Vec<FieldError> {
    let said = done.operation.steps.iter().filter_map(|step| match &step.error {
        Some(StepError::Refused { message } | StepError::Warning { message }) => Some(message),
        Some(StepError::Credentials | StepError::Unreachable | StepError::NotApplied) | None => None,
    });
    said.map(|words| FieldError { field: "lastpass".to_owned(), message: words.clone().into() }).collect()
}
