//! Faults that random runs once found, each as a minimal case.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, select};
use http::Request;
use lastpass_core::web::Background;
use lastpass_sim::{Fault, FaultKind, User};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    companies::with_bob,
    database::{Database, DatabaseKind},
    world::{ADMIN, World},
};

const BOB: &str = "bob@example.com";

fn bob(world: &World) -> User {
    world.sim.with_company(|company| company.users.iter().find(|user| user.username == BOB).cloned()).expect("Bob")
}

fn act(email: &str, action: &str) -> Value {
    json!({ "email": email, "action": action, "allowOrphans": true })
}

/// A command without a visible effect acts late, after the opposite change was requested. Returns whether the opposite
/// change was reported as successful, and Bob's account after both.
async fn acts_late(command: &str, path: &str, first: Value, opposite: Value) -> (bool, User) {
    const LATE: Duration = Duration::from_millis(200);
    let database = Database::sqlite();
    let world = World::with_database(with_bob(), &database, &[]);
    let late = Fault::once(FaultKind::LateExecution(LATE)).on(command);
    world.sim.inject(late);
    world.post(path, first).await;
    let reply = world.post(path, opposite).await;
    tokio::time::sleep(LATE * 2).await;
    (reply.status.is_success(), bob(&world))
}

#[tokio::test]
async fn a_late_restore_does_not_undo_a_deactivation() {
    let (is_done, bob) = acts_late("enableuser", "users", act(BOB, "restore"), act(BOB, "deactivate")).await;
    assert_eq!(bob.disabled, is_done, "reported as deactivated, and active again");
}

#[tokio::test]
async fn a_late_addition_to_a_group_does_not_undo_a_removal() {
    let body = |member: &str| json!({ "email": BOB, member: ["HR-Team"] });
    let (is_done, bob) = acts_late("batchchangegrp", "groups", body("add"), body("remove")).await;
    let is_out = !bob.groups.contains(&"HR-Team".to_owned());
    assert_eq!(is_out, is_done, "reported as removed from the group, and a member again");
}

/// Polls work a number of times, and then neither continues nor drops it: an instance that is frozen.
struct Freezing {
    polls: usize,
    frozen: Arc<Mutex<Vec<BoxFuture<'static, ()>>>>,
    reached: Arc<Notify>,
}

impl Freezing {
    fn after(polls: usize) -> Self {
        Self { polls, frozen: Arc::default(), reached: Arc::default() }
    }

    /// Sends a change to an instance, until that responds or is frozen.
    async fn send(&self, instance: &World, path: &str, key: &str, body: &Value) {
        let request = Request::post(format!("/api/{path}"))
            .header("authorization", format!("Bearer {ADMIN}"))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        let response = pin!(instance.send_with_background(self, request, Bytes::from(body.to_string())));
        select(response, pin!(self.reached.notified())).await;
    }

    /// Drops all that the instance holds, as the end of its process does.
    fn kill(&self) {
        self.frozen.lock().expect("no panic while locked").clear();
    }
}

impl Background for Freezing {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let (mut work, mut polls) = (Some(work), self.polls);
        let (frozen, reached) = (Arc::clone(&self.frozen), Arc::clone(&self.reached));
        tokio::spawn(poll_fn(move |context| {
            if polls == 0 {
                frozen.lock().expect("no panic while locked").extend(work.take());
                reached.notify_one();
            }
            polls = polls.saturating_sub(1);
            work.as_mut().map_or(Poll::Pending, |work| work.poll_unpin(context))
        }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_freezes_in_a_transaction_does_not_stop_the_others() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    let mut company = with_bob();
    company.users.extend((0..60).map(|number| User::new(number + 10, format!("p{number}@example.com"))));
    let world = World::with_database(company, &database, &[("OFFBOARDING_LIMIT", "10000")]);
    world.post("users", act(BOB, "deactivate")).await;
    for polls in 0..30 {
        let instance = world.another_instance(&database, &[("OFFBOARDING_LIMIT", "10000")]);
        // It never responds, and keeps what it holds, including its connection.
        let freezing = Freezing::after(polls);
        let change = act(&format!("p{}@example.com", 2 * polls), "deactivate");
        freezing.send(&instance, "users", &format!("k{polls}"), &change).await;
        let other = act(&format!("p{}@example.com", 2 * polls + 1), "deactivate");
        let mut answer = pin!(world.post("users", other));
        if tokio::time::timeout(Duration::from_secs(1), &mut answer).await.is_err() {
            let freed = tokio::time::timeout(Duration::from_secs(20), answer).await;
            assert!(freed.is_ok(), "frozen after {polls} polls, it blocks every other change");
            return;
        }
        freezing.kill();
    }
}

#[tokio::test]
async fn the_interrupted_step_is_read_back_before_the_next_is_sent() {
    let database = Database::sqlite();
    let world = World::with_database(with_bob(), &database, &[]);
    // Each process dies one poll later, until one dies between the two memberships.
    let change = json!({ "email": BOB, "add": ["Legal-Team", "Finance-Team"] });
    for polls in 0..200 {
        let instance = world.another_instance(&database, &[]);
        let freezing = Freezing::after(polls);
        freezing.send(&instance, "groups", &format!("k{polls}"), &change).await;
        freezing.kill();
        world.advance(chrono::TimeDelta::minutes(2));
        let states = world.get(&format!("actions?email={BOB}")).await.json();
        let steps = &states["actions"][0]["steps"];
        if steps[0]["state"] == "unknown" && steps[1]["state"] == "planned" {
            world.sim.clear_calls();
            world.post_once(&format!("k{polls}"), "groups", change.clone()).await;
            let commands: Vec<_> = world.sim.calls().into_iter().map(|call| call.command).collect();
            assert_eq!(commands.first().map(String::as_str), Some("getuserdata"), "{commands:?}");
            return;
        }
        world.post_once(&format!("k{polls}"), "groups", change.clone()).await;
    }
    panic!("no process died between the two memberships");
}
