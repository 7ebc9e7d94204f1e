//! The processes of one deployment: each has its own connection to LastPass, and may die at any step of its work.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Poll,
};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use http::Request;
use lastpass_core::{
    lastpass::{Transport, TransportError},
    web::Background,
};
use lastpass_sim::{Company, Simulator};
use serde_json::{Value, value::RawValue};
use tokio::sync::Notify;

use crate::{
    database::Database,
    world::{TestResponse, World},
};

/// The text of an injected refusal.
pub(crate) const INJECTED: &str = "injected: try again";

/// One company, its LastPass and its database, served by any number of processes.
pub(crate) struct Deployment {
    /// The clock, LastPass, and a process without faults.
    pub(crate) world: World,
    database: Database,
    settings: Vec<(&'static str, &'static str)>,
    faults: Arc<AtomicU64>,
}

/// One request for a change.
#[derive(Debug, Clone)]
pub(crate) struct JobRequest {
    pub(crate) caller: &'static str,
    pub(crate) key: Option<String>,
    pub(crate) path: &'static str,
    pub(crate) body: Value,
}

/// One process of the deployment.
pub(crate) struct Process(World);

/// Whether a process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Died,
    /// Its work was complete before.
    Survived,
}

impl Deployment {
    pub(crate) fn new(company: Company, database: &Database, settings: &[(&'static str, &'static str)]) -> Self {
        let world = World::with_database(company, database, settings);
        Self { world, database: database.clone(), settings: settings.to_vec(), faults: Arc::default() }
    }

    /// Starts a process.
    pub(crate) fn process(&self) -> Process {
        let transport = CountingTransport { sim: self.world.sim.clone(), faults: Arc::clone(&self.faults) };
        Process(self.world.instance_with_transport(Arc::new(transport), &self.database, &self.settings))
    }

    /// The number of calls that met a fault.
    pub(crate) fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }
}

impl Process {
    pub(crate) async fn send(&self, request: &JobRequest) -> TestResponse {
        self.send_with_background(&Watched::new(u64::MAX, AndThen::Continue), request).await
    }

    /// Sends a request, and drops all work of the process after this number of polls.
    pub(crate) async fn send_and_die(self, polls: u64, request: &JobRequest) -> (TestResponse, Fate) {
        let watched = Watched::new(polls, AndThen::Die);
        let response = self.send_with_background(&watched, request).await;
        (response, if watched.has_died.load(Ordering::SeqCst) { Fate::Died } else { Fate::Survived })
    }

    /// Sends a request, and notifies `reached` after this number of polls or when the work is complete.
    pub(crate) async fn send_and_notify(
        &self,
        polls: u64,
        reached: &Arc<Notify>,
        request: &JobRequest,
    ) -> TestResponse {
        let watched = Watched { reached: Arc::clone(reached), ..Watched::new(polls, AndThen::Continue) };
        self.send_with_background(&watched, request).await
    }

    async fn send_with_background(&self, background: &Watched, request: &JobRequest) -> TestResponse {
        let mut builder = Request::post(format!("/api/{}", request.path))
            .header("authorization", format!("Bearer {}", request.caller))
            .header("content-type", "application/json");
        if let Some(key) = &request.key {
            builder = builder.header("idempotency-key", key);
        }
        self.0.send_with_background(background, builder, Bytes::from(request.body.to_string())).await
    }
}

/// Counts the polls of work, and then drops it or continues.
struct Watched {
    polls: u64,
    then: AndThen,
    reached: Arc<Notify>,
    has_died: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AndThen {
    Die,
    Continue,
}

impl Watched {
    fn new(polls: u64, then: AndThen) -> Self {
        Self { polls, then, reached: Arc::default(), has_died: Arc::default() }
    }
}

impl Background for Watched {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let (mut work, mut left, then) = (Some(work), self.polls, self.then);
        let (reached, has_died) = (Arc::clone(&self.reached), Arc::clone(&self.has_died));
        tokio::spawn(poll_fn(move |context| {
            if left == 0 && then == AndThen::Die {
                has_died.store(true, Ordering::SeqCst);
                // Dropped here, within the runtime.
                work = None;
            }
            let polled = work.as_mut().map_or(Poll::Ready(()), |work| work.poll_unpin(context));
            left = left.saturating_sub(1);
            if left == 0 || polled.is_ready() {
                reached.notify_one();
            }
            polled
        }));
    }
}

/// The connection to LastPass: a process may die before and after each call, and faults are counted.
struct CountingTransport {
    sim: Simulator,
    faults: Arc<AtomicU64>,
}

impl Transport for CountingTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            tokio::task::yield_now().await;
            let reply = self.sim.send(request).await;
            tokio::task::yield_now().await;
            if !reply.as_ref().is_ok_and(is_unaffected) {
                self.faults.fetch_add(1, Ordering::Relaxed);
            }
            reply
        }
        .boxed()
    }
}

/// Whether no fault affected a reply.
fn is_unaffected(reply: &http::Response<Bytes>) -> bool {
    let is_injected = |body: &[u8]| body.windows(INJECTED.len()).any(|words| words == INJECTED.as_bytes());
    let body = reply.body();
    reply.status() == 200
        && serde_json::from_slice::<&RawValue>(body).is_ok()
        && (body.len() > 200 || !is_injected(body))
}
