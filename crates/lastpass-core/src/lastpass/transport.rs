//! How a request gets to LastPass: over HTTPS, or to the simulator in process.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_sim::{ConnectionError, Simulator};

use crate::http_client::{self, BodyError};

/// The longest reply that is read, in bytes. A page of 2,000 people is about 1 MB, a page of
/// 100 well-filled shared folders a few.
const REPLY_LIMIT: usize = 32 * 1024 * 1024;
const CALL_TIMEOUT: Duration = Duration::from_secs(25);

/// Carries one request to LastPass and its reply back, without looking into either.
pub trait Transport: Send + Sync {
    /// Sends the request.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// Why a request brought no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection came about: nothing was sent.
    #[error("no connection")]
    ConnectFailed,
    /// The connection broke, or did not speak HTTP: the request may have arrived.
    #[error("the connection broke")]
    ConnectionBroken,
    /// No reply in time: the request may have arrived.
    #[error("no reply in time")]
    TimedOut,
    /// The reply is longer than is read.
    #[error("the reply is longer than {REPLY_LIMIT} bytes")]
    ReplyTooLong,
}

impl TransportError {
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::ConnectFailed | Self::ConnectionBroken => true,
            // A second wait would leave no time to answer in.
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
            let mut response = self.0.execute(request).await.map_err(|error| reason(&error))?;
            let body = http_client::read_body(&mut response, REPLY_LIMIT).await.map_err(|error| match error {
                BodyError::TooLong => TransportError::ReplyTooLong,
                BodyError::Interrupted(error) => reason(&error),
            })?;
            let mut reply = http::Response::new(body);
            *reply.status_mut() = response.status();
            *reply.headers_mut() = std::mem::take(response.headers_mut());
            Ok(reply)
        }
        .boxed()
    }
}

fn reason(error: &reqwest::Error) -> TransportError {
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
            let answer = tokio::time::timeout(CALL_TIMEOUT, self.respond(request)).await;
            let reply = answer.map_err(|_| TransportError::TimedOut)?.map_err(|lost| match lost {
                ConnectionError::Refused => TransportError::ConnectFailed,
                ConnectionError::Reset => TransportError::ConnectionBroken,
            })?;
            if reply.body().len() > REPLY_LIMIT { Err(TransportError::ReplyTooLong) } else { Ok(reply) }
        }
        .boxed()
    }
}
