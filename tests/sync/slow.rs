//! A sync that takes long: changes stay possible, and a later run does what there was no time for.

use std::{pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::future::{BoxFuture, Either, FutureExt, join, select};
use http::{Request, Response};
use lastpass_core::lastpass::{Transport, TransportError};
use lastpass_sim::{Company, Fault, FaultKind, Simulator};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    changes::states,
    database::{Database, DatabaseKind, on_every_database},
    interrupted::{EndingProcess, polled},
    sync::{SCHEDULED, company, current, history, numbered, parts, scheduled},
    world::{TestResponse, World, new_user},
};

/// A connection to LastPass that waits before the first reading of the list, or is slow at each.
struct Connection {
    sim: Simulator,
    reached: Arc<Notify>,
    released: Arc<Notify>,
    delay: Duration,
}

impl Connection {
    /// Waits to be released.
    fn held(sim: &Simulator) -> Self {
        Self { sim: sim.clone(), reached: Arc::default(), released: Arc::default(), delay: Duration::ZERO }
    }

    /// Takes this long at each reading.
    fn slow(sim: &Simulator, delay: Duration) -> Self {
        Self { delay, ..Self::held(sim) }
    }
}

/// While it lives, time passes as soon as everything waits for it.
struct Paused;

impl Paused {
    fn start() -> Self {
        tokio::time::pause();
        Self
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}

impl Transport for Connection {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        async move {
            if self.delay.is_zero() {
                self.reached.notify_one();
                self.released.notified().await;
                self.released.notify_one();
            } else {
                let _paused = Paused::start();
                tokio::time::sleep(self.delay).await;
            }
            self.sim.send(request).await
        }
        .boxed()
    }
}

/// The status of each part.
fn statuses(run: &TestResponse) -> Vec<String> {
    parts(run).into_iter().map(|(_, status, _)| status).collect()
}

fn add_to_group(id: u64) -> Value {
    json!({ "email": format!("user{id}@example.com"), "add": ["HR-Team"] })
}

on_every_database! {
    async fn changes_complete_while_lastpass_lets_a_sync_wait(database) {
        let world = World::with_database(company(numbered(1..=9)), database, SCHEDULED);
        world.sync_next_day().await;
        let connection = Connection::held(&world.sim);
        let (reached, released) = (Arc::clone(&connection.reached), Arc::clone(&connection.released));
        let process = world.instance_with_transport(Arc::new(connection), database, SCHEDULED);
        let run = pin!(process.sync());
        let Either::Right(((), run)) = select(run, pin!(reached.notified())).await else {
            panic!("the sync reads LastPass");
        };
        world.sync().await.problem(409, "sync-running");
        assert_eq!(world.post("provision-user", new_user("ann")).await.status, 201);
        assert_eq!(world.post("groups", add_to_group(1)).await.status, 200);
        released.notify_one();
        let run = run.await;
        assert_eq!((run.status.as_u16(), statuses(&run)), (200, vec!["done".to_owned(); 4]), "{}", run.text());
        let mut noted = history(database).await;
        noted.sort();
        assert_eq!(noted, ["1 groupJoined to HR-Team", "10 joined"]);
    }
}

/// On SQLite, which has one writer at a time, a change waits for the transaction that a sync is in.
#[tokio::test]
async fn changes_complete_wherever_a_sync_stops_for_a_while() {
    for kind in [DatabaseKind::Postgres, DatabaseKind::Pooler] {
        let Some(database) = kind.empty().await else { continue };
        let world = World::with_database(company(numbered(1..=60)), &database, SCHEDULED);
        world.sync_next_day().await;
        let mut expected = Vec::new();
        for place in 1..=40 {
            // Something to write in every run.
            world.sim.with_company(|company| company.users[place].disabled = true);
            expected.push(format!("{} disabled", place + 1));
            world.advance(TimeDelta::hours(6));
            let instance = world.another_instance(&database, SCHEDULED);
            let process = EndingProcess::default();
            let request = instance.send_with_background(&process, scheduled(), Bytes::new());
            let mut run = pin!(process.driven(request));
            let ended = polled(place as u64 * 4, &mut run).await;
            let change = world.post("groups", add_to_group(60 - place as u64)).await;
            assert_eq!(change.status, 200, "{kind:?} at {place}: {}", change.text());
            let is_over = ended.is_some();
            let run = match ended {
                Some(run) => run,
                None => run.await,
            };
            assert_eq!((run.status.as_u16(), statuses(&run)), (200, vec!["done".to_owned(); 4]), "{}", run.text());
            if is_over {
                break;
            }
        }
        let disabled = history(&database).await.into_iter().filter(|line| line.ends_with("disabled"));
        assert_eq!(disabled.collect::<Vec<_>>(), expected);
    }
}

on_every_database! {
    async fn a_change_is_made_between_two_pages_that_a_sync_writes(database) {
        const OLD: u64 = 100_000;
        let world = World::with_database(company(numbered(1..=9)), database, SCHEDULED);
        world.sync_next_day().await;
        let numbers = if database.is_postgres() {
            format!("select from generate_series(1, {OLD})")
        } else {
            format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {OLD}) select from n")
        };
        let row = "select '1', '2020-01-01T00:00:00.000Z', 'disabled' from";
        let rows = numbers.replacen("select from", row, 1);
        database.tamper(&format!("insert into lastpass_user_changes (user_key, at, kind) {rows}")).await;
        let left = async || {
            let count = database.texts("select cast(count(*) as text) from lastpass_user_changes").await;
            count[0].parse::<u64>().expect("a count")
        };
        let other = world.another_instance(database, SCHEDULED);
        let mut run = pin!(world.sync());
        while match select(run, pin!(left())).await {
            Either::Right((left, going_on)) => {
                run = going_on;
                left == OLD
            }
            Either::Left(_) => panic!("a hundred pages are deleted"),
        } {}
        match select(run, pin!(other.post("groups", add_to_group(1)))).await {
            Either::Right((change, run)) => {
                assert_eq!(change.status, 200, "{}", change.text());
                assert_eq!(statuses(&run.await), ["done"; 4]);
            }
            Either::Left(_) => panic!("the change waited for all pages"),
        }
        assert_eq!(left().await, 0);
    }
}

/// Postgres shows which transaction wrote a row.
#[tokio::test]
async fn no_transaction_of_a_sync_writes_over_a_thousand_rows() {
    for kind in [DatabaseKind::Postgres, DatabaseKind::Pooler] {
        let Some(database) = kind.empty().await else { continue };
        let largest = async || {
            let written = "select xmin::text as by from lastpass_users union all \
                           select xmin::text from lastpass_user_changes";
            let sizes = format!("select count(*) as size from ({written}) as rows group by by");
            let largest = format!("select max(size)::text from ({sizes}) as sizes");
            database.texts(&largest).await[0].parse::<u64>().expect("a count")
        };
        let world = World::with_database(company(numbered(1..=2_500)), &database, SCHEDULED);
        world.sync_next_day().await;
        assert_eq!(largest().await, 1_000);
        // Four rows for each user.
        world.sim.with_company(|company| {
            for user in &mut company.users {
                (user.disabled, user.admin, user.groups) = (true, true, vec!["VPN".to_owned()]);
            }
        });
        world.sync_next_day().await;
        assert_eq!(history(&database).await.len(), 3 * 2_500);
        assert_eq!(largest().await, 1_000);
        // So many leave at once that only a third reading confirms it.
        world.sim.with_company(|company| company.users.truncate(1_000));
        world.sync_next_day().await;
        world.advance(TimeDelta::days(1));
        world.sync().await.problem(500, "sync-incomplete");
        world.sync_next_day().await;
        assert_eq!(history(&database).await.len(), 3 * 2_500 + 1_500);
        assert_eq!(largest().await, 1_000);
    }
}

on_every_database! {
    async fn people_are_read_by_a_later_run_if_lastpass_is_slow(database) {
        let world = World::with_database(company(numbered(1..=2_001)), database, SCHEDULED);
        let slow = Connection::slow(&world.sim, Duration::from_secs(70));
        let slow = world.instance_with_transport(Arc::new(slow), database, SCHEDULED);
        // Of two pages, the second is too late.
        let run = slow.sync().await;
        assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(false)), "{}", run.text());
        assert_eq!(statuses(&run), ["partial", "skipped", "done", "done"], "{}", run.text());
        assert_ne!(run.json()["parts"][0]["detail"], "", "it says what is left");
        assert_eq!(database.texts("select cast(date as text) from lastpass_daily_figures").await, [""; 0]);
        world.sync_next_day().await;
        assert_eq!((current(database).await.len(), history(database).await), (2_001, vec![]), "the first whole reading");
        // Half an answer later on is no departure, and notes what it shows once.
        world.sim.with_company(|company| (company.users[0].admin, company.users[2_000].admin) = (true, true));
        assert_eq!(statuses(&slow.sync().await)[0], "partial");
        world.sync_next_day().await;
        world.sync_next_day().await;
        assert_eq!(current(database).await.len(), 2_001);
        assert_eq!(history(database).await, ["1 adminGiven", "2001 adminGiven"]);
    }
}

/// A company with people whose provisioning was cut off.
async fn with_open_actions(database: &Database, people: u64) -> World {
    let world = World::with_database(Company::empty(), database, SCHEDULED);
    for id in 1..=people {
        let name = format!("user{id}");
        // LastPass acts, and neither its reply nor a reading arrives.
        world.sim.inject(Fault::once(FaultKind::ResetAfter).on("batchadd"));
        world.sim.inject(Fault { skip: 3, times: Some(3), ..Fault::once(FaultKind::Refused).on("getuserdata") });
        let lost = world.post_once(&name, "provision-user", new_user(&name)).await.problem(504, "outcome-unknown");
        assert_eq!(states(&lost), ["unknown", "planned"]);
        world.sim.clear_faults();
    }
    world.advance(TimeDelta::seconds(61));
    world.sim.clear_calls();
    world
}

/// The number of times that each user was put into a group, by calls to LastPass.
fn sent(world: &World) -> Vec<String> {
    let calls = world.sim.calls().into_iter().filter(|call| call.command == "batchchangegrp");
    let mut sent: Vec<String> = calls.flat_map(|call| call.usernames).collect();
    sent.sort();
    sent
}

/// The state of the steps of every action, and whether the record is whole.
async fn steps(world: &World) -> Vec<Vec<String>> {
    let record = world.get("actions?verify=true&limit=1000").await.json();
    assert_eq!(record["chain"]["ok"], true, "{}", record["chain"]);
    let actions = record["actions"].as_array().expect("actions").iter();
    actions.map(|action| states(action).into_iter().map(str::to_owned).collect()).collect()
}

on_every_database! {
    async fn a_sync_and_repeated_keys_at_once_send_a_step_once(database) {
        let world = with_open_actions(database, 4).await;
        let other = world.another_instance(database, SCHEDULED);
        let repeat = async |id: u64| {
            let name = format!("user{id}");
            other.post_once(&name, "provision-user", new_user(&name)).await
        };
        let (run, _) = join(world.sync(), join(repeat(1), repeat(3))).await;
        assert_eq!(run.status, 200, "{}", run.text());
        world.advance(TimeDelta::seconds(61));
        let run = world.sync().await;
        assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(true)), "{}", run.text());
        assert_eq!(sent(&world), ["user1@example.com", "user2@example.com", "user3@example.com", "user4@example.com"]);
        assert_eq!(steps(&world).await, vec![vec!["confirmed"; 2]; 4]);
        for id in 1..=4 {
            let repeated = repeat(id).await;
            assert_eq!((repeated.status.as_u16(), repeated.header("idempotency-replayed")), (201, "true"));
        }
        assert_eq!(sent(&world).len(), 4, "nothing is sent again");
    }
}

on_every_database! {
    async fn a_sync_without_changes_only_reads(database) {
        for changes in ["off", "dryRun"] {
            let database = if changes == "off" { database } else { &Database::sqlite() };
            let world = with_open_actions(database, 1).await;
            let reading = world.another_instance(database, &[SCHEDULED, &[("CHANGES", changes)]].concat());
            assert_eq!(reading.sync().await.status, 200);
            assert_eq!(sent(&world), [""; 0], "{changes}");
            assert!(world.sim.calls().iter().all(|call| call.command.starts_with("get")), "{:?}", world.sim.calls());
            // What was planned is sent within its hour, by a run that may.
            let run = world.sync().await;
            assert_eq!(statuses(&run)[2], "done", "{}", run.text());
            assert_eq!((sent(&world), steps(&world).await), (vec!["user1@example.com".to_owned()], vec![vec!["confirmed".to_owned(); 2]]));
        }
    }
}

on_every_database! {
    async fn an_action_that_cannot_be_read_keeps_no_other_open(database) {
        let world = with_open_actions(database, 3).await;
        let altered = "update lastpass_record set content = '{}' where email = 'user1@example.com'";
        database.tamper_with_record(altered).await;
        let run = world.sync().await;
        let problem = run.problem(500, "sync-incomplete");
        let changes = &problem["parts"][2];
        assert_eq!((&changes["status"], &changes["count"]), (&json!("failed"), &json!(2)), "{problem}");
        assert_eq!(sent(&world), ["user2@example.com", "user3@example.com"]);
    }
}

on_every_database! {
    async fn actions_are_settled_by_later_runs_if_lastpass_is_slow(database) {
        let world = with_open_actions(database, 5).await;
        let slow = Connection::slow(&world.sim, Duration::from_secs(45));
        let slow = world.instance_with_transport(Arc::new(slow), database, SCHEDULED);
        let run = slow.sync().await;
        assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(false)), "{}", run.text());
        assert_eq!(statuses(&run)[2], "partial", "{}", run.text());
        world.advance(TimeDelta::minutes(10));
        let run = world.sync().await;
        assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(true)), "{}", run.text());
        assert_eq!(steps(&world).await, vec![vec!["confirmed"; 2]; 5]);
        assert_eq!(sent(&world).len(), 5, "each once");
    }
}
