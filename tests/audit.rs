//! The audit log: events, filters, pages, formats and caching.

use chrono::TimeDelta;
use lastpass_sim::{EventLog, Fault, FaultKind, LogEvent};
use serde_json::{Value, json};

use crate::{
    companies::{at, event, with_log},
    database::Database,
    world::{AUDITOR, World, company, csv_cell, new_user, noon},
};

fn events(list: &Value) -> &Vec<Value> {
    list["events"].as_array().expect("events")
}

fn ids(list: &Value) -> Vec<&str> {
    events(list).iter().map(|event| event["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn an_event_has_a_type_an_outcome_alerts_and_its_raw_form() {
    let world = World::new(with_log(vec![
        event("2026-11-23T15:00:00Z", "ann@example.com", "Failed Login Attempt", ""),
        event("2026-11-23T16:00:00Z", "root@example.com", "Make admin", "bob@example.com"),
        event("2026-11-23T17:00:00Z", "ann@example.com", "Danced", "on the table"),
    ]));
    let list = world.get_as(AUDITOR, "audit-logs").await.json();
    let shown = events(&list);
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[1]["timestamp"], "2026-11-23T16:00:00Z");
    assert_eq!(shown[1]["type"], "adminAction");
    assert_eq!(shown[1]["target"], "bob@example.com");
    assert_eq!(shown[1]["alerts"], json!(["adminRightsGiven"]));
    assert_eq!(
        shown[2]["raw"],
        json!({ "Time": "2026-11-23 10:00:00", "Username": "ann@example.com", "IP_Address": "10.0.0.1",
                "Action": "Failed Login Attempt", "Data": "" })
    );
    assert_eq!((&shown[2]["outcome"], &shown[2]["ip"]), (&json!("failure"), &json!("10.0.0.1")));
    assert_eq!((&shown[0]["type"], &shown[0]["outcome"]), (&json!("other"), &Value::Null));
    assert_eq!(list["countsByType"]["login"], 1);
    assert_eq!(list["countsByDay"], json!([{ "date": "2026-11-23", "events": 3 }]));
    assert_eq!(list["countsByUser"][0], json!({ "user": "ann@example.com", "events": 2 }));
    assert_eq!(list["alerts"][0]["rule"], "adminRightsGiven");
    assert_eq!(list["meta"]["timeZone"], "America/New_York");
    let warnings = list["meta"]["warnings"].as_array().expect("warnings");
    let warning = warnings.iter().find(|warning| warning["code"] == "unknown-actions").expect("a warning");
    assert!(warning["message"].as_str().expect("a message").contains("Danced (1)"));
}

#[tokio::test]
async fn pages_are_complete_and_distinct_while_events_arrive() {
    let world = World::with(company(60), &[("CACHE_SECONDS", "0")]);
    let all = world.get("audit-logs?limit=1000").await.json();
    let total = all["total"].as_u64().expect("a total");
    assert!(total > 100, "{total}");
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("audit-logs?limit=70{cursor}")).await.json();
        assert!(page["total"].as_u64() >= Some(total), "the total does not shrink");
        paged.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        world.advance(TimeDelta::seconds(20));
        world.sim.log_event(LogEvent::new(noon() + TimeDelta::seconds(20), "late@example.com", "", "Log in", ""));
    }
    let distinct: std::collections::HashSet<_> = paged.iter().collect();
    assert_eq!(distinct.len(), paged.len(), "no event is listed twice");
    assert_eq!(paged.len() as u64, total, "no event is missing");
    let newest_first: Vec<_> = events(&all).iter().map(|event| event["timestamp"].as_str().expect("a time")).collect();
    assert!(newest_first.is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn counts_are_of_the_filtered_events() {
    let world = World::new(company(300));
    let all = world.get("audit-logs").await.json();
    let sum = |list: &Value, name: &str| -> u64 {
        match list[name].as_object() {
            Some(counts) => counts.values().filter_map(Value::as_u64).sum(),
            None => list[name].as_array().expect("counts").iter().filter_map(|entry| entry["events"].as_u64()).sum(),
        }
    };
    for query in ["", "type=LOGIN", "type=login,vaultAccess&type=policychange", "outcome=failure", "q=chrome"] {
        let list = world.get(&format!("audit-logs?{query}")).await.json();
        let total = list["total"].as_u64().expect("a total");
        assert_eq!((sum(&list, "countsByType"), sum(&list, "countsByDay")), (total, total), "{query}");
        assert!(total > 0 && total <= all["total"].as_u64().expect("a total"), "{query}");
    }
    let user = events(&all)[0]["user"].as_str().expect("a user").to_uppercase();
    let filtered = world.get(&format!("audit-logs?user={user}")).await.json();
    assert!(!events(&filtered).is_empty());
}

#[tokio::test]
async fn own_reads_are_hidden_and_counted_and_own_changes_are_shown() {
    let database = Database::sqlite();
    let world = World::with_database(with_log(Vec::new()), &database, &[("CACHE_SECONDS", "0")]);
    assert_eq!(world.post("provision-user", new_user("ann.lee")).await.status, 201);
    world.advance(TimeDelta::seconds(5));
    let list = world.get("audit-logs").await.json();
    let actions: Vec<_> = events(&list).iter().map(|event| event["action"].as_str().expect("an action")).collect();
    assert!(actions.contains(&"Employee account created"), "{actions:?}");
    assert!(list["meta"]["hidden"]["api"].as_u64() > Some(0));
    assert_eq!(list["alerts"], json!([]), "a recorded change raises no alert");
    let api = world.get("audit-logs?type=api").await.json();
    assert!(api["total"].as_u64() > Some(0));

    // A change by another holder of the provisioning hash.
    world.sim.log_event(event(
        "2026-11-24T11:00:00Z",
        "API: lastpass-functions",
        "Employee account created",
        "mallory@example.com",
    ));
    let list = world.get("audit-logs?alert=foreignApiUse").await.json();
    assert_eq!(list["total"], 1);
    assert_eq!(events(&list)[0]["target"], "mallory@example.com");
}

#[tokio::test]
async fn every_format_contains_the_same_events() {
    let world = World::new(company(60));
    let window = "from=2026-11-17&to=2026-11-23";
    let rows = world.all_pages(&format!("audit-logs?{window}&limit=500"), "events").await;
    assert!(rows.len() > 100);
    let ndjson = world.get(&format!("audit-logs?{window}&format=ndjson")).await;
    let lines: Vec<Value> = ndjson.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, rows);
    assert_eq!(
        ndjson.header("content-disposition"),
        "attachment; filename=\"lastpass-audit-logs-2026-11-17T0500Z-to-2026-11-24T0500Z.ndjson\""
    );

    let (columns, csv_rows) = world.get(&format!("audit-logs?{window}&format=csv")).await.csv();
    assert_eq!(csv_rows.len(), rows.len());
    for (cells, row) in csv_rows.iter().zip(&rows) {
        for (column, cell) in columns.iter().zip(cells) {
            if column == "raw" {
                assert_eq!(serde_json::from_str::<Value>(cell).expect("JSON"), row["raw"]);
                continue;
            }
            let expected = csv_cell(&row[column]);
            let cell = cell.strip_prefix('\'').filter(|_| expected.starts_with(['=', '+', '-', '@'])).unwrap_or(cell);
            assert_eq!(cell, expected, "{column}");
        }
    }
    let ocsf = world.get(&format!("audit-logs?{window}&format=ocsf")).await;
    let ocsf: Vec<Value> = ocsf.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        ocsf.iter().map(|event| &event["metadata"]["uid"]).collect::<Vec<_>>(),
        rows.iter().map(|row| &row["id"]).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn each_alert_rule_finds_its_incident_within_a_month() {
    let world = World::new(company(240));
    let month = world.get("audit-logs?from=2026-10-25").await.json();
    let found: std::collections::BTreeSet<_> = month["alerts"]
        .as_array()
        .expect("alerts")
        .iter()
        .map(|alert| alert["rule"].as_str().expect("a rule"))
        .collect();
    for rule in [
        "repeatedFailedLogins",
        "loginFromNewAddress",
        "activityOfDisabledAccount",
        "mfaDisabled",
        "masterPasswordResetByAdmin",
        "adminRightsGiven",
        "policyChanged",
        "vaultDataExported",
        "massDeletion",
        "provisioningSecretRegenerated",
        "foreignApiUse",
    ] {
        assert!(found.contains(rule), "{rule} is not among {found:?}");
        let filtered = world.get(&format!("audit-logs?from=2026-10-25&alert={rule}&limit=1000")).await.json();
        assert!(
            events(&filtered)
                .iter()
                .all(|event| { event["alerts"].as_array().expect("rules").iter().any(|found| found == rule) })
        );
        assert!(!events(&filtered).is_empty(), "{rule}");
    }
    let week = world.get("audit-logs").await.json();
    assert!(!week["alerts"].as_array().expect("alerts").is_empty(), "the default week has alerts");
}

#[tokio::test]
async fn a_range_of_more_events_than_one_reply_holds_is_read_completely() {
    let mut company = company(5);
    company.log_page_size = 50;
    let start = at("2026-11-20T00:00:00Z");
    // Three events per second, some of them equal, so that pages end within a second.
    let log = (0..600).map(|n| {
        let user = if n % 2 == 0 { "a@example.com" } else { "b@example.com" };
        LogEvent::new(start + TimeDelta::seconds(n / 3), user, "10.0.0.1", "Log in", "")
    });
    company.log = EventLog::new(log.collect());
    let world = World::new(company);
    let list = world.get("audit-logs?limit=1000").await.json();
    assert_eq!(list["total"], 600);
    let distinct: std::collections::HashSet<_> = ids(&list).into_iter().collect();
    assert_eq!(distinct.len(), 600);
    // An event has the same id in another range.
    let part = world.get("audit-logs?from=2026-11-20T00:01:00Z&to=2026-11-20T00:02:00Z&limit=1000").await.json();
    assert_eq!(part["total"], 180);
    assert!(ids(&part).iter().all(|id| distinct.contains(id)));
}

#[tokio::test]
async fn a_range_that_is_too_large_is_refused_with_one_that_fits() {
    let mut company = company(5);
    company.log_page_size = 10;
    let start = at("2026-11-20T00:00:00Z");
    let log = (0..40).map(|_| LogEvent::new(start, "a@example.com", "10.0.0.1", "Log in", ""));
    let later = (1..5).map(|n| LogEvent::new(start + TimeDelta::seconds(n), "a@example.com", "10.0.0.1", "Log in", ""));
    company.log = EventLog::new(log.chain(later).collect());
    let world = World::new(company);
    let problem = world.get("audit-logs").await.problem(422, "window-too-large");
    let from = problem["errors"][0]["message"].as_str().expect("a message");
    assert!(from.contains("2026-11-20T00:00:01Z"), "{from}");
    let list = world.get("audit-logs?from=2026-11-20T00:00:01Z").await.json();
    assert_eq!(list["total"], 4);
}

#[tokio::test]
async fn a_past_range_is_cached_longer_than_a_moving_one() {
    let world = World::new(company(30));
    let past = "audit-logs?from=2026-11-01&to=2026-11-10";
    let first = world.get(past).await;
    assert_eq!(first.status, 200);
    world.get("audit-logs").await;
    let calls = world.calls_by_command()["reporting"];
    world.advance(TimeDelta::minutes(4));
    world.get(past).await;
    world.get("audit-logs").await;
    assert_eq!(world.calls_by_command()["reporting"], calls);
    world.advance(TimeDelta::minutes(30));
    assert_eq!(world.get(past).await.header("etag"), first.header("etag"));
    assert_eq!(world.calls_by_command()["reporting"], calls, "the past range is still cached");
    world.get("audit-logs").await;
    world.join_background().await;
    assert!(world.calls_by_command()["reporting"] > calls);
}

#[tokio::test]
async fn the_default_range_is_served_stale_while_lastpass_fails() {
    let world = World::new(company(30));
    let first = world.get("audit-logs").await.json();
    world.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())));
    world.advance(TimeDelta::minutes(10));
    let later = world.get("audit-logs").await;
    assert_eq!((later.status.as_u16(), &later.json()["meta"]["stale"]), (200, &json!(true)));
    assert_eq!(ids(&later.json()), ids(&first));
    world.join_background().await;
    let warned = world.get("audit-logs").await.warnings();
    assert_eq!(
        warned.iter().filter(|code| *code == "refresh-failed").count(),
        2,
        "one for events and one for users: {warned:?}"
    );
}

#[tokio::test]
async fn missing_users_are_a_warning_and_a_missing_log_is_a_problem() {
    let world = World::with(company(30), &[("CACHE_SECONDS", "0")]);
    world
        .sim
        .inject(Fault { command: Some("getuserdata".to_owned()), ..Fault::always(FaultKind::Fail("no".to_owned())) });
    let list = world.get("audit-logs").await;
    assert_eq!(
        (list.status.as_u16(), list.warnings()),
        (200, vec!["people-unavailable".to_owned(), "not-recorded".to_owned()])
    );
    world
        .sim
        .inject(Fault { command: Some("reporting".to_owned()), ..Fault::always(FaultKind::Fail("no".to_owned())) });
    world.get("audit-logs").await.problem(502, "lastpass-refused");
}
