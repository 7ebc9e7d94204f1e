//! Everything that is no success, and the one table from it to status, code and words.

mod change;
mod lastpass;

use std::{borrow::Cow, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::{
    auth::CredentialError,
    changes::{ChangeError, ChangeResult},
    error_chain::causes,
    lastpass::Error,
    settings::SettingError,
    store,
    web::response::{body::Body, change::StepJson, edge_link::BadLink, reply::Reply},
};

pub(crate) use change::Failure;

/// Something about one field, parameter or variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Its name.
    pub field: String,
    /// What is wrong, and what to do.
    pub message: Cow<'static, str>,
}

/// Why there is no success.
#[derive(Debug)]
pub enum Problem {
    /// There is no such route.
    NotFound,
    /// The route exists, but not with this method.
    MethodNotAllowed {
        /// The methods that it has, as in `Allow`.
        allowed: String,
    },
    /// The request's body is longer than any that we take.
    BodyTooLong,
    /// The request's body ended before its end.
    BodyBroken,
    /// Parameters that do not exist, or that hold what they cannot.
    Parameters(Vec<FieldError>),
    /// No credential, or a wrong one.
    Unauthenticated {
        /// What is wrong with the credential; nothing where none came.
        wrong: Option<CredentialError>,
    },
    /// The keys by which tokens are judged could never be fetched.
    KeysUnavailable,
    /// The request came by an edge link that does not open.
    BadLink(BadLink),
    /// The caller's role does not allow it.
    Forbidden {
        /// What the role does not allow.
        detail: &'static str,
    },
    /// Somebody who proved who they are, and has no role here.
    NoRole,
    /// A request that changes something, of a page that did not prove to be ours.
    CrossSite,
    /// LastPass could not be asked whose role is what.
    RolesUnavailable(Error),
    /// Settings that are missing or malformed.
    NotConfigured {
        /// What is wrong with which; nothing where the caller is not to be told.
        faults: Vec<SettingError>,
    },
    /// The body is not said to be JSON.
    UnsupportedMediaType,
    /// A body with members that are missing, unknown, or of another kind.
    Members(Vec<FieldError>),
    /// A body whose members hold what they cannot.
    Fields(Vec<FieldError>),
    /// Changes are switched off.
    ChangesOff,
    /// A change was not begun.
    Refused(ChangeError),
    /// A change was begun, and nothing of it was done, or nobody knows.
    NotDone(Failure, Box<ChangeResult>),
    /// The database gave no answer that can be used.
    Database(store::Error),
    /// LastPass gave no answer that can be used.
    LastPass(Error),
    /// LastPass lists nobody of that id or address.
    UnknownUser,
    /// LastPass lists no shared folder of that id.
    UnknownFolder,
    /// A window of LastPass's log holds more than one answer can.
    WindowTooLarge {
        /// The earliest beginning with which it fits.
        from: DateTime<Utc>,
    },
    /// The reply is longer than the platform can send.
    ReplyTooLong,
    /// A fault of this program.
    Internal,
}

/// One row of the table.
pub(crate) struct Row {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Cow<'static, str>,
}

impl Problem {
    fn row(&self) -> Row {
        let row = |status, code, title, detail| Row { status, code, title, detail: Cow::Borrowed(detail) };
        match self {
            Self::NotFound => row(
                StatusCode::NOT_FOUND,
                "not-found",
                "No such route",
                "there is nothing at this address; the routes are listed in the README",
            ),
            Self::MethodNotAllowed { allowed } => Row {
                status: StatusCode::METHOD_NOT_ALLOWED,
                code: "method-not-allowed",
                title: "Method not allowed",
                detail: Cow::Owned(format!("this route answers {allowed}")),
            },
            Self::BodyTooLong => row(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-long",
                "Body too long",
                "the request's body is longer than 64 KiB, which no request needs",
            ),
            Self::BodyBroken => row(
                StatusCode::BAD_REQUEST,
                "body-incomplete",
                "Body incomplete",
                "the request's body ended before its end; send the request again",
            ),
            Self::Parameters(errors) => Row {
                status: StatusCode::BAD_REQUEST,
                code: "invalid-parameters",
                title: "Invalid parameters",
                // Front ends of the guide show this text alone.
                detail: Cow::Owned(told(errors.iter().map(|error| (error.field.as_str(), error.message.as_ref())))),
            },
            Self::Unauthenticated { wrong: None } => row(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Sign in first",
                "no credential came; send a dashboard key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`",
            ),
            Self::Unauthenticated { wrong: Some(_) } => row(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Sign in first",
                "the credential is not accepted: a wrong key, or a token that has ended or is another application's",
            ),
            Self::KeysUnavailable => row(
                StatusCode::SERVICE_UNAVAILABLE,
                "jwks-unavailable",
                "Tokens cannot be judged",
                "the identity provider's keys (AUTH_JWKS_URL) could not be fetched; try again in a minute",
            ),
            Self::BadLink(BadLink::Late) => row(
                StatusCode::FORBIDDEN,
                "edge-link-expired",
                "The link has ended",
                "this link lives no longer than half an hour; every security report that is asked for with a key names the \
                 next one in its Link header",
            ),
            Self::BadLink(BadLink::Wrong) => row(
                StatusCode::FORBIDDEN,
                "edge-link-invalid",
                "No link of ours",
                "a link with exp or sig is used letter by letter as the Link header of a security report names it; leave \
                 both out to ask with a key",
            ),
            Self::Forbidden { detail } => row(StatusCode::FORBIDDEN, "forbidden", "Not allowed for your role", detail),
            Self::NoRole => row(
                StatusCode::FORBIDDEN,
                "no-role",
                "No role here",
                "you are signed in, and neither your account's claim (AUTH_ROLE_CLAIM) nor a group of LastPass \
                 (ROLE_GROUPS) gives you a role here; ask whoever runs this dashboard",
            ),
            Self::CrossSite => row(
                StatusCode::FORBIDDEN,
                "cross-site",
                "From another site",
                "the request does not come from a page of this site: a browser sends Sec-Fetch-Site: same-origin or an \
                 Origin that is this host's; programs send a key in Authorization",
            ),
            Self::RolesUnavailable(_) => row(
                StatusCode::SERVICE_UNAVAILABLE,
                "roles-unavailable",
                "Your role cannot be looked up",
                "LastPass, whose groups decide what you may, gives no answer; try again in a minute",
            ),
            Self::NotConfigured { faults } if faults.is_empty() => row(
                StatusCode::SERVICE_UNAVAILABLE,
                "not-configured",
                "A setting is missing or malformed",
                "a setting is missing or malformed; it is named to whoever asks with a key",
            ),
            Self::NotConfigured { faults } => Row {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "not-configured",
                title: "A setting is missing or malformed",
                detail: Cow::Owned(name_faults(faults)),
            },
            Self::UnsupportedMediaType => row(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Not JSON",
                "send the body as JSON, with the header Content-Type: application/json",
            ),
            Self::Members(errors) => Row {
                status: StatusCode::BAD_REQUEST,
                code: "invalid-body",
                title: "Invalid body",
                detail: Cow::Owned(told(errors.iter().map(|error| (error.field.as_str(), error.message.as_ref())))),
            },
            Self::Fields(errors) => Row {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                code: "invalid-fields",
                title: "Invalid fields",
                detail: Cow::Owned(told(errors.iter().map(|error| (error.field.as_str(), error.message.as_ref())))),
            },
            Self::ChangesOff => row(
                StatusCode::FORBIDDEN,
                "changes-off",
                "Changes are switched off",
                "this deployment makes no changes (CHANGES=off)",
            ),
            Self::Refused(refusal) => change::refusal(refusal),
            Self::NotDone(failure, _) => failure.row(),
            Self::Database(store::Error::NoTables) => row(
                StatusCode::SERVICE_UNAVAILABLE,
                "not-recorded",
                "Nothing is recorded yet",
                "the database has no tables of ours yet: the first change makes them, in production",
            ),
            Self::Database(_) => row(
                StatusCode::SERVICE_UNAVAILABLE,
                "database-unavailable",
                "The database is not available",
                "the database of changes (DATABASE_URL or POSTGRES_URL) could not be asked; try again in a minute, with the \
                 same Idempotency-Key",
            ),
            Self::LastPass(error) => lastpass::row(error),
            Self::UnknownUser => row(
                StatusCode::NOT_FOUND,
                "unknown-user",
                "No such person",
                "LastPass lists nobody of that id or address; somebody who was just added is found with fresh=true, which reads \
                 LastPass again once in half a minute",
            ),
            Self::UnknownFolder => row(
                StatusCode::NOT_FOUND,
                "unknown-folder",
                "No such shared folder",
                "LastPass lists no shared folder of that id; one that was just made is found with fresh=true, which reads LastPass \
                 again once in half a minute",
            ),
            Self::WindowTooLarge { from } => Row {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                code: "window-too-large",
                title: "Too many events",
                detail: Cow::Owned(format!("from {}", later(*from))),
            },
            Self::ReplyTooLong => row(
                StatusCode::UNPROCESSABLE_ENTITY,
                "reply-too-long",
                "Reply too long",
                "the reply is longer than this platform sends in one piece: ask for less, by limit and cursor or by a \
                 filter, or ask the address that streams (docs/DEPLOY.md)",
            ),
            Self::Internal => row(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "A fault of this program",
                "something went wrong on our side; the log has more under the request's id",
            ),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.row().code
    }

    /// What lies behind it, for the log: our own words only.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::LastPass(error) | Self::Refused(ChangeError::LastPass(error)) | Self::RolesUnavailable(error) => {
                Some(causes(error))
            }
            Self::Database(error) | Self::Refused(ChangeError::Database(error)) => Some(causes(error)),
            Self::NotDone(_, done) => done.cause.clone(),
            Self::NotConfigured { faults } => Some(name_faults(faults)),
            Self::Unauthenticated { wrong } => wrong.as_ref().map(|defect| causes(defect)),
            Self::NotFound
            | Self::MethodNotAllowed { .. }
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Parameters(_)
            | Self::KeysUnavailable
            | Self::BadLink(_)
            | Self::Forbidden { .. }
            | Self::NoRole
            | Self::CrossSite
            | Self::UnsupportedMediaType
            | Self::Members(_)
            | Self::Fields(_)
            | Self::ChangesOff
            | Self::Refused(_)
            | Self::UnknownUser
            | Self::UnknownFolder
            | Self::WindowTooLarge { .. }
            | Self::ReplyTooLong
            | Self::Internal => None,
        }
    }

    fn errors(&self) -> Vec<FieldError> {
        match self {
            Self::Parameters(errors) | Self::Members(errors) | Self::Fields(errors) => errors.clone(),
            Self::Refused(refusal) => change::errors(refusal),
            Self::WindowTooLarge { from } => {
                vec![FieldError { field: "from".to_owned(), message: later(*from).into() }]
            }
            Self::NotDone(_, done) => change::words(done),
            Self::NotConfigured { faults } => faults
                .iter()
                .map(|fault| FieldError { field: fault.variable.to_owned(), message: fault.reason.clone().into() })
                .collect(),
            Self::NotFound
            | Self::MethodNotAllowed { .. }
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Unauthenticated { .. }
            | Self::BadLink(_)
            | Self::Forbidden { .. }
            | Self::NoRole
            | Self::CrossSite
            | Self::KeysUnavailable
            | Self::RolesUnavailable(_)
            | Self::UnsupportedMediaType
            | Self::ChangesOff
            | Self::UnknownUser
            | Self::UnknownFolder
            | Self::Database(_)
            | Self::LastPass(_)
            | Self::ReplyTooLong
            | Self::Internal => Vec::new(),
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::MethodNotAllowed { allowed } => {
                headers.extend(HeaderValue::try_from(allowed).ok().map(|allowed| (ALLOW, allowed)));
            }
            Self::Unauthenticated { wrong } => {
                let challenge = if wrong.is_some() {
                    r#"Bearer realm="lastpass-functions", error="invalid_token""#
                } else {
                    r#"Bearer realm="lastpass-functions""#
                };
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Self::Refused(ChangeError::Busy) => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            Self::Refused(ChangeError::OffboardingLimit { retry_after }) => {
                headers.insert(RETRY_AFTER, HeaderValue::from(retry_after.num_seconds().max(1)));
            }
            Self::LastPass(Error::RateLimited { retry_after })
            | Self::RolesUnavailable(Error::RateLimited { retry_after })
            | Self::Refused(ChangeError::LastPass(Error::RateLimited { retry_after })) => {
                let seconds = retry_after.unwrap_or(DEFAULT_RETRY_AFTER).as_secs().max(1);
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::NotFound
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Parameters(_)
            | Self::BadLink(_)
            | Self::Forbidden { .. }
            | Self::NoRole
            | Self::CrossSite
            | Self::KeysUnavailable
            | Self::RolesUnavailable(_)
            | Self::NotConfigured { .. }
            | Self::UnsupportedMediaType
            | Self::Members(_)
            | Self::Fields(_)
            | Self::ChangesOff
            | Self::Refused(_)
            | Self::NotDone(..)
            | Self::Database(_)
            | Self::LastPass(_)
            | Self::UnknownUser
            | Self::UnknownFolder
            | Self::WindowTooLarge { .. }
            | Self::ReplyTooLong
            | Self::Internal => {}
        }
        headers
    }

    /// The reply as `application/problem+json` (RFC 9457).
    pub(crate) fn reply(&self, request_id: &str) -> Reply {
        let Row { status, code, title, detail } = self.row();
        let done = if let Self::NotDone(_, done) = self { Some(done) } else { None };
        let document = Document {
            kind: format!("urn:lastpass-functions:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: &detail,
            code,
            request_id,
            errors: self.errors(),
            action_id: done.map(|done| done.operation.id.as_str()),
            steps: done.map(|done| StepJson::all(&done.operation)),
            error: &detail,
        };
        let body = serde_json::to_vec(&document).expect("a document of texts and numbers is JSON");
        let mut reply = Reply::new(status, Body::from(body));
        reply.headers = self.headers();
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        reply
    }
}

/// When to come back, where LastPass limits us and does not say for how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

/// The variables and what is wrong with each, in one sentence; the reasons quote no value.
fn name_faults(faults: &[SettingError]) -> String {
    faults.iter().map(SettingError::to_string).collect::<Vec<_>>().join("; ")
}

/// What to ask for instead of a window that is too large.
fn later(from: DateTime<Utc>) -> String {
    let from = from.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("must be {from} or later: the window holds more events than one answer can")
}

fn told<'a>(errors: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    errors.map(|(name, what)| format!("{name} {what}")).collect::<Vec<_>>().join("; ")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    request_id: &'a str,
    errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<StepJson<'a>>>,
    /// What the guide's front ends read.
    error: &'a str,
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
