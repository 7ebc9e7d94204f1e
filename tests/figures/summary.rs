//! The summary: what managers, auditors and links see instead of the users.

use serde_json::{Value, json};

use crate::{
    figures::{
        generated, list,
        oracle::{Rules, departments},
    },
    world::{ADMIN, AUDITOR, MANAGER, World},
};

#[tokio::test]
async fn no_department_of_a_summary_reveals_a_person() {
    for (seed, people) in [(1, 0), (2, 1), (3, 4), (4, 13), (5, 25), (6, 40), (7, 61), (8, 240)] {
        let company = generated(seed, people);
        let full = departments(&company, Rules::ALL[0]);
        let large = |name: &str| full.get(&Some(name.to_owned())).and_then(|entry| entry["users"].as_u64());
        let world = World::new(company);
        for (key, path) in [(MANAGER, "security-report"), (AUDITOR, "security-report?view=summary")] {
            let summary = world.get_as(key, path).await.json();
            let shown = list(&summary, "departments");
            let total: u64 = shown.iter().filter_map(|entry| entry["users"].as_u64()).sum();
            assert_eq!(total, people as u64, "{people}: everyone is counted once");
            for entry in shown {
                let name = entry["department"].as_str().expect("a name");
                let users = entry["users"].as_u64().expect("a count");
                assert!(users >= 5 || (shown.len() == 1 && name == "Other"), "{people}: {entry}");
                assert!(name == "Other" || large(name) == Some(users), "{people}: {entry}");
            }
            assert_eq!((&summary["users"], &summary["total"]), (&json!([]), &Value::Null), "{people}");
        }
    }
}

#[tokio::test]
async fn the_view_is_named_and_the_lists_parameters_have_no_effect_on_a_summary() {
    let world = World::new(generated(6, 240));
    for (key, path, view) in [
        (ADMIN, "security-report", "full"),
        (ADMIN, "security-report?view=full&limit=1", "full"),
        (ADMIN, "security-report?view=summary", "summary"),
        (MANAGER, "security-report", "summary"),
        (AUDITOR, "security-report?view=summary", "summary"),
    ] {
        let reply = world.get_as(key, path).await.json();
        assert_eq!(reply["meta"]["view"], view, "{path}");
        assert_eq!(reply["total"].is_null(), view == "summary", "{path}");
    }
    let plain = world.get_as(MANAGER, "security-report").await.json();
    let full = world.get("security-report").await.json();
    assert_eq!((&plain["stats"], &full["total"]), (&full["stats"], &json!(list(&full, "users").len())));
    for query in [
        "q=a",
        "limit=5",
        "cursor=abc",
        "format=json",
        "sort=-email&status=active",
        "risk=high&department=Sales&group=x&mfa=any",
        "inactiveDays=9",
    ] {
        for key in [MANAGER, AUDITOR] {
            let reply = world.get_as(key, &format!("security-report?{query}")).await;
            assert_eq!((reply.status.as_u16(), &reply.json()["stats"]), (200, &plain["stats"]), "{query}");
            assert_eq!(reply.json()["users"], json!([]), "{query}");
        }
        world
            .get_as(MANAGER, &format!("security-report?view=summary&{query}"))
            .await
            .problem(400, "invalid-parameters");
        world.get(&format!("security-report?view=summary&{query}")).await.problem(400, "invalid-parameters");
    }
    for key in [MANAGER, AUDITOR] {
        world.get_as(key, "security-report?format=csv").await.problem(403, "forbidden");
        world.get_as(key, "security-report?view=full").await.problem(403, "forbidden");
        world.get_as(key, "security-report?q=a&nope=1").await.problem(400, "invalid-parameters");
    }
    for view in ["summary", "full"] {
        assert_eq!(world.get(&format!("users?limit=1&x-vercel-a={view}")).await.json()["meta"].get("view"), None);
    }
}
