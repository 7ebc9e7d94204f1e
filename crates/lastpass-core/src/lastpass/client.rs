//! The client: sends requests, retries reads, and decodes replies. The method of each command is in the command's file.

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use chrono_tz::Tz;
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::lastpass::{
    call_context::CallContext,
    dialect::{Account, Dialect},
    error::Error,
    read_command::ReadCommand,
    reply,
    transport::{Transport, TransportError},
};

/// The most pages that are read of one list. No organisation has so many: it bounds an upstream that never ends a list.
pub(crate) const MAX_PAGES: usize = 500;
/// The most text that is kept of one list of users, in bytes: 100 times that of 10,000 users.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// How often a read is retried after a transient failure.
const MAX_RETRIES: usize = 2;
/// The first delay before a retry.
const MIN_DELAY: Duration = Duration::from_millis(400);
/// The same if LastPass limits the rate of requests and does not say how long to wait.
const MIN_DELAY_WHEN_RATE_LIMITED: Duration = Duration::from_secs(2);

/// A client of the Enterprise API.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    pub(crate) account: Account,
    pub(crate) zone: Tz,
}

impl Client {
    /// Returns a client for one account, whose dates are local times of `zone`.
    pub fn new(transport: Arc<dyn Transport>, account: Account, zone: Tz) -> Self {
        Self { transport, account, zone }
    }

    /// Returns the dialect in which requests are written.
    pub fn dialect(&self) -> Dialect {
        self.account.dialect
    }

    /// Sends a read, retries transient failures, and decodes the reply.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        command: ReadCommand<'_>,
        context: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Copy + Send + 'static,
    ) -> Result<T, Error> {
        retry(context.deadline, || self.read_once(command, context, decode)).await
    }

    /// Sends a read once, and decodes the reply on a thread that serves no requests.
    pub(crate) async fn read_once<T: Send + 'static>(
        &self,
        command: ReadCommand<'_>,
        context: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reply = self.send(command.body(&self.account), context).await?;
        let decoding = tokio::task::spawn_blocking(move || reply::decode(&reply, decode));
        decoding.await.unwrap_or(Err(Error::Internal))
    }

    /// Sends a request once.
    pub(crate) async fn send(&self, body: Vec<u8>, context: &CallContext) -> Result<http::Response<Bytes>, Error> {
        let request = http::Request::post(self.account.url.as_str())
            .header(CONTENT_TYPE, mime::APPLICATION_JSON.as_ref())
            .body(Bytes::from(body))
            .map_err(|_| Error::Unreachable(TransportError::ConnectFailed))?;
        let start = Instant::now();
        let reply = self.transport.send(request).await;
        context.meter.add(start.elapsed());
        reply.map_err(|error| match error {
            TransportError::TimedOut => Error::Timeout,
            TransportError::ConnectFailed | TransportError::ConnectionBroken | TransportError::ReplyTooLong => {
                Error::Unreachable(error)
            }
        })
    }
}

/// Runs `attempt` until it succeeds, fails permanently, has been retried [`MAX_RETRIES`] times, or the next delay would
/// pass the deadline.
///
/// # Errors
/// Returns the error of the last attempt, or [`Error::Timeout`] if the deadline passed during an attempt.
async fn retry<T, F>(deadline: Instant, attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let delays = ExponentialBuilder::default().with_min_delay(MIN_DELAY).with_max_times(MAX_RETRIES);
    let retrying = attempt
        .retry(delays)
        .when(Error::is_transient)
        .adjust(|error, delay| delay.and_then(|delay| wait(error, delay, deadline)));
    match tokio::time::timeout_at(deadline, retrying).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout),
    }
}

/// Returns how long to wait: what LastPass requests, else any time up to `delay` (full jitter), so that callers that
/// failed together do not retry together. `None` if the wait would pass the deadline.
fn wait(error: &Error, delay: Duration, deadline: Instant) -> Option<Duration> {
    let wait = match error {
        Error::RateLimited { retry_after: Some(requested) } => *requested,
        Error::RateLimited { retry_after: None } => {
            (delay * 5).max(MIN_DELAY_WHEN_RATE_LIMITED).mul_f64(0.5 + fastrand::f64() / 2.0)
        }
        Error::Credentials
        | Error::Refused
        | Error::Timeout
        | Error::Unreachable(_)
        | Error::InvalidReply(_)
        | Error::Internal => delay.mul_f64(fastrand::f64()),
    };
    Instant::now().checked_add(wait).filter(|then| *then < deadline).map(|_| wait)
}
