//! Work that outlives the reply.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

/// Keeps the process awake for work that goes on after the reply.
///
/// On Vercel this is `wait_until`; the local server and the tests join it at their end.
pub trait Background: Send + Sync {
    /// Sees to it that `work` comes to its end, whatever becomes of the request that began it.
    fn keep_awake_for(&self, work: BoxFuture<'static, ()>);
}

/// What the edge knows of one call of a function, besides the request.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// When the request came. The clock is read once, at the edge.
    pub at: DateTime<Utc>,
    /// Where work goes that outlives the reply; where there is none, the reply waits for it.
    pub background: Option<&'a dyn Background>,
}
