//! Logs contain no secrets and no personal data: canaries are placed in all of them.

use std::{cell::RefCell, io, sync::Once};

use http::Request;
use lastpass_sim::{Fault, FaultKind};
use serde_json::json;

use crate::{
    database::Database,
    sync::SCHEDULED,
    world::{ADMIN, World, company},
};

thread_local! {
    /// What this thread has logged since [`Log::start`].
    static LOGGED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// The log of this thread. One subscriber serves all threads, since tracing caches for the whole process whether an event
/// is of interest, and a thread without a subscriber may decide that.
struct Log;

impl Log {
    /// Starts to collect the log of this thread.
    fn start() -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            let log = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(|| Writer);
            tracing::subscriber::set_global_default(log.finish()).expect("the only subscriber");
        });
        LOGGED.set(Some(Vec::new()));
        Self
    }

    fn text(&self) -> String {
        String::from_utf8(LOGGED.with_borrow(|log| log.clone().unwrap_or_default())).expect("text")
    }
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|log| log.as_mut().map(|log| log.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn reads_log_no_secrets_and_no_personal_data() {
    let log = Log::start();
    let mut company = company(10);
    for (number, user) in company.users.iter_mut().enumerate() {
        user.username = format!("canary-{number}@example.com");
        user.fullname = format!("Canary {number}");
        user.groups = vec!["canary-group".to_owned()];
    }
    company.provisioning_hash = "canary-hash".to_owned();
    company.account_number = "424242424242".to_owned();
    let settings = [("LASTPASS_PROVISIONING_HASH", "canary-hash"), ("LASTPASS_ACCOUNT_NUMBER", "424242424242")];
    let world = World::with(company, &settings);
    assert!(world.get("security-report?q=canary").await.text().contains("canary-1@"));
    assert_eq!(world.get("health").await.status, 200);
    world.get("security-report?canary=canary").await.problem(400, "invalid-parameters");
    let wrong = Request::get("/api/security-report?q=canary").header("authorization", "Bearer canary-key");
    world.send(wrong).await.problem(401, "unauthenticated");
    let odd = Request::builder().method("CANARY").uri("/api/security-report");
    world.send(odd).await.problem(405, "method-not-allowed");
    for kind in [
        FaultKind::Fail("canary".to_owned()),
        FaultKind::Error("canary Invalid provisioning hash".to_owned()),
        FaultKind::Truncated,
        FaultKind::Garbage,
        FaultKind::Status(500),
    ] {
        world.sim.clear_faults();
        world.sim.inject(Fault::always(kind));
        world.advance(chrono::TimeDelta::hours(48));
        assert!(!world.get("security-report").await.status.is_success());
    }

    let log = log.text();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "request").collect();
    assert_eq!(requests.len(), 10, "one line per request");
    assert_eq!((&requests[1]["fields"]["route"], &requests[1]["fields"]["role"]), (&json!("health"), &json!("admin")));
    assert_eq!(requests[0]["fields"]["role"], "admin");
    assert_eq!(requests[0]["fields"]["lastpass_calls"], 3);
    let lower = log.to_lowercase();
    assert!(!lower.contains("canary") && !log.contains("424242424242") && !log.contains(ADMIN), "{log}");
}

#[tokio::test]
async fn configuration_errors_are_logged_and_only_those_of_sign_in_are_public() {
    let log = Log::start();
    let closed = World::with(company(3), &[("DASHBOARD_KEYS", ""), ("LASTPASS_ACCOUNT_NUMBER", "canary")]);
    let public = closed.send(Request::get("/api/health")).await;
    assert!(public.text().contains("DASHBOARD_KEYS") && !public.text().contains("LASTPASS_ACCOUNT_NUMBER"));
    let text = log.text();
    let line: serde_json::Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    let cause = line["fields"]["cause"].as_str().expect("a cause");
    assert!(cause.starts_with("DASHBOARD_KEYS is not set; LASTPASS_ACCOUNT_NUMBER must be digits"), "{cause}");
    assert!(!text.contains("canary"));
}

#[tokio::test]
async fn changes_log_the_number_and_hash_of_their_rows_and_no_names() {
    let database = Database::sqlite();
    let log = Log::start();
    let secret = "canary-signing-secret-0123456789abcdef";
    let settings = [("SIGNING_SECRET", secret), ("KNOWN_GROUPS", "Canary Group"), ("CHANGES", "on")];
    let world = World::with_database(company(10), &database, &settings);
    let person = |email: &str| {
        json!({ "firstName": "Canary", "lastName": "Canary", "email": email, "department": "Sales",
                "additionalGroups": ["Canary Group"], "manager": "Canary" })
    };
    world.sim.inject(Fault::once(FaultKind::Fail("canary".to_owned())).on("batchadd"));
    let refused = world.post_once("canary-key", "provision-user", person("canary@example.com")).await;
    assert_eq!(refused.problem(502, "lastpass-refused")["errors"][0]["message"], "canary");
    let created = world.post("provision-user", person("canary2@example.com")).await;
    assert_eq!(created.status, 201);
    let read_after = created.header("lastpass-read-after");
    let read = Request::get("/api/users").header("x-api-key", ADMIN).header("lastpass-read-after", read_after);
    assert_eq!(world.send(read).await.status, 200);
    world.post("provision-user", person("canary@canary")).await.problem(422, "invalid-fields");
    world.post("provision-user", json!({ "canary": "canary" })).await.problem(400, "invalid-body");
    assert!(world.get("actions?email=canary2@example.com").await.text().contains("canary2@"));
    let unreachable = [("DATABASE_URL", "postgres://canary:canary@%2Fcanary/canary?canary=canary")];
    let unreachable = World::with_database(company(3), &database, &unreachable);
    unreachable.post("provision-user", person("canary@example.com")).await.problem(503, "database-unavailable");

    let text = log.text();
    // The last row that was logged is the last row of the record.
    let chain = world.get("actions?verify=true").await.json()["chain"].clone();
    let last = text.lines().rfind(|line| line.contains("\"message\":\"record\"")).expect("a row was added");
    let last: serde_json::Value = serde_json::from_str(last).expect("JSON");
    assert_eq!((&last["fields"]["number"], &last["fields"]["head"]), (&chain["count"], &chain["head"]));
    assert!(read_after.len() > 40 && !text.contains(read_after));
    let records = text.lines().filter(|line| line.contains("\"message\":\"record\"")).count();
    assert_eq!(records, 2 + 4, "a number and a head for each row");
    assert!(!text.to_lowercase().contains("canary"), "{text}");
}

#[tokio::test]
async fn figures_that_cannot_be_read_are_logged() {
    let log = Log::start();
    let database = Database::sqlite();
    let world = World::with_database(company(10), &database, SCHEDULED);
    world.sync_next_day().await;
    database.tamper("update lastpass_daily_figures set date = 'no day'").await;
    let report = world.get("security-report").await;
    assert_eq!(report.warnings(), ["trend-unavailable"]);
    assert!(log.text().contains("the figures of earlier days could not be read"), "{}", log.text());
}
