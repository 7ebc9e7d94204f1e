//! What chance once found, each as small as it can be told.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use http::Request;
use lastpass_core::web::Background;
use lastpass_sim::{Fault, FaultKind, User};
use serde_json::{Value, json};

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

/// A command that asks for what is so already acts late; meanwhile the opposite is asked for. Tells whether that was
/// told as done, and how Bob stands when all has come in.
async fn acts_late(command: &str, path: &str, first: Value, opposite: Value) -> (bool, User) {
    const LATE: Duration = Duration::from_millis(200);
    let database = Database::sqlite();
    let world = World::with_database(with_bob(), &database, &[]);
    let late = Fault { command: Some(command.to_owned()), ..Fault::once(FaultKind::LateExecution(LATE)) };
    world.sim.inject(late);
    world.post(path, first).await;
    let reply = world.post(path, opposite).await;
    tokio::time::sleep(LATE * 2).await;
    (reply.status.is_success(), bob(&world))
}

#[tokio::test]
async fn a_restore_that_acts_late_lets_no_leaver_in_again() {
    let (is_done, bob) = acts_late("enableuser", "users", act(BOB, "restore"), act(BOB, "deactivate")).await;
    assert_eq!(bob.disabled, is_done, "he was told to be off-boarded, and is in again");
}

#[tokio::test]
async fn a_membership_that_is_given_late_is_not_one_that_was_taken_since() {
    let ask = |member: &str| json!({ "email": BOB, member: ["HR-Team"] });
    let (is_done, bob) = acts_late("batchchangegrp", "groups", ask("add"), ask("remove")).await;
    let is_out = !bob.groups.contains(&"HR-Team".to_owned());
    assert_eq!(is_out, is_done, "he was told to be out of the group, and is in again");
}

/// Polls work so often, and then neither goes on nor lets go: an instance that is frozen, or ends without a word.
struct Freezing {
    polls: usize,
    frozen: Arc<Mutex<Vec<BoxFuture<'static, ()>>>>,
}

impl Background for Freezing {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let (mut work, mut polls, frozen) = (Some(work), self.polls, Arc::clone(&self.frozen));
        tokio::spawn(poll_fn(move |context| {
            if polls == 0 {
                frozen.lock().expect("no panic").extend(work.take());
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
        let frozen = Arc::new(Mutex::new(Vec::new()));
        let background = Freezing { polls, frozen: Arc::clone(&frozen) };
        let request = Request::post("/api/users")
            .header("authorization", format!("Bearer {ADMIN}"))
            .header("content-type", "application/json");
        let body = Bytes::from(act(&format!("p{}@example.com", 2 * polls), "deactivate").to_string());
        // It never answers: what it holds stays as it is, its connection with it.
        let _ =
            tokio::time::timeout(Duration::from_millis(200), instance.send_with_background(&background, request, body))
                .await;
        let other = act(&format!("p{}@example.com", 2 * polls + 1), "deactivate");
        let mut answer = pin!(world.post("users", other));
        if tokio::time::timeout(Duration::from_secs(1), &mut answer).await.is_err() {
            let freed = tokio::time::timeout(Duration::from_secs(20), answer).await;
            assert!(freed.is_ok(), "frozen after {polls} polls, it stops every change of everybody");
            return;
        }
        frozen.lock().expect("no panic").clear();
    }
}

#[tokio::test]
async fn what_was_being_sent_is_looked_at_before_anything_else_is_sent() {
    let database = Database::sqlite();
    let world = World::with_database(with_bob(), &database, &[]);
    // Processes die one step later each time, until one does between the sending of the two memberships.
    let ask = || json!({ "email": BOB, "add": ["Legal-Team", "Finance-Team"] });
    for polls in 0..200 {
        let instance = world.another_instance(&database, &[]);
        let frozen = Arc::new(Mutex::new(Vec::new()));
        let background = Freezing { polls, frozen: Arc::clone(&frozen) };
        let request = Request::post("/api/groups")
            .header("authorization", format!("Bearer {ADMIN}"))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("k{polls}"));
        let body = Bytes::from(ask().to_string());
        let _ =
            tokio::time::timeout(Duration::from_millis(100), instance.send_with_background(&background, request, body))
                .await;
        frozen.lock().expect("no panic").clear();
        world.advance(chrono::TimeDelta::minutes(2));
        let states = world.get(&format!("actions?email={BOB}")).await.json();
        let steps = &states["actions"][0]["steps"];
        if steps[0]["state"] == "unknown" && steps[1]["state"] == "planned" {
            world.sim.clear_calls();
            world.post_once(&format!("k{polls}"), "groups", ask()).await;
            let commands: Vec<_> = world.sim.calls().into_iter().map(|call| call.command).collect();
            assert_eq!(commands.first().map(String::as_str), Some("getuserdata"), "{commands:?}");
            return;
        }
        world.post_once(&format!("k{polls}"), "groups", ask()).await;
    }
    panic!("no process died between the two");
}
