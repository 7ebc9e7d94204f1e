//! The clock, the deadline and the meters of one change.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, timeout_at};

use crate::{
    lastpass::{CallContext, CallMeter},
    request_context::RequestContext,
    store,
};

/// Commands are sent until this long before the deadline; the database may record a result until this long after it. The
/// platform stops a request ten seconds after its deadline.
const DEADLINE_MARGIN: Duration = Duration::from_secs(5);

/// The part of a request's context that a change uses. Owned, since a change continues after its caller has left.
#[derive(Debug)]
pub(crate) struct ChangeContext {
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) request_id: String,
    /// For calls to LastPass; its deadline is that of the request.
    pub(crate) lastpass: CallContext,
    database_meter: Arc<CallMeter>,
    started: Instant,
}

impl ChangeContext {
    /// The context of a change that starts now.
    pub(crate) fn start(context: &RequestContext<'_>) -> Self {
        Self {
            received_at: context.received_at,
            request_id: context.request_id.clone(),
            lastpass: context.lastpass_calls_until(context.deadline),
            database_meter: Arc::clone(&context.database_meter),
            started: Instant::now(),
        }
    }

    /// The context of the changes that a job settles until `deadline`.
    pub(crate) fn for_job(context: &RequestContext<'_>, deadline: Instant) -> Self {
        Self { lastpass: context.lastpass_calls_until(deadline), received_at: context.now(), ..Self::start(context) }
    }

    /// The current time: when the request arrived, plus the time that the change has taken.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.received_at + TimeDelta::from_std(self.started.elapsed()).unwrap_or_default()
    }

    /// Measures the time that a call to the database takes, and stops waiting for it after the deadline and its margin.
    ///
    /// # Errors
    /// Returns the error of the call, and [`store::Error::Unreachable`] if the time runs out.
    pub(crate) async fn database<T>(
        &self,
        call: impl Future<Output = Result<T, store::Error>>,
    ) -> Result<T, store::Error> {
        let start = Instant::now();
        let result = timeout_at(self.lastpass.deadline + DEADLINE_MARGIN, call).await;
        self.database_meter.add(start.elapsed());
        result.unwrap_or(Err(store::Error::Unreachable("no time is left")))
    }

    /// Whether there is time to send a command and receive its reply.
    pub(crate) fn has_time_to_send(&self) -> bool {
        Instant::now() + DEADLINE_MARGIN < self.lastpass.deadline
    }
}
