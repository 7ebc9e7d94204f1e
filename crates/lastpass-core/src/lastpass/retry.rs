//! When a read is asked again: only for failures that pass, a few times, and never past its deadline.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::time::Instant;

use crate::lastpass::error::Error;

const RETRIES: usize = 2;
const FIRST_DELAY: Duration = Duration::from_millis(400);
const FIRST_DELAY_WHEN_BUSY: Duration = Duration::from_secs(2);

/// Runs `attempt` until it succeeds, fails for good, was tried often enough, or waiting would pass the deadline.
/// The error is the last attempt's.
pub(crate) async fn retry<T, F>(deadline: Instant, attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let delays = ExponentialBuilder::default().with_min_delay(FIRST_DELAY).with_max_times(RETRIES);
    let retrying = attempt
        .retry(delays)
        .when(Error::is_transient)
        .adjust(|error, delay| delay.and_then(|delay| wait(error, delay, deadline)));
    match tokio::time::timeout_at(deadline, retrying).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout),
    }
}

/// How long to wait: what LastPass asks for, else any time up to the delay (full jitter), so that
/// callers who failed together do not come back together. Nothing where that passes the deadline.
fn wait(error: &Error, delay: Duration, deadline: Instant) -> Option<Duration> {
    let wait = match error {
        Error::RateLimited { retry_after: Some(asked) } => *asked,
        Error::RateLimited { retry_after: None } => {
            (delay * 5).max(FIRST_DELAY_WHEN_BUSY).mul_f64(0.5 + fastrand::f64() / 2.0)
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
