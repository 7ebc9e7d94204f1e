//! The body of a request.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The longest request body that is read, in bytes: every request of ours is far shorter.
pub const REQUEST_LIMIT: usize = 64 * 1024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a request's body could not be read; answered by [`serve`](crate::web::serve) like any other bad request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadBody {
    /// It is longer than [`REQUEST_LIMIT`].
    TooLong,
    /// The connection broke before its end, or the end did not come in time.
    Broken,
}

/// Reads a request's body whole, but no more than [`REQUEST_LIMIT`] of it.
///
/// # Errors
/// Where the body is too long, or ends before its end.
pub async fn read<B>(body: B) -> Result<Bytes, UnreadBody>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let reading = Limited::new(body, REQUEST_LIMIT).collect();
    let Ok(read) = tokio::time::timeout(PATIENCE, reading).await else {
        return Err(UnreadBody::Broken);
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(UnreadBody::TooLong),
        Err(_) => Err(UnreadBody::Broken),
    }
}
