//! Health: the status of each part, and what to do about each fault.

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Fault, FaultKind, LogEvent};
use serde_json::{Value, json};

use crate::{
    companies::{login, with_log, with_recent_login},
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, SIGNING_SECRET, World, company, new_user, noon},
};

/// The HTTP status, the overall status, and the named part, as an admin reads them.
async fn part(world: &World, name: &str) -> (u16, String, Value) {
    let response = world.get("health").await;
    assert_eq!(
        (response.header("cache-control"), response.header("content-type")),
        ("private, no-store", "application/json")
    );
    let json = response.json();
    let parts = json["parts"].as_array().unwrap_or_else(|| panic!("parts in {json}"));
    let part = parts.iter().find(|part| part["name"] == name).unwrap_or_else(|| panic!("{name} in {json}"));
    (response.status.as_u16(), json["status"].as_str().expect("a status").to_owned(), part.clone())
}

/// Asserts the status of a part, and that its texts name the fault and the fix.
async fn assert_fault(world: &World, name: &str, all: (u16, &str), status: &str, detail: &str, fix: &str) {
    let (code, together, part) = part(world, name).await;
    assert_eq!((code, together.as_str(), &part["status"]), (all.0, all.1, &json!(status)), "{part}");
    let says = |member: &str, words: &str| part[member].as_str().is_some_and(|text| text.contains(words));
    assert!(says("detail", detail) && says("fix", fix), "{part}");
}

async fn status_for(world: &World, request: http::request::Builder) -> (u16, String) {
    let response = world.send(request.uri("/api/health")).await;
    (response.status.as_u16(), response.text().to_owned())
}

#[tokio::test]
async fn only_an_admin_reads_the_parts_behind_the_status() {
    let world = World::with(with_recent_login(), &[]);
    assert_eq!(status_for(&world, Request::get("/")).await, (200, r#"{"status":"ok"}"#.to_owned()));
    for key in [MANAGER, AUDITOR, PROVISIONER, "wrong-0123456789abcdef0123456789abcdef"] {
        let request = Request::get("/").header("x-api-key", key);
        assert_eq!(status_for(&world, request).await, (200, r#"{"status":"ok"}"#.to_owned()), "{key}");
    }
    let json = world.get("health").await.json();
    let parts = json["parts"].as_array().expect("parts");
    let states: Vec<_> = parts.iter().map(|part| (part["name"].as_str(), part["status"].as_str())).collect();
    let expected = [
        ("settings", "ok"),
        ("lastpass", "ok"),
        ("clock", "off"),
        ("events", "ok"),
        ("database", "off"),
        ("record", "off"),
        ("sync", "off"),
    ];
    assert_eq!(states, expected.map(|(name, status)| (Some(name), Some(status))));
    assert_eq!(parts[3]["detail"], "the newest event is 10 min old");
    assert!(parts[4]["detail"].as_str().expect("a text").contains("DATABASE_URL is not set"), "{json}");
}

#[tokio::test]
async fn lastpass_is_probed_at_most_once_a_minute() {
    let world = World::with(with_recent_login(), &[("CACHE_SECONDS", "0")]);
    let many = (0..20).map(|_| world.send(Request::get("/api/health")));
    futures_util::future::join_all(many).await;
    world.advance(TimeDelta::seconds(59));
    world.get("health").await;
    assert_eq!(world.calls_by_command().into_iter().collect::<Vec<_>>(), [("reporting".to_owned(), 1)]);
    world.advance(TimeDelta::seconds(1));
    world.get("health").await;
    assert_eq!(world.calls_by_command()["reporting"], 2);
    // Failures are not retried sooner, and Retry-After is respected.
    world.sim.inject(Fault::once(FaultKind::Status(500)));
    world.sim.inject(Fault::always(FaultKind::TooManyRequests { retry_after: Some(600) }));
    for (seconds, expected) in [(60, 3), (59, 3), (2, 4), (300, 4), (299, 4), (2, 5)] {
        world.advance(TimeDelta::seconds(seconds));
        world.get("health").await;
        assert_eq!(world.calls_by_command()["reporting"], expected, "{}", world.now());
    }
}

#[tokio::test]
async fn a_missing_or_malformed_setting_is_named_without_its_value() {
    let missing = World::with(with_recent_login(), &[("LASTPASS_PROVISIONING_HASH", "")]);
    let where_it_is = "Advanced > Enterprise API";
    assert_fault(&missing, "settings", (503, "down"), "down", "LASTPASS_PROVISIONING_HASH is not set", where_it_is)
        .await;
    let (_, _, lastpass) = part(&missing, "lastpass").await;
    assert_eq!(lastpass["status"], "off");
    assert!(missing.calls_by_command().is_empty());
    let anonymous = status_for(&missing, Request::get("/")).await;
    assert_eq!(anonymous, (503, r#"{"status":"down"}"#.to_owned()));

    for (name, value, expected) in [
        ("LASTPASS_ACCOUNT_NUMBER", "canary", (503, "down")),
        ("CACHE_SECONDS", "canary", (503, "down")),
        ("CHANGES", "canary", (200, "degraded")),
        ("ROLE_GROUPS", "canary", (200, "degraded")),
        ("DATABASE_URL", "canary://canary", (200, "degraded")),
        ("SIGNING_SECRET", "canary", (200, "degraded")),
        ("CRON_SECRET", "canary", (200, "degraded")),
    ] {
        let world = World::with(with_recent_login(), &[(name, value)]);
        assert_fault(&world, "settings", expected, expected.1, name, name).await;
        assert!(!world.get("health").await.text().contains("canary"), "{name}");
    }
    // A database needs the secret that signs its record; the secret alone is no fault.
    let half =
        World::with(with_recent_login(), &[("DATABASE_URL", "postgres://u@127.0.0.1:1/x"), ("SIGNING_SECRET", "")]);
    assert_fault(
        &half,
        "settings",
        (200, "degraded"),
        "degraded",
        "SIGNING_SECRET is not set",
        "the record of changes",
    )
    .await;
    let secret = World::with(with_recent_login(), &[("SIGNING_SECRET", SIGNING_SECRET)]);
    assert_fault(&secret, "database", (200, "ok"), "off", "DATABASE_URL is not set", "if no changes are to be made")
        .await;
}

#[tokio::test]
async fn anyone_sees_which_setting_may_keep_everyone_from_signing_in() {
    let malformed_keys = "admin:canary";
    for (name, value, status, detail) in [
        ("DASHBOARD_KEYS", "", "down", "DASHBOARD_KEYS is not set"),
        (
            "DASHBOARD_KEYS",
            malformed_keys,
            "down",
            "DASHBOARD_KEYS must contain keys of 32 or more characters (entry 1)",
        ),
        ("AUTH_SECRET", "canary", "down", "AUTH_SECRET must have 32 or more characters"),
        ("AUTH_SECRET_2", "canary", "down", "AUTH_SECRET_2 must have 32 or more characters"),
        ("NEXTAUTH_SECRET", "canary", "down", "NEXTAUTH_SECRET must have"),
        ("AUTH_JWKS_URL", "canary", "down", "AUTH_JWKS_URL must begin with https://"),
        ("CORS_ALLOWED_ORIGINS", "https://*.canary.app", "down", "CORS_ALLOWED_ORIGINS must name each origin"),
        ("ROLE_GROUPS", "admin=canary,auditor=canary", "degraded", "ROLE_GROUPS must separate pairs by semicolons"),
        ("CRON_SECRET", "canary", "degraded", "CRON_SECRET must have 16 or more characters"),
        ("CRON_SECRET", ADMIN, "degraded", "CRON_SECRET must not be a part of DASHBOARD_KEYS"),
        ("SIGNING_SECRET", "canary", "degraded", "SIGNING_SECRET must have 32 or more characters"),
        ("LASTPASS_DEMO", "canary", "down", "LASTPASS_DEMO must be 1, 0 or unset"),
    ] {
        let world = World::with(with_recent_login(), &[(name, value)]);
        for request in [Request::get("/"), Request::get("/").header("x-api-key", AUDITOR)] {
            let response = world.send(request.uri("/api/health")).await;
            let json = response.json();
            assert_eq!((&json["status"], json["parts"].as_array().map(Vec::len)), (&json!(status), Some(1)), "{json}");
            let part = &json["parts"][0];
            assert_eq!((&part["name"], &part["status"]), (&json!("settings"), &json!(status)), "{part}");
            let says = |member: &str, words: &str| part[member].as_str().is_some_and(|text| text.contains(words));
            assert!(says("detail", detail) && says("fix", name), "{part}");
            assert!(!response.text().contains("canary"), "{part}");
        }
    }
    // What is wrong apart from signing in is for an admin alone.
    let several =
        World::with(with_recent_login(), &[("SIGNING_SECRET", "short"), ("CHANGES", "canary"), ("CACHE_SECONDS", "x")]);
    let (_, text) = status_for(&several, Request::get("/")).await;
    assert!(text.contains("SIGNING_SECRET") && !text.contains("CHANGES") && !text.contains("CACHE_SECONDS"), "{text}");
    for (name, value) in [("CHANGES", "canary"), ("LASTPASS_ACCOUNT_NUMBER", "canary"), ("SIGNING_SECRET", "")] {
        let world = World::with(with_recent_login(), &[(name, value)]);
        let (_, text) = status_for(&world, Request::get("/")).await;
        assert!(!text.contains("parts"), "{name}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_lastpass_is_down_and_the_cause_is_reported() {
    let world = World::with(with_recent_login(), &[("LASTPASS_PROVISIONING_HASH", "another")]);
    assert_fault(
        &world,
        "lastpass",
        (503, "down"),
        "down",
        "refused the account number or the",
        "replaces the old one",
    )
    .await;
    for (kind, status, detail, fix) in [
        (FaultKind::Refused, "down", "unreachable", "LASTPASS_API_URL"),
        (FaultKind::Delay(std::time::Duration::from_secs(3600)), "down", "in time", "status page"),
        (FaultKind::Status(500), "down", "HTTP status 500", "status page"),
        (FaultKind::Html, "down", "markup", "LASTPASS_API_URL"),
        (FaultKind::Fail("canary".to_owned()), "down", "refused the request", "Enterprise API"),
        (FaultKind::TooManyRequests { retry_after: None }, "degraded", "limits the rate of requests", "CACHE_SECONDS"),
    ] {
        let world = World::with(with_recent_login(), &[]);
        world.sim.inject(Fault::always(kind));
        let all = if status == "down" { (503, "down") } else { (200, "degraded") };
        assert_fault(&world, "lastpass", all, status, detail, fix).await;
        for other in ["clock", "events"] {
            let (_, _, part) = part(&world, other).await;
            assert_eq!(part["status"], "off", "unknown is not ok: {part}");
        }
        assert!(!world.get("health").await.text().contains("canary"));
    }
}

#[tokio::test]
async fn a_log_with_our_calls_at_the_right_time_shows_no_clock_skew() {
    let world = World::with(with_recent_login(), &[]);
    assert_eq!(part(&world, "clock").await.2["status"], "off");
    world.advance(TimeDelta::seconds(61));
    let (code, all, clock) = part(&world, "clock").await;
    assert_eq!(
        (code, all.as_str(), &clock["status"], &clock["fix"]),
        (200, "ok", &json!("ok"), &Value::Null),
        "{clock}"
    );
    // In the hour that occurs twice a local time is ambiguous, which is no fault.
    let autumn = World::with(with_recent_login(), &[]);
    autumn.advance("2027-11-07T05:58:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time") - noon());
    for _ in 0..70 {
        autumn.advance(TimeDelta::seconds(61));
        let (_, _, clock) = part(&autumn, "clock").await;
        assert_ne!(clock["status"], "degraded", "{} {clock}", autumn.now());
    }
}

#[tokio::test]
async fn clock_skew_is_reported_with_its_size() {
    for (zone, detail) in [
        ("America/Chicago", "1 h ahead"),
        ("America/Halifax", "1 h behind"),
        ("Europe/Berlin", "6 h behind"),
        ("Asia/Kathmandu", "10 h 45 min behind"),
        ("Pacific/Honolulu", "5 h ahead"),
    ] {
        let world = World::with(with_recent_login(), &[("LASTPASS_TIME_ZONE", zone)]);
        world.get("health").await;
        world.advance(TimeDelta::seconds(90));
        assert_fault(
            &world,
            "clock",
            (200, "degraded"),
            "degraded",
            detail,
            &format!("LASTPASS_TIME_ZONE (now {zone})"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_log_without_our_calls_is_reported() {
    // Calls with another label are not ours.
    let world = World::with(with_recent_login(), &[("LASTPASS_API_USER", "ours")]);
    let silent = world.sim.clone();
    let stop = |stopped: bool| silent.with_company(|company| company.log_api_calls = !stopped);
    stop(true);
    world.get("health").await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(part(&world, "clock").await.2["status"], "off", "the event may be delayed");
    world.advance(TimeDelta::minutes(1));
    assert_fault(
        &world,
        "clock",
        (200, "degraded"),
        "degraded",
        "our call of 2026-11-24T12:00:00Z",
        "API events of ours",
    )
    .await;
    stop(false);
    world.advance(TimeDelta::minutes(1));
    world.get("health").await;
    world.advance(TimeDelta::minutes(1));
    assert_eq!(part(&world, "clock").await.2["status"], "ok", "events arrive again");
}

#[tokio::test]
async fn a_log_without_labels_still_shows_our_calls() {
    let world = World::with(with_recent_login(), &[]);
    world.sim.with_company(|company| company.log_api_calls = false);
    for _ in 0..3 {
        world.get("health").await;
        world.sim.log_event(LogEvent::new(world.now(), "", "", "Reporting", "Initiated by API"));
        world.advance(TimeDelta::minutes(10));
    }
    let clock = part(&world, "clock").await.2;
    assert_eq!(clock["status"], "ok", "{clock}");
    // Our own calls do not count as activity.
    world.advance(TimeDelta::days(3));
    assert_eq!(part(&world, "events").await.2["detail"], "the newest event is 3 d 40 min old");
}

#[tokio::test]
async fn a_log_full_of_our_own_calls_is_ok_as_far_as_it_reaches() {
    let world = World::with(with_recent_login(), &[]);
    world.sim.with_company(|company| company.log_page_size = 20);
    for _ in 0..30 {
        world.get("health").await;
        world.advance(TimeDelta::minutes(90));
    }
    let (_, all, events) = part(&world, "events").await;
    assert_eq!((all.as_str(), &events["status"]), ("ok", &json!("ok")), "{events}");
    let detail = events["detail"].as_str().expect("a text");
    assert!(detail.contains("for the last 1 d 6 h, which is as far"), "{detail}");
}

#[tokio::test]
async fn a_log_without_recent_events_is_reported() {
    let quiet = |ago| World::with(with_log(vec![login(ago)]), &[]);
    let fix = "Admin Console's reporting";
    assert_fault(
        &quiet(TimeDelta::days(4)),
        "events",
        (200, "degraded"),
        "degraded",
        "the newest event is 4 d old",
        fix,
    )
    .await;
    assert_fault(&quiet(TimeDelta::days(8)), "events", (200, "degraded"), "degraded", "for the last 7 d", fix).await;
    assert_eq!(part(&quiet(TimeDelta::days(2)), "events").await.2["status"], "ok");
    // Our own calls do not count as activity.
    let world = quiet(TimeDelta::days(4));
    world.get("security-report").await;
    world.advance(TimeDelta::minutes(1));
    assert_eq!(part(&world, "events").await.2["status"], "degraded");
}

on_every_database! {
    async fn the_database_and_the_record_are_checked(database) {
        let world = World::with_database(with_recent_login(), database, &[]);
        let (_, _, empty) = part(&world, "database").await;
        assert_eq!(empty["status"], "ok", "{empty}");
        assert_eq!(part(&world, "record").await.2["detail"], "nothing is recorded yet");
        assert_eq!(world.post("provision-user", new_user("a")).await.status, 201);
        // An admin reads the present state of the record.
        let chain = world.get("actions?verify=true").await.json()["chain"].clone();
        let (code, all, record) = part(&world, "record").await;
        assert_eq!((code, all.as_str(), &record["status"]), (200, "ok", &json!("ok")), "{record}");
        let detail = record["detail"].as_str().expect("a text");
        assert!(detail.starts_with(&format!("all {} rows", chain["count"])), "{detail}");
        assert!(detail.contains(chain["head"].as_str().expect("a head")), "{detail}");

        let update = "update lastpass_record set actor = 'x' where number = 2";
        database.tamper_with_record(update).await;
        assert_fault(&world, "record", (200, "degraded"), "degraded", "row 2 of 3", "who can write to the database").await;
    }
}

#[tokio::test]
async fn an_unusable_database_is_reported() {
    let database = Database::sqlite();
    let away = [("DATABASE_URL", "postgres://canary:canary@127.0.0.1:1/canary")];
    let world = World::with_database(with_recent_login(), &database, &away);
    assert_fault(&world, "database", (200, "degraded"), "down", "unreachable", "DATABASE_URL").await;
    assert_eq!(part(&world, "record").await.2["status"], "off");
    assert!(!world.get("health").await.text().contains("canary"));
    if let Some(database) = DatabaseKind::Postgres.empty().await {
        reports_missing_privileges(&database).await;
        reports_a_locked_table(&database).await;
    }
}

/// A table is locked by another connection.
async fn reports_a_locked_table(database: &Database) {
    let lock = database.lock_table("lastpass_record").await;
    let world = World::with_database(with_recent_login(), database, &[]);
    // The database gives up waiting for the table: SQLSTATE lock_not_available.
    assert_fault(&world, "database", (200, "degraded"), "down", "SQLSTATE 55P03", "DATABASE_URL").await;
    drop(lock);
    assert_eq!(part(&world, "record").await.2["status"], "ok");
}

/// The role may not read the tables.
async fn reports_missing_privileges(database: &Database) {
    let world = World::with_database(with_recent_login(), database, &[]);
    assert_eq!(world.post("provision-user", new_user("a")).await.status, 201);
    let restricted = database.as_restricted_role("create role {role} login").await;
    let world = World::with_database(with_recent_login(), &restricted, &[]);
    assert_fault(&world, "database", (200, "degraded"), "down", "SQLSTATE 42501", "lastpass_").await;
}

#[tokio::test]
async fn the_guide_dialect_and_the_demo_are_checked_like_the_enterprise_dialect() {
    let guide = World::with(with_recent_login(), &[("LASTPASS_API_DIALECT", "guide")]);
    let demo = World::with(company(3), &[("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")]);
    for (world, key) in [(guide, ADMIN), (demo, "demo-admin")] {
        world.get_as(key, "health").await;
        world.advance(TimeDelta::seconds(90));
        let json = world.get_as(key, "health").await.json();
        let states: Vec<_> = json["parts"].as_array().expect("parts").iter().map(|part| &part["status"]).collect();
        assert_eq!(&states[..4], ["ok"; 4], "{json}");
    }
}
