//! The audit log: events, filters, pages and formats.

mod ranges;

use chrono::TimeDelta;
use lastpass_sim::{LogEvent, User};
use serde_json::{Value, json};

use crate::{
    companies::{event, user, with_log, without_folders},
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
    for query in ["", "outcome=failure", "q=chrome"] {
        let list = world.get(&format!("audit-logs?{query}")).await.json();
        let total = list["total"].as_u64().expect("a total");
        assert_eq!((sum(&list, "countsByType"), sum(&list, "countsByDay")), (total, total), "{query}");
        assert!(total > 0 && total <= all["total"].as_u64().expect("a total"), "{query}");
    }
    for kinds in ["login", "vaultAccess", "login,vaultAccess,policyChange"] {
        let list = world.get(&format!("audit-logs?type={}", kinds.to_uppercase())).await.json();
        assert_eq!(list["countsByType"], all["countsByType"], "{kinds}");
        assert_eq!(list["meta"]["hidden"], all["meta"]["hidden"], "{kinds}");
        let of_kinds: u64 = kinds.split(',').filter_map(|kind| list["countsByType"][kind].as_u64()).sum();
        assert_eq!((list["total"].as_u64(), sum(&list, "countsByDay")), (Some(of_kinds), of_kinds), "{kinds}");
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
async fn users_and_targets_are_found_by_address_and_by_name() {
    let mut company = with_log(vec![
        event("2026-11-23T10:00:00Z", "ann@example.com", "Log in", "LastPass via Website"),
        event("2026-11-23T11:00:00Z", "root@example.com", "Make admin", "ann@example.com"),
        event("2026-11-23T12:00:00Z", "joann@example.com", "Log in", "LastPass via Website"),
        event("2026-11-23T13:00:00Z", "root@example.com", "Add to shared folder", "'Finance' 'Domain Users'"),
        event("2026-11-23T14:00:00Z", "root@example.com", "Site added", "VID: 5516541713708306640 from SFolder33"),
    ]);
    company.users = vec![User { fullname: "Ann Lee".to_owned(), ..user(1, "ann", &[]) }, user(2, "root", &[])];
    let world = World::new(company);
    let no_user = vec!["no-such-user".to_owned()];
    let no_target = vec!["no-such-target".to_owned()];
    for (query, hours, warnings) in [
        ("user=Ann@example.com", vec![11, 10], vec![]),
        ("user=ann", vec![12, 11, 10], vec![]),
        ("user=ann%20lee", vec![11, 10], vec![]),
        ("user=lee", vec![11, 10], vec![]),
        ("user=ann@example", vec![12, 11, 10], vec![]),
        ("user=dora@example.com", vec![], no_user.clone()),
        ("user=dora", vec![], no_user),
        // The user has events, of another type.
        ("user=joann@example.com&type=policyChange", vec![], vec![]),
        ("target=ann@example.com", vec![11], vec![]),
        ("target=lee", vec![11], vec![]),
        ("target=domain", vec![13], vec![]),
        ("target=FINANCE", vec![13], vec![]),
        ("target=sfolder", vec![14], vec![]),
        ("target=joann", vec![], no_target),
        ("target=ann@example.com&outcome=failure", vec![], vec![]),
        ("user=root&target=finance", vec![13], vec![]),
    ] {
        let reply = world.get(&format!("audit-logs?{query}")).await;
        let times: Vec<_> = events(&reply.json()).iter().map(|event| event["timestamp"].clone()).collect();
        let expected: Vec<_> = hours.into_iter().map(|hour| json!(format!("2026-11-23T{hour}:00:00Z"))).collect();
        assert_eq!(times, expected, "{query}");
        let mut found = reply.warnings();
        found.retain(|code| code.starts_with("no-such"));
        assert_eq!(found, warnings, "{query}");
    }
    let shared = world.get("audit-logs?target=finance").await.json();
    assert_eq!(
        (&events(&shared)[0]["folder"], &events(&shared)[0]["group"]),
        (&json!("Finance"), &json!("Domain Users"))
    );
    let added = world.get("audit-logs?target=sfolder33").await.json();
    let site = json!("VID: 5516541713708306640");
    assert_eq!((&events(&added)[0]["folder"], &events(&added)[0]["site"]), (&json!("SFolder33"), &site));
}

#[tokio::test]
async fn an_event_of_an_own_change_names_the_action_and_who_made_it() {
    let database = Database::sqlite();
    let world = World::with_database(with_log(Vec::new()), &database, &[("CACHE_SECONDS", "0")]);
    let action_id = world.post("provision-user", new_user("pat.o'brien")).await.json()["actionId"].clone();
    let actor = world.get("actions").await.json()["actions"][0]["actor"].clone();
    let own_action = json!({ "id": action_id, "actor": actor });
    let label = "API: lastpass-functions";
    world.sim.log_event(LogEvent::new(world.now(), label, "", "Deactivated user", "pat.o'brien@example.com"));
    world.sim.log_event(LogEvent::new(world.now(), label, "", "Employee account created", "eve@example.com"));
    world.advance(TimeDelta::seconds(5));
    let list = world.get("audit-logs?q=employee%20account%20created&user=pat.o'brien@example.com").await.json();
    assert_eq!(list["total"], 1);
    assert_eq!(events(&list)[0]["ownAction"], own_action);
    let added = world.get("audit-logs?action=adding%20user%20to%20group").await.json();
    assert_eq!(events(&added)[0]["ownAction"], own_action);
    // Another kind of change of the same account, and the same kind of change of another one, at the same time.
    let foreign = world.get("audit-logs?alert=foreignApiUse").await.json();
    assert_eq!(foreign["total"], 2);
    assert!(events(&foreign).iter().all(|event| event.get("ownAction").is_none()));
    assert_eq!(world.get(&format!("audit-logs?q={}", action_id.as_str().expect("an id"))).await.json()["total"], 2);

    let user = world.get("users?email=pat.o'brien@example.com").await.json();
    let of_user = user["user"]["events"].as_array().expect("events");
    assert_eq!(of_user.iter().filter(|event| event["ownAction"] == own_action).count(), 2);
    let (columns, rows) = world.get("audit-logs?action=employee%20account%20created&format=csv").await.csv();
    let column = |name: &str| columns.iter().position(|column| column == name).expect("a column");
    let (id, actor) = (column("ownAction.id"), column("ownAction.actor"));
    let cells: Vec<_> = rows.iter().map(|cells| json!({ "id": cells[id], "actor": cells[actor] })).collect();
    assert!(cells.contains(&own_action) && cells.contains(&json!({ "id": "", "actor": "" })), "{cells:?}");
}

#[tokio::test]
async fn every_change_that_is_logged_is_recognized_as_our_own() {
    for dialect in ["enterprise", "guide"] {
        let mut company = without_folders();
        company.invited = vec!["new@example.com".to_owned(), "gone@example.com".to_owned()];
        company.users.push(User { multifactor: Some("googleauth".to_owned()), ..user(5, "pat.o'brien", &[]) });
        let database = Database::sqlite();
        let settings = [("CACHE_SECONDS", "0"), ("LASTPASS_API_DIALECT", dialect), ("KNOWN_GROUPS", "VPN")];
        let world = World::with_database(company, &database, &settings);
        let mut logged = 0;
        for (name, action) in [
            ("pat.o'brien", "requirePasswordChange"),
            ("pat.o'brien", "sendPasswordReset"),
            ("pat.o'brien", "disableMfa"),
            ("pat.o'brien", "deactivate"),
            ("pat.o'brien", "restore"),
            ("pat.o'brien", "remove"),
            ("leaver", "delete"),
            ("new", "reinvite"),
            ("gone", "uninvite"),
            ("other", "add"),
            ("other", "remove from group"),
            ("eve", "create"),
        ] {
            let email = format!("{name}@example.com");
            let reply = match action {
                "create" => world.post("provision-user", new_user(name)).await,
                "add" => world.post("groups", json!({ "email": email, "add": ["VPN"] })).await,
                "remove from group" => world.post("groups", json!({ "email": email, "remove": ["Sales-Team"] })).await,
                _ => world.post("users", json!({ "email": email, "action": action, "confirm": email })).await,
            };
            if dialect == "guide" && ["uninvite", "remove from group"].contains(&action) {
                reply.problem(422, "not-in-dialect");
                continue;
            }
            assert!(reply.status.is_success(), "{dialect} {action}: {}", reply.text());
            world.advance(TimeDelta::seconds(30));
            let action_id = reply.json()["actionId"].as_str().expect("an id").to_owned();
            let list = world.get(&format!("audit-logs?target={email}&limit=1")).await.json();
            assert_eq!(events(&list)[0]["ownAction"]["id"], action_id, "{dialect} {action}: {list:#}");
            logged += 1;
        }
        assert!(logged >= 10);
        let foreign = world.get("audit-logs?alert=foreignApiUse").await.json();
        assert_eq!(foreign["events"], json!([]), "{dialect}");
    }
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
