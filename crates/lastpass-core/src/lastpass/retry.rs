//! When a read is retried: after transient failures, a few times, and never past its deadline.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::time::Instant;

use crate::lastpass::error::Error;

const MAX_RETRIES: usize = 2;
const MIN_DELAY: Duration = Duration::from_millis(400);
const MIN_DELAY_WHEN_RATE_LIMITED: Duration = Duration::from_secs(2);

/// Runs `attempt` until it succeeds, fails permanently, has been retried [`MAX_RETRIES`] times, or the next delay would
/// pass the deadline.
///
/// # Errors
/// Returns the error of the last attempt, or [`Error::Timeout`] if the deadline passed during an attempt.
pub(crate) async fn retry<T, F>(deadline: Instant, attempt: impl FnMut() -> F) -> Result<T, Error>
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
