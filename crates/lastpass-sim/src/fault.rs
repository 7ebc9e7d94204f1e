//! What can go wrong between the caller and the service.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::commands::{authorization_error, error, with_status, with_status_list};
use crate::request::Dialect;

/// No reply arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionLost {
    /// The service did not accept the connection.
    Refused,
    /// The connection broke after it was made.
    Reset,
}

impl fmt::Display for ConnectionLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Reset => "connection reset",
        })
    }
}

impl std::error::Error for ConnectionLost {}

/// A failure to be met by calls to come.
///
/// The first injected fault that fits a call is the one it meets; delays add to what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this command, by either dialect's name; none means every call.
    pub command: Option<String>,
    /// How many calls meet it; none means every one until [`crate::Simulator::clear_faults`].
    pub times: Option<u32>,
    /// How many fitting calls pass unharmed first.
    pub skip: u32,
}

impl Fault {
    /// A fault of every command, for ever, at once.
    pub fn always(kind: FaultKind) -> Self {
        Self { kind, command: None, times: None, skip: 0 }
    }

    /// A fault that the next call meets, and no other.
    pub fn once(kind: FaultKind) -> Self {
        Self { times: Some(1), ..Self::always(kind) }
    }

    /// Whether a call of this command, under either name, meets this fault; counts it.
    pub(crate) fn strikes(&mut self, names: [&str; 2]) -> bool {
        if self.command.as_deref().is_some_and(|command| !names.contains(&command)) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// What a call meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is refused.
    Refused,
    /// The connection breaks before the service acts.
    ResetBefore,
    /// The connection breaks after the service acted.
    ResetAfter,
    /// The reply is late.
    Delay(Duration),
    /// That HTTP status, with a page of HTML.
    Status(u16),
    /// HTTP 429.
    TooMany {
        /// The seconds in `Retry-After`; none leaves the header out.
        retry_after: Option<u32>,
    },
    /// `{"status":"FAIL","error":"…"}`.
    Fail(String),
    /// `{"status":"FAIL","error":["…"]}`.
    FailList(Vec<String>),
    /// `{"error":"…"}`; the guide's dialect adds `"status":"ERROR"`.
    Error(String),
    /// `{"status":"WARN","errors":["…"]}`.
    Warn(String),
    /// `{"status":"OK","error":"…"}`.
    OkWithError(String),
    /// The right reply, cut in the middle.
    Truncated,
    /// A page of HTML with HTTP 200.
    Html,
    /// HTTP 200 without a body.
    Empty,
    /// HTTP 302 to the login page.
    Redirect,
    /// JSON nested 100,000 deep.
    DeeplyNested,
    /// JSON of that many bytes (at least 25).
    Huge(usize),
    /// Bytes that are neither text nor JSON.
    Garbage,
    /// The reply to a wrong hash.
    AuthorizationError,
}

const NESTING: usize = 100_000;

impl FaultKind {
    /// The outcome of a call, given what the service would have answered.
    pub(crate) fn outcome(
        self,
        dialect: Dialect,
        answer: impl FnOnce() -> String,
    ) -> Result<Response<Bytes>, ConnectionLost> {
        let body = match self {
            Self::Refused => return Err(ConnectionLost::Refused),
            Self::ResetBefore => return Err(ConnectionLost::Reset),
            Self::ResetAfter => {
                answer();
                return Err(ConnectionLost::Reset);
            }
            Self::Status(code) => {
                let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return Ok(page(status));
            }
            Self::TooMany { retry_after } => {
                let mut response = page(StatusCode::TOO_MANY_REQUESTS);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                return Ok(response);
            }
            Self::Html => return Ok(page(StatusCode::OK)),
            Self::Redirect => {
                let mut response = page(StatusCode::FOUND);
                let login = HeaderValue::from_static("https://lastpass.com/?ac=1");
                response.headers_mut().insert(header::LOCATION, login);
                return Ok(response);
            }
            Self::Delay(_) => answer(),
            Self::Fail(message) => with_status("FAIL", "error", &message),
            Self::FailList(messages) => with_status_list("FAIL", "error", messages),
            Self::Error(message) => error(dialect, &message),
            Self::Warn(message) => with_status_list("WARN", "errors", [message]),
            Self::OkWithError(message) => with_status("OK", "error", &message),
            Self::Truncated => {
                // Replies are ASCII, so that any position is a boundary.
                let mut body = answer();
                body.truncate(body.len() / 2);
                body
            }
            Self::Empty => String::new(),
            Self::DeeplyNested => {
                format!("{{\"Users\":{}{}}}", "[".repeat(NESTING), "]".repeat(NESTING))
            }
            Self::Huge(bytes) => {
                let (head, tail) = (r#"{"Users":[],"padding":""#, r#""}"#);
                let padding = bytes.saturating_sub(head.len() + tail.len());
                format!("{head}{}{tail}", "x".repeat(padding))
            }
            Self::Garbage => {
                let bytes = (0..512_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8);
                return Ok(reply(b"\xff\xfe\x00".iter().copied().chain(bytes).collect()));
            }
            Self::AuthorizationError => authorization_error(dialect),
        };
        Ok(reply(body.into()))
    }
}

/// HTTP 200 with the service's headers; the type is wrong for JSON, as the real one's is.
pub(crate) fn reply(body: Bytes) -> Response<Bytes> {
    with_type(StatusCode::OK, "text/xml;charset=UTF-8", body)
}

/// A page for browsers, as the network in front of the service sends.
pub(crate) fn page(status: StatusCode) -> Response<Bytes> {
    let title = status.canonical_reason().unwrap_or("Error");
    let title = if status == StatusCode::OK { "LastPass" } else { title };
    let body =
        format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
    with_type(status, "text/html;charset=UTF-8", body.into())
}

fn with_type(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::SERVER, HeaderValue::from_static("LastPass"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache,private,no-store,max-age=0,s-maxage=0,must-revalidate,proxy-revalidate"),
    );
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=86400000"));
    headers.insert(header::VARY, HeaderValue::from_static("origin, Accept-Encoding"));
    response
}
