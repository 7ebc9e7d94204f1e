//! Reads the body of a request, within bounds of size and time, and its text.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::web::response::problem::{FieldError, Problem};

/// The maximum length of a request body, in bytes. Every valid request is far shorter.
pub const MAX_REQUEST_BODY: usize = 64 * 1024;

/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What to do about a body in another encoding. Windows PowerShell 5 sends text as ISO 8859-1.
const NOT_UTF_8: &str = "is not UTF-8: encode it as UTF-8; in Windows PowerShell 5 send the bytes of the text, \
                         [Text.Encoding]::UTF8.GetBytes($json)";

/// Why a request body could not be read. [`serve`](crate::web::serve) turns it into a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestBodyError {
    /// The body is longer than [`MAX_REQUEST_BODY`].
    TooLong,
    /// The connection broke or timed out before the end of the body.
    Incomplete,
}

/// Reads a whole request body.
///
/// # Errors
/// Returns an error if the body is longer than [`MAX_REQUEST_BODY`], or its end does not arrive in time.
pub async fn read_request_body<B>(body: B) -> Result<Bytes, RequestBodyError>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let collected = tokio::time::timeout(TIMEOUT, Limited::new(body, MAX_REQUEST_BODY).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(RequestBodyError::TooLong),
        Ok(Err(_)) | Err(_) => Err(RequestBodyError::Incomplete),
    }
}

/// The text of a body, without a byte order mark.
///
/// # Errors
/// Returns [`Problem::InvalidBody`] if the body is not UTF-8.
pub(crate) fn text(body: &[u8]) -> Result<&str, Problem> {
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => Err(Problem::InvalidBody(vec![FieldError::new("body", NOT_UTF_8)])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_utf_8_with_or_without_a_byte_order_mark() {
        for (body, expected) in [
            (&b"{}"[..], Some("{}")),
            (b"\xef\xbb\xbf{}", Some("{}")),
            ("{\"a\":\"Jürgen\"}".as_bytes(), Some("{\"a\":\"Jürgen\"}")),
            (b"", Some("")),
            (b"{\"a\":\"J\xfcrgen\"}", None),
            (b"\xff\xfe{\0}\0", None),
        ] {
            assert_eq!(text(body).ok(), expected, "{body:?}");
        }
    }
}
