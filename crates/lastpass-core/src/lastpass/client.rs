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

/// The most pages that are read of one list. No organization has so many: it bounds an upstream that never ends a list.
pub(crate) const MAX_PAGES: usize = 500;
/// The most text that is kept of one list of users, in bytes: 100 times that of 10,000 users.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// How often a read is retried after a transient failure.
const MAX_RETRIES: usize = 2;
/// The first delay before a retry.
const MIN_DELAY: Duration = Duration::from_millis(400);
/// How many times longer the delays are if LastPass limits the rate of requests and does not say how long to wait. Both
/// delays together are then at most three seconds.
const RATE_LIMIT_FACTOR: f64 = 2.5;

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
        retry(context, || self.read_once(command, context, decode)).await
    }

    /// Sends a read once, and decodes the reply on a thread that serves no requests.
    pub(crate) async fn read_once<T: Send + 'static>(
        &self,
        command: ReadCommand<'_>,
        context: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reply = self.send(command.body(&self.account), context).await?;
        let received_at = context.clock.now();
        let decoding = tokio::task::spawn_blocking(move || reply::decode(&reply, received_at, decode));
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
/// pass the deadline, or be longer than the request may wait for LastPass's rate limit.
///
/// # Errors
/// Returns the error of the last attempt, or [`Error::Timeout`] if the deadline passed during an attempt.
async fn retry<T, F>(context: &CallContext, attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let delays = ExponentialBuilder::default().with_min_delay(MIN_DELAY).with_max_times(MAX_RETRIES);
    let retrying = attempt
        .retry(delays)
        .when(Error::is_transient)
        .adjust(|error, delay| delay.and_then(|delay| wait(error, delay, context)));
    match tokio::time::timeout_at(context.deadline, retrying).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout),
    }
}

/// Returns how long to wait: what LastPass requests, else any time up to `delay` (full jitter), so that callers that
/// failed together do not retry together. `None` if the wait would be too long.
fn wait(error: &Error, delay: Duration, context: &CallContext) -> Option<Duration> {
    let (wait, is_rate_limited) = match error {
        Error::RateLimited { retry_after, .. } => {
            let default = || delay.mul_f64(RATE_LIMIT_FACTOR * (0.5 + fastrand::f64() / 2.0));
            (retry_after.unwrap_or_else(default), true)
        }
        Error::Credentials
        | Error::Refused
        | Error::Timeout
        | Error::Unreachable(_)
        | Error::InvalidReply(_)
        | Error::Internal => (delay.mul_f64(fastrand::f64()), false),
    };
    let now = Instant::now();
    let fits = now.checked_add(wait).is_some_and(|then| then < context.deadline);
    (fits && (!is_rate_limited || context.rate_limit_waits.take(wait, now))).then_some(wait)
}
