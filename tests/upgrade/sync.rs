//! A sync on a database of an earlier release: its tables are added, and open actions end as by a repeated key.

use chrono::TimeDelta;
use lastpass_sim::Company;
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind},
    sync::{CHANGES_ONLY, SCHEDULED, parts},
    upgrade::{
        Sample,
        changes::{BOTH_SECRETS, change_groups, company_as_json, person, settings, whole_record},
        on_every_sample, script,
    },
    world::{TestResponse, World},
};

/// The tables of sync that exist.
async fn tables(database: &Database) -> Vec<String> {
    let names = "('lastpass_users', 'lastpass_user_changes', 'lastpass_daily_figures')";
    let sql = if database.is_postgres() {
        format!("select cast(tablename as text) from pg_tables where tablename in {names} order by 1")
    } else {
        format!("select name from sqlite_master where type = 'table' and name in {names} order by 1")
    };
    database.texts(&sql).await
}

/// An instance with a scheduler.
fn scheduled(world: &World, database: &Database, more: &[(&'static str, &'static str)]) -> World {
    world.another_instance(database, &[&settings(BOTH_SECRETS)[..], SCHEDULED, more].concat())
}

/// The actions that were open, without times, but those that only a repeated key begins or cannot name.
fn open_actions(record: &Value) -> Vec<Value> {
    assert_eq!(record["chain"]["ok"], true, "{}", record["chain"]);
    let names: Vec<String> = names().map(person).collect();
    let mut actions: Vec<Value> = record["actions"].as_array().expect("actions").to_vec();
    actions.retain(|action| names.iter().any(|name| action["email"] == *name));
    for action in &mut actions {
        for step in action["steps"].as_array_mut().expect("steps") {
            step.as_object_mut().expect("a step").remove("at");
        }
    }
    actions.into_iter().map(|action| json!([action["email"], action["outcome"], action["steps"]])).collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    let open = script::open().into_iter().map(|(request, _)| request.name);
    open.filter(|name| !["keyless", "unrecorded", "claimed"].contains(name))
}

/// What was sent to LastPass but readings, and the company after it.
fn effects(world: &World) -> (Vec<String>, Value) {
    let calls = world.sim.calls().into_iter().filter(|call| !call.command.starts_with("get"));
    let mut sent: Vec<_> = calls.map(|call| format!("{} {}", call.command, call.usernames.join(" "))).collect();
    sent.sort();
    (sent, company_as_json(world))
}

/// How the open actions end if each key is repeated, and what that does.
async fn by_repeated_keys() -> (Vec<Value>, (Vec<String>, Value)) {
    let world = Sample::read(DatabaseKind::Sqlite).open(&Database::sqlite()).await;
    let open: Vec<_> = script::open()
        .into_iter()
        .map(|(request, _)| request)
        .filter(|request| names().any(|name| name == request.name))
        .collect();
    // The first time at once. These two would wait for what LastPass accepted.
    for request in open.iter().filter(|request| !["warned", "vanished"].contains(&request.name)) {
        request.send(&world).await;
    }
    world.advance(TimeDelta::seconds(61));
    for request in &open {
        request.send(&world).await;
    }
    (open_actions(&whole_record(&world).await), effects(&world))
}

fn statuses(run: &TestResponse) -> Vec<String> {
    assert_eq!(run.status, 200, "{}", run.text());
    parts(run).into_iter().map(|(_, status, _)| status).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_settles_what_repeated_keys_settle_and_sends_nothing_twice() {
    let (actions, effects_of_keys) = by_repeated_keys().await;
    on_every_sample(async |sample, database| {
        let world = scheduled(&sample.open(&database).await, &database, &[]);
        let mut settled = 0;
        for _ in 0..2 {
            let run = world.sync().await;
            assert_eq!(statuses(&run), ["done"; 4], "{}", run.text());
            settled += parts(&run)[2].2;
            world.advance(TimeDelta::seconds(61));
        }
        let record = whole_record(&world).await;
        assert_eq!(open_actions(&record), actions);
        let keyless =
            record["actions"].as_array().expect("actions").iter().find(|action| action["email"] == person("keyless"));
        assert_eq!(keyless.expect("an action")["outcome"], "confirmed");
        assert_eq!(effects(&world), effects_of_keys);
        assert_eq!(settled, actions.len() as u64 + 1);
        world.sim.clear_calls();
        let run = world.sync().await;
        assert_eq!((parts(&run)[2].2, effects(&world).0.len()), (0, 0), "everything has ended");
        assert_eq!(open_actions(&whole_record(&world).await), actions);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_adds_the_tables_and_a_preview_and_a_restricted_role_go_on_without() {
    on_every_sample(async |sample, database| {
        let owner = sample.open(&database).await;
        let rows = whole_record(&owner).await["chain"]["count"].as_u64();
        let preview: &[_] = &[("VERCEL_ENV", "preview"), ("CHANGES", "on")];
        let mut limited = vec![scheduled(&owner, &database, preview)];
        if database.is_postgres() && !database.is_pooled() {
            let restricted = database.as_restricted_role(CHANGES_ONLY).await;
            limited.push(scheduled(&owner, &restricted, &[]));
        }
        for (world, name) in limited.iter().zip(["member", "by-jwt"]) {
            let run = world.sync().await;
            assert_eq!(statuses(&run), ["skipped", "skipped", "done", "skipped"], "{}", run.text());
            assert_eq!(run.json()["complete"], true);
            let change = change_groups(name).without_key().send(world).await;
            assert_eq!(change.status, 200, "{}", change.text());
            let health = world.get("health").await.json();
            let sync = health["parts"].as_array().expect("parts").iter().find(|part| part["name"] == "sync");
            let sync = sync.expect("a part");
            assert_eq!(
                (&sync["status"], sync["detail"].to_string().contains("version 2")),
                (&json!("off"), true),
                "{sync}"
            );
            assert_eq!(tables(&database).await, [""; 0]);
            let record = whole_record(world).await;
            assert_eq!(record["chain"]["ok"], true);
            assert!(record["chain"]["count"].as_u64() > rows, "the change is recorded");
            world.advance(TimeDelta::seconds(61));
        }
        let world = scheduled(&owner, &database, &[]);
        assert_eq!(statuses(&world.sync().await), ["done"; 4]);
        assert_eq!(tables(&database).await, ["lastpass_daily_figures", "lastpass_user_changes", "lastpass_users"]);
        let listed = world.sim.with_company(|company: &mut Company| company.users.len() + company.invited.len());
        let people = database.texts("select user_key from lastpass_users where left_at is null").await;
        assert_eq!(people.len(), listed);
        assert_eq!(whole_record(&world).await["chain"]["ok"], true);
        // The limited ones see the tables now, and lose nothing by it.
        for world in &limited {
            assert_eq!(whole_record(world).await["chain"]["ok"], true);
        }
    })
    .await;
}
