//! The problem table: from every failure to its code, its detail, and what else the reply carries.

mod auth;
mod change;
mod code;
mod database;
mod json;
mod lastpass;
mod row;

use std::borrow::Cow;

use chrono::TimeDelta;
use http::{HeaderValue, header::ALLOW};

use crate::{
    auth::AuthError,
    cache::event_windows::WindowTooLarge,
    changes::{ChangeError, ChangeResult},
    formats::values::Timestamp,
    lastpass::Error,
    settings::SettingError,
    store,
    web::{
        request::{content_type::UnsupportedBody, cors::UntrustedOrigin},
        response::{edge_link::EdgeLinkError, problem::row::ProblemRow, sync::SyncPartJson},
    },
};

pub(crate) use auth::SignInClient;
pub(crate) use change::{ChangeFailure, IDEMPOTENCY_REPLAYED};
pub(crate) use code::ProblemCode;
#[cfg(feature = "openapi")]
pub(crate) use json::ProblemJson;
pub(crate) use row::{FieldError, shown_name};

/// Why a request has no successful reply.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No route has this path.
    NotFound,
    /// The route does not accept the method.
    MethodNotAllowed {
        /// The methods that it accepts, as in `Allow`.
        allowed: String,
    },
    /// The request body is longer than any route accepts.
    BodyTooLong,
    /// The request body ended early.
    BodyIncomplete,
    /// Parameters that are unknown, or have an invalid value.
    InvalidParameters(Vec<FieldError>),
    /// No credential, an invalid one, or one that cannot be verified.
    Unauthenticated {
        /// What is wrong with the credential.
        error: AuthError,
        /// Who reads the detail.
        client: SignInClient,
    },
    /// The edge link is expired or invalid.
    EdgeLink(EdgeLinkError),
    /// The caller's role does not allow the request.
    Forbidden {
        /// What the role does not allow.
        detail: &'static str,
    },
    /// The caller is signed in and has no role.
    NoRole,
    /// A request to change something, without evidence that it comes from a page of this site.
    CrossSite(UntrustedOrigin),
    /// LastPass, whose groups determine the role, could not be read.
    RolesUnavailable(Error),
    /// Settings that are missing or malformed.
    NotConfigured(Vec<SettingError>),
    /// The same, for a caller who may not know which.
    NotConfiguredAnonymous,
    /// The body is declared as something else than JSON in UTF-8.
    UnsupportedMediaType(UnsupportedBody),
    /// Members of the body that are missing, unknown, or of the wrong type.
    InvalidBody(Vec<FieldError>),
    /// Members of the body with a value that is not acceptable.
    InvalidFields(Vec<FieldError>),
    /// This deployment makes no changes.
    ChangesOff,
    /// A change has no result.
    Change(ChangeError),
    /// A change was started and not applied, or its outcome is unknown.
    ChangeFailed(ChangeFailure, Box<ChangeResult>),
    /// The database returned no usable reply.
    Database(store::Error),
    /// Another run of the sync has not ended.
    SyncRunning {
        /// How long its lease holds.
        retry_after: TimeDelta,
    },
    /// A part of the sync failed.
    SyncIncomplete(Vec<SyncPartJson>),
    /// LastPass returned no usable reply.
    LastPass(Error),
    /// LastPass lists no user with the id or address.
    UnknownUser,
    /// LastPass lists no shared folder with the id.
    UnknownFolder,
    /// The window holds more events than one reply can.
    WindowTooLarge(WindowTooLarge),
    /// The reply is longer than the platform can send.
    ReplyTooLong,
    /// An error in this program.
    Internal,
}

impl Problem {
    fn row(&self) -> ProblemRow<'_> {
        match self {
            Self::NotFound => {
                ProblemRow::new(ProblemCode::NotFound, "No route has this path. docs/API.md lists the routes.")
            }
            Self::MethodNotAllowed { allowed } => {
                ProblemRow::new(ProblemCode::MethodNotAllowed, format!("This route accepts {allowed}."))
                    .header(ALLOW, HeaderValue::try_from(allowed).expect("names of methods are a header value"))
            }
            Self::BodyTooLong => ProblemRow::new(
                ProblemCode::BodyTooLong,
                "The request body is longer than 64 KiB, the most that any route accepts.",
            ),
            Self::BodyIncomplete => {
                ProblemRow::new(ProblemCode::BodyIncomplete, "The request body ended early. Send the request again.")
            }
            Self::InvalidParameters(errors) => ProblemRow::of_fields(ProblemCode::InvalidParameters, errors.clone()),
            Self::Unauthenticated { error, client } => auth::row(error, *client),
            Self::EdgeLink(EdgeLinkError::Expired) => ProblemRow::new(
                ProblemCode::EdgeLinkExpired,
                "This link has expired; a link is valid for at most half an hour. Request a security report with a key: \
                 its Link header has the next link.",
            ),
            Self::EdgeLink(EdgeLinkError::Invalid) => ProblemRow::new(
                ProblemCode::EdgeLinkInvalid,
                "A URL with exp or sig must be exactly the one in the Link header of a security report. Leave out both \
                 parameters to send a key instead.",
            ),
            Self::Forbidden { detail } => ProblemRow::new(ProblemCode::Forbidden, *detail),
            Self::NoRole => ProblemRow::new(
                ProblemCode::NoRole,
                "You are signed in, but neither the claim of your account (AUTH_ROLE_CLAIM) nor a LastPass group \
                 (ROLE_GROUPS) gives you a role. Ask an administrator of this dashboard for one.",
            ),
            Self::CrossSite(origin) => ProblemRow::new(ProblemCode::CrossSite, auth::untrusted_origin(*origin)),
            Self::RolesUnavailable(error) => lastpass::roles_unavailable(error),
            Self::NotConfigured(errors) => ProblemRow::of_fields(
                ProblemCode::NotConfigured,
                errors.iter().map(|error| FieldError::new(error.variable, error.reason.clone())).collect(),
            )
            .cause(Some(errors.iter().map(SettingError::to_string).collect::<Vec<_>>().join("; "))),
            Self::NotConfiguredAnonymous => ProblemRow::new(
                ProblemCode::NotConfigured,
                "A setting is missing or malformed. Send a key to learn which one.",
            ),
            Self::UnsupportedMediaType(body) => {
                ProblemRow::new(ProblemCode::UnsupportedMediaType, unsupported_body(body))
            }
            Self::InvalidBody(errors) => ProblemRow::of_fields(ProblemCode::InvalidBody, errors.clone()),
            Self::InvalidFields(errors) => ProblemRow::of_fields(ProblemCode::InvalidFields, errors.clone()),
            Self::ChangesOff => {
                ProblemRow::new(ProblemCode::ChangesOff, "This deployment makes no changes (CHANGES=off).")
            }
            Self::Change(error) => change::row(error),
            Self::ChangeFailed(failure, result) => change::failed(failure, result),
            Self::Database(error) => database::row(error),
            Self::SyncRunning { retry_after } => {
                ProblemRow::new(ProblemCode::SyncRunning, "Another sync is running. Try again when it has ended.")
                    .retry_after(retry_after.to_std().unwrap_or_default())
            }
            Self::SyncIncomplete(parts) => ProblemRow {
                parts: parts.clone(),
                ..ProblemRow::new(
                    ProblemCode::SyncIncomplete,
                    "A part of the sync failed: parts says which and why. Running it again repeats nothing that was \
                     noted.",
                )
            },
            Self::LastPass(error) => lastpass::row(error),
            Self::UnknownUser => ProblemRow::new(
                ProblemCode::UnknownUser,
                "LastPass lists no user with this id or address. For a user who was just added, use \
                 fresh=true: it reads LastPass again, at most once in 30 seconds.",
            ),
            Self::UnknownFolder => ProblemRow::new(
                ProblemCode::UnknownFolder,
                "LastPass lists no shared folder with this id. For a folder that was just created, \
                 use fresh=true: it reads LastPass again, at most once in 30 seconds.",
            ),
            Self::WindowTooLarge(WindowTooLarge { from }) => ProblemRow::of_fields(
                ProblemCode::WindowTooLarge,
                vec![FieldError::new(
                    "from",
                    format!("must be {} or later: the window holds more events than one reply can", Timestamp(*from)),
                )],
            ),
            Self::ReplyTooLong => ProblemRow::new(
                ProblemCode::ReplyTooLong,
                "The reply is longer than this platform can send in one piece. Request less, by limit and cursor or by a \
                 filter, or use the address that streams (docs/DEPLOY.md).",
            ),
            Self::Internal => ProblemRow::internal(),
        }
    }

    pub(crate) fn code(&self) -> ProblemCode {
        self.row().code
    }

    /// The cause, for the log: contains no text of LastPass, the database or the caller.
    pub(crate) fn cause(&self) -> Option<String> {
        self.row().cause
    }
}

/// What to send in place of a body that is not accepted.
fn unsupported_body(body: &UnsupportedBody) -> Cow<'static, str> {
    match body {
        UnsupportedBody::NotJson => "Send the body as JSON, with the header Content-Type: application/json.".into(),
        UnsupportedBody::Charset(charset) => {
            format!("The content type names the charset {charset}. Send the body in UTF-8.").into()
        }
        UnsupportedBody::Encoding(coding) => {
            format!("The body has the Content-Encoding {coding}. Send it without a content coding.").into()
        }
    }
}

impl From<UnsupportedBody> for Problem {
    fn from(body: UnsupportedBody) -> Self {
        Self::UnsupportedMediaType(body)
    }
}

impl From<&Vec<SettingError>> for Problem {
    fn from(errors: &Vec<SettingError>) -> Self {
        Self::NotConfigured(errors.clone())
    }
}

impl From<UntrustedOrigin> for Problem {
    fn from(origin: UntrustedOrigin) -> Self {
        Self::CrossSite(origin)
    }
}

impl From<EdgeLinkError> for Problem {
    fn from(error: EdgeLinkError) -> Self {
        Self::EdgeLink(error)
    }
}

impl From<WindowTooLarge> for Problem {
    fn from(error: WindowTooLarge) -> Self {
        Self::WindowTooLarge(error)
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        Self::Change(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::LastPass(error)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::Database(error)
    }
}
