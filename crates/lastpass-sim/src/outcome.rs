//! What the caller sees of a call that meets a fault, and the headers of every reply.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::commands::{authorization_error, error, with_status, with_status_list};
use crate::fault::{ConnectionError, FaultKind};
use crate::request::Dialect;

const NESTING: usize = 100_000;

impl FaultKind {
    /// What the caller sees; `answer` is what the service said, if it acted.
    pub(crate) fn outcome(self, dialect: Dialect, answer: Option<String>) -> Result<Response<Bytes>, ConnectionError> {
        let body = match self {
            Self::Refused => return Err(ConnectionError::Refused),
            Self::ResetBefore | Self::ResetAfter | Self::LateExecution(_) => return Err(ConnectionError::Reset),
            Self::Status(code) | Self::StatusAfter(code) => {
                let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return Ok(page(status));
            }
            Self::TooManyRequests { retry_after } => {
                let mut response = page(StatusCode::TOO_MANY_REQUESTS);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                return Ok(response);
            }
            Self::Html | Self::HtmlAfter => return Ok(page(StatusCode::OK)),
            Self::Redirect => {
                let mut response = page(StatusCode::FOUND);
                let login = HeaderValue::from_static("https://lastpass.com/?ac=1");
                response.headers_mut().insert(header::LOCATION, login);
                return Ok(response);
            }
            Self::Delay(_) | Self::DelayReply(_) => answer.unwrap_or_default(),
            Self::Fail(message) => with_status("FAIL", "error", &message),
            Self::FailList(messages) => with_status_list("FAIL", "error", messages),
            Self::Error(message) => error(dialect, &message),
            Self::Warn(message) => with_status_list("WARN", "errors", [message]),
            Self::OkWithError(message) => with_status("OK", "error", &message),
            Self::Truncated => {
                // Replies are ASCII, so that any position is a boundary.
                let mut body = answer.unwrap_or_default();
                body.truncate(body.len() / 2);
                body
            }
            Self::Empty | Self::EmptyAfter => String::new(),
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
