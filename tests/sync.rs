//! The sync: users and figures in the company's own database, and what changed from day to day.

mod days;
mod demo;
mod oracle;
mod outage;
mod people;
mod slow;
mod stored;

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::future::join;
use http::Request;
use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    interrupted::{EndingProcess, dropped_after},
    record::documented_role,
    world::{ADMIN, AUDITOR, CRON_SECRET, TestResponse, World},
};

pub(crate) const SCHEDULED: &[(&str, &str)] = &[("CRON_SECRET", CRON_SECRET)];

/// A company of these users.
fn company(users: impl IntoIterator<Item = User>) -> Company {
    Company { users: users.into_iter().collect(), ..Company::empty() }
}

fn numbered(ids: impl IntoIterator<Item = u64>) -> Vec<User> {
    ids.into_iter().map(|id| User::new(id, format!("user{id}@example.com"))).collect()
}

/// A request of the scheduler.
pub(crate) fn scheduled() -> http::request::Builder {
    Request::get("/api/lastpass/sync").header("authorization", format!("Bearer {CRON_SECRET}"))
}

impl World {
    /// A run of the scheduler.
    pub(crate) async fn sync(&self) -> TestResponse {
        self.send(scheduled()).await
    }

    /// A run in which every part is done, on the next day.
    pub(crate) async fn sync_next_day(&self) {
        self.advance(TimeDelta::days(1));
        let run = self.sync().await;
        assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(true)), "{}", run.text());
    }
}

/// The parts of a run by their names: status and count.
pub(crate) fn parts(run: &TestResponse) -> Vec<(String, String, u64)> {
    let json = run.json();
    let text = |part: &Value, member: &str| part[member].as_str().expect("text").to_owned();
    let parts = json["parts"].as_array().expect("parts").iter();
    parts.map(|part| (text(part, "name"), text(part, "status"), part["count"].as_u64().expect("a count"))).collect()
}

/// The history of all users, in order: the key, the kind, from and to.
async fn history(database: &Database) -> Vec<String> {
    database
        .texts(
            "select user_key || ' ' || kind || coalesce(' from ' || from_value, '') || coalesce(' to ' || to_value, '') \
             from lastpass_user_changes order by number",
        )
        .await
}

/// The users who have not left: key and address.
async fn current(database: &Database) -> Vec<String> {
    database.texts("select user_key || ' ' || email from lastpass_users where left_at is null order by user_key").await
}

on_every_database! {
    async fn the_scheduler_stores_users_and_figures(database) {
        let world = World::with_database(company(numbered(1..=3)), database, SCHEDULED);
        let run = world.sync().await;
        let expected = [("people", 3), ("figures", 1), ("changes", 0), ("retention", 0)];
        let expected: Vec<_> =
            expected.map(|(name, count)| (name.to_owned(), "done".to_owned(), count)).into_iter().collect();
        assert_eq!((run.status.as_u16(), parts(&run)), (200, expected), "{}", run.text());
        assert_eq!(run.header("cache-control"), "private, no-store");
        assert_eq!(current(database).await, ["1 user1@example.com", "2 user2@example.com", "3 user3@example.com"]);
        assert_eq!(history(database).await, [""; 0], "the first reading notes nothing");
        let figures = "select date || ' ' || score_source || ' ' || total_users || ' ' || overall_score \
                       from lastpass_daily_figures order by date";
        assert_eq!(database.texts(figures).await, ["2026-11-24 mpstrength 3 100"]);
        // A later reading of the day wins; another day is another row.
        world.sim.with_company(|company| company.users.push(User::new(4, "new@example.com")));
        world.advance(TimeDelta::hours(1));
        world.sync().await;
        world.sync_next_day().await;
        assert_eq!(database.texts(figures).await, ["2026-11-24 mpstrength 4 100", "2026-11-25 mpstrength 4 100"]);
        assert_eq!(history(database).await, ["4 joined"]);
    }
}

on_every_database! {
    async fn one_run_at_a_time(database) {
        let world = World::with_database(company(numbered(1..=2)), database, SCHEDULED);
        world.sync().await;
        let until = "2026-11-24T12:04:00.000Z";
        database.tamper(&format!("update lastpass_sync set holder = 'other', lease_until = '{until}'")).await;
        let refused = world.post("sync", json!({})).await;
        refused.problem(409, "sync-running");
        assert!((239..=240).contains(&refused.header("retry-after").parse::<u32>().expect("seconds")));
        // A run that was killed ends its lease by time.
        world.advance(TimeDelta::minutes(4));
        assert_eq!(world.post("sync", json!({})).await.status, 200);
    }
}

on_every_database! {
    async fn a_run_that_is_killed_anywhere_is_made_up_for_by_the_next(database) {
        let world = World::with_database(company(numbered(1..=6)), database, SCHEDULED);
        world.sync_next_day().await;
        world.sim.with_company(|company| {
            company.users[0].admin = true;
            company.users[1].username = "moved@example.com".to_owned();
            company.users[2] = User::new(7, "user3@example.com");
            company.users.remove(3);
            company.invited = vec!["soon@example.com".to_owned()];
        });
        for polls in 1.. {
            // A killed process takes its connections with it.
            let instance = world.another_instance(database, SCHEDULED);
            let process = EndingProcess::default();
            let run = process.ended_after(polls, instance.send_with_background(&process, scheduled(), Bytes::new())).await;
            // The lease of a killed run ends by time.
            world.advance(TimeDelta::seconds(301));
            if let Some(run) = run {
                assert_eq!(run.status, 200, "{}", run.text());
                break;
            }
        }
        world.sync_next_day().await;
        let mut history = history(database).await;
        history.sort();
        assert_eq!(history, ["1 adminGiven", "3 left", "4 left", "7 joined", "invited:soon@example.com invited"]);
        assert_eq!(
            current(database).await,
            [
                "1 user1@example.com",
                "2 moved@example.com",
                "5 user5@example.com",
                "6 user6@example.com",
                "7 user3@example.com",
                "invited:soon@example.com soon@example.com",
            ]
        );
    }
}

on_every_database! {
    async fn a_caller_who_disconnects_does_not_stop_a_run(database) {
        let world = World::with_database(company(numbered(1..=6)), database, SCHEDULED);
        world.sync_next_day().await;
        for polls in 1.. {
            world.sim.with_company(|company| company.users.push(User::new(100 + polls, format!("new{polls}@example.com"))));
            let before = history(database).await.len();
            let run = dropped_after(polls, world.sync()).await;
            world.join_background().await;
            // Until the run is in the background, nothing has begun.
            assert!((0..=1).contains(&(history(database).await.len() - before)), "{polls} polls");
            assert_eq!(database.texts("select holder from lastpass_sync").await, [""], "{polls} polls");
            if run.is_some() {
                break;
            }
        }
        world.sync_next_day().await;
    }
}

on_every_database! {
    async fn overlapping_runs_of_two_instances_note_a_change_once(database) {
        let world = World::with_database(company(numbered(1..=6)), database, SCHEDULED);
        let other = world.another_instance(database, SCHEDULED);
        world.sync_next_day().await;
        for id in 7..12 {
            world.sim.with_company(|company| company.users.push(User::new(id, format!("user{id}@example.com"))));
            let (one, two) = join(world.sync(), other.sync()).await;
            for run in [one, two] {
                assert!(run.status == 200 || run.problem(409, "sync-running").is_object(), "{}", run.text());
            }
        }
        assert_eq!(history(database).await, ["7 joined", "8 joined", "9 joined", "10 joined", "11 joined"]);
    }
}

on_every_database! {
    async fn rows_older_than_the_setting_are_deleted(database) {
        let settings = [SCHEDULED, &[("RETENTION_DAYS", "10")]].concat();
        let world = World::with_database(company(numbered(1..=3)), database, &settings);
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users.truncate(2));
        world.sync_next_day().await;
        world.sync_next_day().await;
        assert_eq!(history(database).await, ["3 left"]);
        world.advance(TimeDelta::days(10));
        let run = world.sync().await;
        assert_eq!(parts(&run)[3].2, 0, "{}", run.text());
        world.advance(TimeDelta::seconds(1));
        let run = world.sync().await;
        assert_eq!(parts(&run)[3].2, 2, "{}", run.text());
        assert_eq!(database.texts("select user_key from lastpass_users order by user_key").await, ["1", "2"]);
    }
}

#[tokio::test]
async fn the_scheduler_and_admins_alone_may_start_it() {
    let world = World::with_database(company([]), &Database::sqlite(), SCHEDULED);
    let get = |key: &str| Request::get("/api/sync").header("authorization", format!("Bearer {key}"));
    world.send(get(ADMIN)).await.problem(403, "forbidden");
    world.send(get("nonsense")).await.problem(401, "unauthenticated");
    world.send(Request::get("/api/sync")).await.problem(401, "unauthenticated");
    world.post_as(AUDITOR, "sync", json!({})).await.problem(403, "forbidden");
    world.post("sync", json!({ "people": true })).await.problem(400, "invalid-body");
    world.post("sync?people=true", json!({})).await.problem(400, "invalid-parameters");
    let head = world.send(Request::head("/api/sync").header("authorization", format!("Bearer {CRON_SECRET}"))).await;
    assert_eq!((head.status.as_u16(), head.header("allow")), (405, "GET, POST"));
    // The secret is no credential elsewhere.
    world.get_as(CRON_SECRET, "users").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_setting_that_is_malformed_is_named_once() {
    let malformed = [("LASTPASS_TIME_ZONE", "Mars"), ("DEPARTMENT_GROUPS", "Sales"), ("RETENTION_DAYS", "0")];
    let settings = [SCHEDULED, &malformed].concat();
    let world = World::with_database(company([]), &Database::sqlite(), &settings);
    let of_change = json!({ "email": "user1@example.com", "add": ["HR-Team"] });
    for (route, body, parts) in [("sync", json!({}), 3), ("groups", of_change, 2)] {
        let problem = world.post(route, body).await.problem(503, "not-configured");
        let mut fields: Vec<_> =
            problem["errors"].as_array().expect("errors").iter().map(|e| e["field"].clone()).collect();
        fields.sort_by_key(Value::to_string);
        let mut expected: Vec<_> = malformed[..parts].iter().map(|(name, _)| json!(name)).collect();
        expected.sort_by_key(Value::to_string);
        assert_eq!(fields, expected, "{route}");
    }
}

#[tokio::test]
async fn without_a_database_the_scheduler_skips_every_part_and_an_admin_learns_why() {
    let world = World::with(company(numbered(1..=2)), SCHEDULED);
    let run = world.sync().await;
    assert_eq!((run.status.as_u16(), &run.json()["complete"]), (200, &json!(true)));
    assert!(parts(&run).iter().all(|(_, status, _)| status == "skipped"), "{}", run.text());
    let problem = world.post("sync", json!({})).await.problem(503, "not-configured");
    assert_eq!(problem["errors"][0]["field"], "DATABASE_URL");
    let world = World::new(company([]));
    let problem = world.send(Request::get("/api/sync")).await.problem(503, "not-configured");
    assert_eq!(problem["errors"][0]["field"], "CRON_SECRET");
}

/// What docs/DEPLOY.md grants for changes, for a role that owns nothing.
pub(crate) const CHANGES_ONLY: &str = "create role {role} login; grant usage on schema public to {role}; \
    grant select, insert, update, delete on lastpass_record, lastpass_keys, lastpass_claims, lastpass_schema to {role}; \
    create policy p on lastpass_record to {role} using (true) with check (true); \
    create policy p on lastpass_keys to {role} using (true) with check (true); \
    create policy p on lastpass_claims to {role} using (true) with check (true); \
    create policy p on lastpass_schema for select to {role} using (true)";

on_every_database! {
    async fn the_documented_role_may_sync(database) {
        let owner = World::with_database(company(numbered(1..=3)), database, SCHEDULED);
        owner.sync_next_day().await;
        if !database.is_postgres() {
            return;
        }
        let restricted = database.as_restricted_role(&documented_role()).await;
        let world = owner.another_instance(&restricted, &[SCHEDULED, &[("RETENTION_DAYS", "1")]].concat());
        world.sim.with_company(|company| company.users.truncate(2));
        for _ in 0..4 {
            world.sync_next_day().await;
        }
        assert_eq!(current(database).await, ["1 user1@example.com", "2 user2@example.com"]);
        assert_eq!(history(database).await, [""; 0], "deleted with the user");
    }
}

/// A database of the release before sync.
const VERSION_1: &str = "drop table lastpass_users; drop table lastpass_user_changes; drop table lastpass_daily_figures; \
                         drop table lastpass_sync; delete from lastpass_schema where version = 2";

#[tokio::test]
async fn where_newer_tables_may_not_be_made_changes_go_on_and_sync_is_off() {
    for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
        let Some(database) = kind.empty().await else { continue };
        let owner = World::with_database(company(numbered(1..=9)), &database, SCHEDULED);
        owner.post("groups", json!({ "email": "user1@example.com", "add": ["HR-Team"] })).await;
        database.tamper(VERSION_1).await;
        // A preview on SQLite, a restricted role on Postgres.
        let (world, settings) = match kind {
            DatabaseKind::Sqlite => {
                (database.clone(), [SCHEDULED, &[("VERCEL_ENV", "preview"), ("CHANGES", "on")]].concat())
            }
            DatabaseKind::Postgres | DatabaseKind::Pooler => {
                (database.as_restricted_role(CHANGES_ONLY).await, SCHEDULED.to_vec())
            }
        };
        let world = owner.another_instance(&world, &settings);
        let change = world.post("groups", json!({ "email": "user2@example.com", "add": ["HR-Team"] })).await;
        assert_eq!(change.status, 200, "{kind:?}: {}", change.text());
        let run = world.sync().await;
        let statuses: Vec<_> = parts(&run).into_iter().map(|(_, status, _)| status).collect();
        assert_eq!(
            (run.status.as_u16(), statuses),
            (200, ["skipped", "skipped", "done", "skipped"].map(String::from).into())
        );
        let health = world.get("health").await.json();
        let sync = health["parts"].as_array().expect("parts").iter().find(|part| part["name"] == "sync").expect("sync");
        assert_eq!(
            (&sync["status"], sync["detail"].as_str().is_some_and(|text| text.contains("version 2"))),
            (&json!("off"), true)
        );
        // The owner's next run makes them.
        assert_eq!(owner.another_instance(&database, SCHEDULED).sync().await.status, 200);
        let health = owner.another_instance(&database, SCHEDULED).get("health").await.json();
        let sync = health["parts"].as_array().expect("parts").iter().find(|part| part["name"] == "sync").expect("sync");
        assert_eq!(sync["status"], "ok", "{sync}");
    }
}

#[tokio::test]
async fn health_reports_syncs_that_read_incomplete_lists_only() {
    let world = World::with_database(company(numbered(1..=3)), &Database::sqlite(), SCHEDULED);
    world.sync_next_day().await;
    world.sim.with_company(|company| company.users.push(User::new(9, "")));
    let part = async || {
        world.sync_next_day().await;
        let health = world.get("health").await.json();
        let part = health["parts"].as_array().and_then(|parts| parts.iter().find(|part| part["name"] == "sync"));
        part.expect("a part").clone()
    };
    assert_eq!(part().await["status"], "ok", "the list of the day before was complete");
    let incomplete = part().await;
    assert_eq!(incomplete["status"], "degraded");
    assert!(
        incomplete["detail"].as_str().is_some_and(|detail| detail.contains("no figures are stored")),
        "{incomplete}"
    );
    world.sim.with_company(|company| company.users.truncate(3));
    assert_eq!(part().await["status"], "ok");
}
