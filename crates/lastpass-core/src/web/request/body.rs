//! Reads the body of a request, within bounds of size and time.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The maximum length of a request body, in bytes. Every valid request is far shorter.
pub const MAX_REQUEST_BODY: usize = 64 * 1024;

/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(10);

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
