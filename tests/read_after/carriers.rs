//! A change by one function is seen in every read of the same browser and of the same script.

use chrono::TimeDelta;
use http::Request;
use serde_json::{Value, json};

use crate::{
    read_after::deployment::{Carrier, Deployment},
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, TestResponse},
};

type Shows = fn(&TestResponse) -> bool;

/// A change, and the reads that show it.
struct Change {
    route: &'static str,
    body: Value,
    reads: Vec<(&'static str, &'static str, Shows)>,
}

fn row<'a>(list: &'a Value, email: &str) -> &'a Value {
    let row = list.as_array().and_then(|rows| rows.iter().find(|row| row["email"] == email));
    row.unwrap_or(&Value::Null)
}

fn count(reply: &TestResponse, list: &str) -> usize {
    reply.json()[list].as_array().map_or(0, Vec::len)
}

fn changes() -> Vec<Change> {
    let colleague = "colleague@example.com";
    vec![
        Change {
            route: "users",
            body: json!({ "email": colleague, "action": "deactivate" }),
            reads: vec![
                (ADMIN, "security-report", |reply| {
                    row(&reply.json()["users"], "colleague@example.com")["isDisabled"] == true
                }),
                (ADMIN, "security-report?view=summary", |reply| reply.json()["stats"]["disabledUsers"] == 1),
                (MANAGER, "security-report", |reply| reply.json()["stats"]["activeUsers"] == 3),
                (AUDITOR, "security-report?view=summary", |reply| reply.json()["stats"]["disabledUsers"] == 1),
                (ADMIN, "security-report?format=csv&status=disabled", |reply| reply.csv().1.len() == 1),
                (ADMIN, "users?status=disabled", |reply| count(reply, "users") == 1),
                (ADMIN, "users?email=colleague@example.com", |reply| reply.json()["user"]["status"] == "disabled"),
                (ADMIN, "users?id=3", |reply| reply.json()["user"]["actions"][0]["action"] == "deactivate"),
                (AUDITOR, "shared-folders?holders=disabled", |reply| count(reply, "folders") == 1),
                (ADMIN, "shared-folders?id=11", |reply| {
                    row(&reply.json()["folder"]["people"], "colleague@example.com")["status"] == "disabled"
                }),
                (AUDITOR, "shared-folders?format=csv&holders=disabled", |reply| reply.csv().1.len() == 1),
                (AUDITOR, "audit-logs?target=colleague@example.com", |reply| count(reply, "events") == 1),
                (ADMIN, "audit-logs?format=ndjson&target=colleague@example.com", |reply| {
                    reply.text().lines().count() == 1
                }),
                (AUDITOR, "actions?email=colleague@example.com", |reply| count(reply, "actions") == 1),
            ],
        },
        Change {
            route: "groups",
            body: json!({ "email": "other@example.com", "add": ["VPN"] }),
            reads: vec![
                (ADMIN, "groups?q=vpn", |reply| reply.json()["groups"][0]["users"] == json!(["other@example.com"])),
                (PROVISIONER, "groups?q=vpn", |reply| reply.json()["groups"][0]["members"] == 1),
                (ADMIN, "users?group=vpn", |reply| count(reply, "users") == 1),
                (ADMIN, "security-report?group=VPN", |reply| count(reply, "users") == 1),
                (AUDITOR, "audit-logs?target=vpn", |reply| count(reply, "events") == 1),
            ],
        },
        Change {
            route: "provision-user",
            body: json!({ "firstName": "New", "lastName": "One", "email": "new.one@example.com", "department": "Sales" }),
            reads: vec![
                (ADMIN, "users?email=new.one@example.com", |reply| reply.status == 200),
                (ADMIN, "security-report", |reply| {
                    row(&reply.json()["users"], "new.one@example.com")["status"] == "neverLoggedIn"
                }),
                (MANAGER, "security-report", |reply| reply.json()["stats"]["totalUsers"] == 5),
                (ADMIN, "groups?q=sales-team", |reply| reply.json()["groups"][0]["members"] == 5),
                (PROVISIONER, "groups?q=sales-team", |reply| reply.json()["groups"][0]["members"] == 5),
                (AUDITOR, "audit-logs?target=new.one@example.com&type=userManagement", |reply| {
                    count(reply, "events") > 0
                }),
            ],
        },
        Change {
            route: "users",
            body: json!({ "email": "other@example.com", "action": "delete", "confirm": "other@example.com" }),
            reads: vec![
                (ADMIN, "users?email=other@example.com", |reply| reply.status == 404),
                (ADMIN, "groups?q=domain", |reply| reply.json()["groups"][0]["members"] != 1),
                (MANAGER, "security-report", |reply| reply.json()["stats"]["totalUsers"] == 4),
            ],
        },
    ]
}

const SETTINGS: [(&str, &str); 1] = [("KNOWN_GROUPS", "VPN")];

/// How far the clock of the functions that make changes is ahead of the others, and who calls them.
const CLOCKS: [(i64, Carrier); 4] =
    [(0, Carrier::Browser), (-20, Carrier::Script), (30_000, Carrier::Browser), (-30_000, Carrier::Script)];

#[tokio::test]
async fn every_read_after_a_change_shows_it() {
    for (milliseconds, carrier) in CLOCKS {
        let offset_of = |name: &str| {
            let is_writer = ["users", "groups", "provision-user"].contains(&name);
            TimeDelta::milliseconds(if is_writer { milliseconds } else { 0 })
        };
        let deployment = Deployment::new(offset_of, &SETTINGS).await;
        for change in changes() {
            for (key, path, shows) in &change.reads {
                let before = deployment.get(carrier, key, path, None).await;
                assert!(!shows(&before), "{path} before {}: {}", change.body, before.text());
            }
            deployment.world.advance(TimeDelta::seconds(5));
            let value = deployment.change(carrier, change.route, &change.body).await;
            for (key, path, shows) in &change.reads {
                let after = deployment.get(carrier, key, path, Some(&value)).await;
                assert!(
                    shows(&after),
                    "{path} after {} by {carrier:?}, clock {milliseconds} ms ahead: {}",
                    change.body,
                    after.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn reads_without_the_value_keep_the_cache_of_another_process() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
    let read = async || deployment.get(Carrier::Script, ADMIN, "security-report", None).await;
    let before = read().await;
    let body = json!({ "email": "colleague@example.com", "action": "deactivate" });
    deployment.change(Carrier::Script, "users", &body).await;
    let calls = deployment.world.sim.calls().len();
    assert_eq!(read().await.json()["users"], before.json()["users"]);
    assert_eq!(deployment.world.sim.calls().len(), calls);
}

#[tokio::test]
async fn in_one_process_every_caller_sees_a_change_at_once() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
    let world = &deployment.world;
    for change in changes() {
        for (key, path, shows) in &change.reads {
            let before = world.send(deployment.request(Carrier::Script, key, path, None)).await;
            assert!(!shows(&before), "{path} before {}: {}", change.body, before.text());
        }
        let reply = world.post(change.route, change.body.clone()).await;
        assert!(reply.status.is_success(), "{}", reply.text());
        for (key, path, shows) in &change.reads {
            let after = world.send(deployment.request(Carrier::Script, key, path, None)).await;
            assert!(shows(&after), "{path} after {}: {}", change.body, after.text());
        }
    }
}

#[tokio::test]
async fn a_tag_from_before_the_change_does_not_hide_it() {
    for carrier in Carrier::ALL {
        let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
        for path in ["security-report", "users?status=disabled", "groups", "shared-folders?holders=disabled"] {
            let tag = deployment.get(carrier, ADMIN, path, None).await.header("etag").to_owned();
            let body = match path {
                "groups" => ("groups", json!({ "email": "root@example.com", "add": ["VPN"] })),
                _ => ("users", json!({ "email": "colleague@example.com", "action": "deactivate" })),
            };
            let value = deployment.change(carrier, body.0, &body.1).await;
            let request = deployment.request(carrier, ADMIN, path, Some(&value)).header("if-none-match", &tag);
            assert_eq!(deployment.function(path).send(request).await.status, 200, "{path}");
            let restore = json!({ "email": "colleague@example.com", "action": "restore" });
            deployment.change(carrier, "users", &restore).await;
        }
    }
}

#[tokio::test]
async fn a_fresh_read_shows_an_own_change_also_soon_after_another_fresh_read() {
    for carrier in Carrier::ALL {
        let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
        let path = "security-report?fresh=true";
        let shows = |reply: &TestResponse| row(&reply.json()["users"], "colleague@example.com")["isDisabled"] == true;
        assert!(!shows(&deployment.get(carrier, ADMIN, path, None).await));
        deployment.world.advance(TimeDelta::seconds(3));
        let body = json!({ "email": "colleague@example.com", "action": "deactivate" });
        let value = deployment.change(carrier, "users", &body).await;
        assert!(shows(&deployment.get(carrier, ADMIN, path, Some(&value)).await), "{carrier:?}, another process");

        // In one process no value is needed.
        let world = deployment.world.another_instance(&deployment.database, &SETTINGS);
        assert!(shows(&world.get("users?fresh=true&status=disabled").await));
        let restore = json!({ "email": "colleague@example.com", "action": "restore" });
        assert_eq!(world.post("users", restore).await.status, 200);
        for path in ["users?fresh=true&status=disabled", "users?status=disabled"] {
            assert_eq!(world.get(path).await.json()["users"], json!([]), "{path}");
        }
    }
}

#[tokio::test]
async fn only_a_fresh_read_delays_the_next_fresh_read() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
    let calls = || deployment.world.calls_by_command().get("getuserdata").copied().unwrap_or_default();
    let body = json!({ "email": "colleague@example.com", "action": "deactivate" });
    let value = deployment.change(Carrier::Script, "users", &body).await;
    let reads = async |path: &str, value: Option<&str>| {
        let before = calls();
        assert_eq!(deployment.get(Carrier::Script, ADMIN, path, value).await.status, 200);
        calls() - before
    };
    assert_eq!(reads("security-report", Some(&value)).await, 1);
    assert_eq!(reads("security-report?fresh=true", Some(&value)).await, 1, "a read after a change does not count");
    assert_eq!(reads("security-report?fresh=true", Some(&value)).await, 0);
    assert_eq!(reads("security-report?fresh=true", None).await, 0);
    deployment.world.advance(TimeDelta::seconds(30));
    assert_eq!(reads("security-report?fresh=true", None).await, 1);
    // Each kind of caller may request what its role allows.
    let fresh_groups = deployment.get(Carrier::Script, PROVISIONER, "groups?fresh=true", None).await;
    assert_eq!(fresh_groups.status, 200, "{}", fresh_groups.text());
    for (key, path) in [(MANAGER, "security-report?fresh=true"), (AUDITOR, "shared-folders?fresh=true")] {
        deployment.get(Carrier::Script, key, path, None).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_browser_needs_nothing_but_its_cookies() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &SETTINGS).await;
    let mut cookies = deployment.world.sign_in(ADMIN).await;
    let get = |path: &str| Request::get(format!("/api/{path}"));
    deployment.function("users").send(cookies.send_with(get("users"))).await;
    deployment.function("groups").send(cookies.send_with(get("groups"))).await;
    for (route, body) in [
        ("groups", json!({ "email": "root@example.com", "add": ["VPN"] })),
        ("users", json!({ "email": "colleague@example.com", "action": "deactivate" })),
        ("groups", json!({ "email": "other@example.com", "add": ["VPN"] })),
    ] {
        let request = cookies.send_with(Request::post(format!("/api/lastpass/{route}")));
        let reply = deployment.function(route).send_json(request, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        cookies.store(&reply);
        let members =
            deployment.function("security-report").send(cookies.send_with(get("security-report?group=vpn"))).await;
        let disabled = deployment.function("users").send(cookies.send_with(get("users?status=disabled"))).await;
        let expected = deployment.world.sim.with_company(|company| {
            let in_group = company.users.iter().filter(|user| user.groups.iter().any(|group| group == "VPN")).count();
            (in_group, company.users.iter().filter(|user| user.disabled).count())
        });
        assert_eq!((members.emails().len(), disabled.emails().len()), expected, "after {body}");
    }
    assert!(cookies.get("lastpass-read-after").is_some());
    let out = deployment.world.send(cookies.send_with(Request::delete("/api/session"))).await;
    assert_eq!(out.status, 204);
    cookies.store(&out);
    assert_eq!((cookies.get("lastpass-read-after"), cookies.get("lastpass-session")), (None, None));
}
