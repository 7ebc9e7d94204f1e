//! What LastPass's replies look like beside the documented form: times, other ids, and refused folder data.

use std::sync::Arc;

use chrono::TimeDelta;
use lastpass_sim::{Company, Fault, FaultKind, User};
use serde_json::{Value, json};

use crate::{
    cases::fixed_replies::FixedReplies,
    companies::{user, with_folders, with_leaver},
    database::Database,
    world::{AUDITOR, World, noon},
};

/// A LastPass with these people.
fn people(users: &Value) -> Arc<FixedReplies> {
    let count = users.as_object().map_or(0, |users| users.len());
    let reply = json!({ "total": count, "count": count, "Users": users });
    FixedReplies::new(vec![("getuserdata", 200, vec![], reply.to_string())])
}

fn row(login: &str) -> Value {
    json!({ "username": "ann@example.com", "fullname": "Ann", "mpstrength": "80", "created": "2024-01-01 10:00:00",
            "last_pw_change": "2024-01-01 10:00:00", "last_login": login, "neverloggedin": false, "disabled": false,
            "admin": false, "totalscore": "80", "groups": [] })
}

#[tokio::test]
async fn a_login_with_a_fraction_of_a_second_is_read() {
    for (login, expected) in [
        ("2026-11-24 06:00:00", "2026-11-24T11:00:00Z"),
        ("2026-11-24 06:00:00.5", "2026-11-24T11:00:00Z"),
        ("2026-11-24 06:00:00.123", "2026-11-24T11:00:00Z"),
        ("2026-11-24 06:00:00.123456", "2026-11-24T11:00:00Z"),
        ("2026-11-24 06:00:00.999999999", "2026-11-24T11:00:00Z"),
        ("2026-06-24 06:00:00.000", "2026-06-24T10:00:00Z"),
    ] {
        let world = World::with_transport(people(&json!({ "1": row(login) })), &[]);
        let reply = world.get("users").await;
        let shown = reply.json()["users"][0]["lastLogin"].as_str().map(str::to_owned);
        let seconds = shown.as_deref().map(|time| format!("{}Z", &time[..19]));
        assert_eq!(seconds.as_deref(), Some(expected), "{login}: {shown:?}");
        assert_eq!(reply.warnings(), Vec::<String>::new(), "{login}");
        let stats = &world.get("security-report").await.json()["stats"];
        assert_eq!(stats["activeLast30Days"], u32::from(login.starts_with("2026-11")), "{login}");
    }
}

#[tokio::test]
async fn a_time_in_the_future_or_without_sense_is_unknown_with_a_warning() {
    for login in [
        "2027-11-24 06:00:00",
        "2026-11-26 06:00:00",
        "2262-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "yesterday",
        "2026-13-01 00:00:00",
    ] {
        let world = World::with_transport(people(&json!({ "1": row(login), "2": row("") })), &[]);
        let reply = world.get("security-report").await;
        let report = reply.json();
        let users = report["users"].as_array().expect("users");
        let one = users.iter().find(|user| user["id"] == "1").expect("the user");
        assert_eq!(one["lastLogin"], Value::Null, "{login}");
        assert_eq!(report["stats"]["activeLast30Days"], 0, "{login}");
        assert!(!reply.warnings().is_empty(), "{login}: no warning");
        assert!(!report["meta"].to_string().contains("ann@example.com"), "{login}");
    }
    // A clock that is a little behind LastPass's is no fault.
    let world = World::with_transport(people(&json!({ "1": row("2026-11-24 07:00:30") })), &[]);
    let reply = world.get("security-report").await;
    assert_eq!((&reply.json()["stats"]["activeLast30Days"], reply.warnings()), (&json!(1), vec![]));
}

#[tokio::test]
async fn an_expired_password_is_found_by_id_or_by_address() {
    let items =
        |items: Value| json!({ "status": "Success", "continuation": { "remaining_item_count": 0 }, "items": items });
    let people = json!({ "total": 2, "count": 2, "Users": { "1": row("2026-11-24 06:00:00"), "2": { "username": "bob@example.com", "last_login": "2026-11-24 06:00:00" } } });
    for (listed, expected) in [
        (json!([{ "user_id": 1, "user_name": "ann@example.com" }]), true),
        (json!([{ "user_id": "1", "user_name": "" }]), true),
        (json!([{ "user_id": 999, "user_name": "ann@example.com" }]), true),
        (json!([{ "user_id": 999, "user_name": "ANN@Example.com" }]), true),
        (json!([{ "user_id": 1, "user_name": "renamed@example.com" }]), true),
        (json!([{ "user_id": 2, "user_name": "bob@example.com" }]), false),
        (json!([{ "user_id": 11, "user_name": "joann@example.com" }]), false),
        (json!([]), false),
    ] {
        let transport = FixedReplies::new(vec![
            ("getuserdata", 200, vec![], people.to_string()),
            ("expiredmasterpwlist", 200, vec![], items(listed.clone()).to_string()),
            ("reporting", 200, vec![], json!({ "status": "OK", "next": null, "data": [] }).to_string()),
        ]);
        let world = World::with_transport(transport, &[]);
        let reply = world.get("users?id=1").await;
        assert_eq!(reply.json()["user"]["masterPasswordExpired"], expected, "{listed}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_disabled_or_invited_user_who_is_not_in_the_list_is_unknown() {
    let mut company = Company::empty();
    let old = Some(noon() - TimeDelta::days(400));
    company.users = vec![
        User { disabled: true, last_pw_change: Some(noon()), ..user(1, "gone", &[]) },
        User { disabled: true, last_pw_change: old, ..user(2, "gone-expired", &[]) },
        User { last_pw_change: Some(noon()), ..user(3, "ann", &[]) },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    let world = World::new(company);
    for (query, expected) in
        [("id=1", Value::Null), ("id=2", json!(true)), ("id=3", json!(false)), ("email=new@example.com", Value::Null)]
    {
        assert_eq!(
            world.get(&format!("users?{query}")).await.json()["user"]["masterPasswordExpired"],
            expected,
            "{query}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn folders_are_listed_without_sites_if_only_the_detailed_data_is_refused() {
    for kind in [
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::TooManyRequests { retry_after: Some(60) },
        FaultKind::Fail("Too many folders".to_owned()),
        FaultKind::FailList(vec!["no".to_owned()]),
        FaultKind::Error("no".to_owned()),
    ] {
        let world = World::new(with_folders());
        let plain = World::new(with_folders());
        world.sim.inject(Fault::always(kind.clone()).on("getdetailedsfdata"));
        for path in [
            "shared-folders",
            "shared-folders?user=ann@example.com",
            "shared-folders?withoutAdministrator=true",
            "shared-folders?deleted=true",
        ] {
            let reply = world.get_as(AUDITOR, path).await;
            assert_eq!(reply.status, 200, "{kind:?} {path}: {}", reply.text());
            assert!(reply.warnings().contains(&"sites-unavailable".to_owned()), "{kind:?}: {:?}", reply.warnings());
            let mut expected = plain.get_as(AUDITOR, path).await.json()["folders"].clone();
            for folder in expected.as_array_mut().expect("folders") {
                folder["sites"] = Value::Null;
            }
            assert_eq!(reply.json()["folders"], expected, "{kind:?} {path}");
        }
        let one = world.get("shared-folders?id=30").await;
        assert!(one.warnings().contains(&"sites-unavailable".to_owned()), "{kind:?}");
        for person in one.json()["folder"]["people"].as_array().expect("people") {
            assert_eq!(person["sites"], Value::Null, "{kind:?}");
            assert!(person["readOnly"].is_boolean() && person["email"].is_string(), "{person}");
        }
        let (columns, rows) = world.get("shared-folders?format=csv").await.csv();
        assert_eq!(rows.len(), plain.get("shared-folders?format=csv").await.csv().1.len(), "{columns:?}");
        // Only if both fail is the reply an error.
        world.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())).on("getsfdata"));
        world.advance(TimeDelta::hours(30));
        assert!(world.get("shared-folders").await.status.is_server_error(), "{kind:?}");
    }
}

#[tokio::test]
async fn a_leaver_can_be_off_boarded_without_data_of_sites() {
    for kind in [FaultKind::TooManyRequests { retry_after: Some(60) }, FaultKind::Fail("no".to_owned())] {
        let database = Database::sqlite();
        let world = World::with_database(with_leaver(), &database, &[]);
        world.sim.inject(Fault::always(kind.clone()).on("getdetailedsfdata"));
        let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
        let planned = world.post("users", dry).await.json();
        assert_eq!(planned["impact"]["orphanedFolders"], json!(["10"]), "{kind:?}: {planned}");
        assert_eq!(planned["impact"]["passwordsToRotate"], Value::Null, "{kind:?}");
        let folders = planned["impact"]["folders"].as_array().expect("folders");
        assert!(folders.len() == 3 && folders.iter().all(|folder| folder["sites"].is_null()), "{planned}");
        let refused = world.post("users", json!({ "email": "leaver@example.com", "action": "deactivate" })).await;
        refused.problem(409, "orphans-folders");
        let anyway = json!({ "email": "leaver@example.com", "action": "deactivate", "allowOrphans": true });
        assert_eq!(world.post("users", anyway).await.status, 200, "{kind:?}");
    }
}

#[tokio::test]
async fn the_guides_dialect_needs_only_the_guides_commands() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[("LASTPASS_API_DIALECT", "guide")]);
    for command in ["getdetailedsfdata", "expiredmasterpwlist", "disableuser", "enableuser"] {
        // An unknown command.
        world.sim.inject(Fault::always(FaultKind::Fail("Invalid command".to_owned())).on(command));
    }
    let list = world.get("shared-folders").await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert_eq!(list.json()["folders"].as_array().map(Vec::len), Some(4));
    let one = world.get("shared-folders?id=11").await.json();
    assert_eq!(one["folder"]["people"].as_array().map(Vec::len), Some(2), "{one}");
    let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
    let planned = world.post("users", dry).await;
    assert_eq!(planned.json()["impact"]["orphanedFolders"], json!(["10"]), "{}", planned.text());
    for (action, status) in [("deactivate", 409), ("remove", 409), ("delete", 409)] {
        let body = json!({ "email": "leaver@example.com", "action": action, "confirm": "leaver@example.com" });
        assert_eq!(world.post("users", body).await.status, status, "{action}");
    }
    let body = json!({ "email": "leaver@example.com", "action": "deactivate", "allowOrphans": true });
    let reply = world.post("users", body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(world.calls_by_command().contains_key("getsharedfolderdata"));
    let user = world.get("users?email=leaver@example.com").await;
    assert_eq!(user.json()["user"]["folders"].as_array().map(Vec::len), Some(3), "{}", user.text());
}
