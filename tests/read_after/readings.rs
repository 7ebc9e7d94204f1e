//! A reading that is under way when a change is made.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{FutureExt, future::BoxFuture, join};
use http::Request;
use lastpass_core::lastpass::{Transport, TransportError};
use lastpass_sim::Simulator;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    companies::with_leaver,
    database::Database,
    read_after::deployment::READ_AFTER,
    world::{ADMIN, TestResponse, World},
};

/// LastPass, whose next reply to one command is held back after it was made.
struct HeldReply {
    sim: Simulator,
    command: &'static str,
    is_next: AtomicBool,
    begun: Semaphore,
    released: Semaphore,
}

impl HeldReply {
    fn new(sim: &Simulator, command: &'static str) -> Arc<Self> {
        let [begun, released] = [Semaphore::new(0), Semaphore::new(0)];
        Arc::new(Self { sim: sim.clone(), command, is_next: AtomicBool::new(true), begun, released })
    }

    async fn wait_until_begun(&self) {
        self.begun.acquire().await.expect("open").forget();
    }
}

impl Transport for HeldReply {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        let is_held = body["cmd"] == self.command && self.is_next.swap(false, Ordering::SeqCst);
        async move {
            let reply = self.sim.send(request).await;
            if is_held {
                self.begun.add_permits(1);
                self.released.acquire().await.expect("open").forget();
            }
            reply
        }
        .boxed()
    }
}

type Shows = fn(&TestResponse) -> bool;

/// Reads, the command whose reply is held back, and whether the reply shows the change.
const READS: [(&str, &str, Shows); 5] = [
    ("security-report", "getuserdata", |reply| reply.json()["stats"]["disabledUsers"] == 1),
    ("users?status=disabled", "getuserdata", |reply| reply.emails().len() == 1),
    ("shared-folders?holders=disabled", "getuserdata", |reply| reply.json()["folders"][0]["id"] == "11"),
    ("audit-logs?target=colleague@example.com", "reporting", |reply| reply.json()["total"] == 1),
    ("users?id=3", "reporting", |reply| reply.json()["user"]["events"][0]["target"] == "colleague@example.com"),
];

fn deactivate() -> Value {
    json!({ "email": "colleague@example.com", "action": "deactivate" })
}

#[tokio::test]
async fn an_earlier_reading_of_another_process_is_neither_joined_nor_kept() {
    for (path, command, shows) in READS {
        let database = Database::sqlite();
        let writer = World::with_database(with_leaver(), &database, &[]);
        let held = HeldReply::new(&writer.sim, command);
        let reader = writer.instance_with_transport(Arc::clone(&held) as Arc<dyn Transport>, &database, &[]);
        let after = async {
            held.wait_until_begun().await;
            writer.advance(TimeDelta::seconds(1));
            let value = writer.post("users", deactivate()).await.header(READ_AFTER).to_owned();
            assert!(!value.is_empty());
            let request = move || {
                let request = Request::get(format!("/api/{path}")).header("authorization", format!("Bearer {ADMIN}"));
                request.header(READ_AFTER, &value)
            };
            let joined = reader.send(request()).await;
            assert!(shows(&joined), "{path}, while the earlier reading is under way: {}", joined.text());
            held.released.add_permits(1);
            request
        };
        let (earlier, request) = join!(reader.get(path), after);
        assert_eq!(earlier.status, 200, "{}", earlier.text());
        reader.join_background().await;
        let kept = reader.send(request()).await;
        assert!(shows(&kept), "{path}, after the earlier reading ended: {}", kept.text());
        let plain = reader.get(path).await;
        assert!(shows(&plain), "{path}, without the value: {}", plain.text());
    }
}

#[tokio::test]
async fn an_earlier_reading_of_the_same_process_is_neither_joined_nor_kept() {
    for (path, command, shows) in READS {
        let database = Database::sqlite();
        let first = World::with_database(with_leaver(), &database, &[]);
        let held = HeldReply::new(&first.sim, command);
        let world = first.instance_with_transport(Arc::clone(&held) as Arc<dyn Transport>, &database, &[]);
        let after = async {
            held.wait_until_begun().await;
            assert_eq!(world.post("users", deactivate()).await.status, 200);
            let joined = world.get(path).await;
            assert!(shows(&joined), "{path}, while the earlier reading is under way: {}", joined.text());
            held.released.add_permits(1);
        };
        let (earlier, ()) = join!(world.get(path), after);
        assert_eq!(earlier.status, 200, "{}", earlier.text());
        world.join_background().await;
        let kept = world.get(path).await;
        assert!(shows(&kept), "{path}, after the earlier reading ended: {}", kept.text());
    }
}
