//! Everything that is no success, and the one table from it to status, code and words.

use std::{borrow::Cow, time::Duration};

use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::{lastpass, settings::Fault};

use super::{Body, reply::Reply};

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
        allowed: &'static str,
    },
    /// The request's body is longer than any that we take.
    BodyTooLong,
    /// The request's body ended before its end.
    BodyBroken,
    /// Parameters that do not exist, or that hold what they cannot.
    Parameters(Vec<FieldError>),
    /// No credential, or a wrong one.
    Unauthenticated {
        /// Whether a credential came at all.
        wrong: bool,
    },
    /// The caller's role does not allow it.
    Forbidden {
        /// What the role does not allow.
        detail: &'static str,
    },
    /// Settings that are missing or malformed.
    NotConfigured {
        /// What is wrong with which.
        faults: Vec<Fault>,
    },
    /// LastPass gave no answer that can be used.
    LastPass(lastpass::Error),
    /// A fault of this program.
    Internal,
}

/// One row of the table.
struct Row {
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
                "body-broken",
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
            Self::Unauthenticated { wrong: false } => row(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Sign in first",
                "no credential came; send a dashboard key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`",
            ),
            Self::Unauthenticated { wrong: true } => row(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Sign in first",
                "the credential is not accepted; check the key that you send",
            ),
            Self::Forbidden { detail } => row(StatusCode::FORBIDDEN, "forbidden", "Not allowed for your role", detail),
            Self::NotConfigured { faults } => Row {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "not-configured",
                title: "A setting is missing or malformed",
                detail: Cow::Owned(name_faults(faults)),
            },
            Self::LastPass(error) => lastpass_row(error),
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
    pub(super) fn cause(&self) -> Option<String> {
        match self {
            Self::LastPass(error) => Some(causes(error)),
            Self::NotConfigured { faults } => Some(name_faults(faults)),
            Self::NotFound
            | Self::MethodNotAllowed { .. }
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Parameters(_)
            | Self::Unauthenticated { .. }
            | Self::Forbidden { .. }
            | Self::Internal => None,
        }
    }

    fn errors(&self) -> Vec<FieldError> {
        match self {
            Self::Parameters(errors) => errors.clone(),
            Self::NotConfigured { faults } => faults
                .iter()
                .map(|fault| FieldError { field: fault.variable.to_owned(), message: fault.reason.clone().into() })
                .collect(),
            Self::NotFound
            | Self::MethodNotAllowed { .. }
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Unauthenticated { .. }
            | Self::Forbidden { .. }
            | Self::LastPass(_)
            | Self::Internal => Vec::new(),
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::MethodNotAllowed { allowed } => {
                headers.insert(ALLOW, HeaderValue::from_static(allowed));
            }
            Self::Unauthenticated { wrong } => {
                let challenge = if *wrong {
                    r#"Bearer realm="lastpass-functions", error="invalid_token""#
                } else {
                    r#"Bearer realm="lastpass-functions""#
                };
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Self::LastPass(lastpass::Error::Busy { retry_after }) => {
                let seconds = retry_after.unwrap_or(DEFAULT_RETRY_AFTER).as_secs().max(1);
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::NotFound
            | Self::BodyTooLong
            | Self::BodyBroken
            | Self::Parameters(_)
            | Self::Forbidden { .. }
            | Self::NotConfigured { .. }
            | Self::LastPass(_)
            | Self::Internal => {}
        }
        headers
    }

    /// The reply as `application/problem+json` (RFC 9457).
    pub(super) fn reply(&self, request_id: &str) -> Reply {
        let Row { status, code, title, detail } = self.row();
        let document = Document {
            kind: format!("urn:lastpass-functions:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: &detail,
            code,
            request_id,
            errors: self.errors(),
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

fn lastpass_row(error: &lastpass::Error) -> Row {
    let row = |status, code, title, detail| Row { status, code, title, detail: Cow::Borrowed(detail) };
    match error {
        lastpass::Error::Credentials => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-credentials",
            "LastPass refuses our credentials",
            "LastPass does not accept the account number or the provisioning hash: compare LASTPASS_ACCOUNT_NUMBER and \
             LASTPASS_PROVISIONING_HASH with the Admin Console (Advanced > Enterprise API); a hash that was reset there \
             replaces the old one at once; then deploy again",
        ),
        lastpass::Error::Refused => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-refused",
            "LastPass refused the request",
            "LastPass understood the request and refused it; check that the plan includes the Enterprise API and that a \
             super admin made the provisioning hash",
        ),
        lastpass::Error::Busy { .. } => row(
            StatusCode::SERVICE_UNAVAILABLE,
            "lastpass-busy",
            "LastPass limits our calls",
            "LastPass asks for fewer calls; try again after the time in Retry-After",
        ),
        lastpass::Error::Timeout => row(
            StatusCode::GATEWAY_TIMEOUT,
            "lastpass-timeout",
            "LastPass is too slow",
            "LastPass did not answer in time; try again in a minute",
        ),
        lastpass::Error::Unreachable(_) | lastpass::Error::Senseless(_) => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-unavailable",
            "LastPass is not available",
            "LastPass could not be reached, or gave an answer that makes no sense; try again in a minute",
        ),
        lastpass::Error::Crashed => row(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "A fault of this program",
            "reading LastPass's answer failed on our side; the log has more under the request's id",
        ),
    }
}

/// An error and its sources in one line.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line
}

/// The variables and what is wrong with each, in one sentence; the reasons quote no value.
fn name_faults(faults: &[Fault]) -> String {
    told(faults.iter().map(|fault| (fault.variable, fault.reason.as_str())))
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
    /// What the guide's front ends read.
    error: &'a str,
}

impl From<lastpass::Error> for Problem {
    fn from(error: lastpass::Error) -> Self {
        Self::LastPass(error)
    }
}
