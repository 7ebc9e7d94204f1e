//! LastPass is unavailable: what may be answered from the people of the last sync, and what never is.

use chrono::TimeDelta;
use http::{Method, Request};
use lastpass_core::web::ROUTES;
use lastpass_sim::{Company, Fault, FaultKind, User};
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    edge::link_of,
    sign_in::auth_js::sample,
    sync::{SCHEDULED, company, numbered},
    world::{MANAGER, TestResponse, World, same_origin},
};

/// Thirty people, one of whom has left and one never logged in, and an admin who signs in elsewhere; all are in the database.
async fn synced(database: &Database) -> World {
    let mut people = company(numbered(1..=30));
    people.users.push(User { groups: vec!["Domain Admins".to_owned()], ..User::new(31, "ada@example.com") });
    people.users[0].never_logged_in = true;
    people.invited = vec!["soon@example.com".to_owned()];
    let world = World::with_database(people, database, SCHEDULED);
    world.sync_next_day().await;
    world.sim.with_company(|company: &mut Company| company.users.retain(|user| user.id != 30));
    world.sync_next_day().await;
    world.sync_next_day().await;
    world
}

/// An instance that has nothing cached, while LastPass fails in this way.
fn without_lastpass(world: &World, database: &Database, kind: FaultKind, settings: &[(&str, &str)]) -> World {
    world.sim.clear_faults();
    world.sim.inject(Fault::always(kind));
    world.another_instance(database, &[SCHEDULED, settings].concat())
}

fn is_snapshot(reply: &TestResponse) -> bool {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let meta = &reply.json()["meta"];
    let is_snapshot = meta["source"] == "snapshot";
    assert_eq!(reply.warnings().contains(&"snapshot".to_owned()), is_snapshot, "{meta}");
    assert!(!is_snapshot || meta["stale"] == true, "{meta}");
    is_snapshot
}

on_every_database! {
    async fn reports_and_users_are_answered_from_the_last_sync_for_48_hours(database) {
        let world = synced(database).await;
        let read_at = world.now();
        let offline = without_lastpass(&world, database, FaultKind::Status(503), &[]);
        world.advance(TimeDelta::hours(48));
        let report = offline.get("security-report").await;
        assert!(is_snapshot(&report), "{}", report.text());
        let json = report.json();
        let as_of = json["meta"]["asOf"].as_str().and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok());
        assert!(as_of.is_some_and(|at| (TimeDelta::zero()..TimeDelta::minutes(5)).contains(&(at - read_at))), "{json}");
        assert_eq!((&json["stats"]["totalUsers"], &json["stats"]["invitedUsers"]), (&json!(30), &json!(1)));
        let emails = report.emails();
        assert_eq!((emails.len(), emails.contains(&"user30@example.com".to_owned())), (31, false), "who has left is not listed");
        // What a sync does not store is null, with a reason.
        let unavailable = json["meta"]["unavailable"].as_array().expect("a list");
        for field in ["sharedFolders", "sharedPasswords"] {
            assert_eq!(json["stats"][field], Value::Null);
            let field = format!("stats.{field}");
            let has_reason = unavailable.iter().any(|entry| entry["field"] == *field);
            assert!(has_reason || json["meta"]["warnings"].to_string().contains("shared-"), "{field}: {json}");
        }
        assert!(is_snapshot(&offline.get_as(MANAGER, "security-report").await));
        assert!(is_snapshot(&offline.get("users?q=user1").await));
        assert!(is_snapshot(&offline.get("users?email=user1@example.com").await));
        // A second later it is too old, also for an instance that has it cached.
        world.advance(TimeDelta::seconds(301));
        for instance in [&offline, &without_lastpass(&world, database, FaultKind::Status(503), &[])] {
            instance.get("security-report").await.problem(502, "lastpass-unavailable");
            instance.get("users?q=user1").await.problem(502, "lastpass-unavailable");
        }
        // Back again, it is not needed.
        world.sim.clear_faults();
        assert!(!is_snapshot(&offline.get("security-report").await));
    }
}

on_every_database! {
    async fn a_snapshot_has_the_rows_and_figures_of_before_the_outage(database) {
        let world = synced(database).await;
        let before = world.get("security-report?sort=email").await.json();
        let offline = without_lastpass(&world, database, FaultKind::Status(503), &[]);
        let after = offline.get("security-report?sort=email").await.json();
        assert_eq!((&after["users"], &after["departments"]), (&before["users"], &before["departments"]));
        for name in ["totalUsers", "overallScore", "usersBelowThreshold", "invitedUsers", "activeUsers"] {
            assert_eq!(after["stats"][name], before["stats"][name], "{name}");
        }
        let detail = offline.get("users?id=7").await.json();
        assert_eq!((&detail["meta"]["source"], &detail["user"]["folders"]), (&json!("snapshot"), &Value::Null));
    }
}

on_every_database! {
    async fn whom_no_sync_of_48_hours_listed_is_in_no_snapshot(database) {
        let world = synced(database).await;
        // An entry without an address: no reading is clean, so that no one is marked as left.
        world.sim.with_company(|company| {
            company.users.retain(|user| user.id != 1);
            company.users.push(User::new(99, ""));
        });
        let has_user1 = async || {
            let offline = without_lastpass(&world, database, FaultKind::Status(503), &[]);
            let users = offline.get("users?q=user1@").await;
            assert!(is_snapshot(&users));
            world.sim.clear_faults();
            users.json()["total"] == 1
        };
        world.sync_next_day().await;
        assert!(has_user1().await);
        world.sync_next_day().await;
        world.sync_next_day().await;
        assert!(!has_user1().await);
    }
}

#[tokio::test]
async fn only_an_outage_leads_to_a_snapshot() {
    let database = Database::sqlite();
    let world = synced(&database).await;
    for (kind, code) in [
        (FaultKind::TooManyRequests { retry_after: Some(600) }, "lastpass-busy"),
        (FaultKind::AuthorizationError, "lastpass-credentials"),
        (FaultKind::Garbage, "lastpass-unavailable"),
        (FaultKind::Truncated, "lastpass-unavailable"),
        (FaultKind::Fail("no".to_owned()), "lastpass-refused"),
    ] {
        let reply = without_lastpass(&world, &database, kind.clone(), &[]).get("security-report").await;
        assert_eq!(reply.json()["code"], code, "{kind:?}");
    }
    let outages = [FaultKind::Refused, FaultKind::ResetBefore, FaultKind::Status(500), FaultKind::Maintenance(600)];
    for kind in outages {
        let instance = without_lastpass(&world, &database, kind, &[]);
        assert!(is_snapshot(&instance.get("security-report").await));
    }
}

on_every_database! {
    async fn changes_groups_and_edge_links_never_come_from_a_snapshot(database) {
        let world = synced(database).await;
        let link = link_of(&world.get_as(MANAGER, "security-report").await).expect("a link");
        let offline = without_lastpass(&world, database, FaultKind::Status(503), &[]);
        assert!(is_snapshot(&offline.get("security-report").await));
        offline.send(Request::get(&link)).await.problem(502, "lastpass-unavailable");
        let change = offline.post("groups", json!({ "email": "user1@example.com", "add": ["HR-Team"] })).await;
        change.problem(502, "lastpass-unavailable");
        let has_group = |user: &User| user.groups.contains(&"HR-Team".to_owned());
        assert!(!world.sim.with_company(|company| company.users.iter().any(has_group)));
        let dry = json!({ "email": "user1@example.com", "action": "deactivate", "dryRun": true });
        offline.post("users", dry).await.problem(502, "lastpass-unavailable");
        offline.get("groups").await.problem(502, "lastpass-unavailable");
        offline.get("shared-folders").await.problem(502, "lastpass-unavailable");
    }
}

on_every_database! {
    async fn a_role_by_group_is_never_given_from_the_stored_groups(database) {
        let vectors = sample("session-token-vectors.json");
        let text = |name: &str| vectors[name].as_str().expect("text").to_owned();
        let secret = text("secret");
        let settings = [("AUTH_SECRET", secret.as_str()), ("ROLE_GROUPS", "admin=Domain Admins")];
        let cookie = format!("authjs.session-token={}", text("authjs_v5:authjs.session-token"));
        let as_ada = |request: http::request::Builder| same_origin(request).header("cookie", &cookie);
        let world = synced(database).await;
        let stored = "select email from lastpass_users where left_at is null and cast(groups as text) like '%Domain Admins%'";
        assert_eq!(database.texts(stored).await, ["ada@example.com"]);
        let cached = world.another_instance(database, &[SCHEDULED, &settings].concat());
        assert_eq!(cached.send(as_ada(Request::get("/api/actions"))).await.status, 200, "an admin by group");

        // She leaves the group, which no sync has noticed.
        world.sim.with_company(|company| company.users.iter_mut().for_each(|user| user.groups.clear()));
        let offline = without_lastpass(&world, database, FaultKind::Status(503), &settings);
        assert!(is_snapshot(&offline.get("users?email=ada@example.com").await));
        assert!(is_snapshot(&offline.get("security-report").await));
        for route in ROUTES.iter().filter(|route| !matches!(route.name, "session" | "health")) {
            for method in [Method::GET, Method::POST].iter().filter(|method| route.audience(method).is_some()) {
                let request = Request::builder().method(method).uri(format!("/api/{}", route.name));
                let reply = offline.send_json(as_ada(request), &json!({})).await;
                assert_eq!(reply.json()["code"], "roles-unavailable", "{method} {}: {}", route.name, reply.text());
            }
        }
        let session = offline.send(as_ada(Request::get("/api/session"))).await.json();
        assert_eq!((&session["signedIn"], &session["role"], &session["may"]), (&json!(true), &Value::Null, &json!([])));
        let health = offline.send(as_ada(Request::get("/api/health"))).await.json();
        assert_eq!(health.as_object().expect("an object").keys().collect::<Vec<_>>(), ["status"]);

        // A role that LastPass gave is kept for five minutes, and no snapshot makes it last.
        world.advance(TimeDelta::seconds(299));
        assert!(is_snapshot(&cached.get("security-report").await));
        assert_eq!(cached.send(as_ada(Request::get("/api/actions"))).await.status, 200);
        world.advance(TimeDelta::seconds(2));
        cached.send(as_ada(Request::get("/api/actions"))).await.problem(503, "roles-unavailable");

        world.sim.clear_faults();
        let back = world.another_instance(database, &[SCHEDULED, &settings].concat());
        back.send(as_ada(Request::get("/api/users"))).await.problem(403, "no-role");
    }
}
