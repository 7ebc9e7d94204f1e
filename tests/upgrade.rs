//! A database of an earlier release: every later build verifies and continues it, and accepts the sessions and links that
//! the release issued.
//!
//! The expected values are the replies of that release when it wrote the samples (tests/samples/database).

mod changes;
mod continuation;
mod dump;
pub(crate) mod interruption;
mod script;
mod sync;

use std::{fs, io::Write, path::PathBuf, pin::pin};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{Either, join_all, select};
use http::Request;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::{
    database::{Database, DatabaseKind},
    upgrade::{
        changes::{BOTH_SECRETS, person, settings, whole_record},
        continuation::{continue_all, differences},
    },
    world::{AUDITOR, MANAGER, World, noon},
};

/// The variable that makes a test write the samples, for a release that has none. See tests/samples/README.md.
const WRITE: &str = "WRITE_DATABASE_SAMPLES";

/// A database of an earlier release.
struct Sample {
    sql: String,
    /// How that release described it, and the sessions and links that it issued.
    given: Value,
    /// The state of LastPass at that time, and how that release continued.
    story: Value,
}

impl Sample {
    /// The sample for a kind of database.
    fn read(kind: DatabaseKind) -> Self {
        let text = |name: &str| {
            let path = path(name);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let json = |name: &str| serde_json::from_str(&text(name)).expect("JSON");
        let name = name(kind);
        Self { sql: text(&format!("{name}.sql")), given: json(&format!("{name}.json")), story: json("story.json") }
    }

    /// When it was written.
    fn at(&self) -> DateTime<Utc> {
        self.given["at"].as_str().and_then(|at| at.parse().ok()).expect("a time")
    }

    /// This build with the earlier release's database and LastPass, at the time at which that release stopped.
    async fn open(&self, database: &Database) -> World {
        if database.url.starts_with("sqlite:") {
            // An owner's connection creates no file.
            SqliteConnection::connect(&format!("{}?mode=rwc", database.url)).await.expect("a file");
        }
        database.tamper(&self.sql).await;
        let world =
            World::with_database(changes::company_of(&self.story["company"]), database, &settings(BOTH_SECRETS));
        world.advance(self.at() - noon());
        world
    }
}

/// The name of the files of a kind of database.
fn name(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Sqlite => "sqlite",
        DatabaseKind::Postgres | DatabaseKind::Pooler => "postgres",
    }
}

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "samples/database", name].iter().collect()
}

/// Runs a story on the sample in a new database of every installed kind.
async fn on_every_sample<Run: Future<Output = ()>>(run: impl Fn(Sample, Database) -> Run) {
    join_all(DatabaseKind::ALL.map(async |kind| {
        if let Some(database) = kind.empty().await {
            run(Sample::read(kind), database).await;
        }
    }))
    .await;
}

/// Asserts that every member of the old value is in the new one; a release may add members.
fn assert_holds(what: &str, old: &Value, new: &Value) {
    let differences = differences(old, new);
    assert!(differences.is_empty(), "{what}:\n{}", differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_verifies_and_lists_the_same_actions() {
    on_every_sample(async |sample, database| {
        let world = sample.open(&database).await;
        let record = whole_record(&world).await;
        assert_holds("chain", &sample.given["chain"], &record["chain"]);
        assert_holds("actions", &sample.given["actions"], &record["actions"]);
        database.assert_refuses("update lastpass_record set email = 'x@example.com' where number = 4").await;
        database.assert_refuses("delete from lastpass_record where number = 6").await;
        // An action is also found by its user.
        let detail = world.get(&format!("users?email={}", person("created"))).await.json();
        let all = sample.given["actions"].as_array().expect("actions").iter();
        let own: Vec<_> = all.filter(|action| action["email"] == person("created")).collect();
        let ids = |actions: &Value| actions[0]["id"].clone();
        assert_eq!((own.len(), &own[0]["id"]), (1, &ids(&detail["user"]["actions"])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_actions_end_and_keys_replay_as_in_the_earlier_release() {
    on_every_sample(async |sample, database| {
        let world = sample.open(&database).await;
        let before = whole_record(&world).await;
        let continued = continue_all(&world).await;
        assert_holds("continued", &sample.story["continued"], &continued);

        // New rows continue the chain, and ended actions do not change.
        let after = whole_record(&world).await;
        let count = |record: &Value| record["chain"]["count"].as_u64().expect("a count");
        assert_eq!((&after["chain"]["ok"], &after["chain"]["firstBad"]), (&json!(true), &Value::Null));
        assert!(count(&after) > count(&before), "{} rows", count(&after));
        let find = |id: &Value| after["actions"].as_array().expect("actions").iter().find(|action| action["id"] == *id);
        let mut ended = 0;
        for old in sample.given["actions"].as_array().expect("actions") {
            let new = find(&old["id"]).unwrap_or_else(|| panic!("{old} is lost"));
            if !script::open().iter().any(|(request, _)| old["email"] == person(request.name)) {
                assert_holds("an ended action", old, new);
                ended += 1;
            }
        }
        assert!(ended > 20, "{ended} actions had ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_and_limits_include_rows_of_the_earlier_release() {
    on_every_sample(async |sample, database| {
        let world = sample.open(&database).await;
        let rows = whole_record(&world).await["chain"]["count"].clone();
        // The same exports within the hour are the same rows.
        assert_eq!(world.get_as(AUDITOR, "actions?format=csv").await.status, 200);
        assert_eq!(world.get("security-report").await.status, 200);
        world.join_background().await;
        assert_eq!(whole_record(&world).await["chain"]["count"], rows);
        let off_board = |name: &str| json!({ "email": person(name), "action": "deactivate", "allowOrphans": true });
        // Of two admins, one is being deactivated by an action that is still open.
        assert_eq!(world.post("users", off_board("root")).await.status, 409);
        let one = [&settings(BOTH_SECRETS)[..], &[("OFFBOARDING_LIMIT", "1")]].concat();
        let limited = world.another_instance(&database, &one).post("users", off_board("colleague")).await;
        assert_eq!(limited.status, 429, "{}", limited.text());
    })
    .await;
}

#[tokio::test]
async fn sessions_and_edge_links_stay_valid() {
    let sample = Sample::read(DatabaseKind::Sqlite);
    let database = Database::sqlite();
    let world = sample.open(&database).await;
    let texts = |name: &str| {
        let texts = sample.given[name].as_array().expect("texts");
        texts.iter().map(|text| text.as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    // One is signed by the present secret and one by the previous secret.
    let (sessions, links) = (texts("sessions"), texts("edgeLinks"));
    assert_eq!((sessions.len(), links.len()), (2, 2));
    let get = |cookie: &str, path: &str| Request::get(format!("/api/{path}")).header("cookie", cookie);
    for cookie in &sessions {
        let session = world.send(get(cookie, "session")).await.json();
        assert_eq!((&session["signedIn"], &session["actor"]), (&json!(true), &json!("ann@example.com")));
        assert_eq!(world.send(get(cookie, "actions")).await.status, 200);
    }
    let summary = world.get_as(MANAGER, "security-report").await;
    for link in &links {
        let response = world.send(Request::get(link)).await;
        assert_eq!((response.status.as_u16(), response.text()), (200, summary.text()));
    }
    world.advance(TimeDelta::minutes(30));
    for link in &links {
        assert_eq!(world.send(Request::get(link)).await.status, 403);
    }
    world.advance(TimeDelta::hours(8));
    for cookie in &sessions {
        assert_eq!(world.send(get(cookie, "actions")).await.status, 401);
    }
}

/// While a deployment replaces another, both releases run and must take the same lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_wait_for_a_writer_of_the_earlier_release() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    let sample = Sample::read(DatabaseKind::Postgres);
    let world = sample.open(&database).await;
    let connect = async || PgConnection::connect(&database.url).await.expect("Postgres");
    let (mut earlier, mut observer) = (connect().await, connect().await);
    let lock = "begin; select pg_advisory_xact_lock(7809650172775986035)";
    sqlx::raw_sql(lock).execute(&mut earlier).await.expect("a lock");
    let someone_waits = async {
        let sql = "select count(*) from pg_locks where locktype = 'advisory' and not granted \
                   and database = (select oid from pg_database where datname = current_database())";
        while sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut observer).await.expect("a count") == 0 {
            tokio::task::yield_now().await;
        }
    };
    let new = changes::provision("new");
    let change = pin!(new.send(&world));
    let Either::Right(((), change)) = select(change, pin!(someone_waits)).await else {
        panic!("a change does not take the lock of the earlier release");
    };
    sqlx::raw_sql("commit").execute(&mut earlier).await.expect("the lock is released");
    let response = change.await;
    assert_eq!(response.status, 201, "{}", response.text());
}

/// Any build can write the samples: a database of this build continues like the sample. With `WRITE_DATABASE_SAMPLES`
/// set, this writes the samples.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_this_build_continues_like_the_sample() {
    let is_writing = std::env::var_os(WRITE).is_some();
    let written = join_all([DatabaseKind::Sqlite, DatabaseKind::Postgres].map(async |kind| {
        let database = kind.empty().await?;
        let (world, given) = script::write(&database).await;
        let company = changes::company_as_json(&world);
        let sql = dump::dump(kind, &database).await;
        let continued = continue_all(&world).await;
        Some((kind, sql, given, json!({ "company": company, "continued": continued })))
    }))
    .await;
    let stories: Vec<_> = written.iter().flatten().map(|(_, _, _, story)| story).collect();
    let expected = if is_writing { stories[0].clone() } else { Sample::read(DatabaseKind::Sqlite).story };
    for story in &stories {
        assert_holds("story", &expected, story);
    }
    if is_writing {
        let write = |file: String, text: &str| {
            let mut file = fs::File::create_new(path(&file)).expect("a sample is never overwritten");
            file.write_all(text.as_bytes()).expect("space on the disk");
        };
        let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON") + "\n";
        write("story.json".to_owned(), &pretty(stories[0]));
        for (kind, sql, given, _) in written.iter().flatten() {
            write(format!("{}.sql", name(*kind)), sql);
            write(format!("{}.json", name(*kind)), &pretty(given));
        }
    }
}
