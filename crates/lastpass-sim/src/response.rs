//! The HTTP responses: replies of commands, HTML pages, and the response to a call with a fault.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::fault::{ConnectionError, FaultKind};
use crate::replies::{authorization_error, read_error, status_with_message, status_with_messages};
use crate::request::Dialect;

const NESTING_DEPTH: usize = 100_000;

impl FaultKind {
    /// The response to a call with this fault. `reply` is the command's reply, if it was executed.
    ///
    /// # Errors
    /// Returns a [`ConnectionError`] if the fault is a lost connection.
    pub(crate) fn response(self, dialect: Dialect, reply: Option<String>) -> Result<Response<Bytes>, ConnectionError> {
        let body = match self {
            Self::Refused => return Err(ConnectionError::Refused),
            Self::ResetBefore | Self::ResetAfter | Self::LateExecution(_) => return Err(ConnectionError::Reset),
            Self::Status(code) | Self::StatusAfter(code) => {
                let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return Ok(html_page(status));
            }
            Self::TooManyRequests { retry_after } => {
                let mut response = html_page(StatusCode::TOO_MANY_REQUESTS);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                return Ok(response);
            }
            Self::RetryAfter(text) => {
                let mut response = html_page(StatusCode::TOO_MANY_REQUESTS);
                // A text that no header can hold is left out.
                if let Ok(text) = HeaderValue::from_str(&text) {
                    response.headers_mut().insert(header::RETRY_AFTER, text);
                }
                return Ok(response);
            }
            Self::Maintenance(seconds) => {
                let mut response = html_page(StatusCode::SERVICE_UNAVAILABLE);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return Ok(response);
            }
            Self::Html | Self::HtmlAfter => return Ok(html_page(StatusCode::OK)),
            Self::Redirect => {
                let mut response = html_page(StatusCode::FOUND);
                let login = HeaderValue::from_static("https://lastpass.com/?ac=1");
                response.headers_mut().insert(header::LOCATION, login);
                return Ok(response);
            }
            Self::Delay(_) | Self::DelayReply(_) => reply.unwrap_or_default(),
            Self::Fail(message) => status_with_message("FAIL", "error", &message),
            Self::FailList(messages) => status_with_messages("FAIL", "error", messages),
            Self::Error(message) => read_error(dialect, &message),
            Self::Warn(message) => status_with_messages("WARN", "errors", [message]),
            Self::OkWithError(message) => status_with_message("OK", "error", &message),
            Self::Truncated => {
                // Replies are ASCII, so any position is a character boundary.
                let mut body = reply.unwrap_or_default();
                body.truncate(body.len() / 2);
                body
            }
            Self::Empty | Self::EmptyAfter => String::new(),
            Self::DeeplyNested => {
                format!("{{\"Users\":{}{}}}", "[".repeat(NESTING_DEPTH), "]".repeat(NESTING_DEPTH))
            }
            Self::Huge(bytes) => {
                let (head, tail) = (r#"{"Users":[],"padding":""#, r#""}"#);
                let padding = bytes.saturating_sub(head.len() + tail.len());
                format!("{head}{}{tail}", "x".repeat(padding))
            }
            Self::Garbage => {
                let bytes = (0..512_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8);
                return Ok(api_response(b"\xff\xfe\x00".iter().copied().chain(bytes).collect()));
            }
            Self::AuthorizationError => authorization_error(dialect),
        };
        Ok(api_response(body.into()))
    }
}

/// HTTP 200 with the service's headers. The content type is wrong for JSON, as it is in the real service.
pub(crate) fn api_response(body: Bytes) -> Response<Bytes> {
    response(StatusCode::OK, "text/xml;charset=UTF-8", body)
}

/// An HTML page, as the gateway in front of the service sends it.
pub(crate) fn html_page(status: StatusCode) -> Response<Bytes> {
    let title = status.canonical_reason().unwrap_or("Error");
    let title = if status == StatusCode::OK { "LastPass" } else { title };
    let body =
        format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
    response(status, "text/html;charset=UTF-8", body.into())
}

fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
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
