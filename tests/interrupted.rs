//! Requests and processes that end halfway. What they leave in the pool of connections must not fail the next request.

use std::{
    future::poll_fn,
    mem,
    pin::{Pin, pin},
    sync::Mutex,
    task::{Context, Poll},
};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{FutureExt, future::BoxFuture};
use http::Request;
use lastpass_core::web::Background;
use serde_json::json;

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, CRON_SECRET, World, company},
};

/// A process whose requests and work in the background end at the same moment.
#[derive(Default)]
pub(crate) struct EndingProcess(Mutex<Vec<BoxFuture<'static, ()>>>);

impl Background for EndingProcess {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        self.0.lock().expect("no panic while locked").push(work);
    }
}

impl EndingProcess {
    /// The result of a request; `None` if the process ended after so many polls.
    pub(crate) async fn ended_after<T>(&self, polls: u64, request: impl Future<Output = T>) -> Option<T> {
        let result = dropped_after(polls, self.driven(request)).await;
        self.0.lock().expect("no panic while locked").clear();
        result
    }

    /// The result of a request, whose work in the background goes on only while this is polled.
    pub(crate) async fn driven<T>(&self, request: impl Future<Output = T>) -> T {
        let mut request = pin!(request);
        poll_fn(|context| {
            let polled = request.as_mut().poll(context);
            self.work(context);
            polled
        })
        .await
    }

    fn work(&self, context: &mut Context<'_>) {
        let mut work = mem::take(&mut *self.0.lock().expect("no panic while locked"));
        work.retain_mut(|work| work.poll_unpin(context).is_pending());
        self.0.lock().expect("no panic while locked").extend(work);
    }
}

/// The result of a future; `None` if it was dropped after so many polls.
pub(crate) async fn dropped_after<T>(polls: u64, future: impl Future<Output = T>) -> Option<T> {
    polled(polls, &mut pin!(future)).await
}

/// Polls a future so often. Returns its result if that was enough.
pub(crate) async fn polled<F: Future>(mut polls: u64, future: &mut Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

on_every_database! {
    async fn a_request_that_is_dropped_anywhere_does_not_harm_the_next(database) {
        let world = World::with_database(company(20), database, &[("CRON_SECRET", CRON_SECRET)]);
        let email = world.get("users?limit=1").await.emails().remove(0);
        let change = json!({ "email": email, "add": ["HR-Team"] }).to_string();
        let admin = |request: http::request::Builder| request.header("authorization", format!("Bearer {ADMIN}"));
        let requests = [
            (admin(Request::post("/api/groups")).header("content-type", "application/json"), Bytes::from(change.clone())),
            (admin(Request::post("/api/sync")), Bytes::new()),
            // Last, since a read would go on unnoticed in a transaction that was left open.
            (admin(Request::get("/api/actions?verify=true")), Bytes::new()),
        ];
        for index in 0..requests.len() {
            for polls in (1..).step_by(3) {
                let (request, body) = &requests[index];
                let request = clone(request);
                let process = EndingProcess::default();
                let sent = world.send_with_background(&process, request, body.clone());
                let outcome = process.ended_after(polls, sent).await;
                // Leases of a process that ended are over by then.
                world.advance(TimeDelta::seconds(301));
                for (request, body) in &requests {
                    let next = world.send_body(clone(request), body.clone()).await;
                    assert_eq!(next.status, 200, "after {polls} polls of request {index}: {}", next.text());
                }
                if outcome.is_some() {
                    break;
                }
            }
        }
    }
}

fn clone(request: &http::request::Builder) -> http::request::Builder {
    let mut copy = Request::builder();
    copy = copy.method(request.method_ref().cloned().expect("a method"));
    copy = copy.uri(request.uri_ref().cloned().expect("a path"));
    for (name, value) in request.headers_ref().expect("headers") {
        copy = copy.header(name, value);
    }
    copy
}
