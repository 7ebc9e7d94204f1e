//! Sends requests to LastPass over HTTPS, or to the simulator in process. Does not know what they contain.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_sim::{ConnectionError, Simulator};

use crate::http_client::{self, BodyError};

/// The longest reply that is accepted, in bytes. A page of 2,000 users has about 1 MB, a page of 100 large shared
/// folders a few.
const MAX_REPLY_BYTES: usize = 32 * 1024 * 1024;
const CALL_TIMEOUT: Duration = Duration::from_secs(25);

/// Sends a request to LastPass and returns the reply, without reading either.
pub trait Transport: Send + Sync {
    /// Sends a request.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// Why there is no reply to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made: nothing was sent.
    #[error("no connection could be made")]
    ConnectFailed,
    /// The connection broke, or the peer did not speak HTTP: the request may have arrived.
    #[error("the connection broke")]
    ConnectionBroken,
    /// No reply in time: the request may have arrived.
    #[error("no reply in time")]
    TimedOut,
    /// The reply is longer than the limit.
    #[error("the reply is longer than {MAX_REPLY_BYTES} bytes")]
    ReplyTooLong,
}

impl TransportError {
    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::ConnectFailed | Self::ConnectionBroken => true,
            // A second attempt would leave no time for the reply.
            Self::TimedOut | Self::ReplyTooLong => false,
        }
    }
}

/// The transport to the real LastPass.
pub struct HttpTransport(reqwest::Client);

impl HttpTransport {
    /// Returns a transport with its own connection pool.
    ///
    /// # Panics
    /// Panics if the bundled root certificates are invalid, which does not depend on any input.
    pub fn new() -> Self {
        Self(http_client::build(CALL_TIMEOUT))
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let request = reqwest::Request::try_from(request).map_err(|_| TransportError::ConnectFailed)?;
            let mut response = self.0.execute(request).await.map_err(|error| transport_error(&error))?;
            let body = http_client::read_body(&mut response, MAX_REPLY_BYTES).await.map_err(|error| match error {
                BodyError::TooLong => TransportError::ReplyTooLong,
                BodyError::Interrupted(error) => transport_error(&error),
            })?;
            let mut reply = http::Response::new(body);
            *reply.status_mut() = response.status();
            *reply.headers_mut() = std::mem::take(response.headers_mut());
            Ok(reply)
        }
        .boxed()
    }
}

fn transport_error(error: &reqwest::Error) -> TransportError {
    if error.is_connect() {
        TransportError::ConnectFailed
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::ConnectionBroken
    }
}

impl Transport for Simulator {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let reply = tokio::time::timeout(CALL_TIMEOUT, self.respond(request)).await;
            let reply = reply.map_err(|_| TransportError::TimedOut)?.map_err(|error| match error {
                ConnectionError::Refused => TransportError::ConnectFailed,
                ConnectionError::Reset => TransportError::ConnectionBroken,
            })?;
            if reply.body().len() > MAX_REPLY_BYTES { Err(TransportError::ReplyTooLong) } else { Ok(reply) }
        }
        .boxed()
    }
}
