//! The clock, the deadline and the meters of one request, as the steps of a change use them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, timeout_at};

use crate::{changes::ChangeRequest, lastpass::CallContext, store};

/// For this long before the deadline nothing is sent any more; for this long after it the database may still record a
/// result. The platform stops a request ten seconds after its deadline.
const DEADLINE_MARGIN: Duration = Duration::from_secs(5);

/// One request that is being processed.
pub(crate) struct Context<'a> {
    request: &'a ChangeRequest,
    started: Instant,
}

impl<'a> Context<'a> {
    pub(crate) fn start(request: &'a ChangeRequest) -> Self {
        Self { request, started: Instant::now() }
    }

    /// The current time: when the request arrived, plus the time that has passed since.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.request.at + TimeDelta::from_std(self.started.elapsed()).unwrap_or_default()
    }

    /// The context for calls to LastPass.
    pub(crate) fn lastpass(&self) -> &CallContext {
        &self.request.budget
    }

    /// Measures the time that a call to the database takes, and stops waiting for it after the deadline and its margin.
    pub(crate) async fn database<T>(
        &self,
        call: impl Future<Output = Result<T, store::Error>>,
    ) -> Result<T, store::Error> {
        let start = Instant::now();
        let result = timeout_at(self.request.budget.deadline + DEADLINE_MARGIN, call).await;
        self.request.database.add(start.elapsed());
        result.unwrap_or(Err(store::Error::Unreachable("no time is left")))
    }

    /// Whether there is time to send a command and receive its reply.
    pub(crate) fn has_time_to_send(&self) -> bool {
        Instant::now() + DEADLINE_MARGIN < self.request.budget.deadline
    }
}
