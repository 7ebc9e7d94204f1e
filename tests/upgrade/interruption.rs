//! A process that ends during a change: at a known command, before or after LastPass receives it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::future::{self, BoxFuture, FutureExt};
use http::{Request, Response};
use lastpass_core::{
    lastpass::{Transport, TransportError},
    web::Background,
};
use lastpass_sim::Simulator;
use tokio::sync::Notify;

/// Where a process ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interruption {
    pub(crate) command: &'static str,
    /// The number of requests with that command that are sent before.
    pub(crate) skip: usize,
    /// Whether LastPass still receives the request.
    pub(crate) is_delivered: bool,
}

/// The process's connection to LastPass.
pub(crate) struct Interrupted {
    sim: Simulator,
    at: Interruption,
    matched: AtomicUsize,
    ended: Arc<Notify>,
}

/// The process's work, which is dropped when the process ends.
pub(crate) struct Ending(Arc<Notify>);

/// A process that ends at this point.
pub(crate) fn interrupted(sim: Simulator, at: Interruption) -> (Interrupted, Ending) {
    let ended = Arc::new(Notify::new());
    (Interrupted { sim, at, matched: AtomicUsize::new(0), ended: Arc::clone(&ended) }, Ending(ended))
}

impl Transport for Interrupted {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let body = String::from_utf8_lossy(request.body());
        let is_due = body.contains(&format!("\"{}\"", self.at.command))
            && self.matched.fetch_add(1, Ordering::SeqCst) == self.at.skip;
        async move {
            if !is_due {
                return self.sim.send(request).await;
            }
            if self.at.is_delivered {
                self.sim.send(request).await.expect("LastPass receives it");
            }
            self.ended.notify_one();
            future::pending().await
        }
        .boxed()
    }
}

impl Background for Ending {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let ended = Arc::clone(&self.0);
        tokio::spawn(async move {
            future::select(work, Box::pin(ended.notified())).await;
        });
    }
}
