//! One user in detail, and searches.

use chrono::TimeDelta;
use lastpass_sim::{FaultKind, User};
use serde_json::{Value, json};

use crate::{
    companies::{with_expired_passwords, with_user_details},
    database::{Database, DatabaseKind, on_every_database},
    world::{World, company},
};

#[tokio::test]
async fn one_user_has_folders_events_and_the_age_of_the_master_password() {
    for dialect in ["enterprise", "guide"] {
        let world = World::with(with_user_details(), &[("LASTPASS_API_DIALECT", dialect)]);
        let response = world.get("users?email=ANN@example.com").await;
        let reply = response.json();
        let user = &reply["user"];
        let mut row = world.get("security-report?q=ann@").await.json()["users"][0].clone();
        row.as_object_mut().expect("a row").retain(|name, value| user[name] != *value);
        assert_eq!(row, json!({}), "equal to the row of the report, in {dialect}");
        assert_eq!(
            user["folders"],
            json!([
                { "id": "8", "name": "Shared-Ads", "rights": "administer", "passwordsVisible": true, "via": "direct" },
                { "id": "7", "name": "Shared-VPN", "rights": "readOnly", "passwordsVisible": false, "via": "VPN" },
            ])
        );
        let events = user["events"].as_array().expect("events");
        let actions: Vec<_> = events.iter().map(|event| &event["action"]).collect();
        assert_eq!(actions, ["Failed login attempt", "Make admin"]);
        assert_eq!(events[1]["alerts"], json!(["adminRightsGiven"]));
        assert_eq!((&user["masterPasswordExpired"], &user["actions"]), (&json!(true), &Value::Null));
        assert_eq!(response.warnings(), ["not-recorded"], "there is no database");
        let unavailable = reply["meta"]["unavailable"].as_array().expect("a list");
        let no_database = |field: &str| json!({ "field": field, "reason": "no database is configured" });
        for field in ["user.actions", "user.history"] {
            assert!(unavailable.contains(&no_database(field)), "{field} in {dialect}");
        }
        assert_eq!(user["history"], Value::Null);

        let bob = world.get("users?id=2").await.json();
        assert_eq!(bob["user"]["email"], "bob@example.com");
        assert_eq!((&bob["user"]["masterPasswordExpired"], &bob["user"]["folders"]), (&json!(false), &json!([])));
        let invited = world.get("users?email=new@example.com").await.json();
        assert_eq!(
            (&invited["user"]["status"], &invited["user"]["masterPasswordExpired"]),
            (&json!("invited"), &Value::Null)
        );
        assert_eq!(world.calls_by_command()["expiredmasterpwlist"], 1, "one fetch for all of them");
    }
}

#[tokio::test]
async fn an_unknown_user_is_a_404_until_the_users_are_refetched() {
    let world = World::new(with_user_details());
    world.get("users?id=4").await.problem(404, "unknown-user");
    world.sim.with_company(|company| company.users.push(User::new(4, "late@example.com")));
    world.advance(TimeDelta::seconds(31));
    world.get("users?email=late@example.com").await.problem(404, "unknown-user");
    assert_eq!(world.get("users?email=late@example.com&fresh=true").await.json()["user"]["id"], "4");
}

#[tokio::test]
async fn a_part_that_fails_is_null_and_a_warning() {
    for (commands, member, code) in [
        (&["getdetailedsfdata", "getsfdata"][..], "folders", "shared-folders-unavailable"),
        (&["reporting"], "events", "events-unavailable"),
        (&["expiredmasterpwlist"], "masterPasswordExpired", "expired-passwords-unavailable"),
    ] {
        let world = World::new(with_user_details());
        world.sim.inject_random_for(commands, 1, 1.0, vec![FaultKind::Fail("no".to_owned())]);
        let response = world.get("users?id=1").await;
        let mut warnings = response.warnings();
        warnings.retain(|warning| warning != "not-recorded");
        assert_eq!(warnings, [code]);
        assert_eq!(response.json()["user"][member], Value::Null);
        assert_eq!(response.json()["user"]["email"], "Ann@example.com");
    }
    let world = World::new(with_user_details());
    let complaint = FaultKind::Warn("some are missing".to_owned());
    world.sim.inject_random_for(&["expiredmasterpwlist"], 1, 1.0, vec![complaint]);
    let response = world.get("users?id=2").await;
    assert_eq!(response.json()["user"]["masterPasswordExpired"], Value::Null, "an incomplete list proves nothing");
    assert!(response.warnings().contains(&"expired-passwords-unavailable".to_owned()), "{:?}", response.warnings());
}

on_every_database! {
    async fn recorded_actions_on_a_user_are_listed(database) {
        let world = World::with_database(with_user_details(), database, &[]);
        assert_eq!(world.get("users?id=2").await.json()["user"]["actions"], json!([]));
        let before = world.get("users?id=2").await.header("etag").to_owned();
        let done = world.post("users", json!({ "email": "bob@example.com", "action": "requirePasswordChange" })).await;
        assert_eq!(done.status, 200, "{}", done.text());
        let response = world.get("users?id=2").await;
        let actions = response.json()["user"]["actions"].clone();
        assert_eq!((&actions[0]["action"], &actions[0]["actor"]), (&json!("requirePasswordChange"), &json!("ann@example.com")));
        assert_ne!(response.header("etag"), before);
        assert_eq!(world.get("users?id=1").await.json()["user"]["actions"], json!([]));
    }
}

#[tokio::test]
async fn the_list_of_expired_passwords_is_read_by_its_page_token() {
    let world = World::new(with_expired_passwords());
    assert_eq!(world.get("users?id=1200").await.json()["user"]["masterPasswordExpired"], true);
    assert_eq!(world.get("users?id=1201").await.json()["user"]["masterPasswordExpired"], false);
    assert_eq!(world.calls_by_command()["expiredmasterpwlist"], 3);
}

#[tokio::test]
async fn an_expired_password_is_unknown_of_users_whom_lastpass_does_not_list() {
    let mut company = with_user_details();
    company.users[1].disabled = true;
    let world = World::new(company);
    for (query, expected) in [("id=2", true), ("email=new@example.com", true), ("id=1", false)] {
        let reply = world.get(&format!("users?{query}")).await.json();
        let entries = reply["meta"]["unavailable"].as_array().expect("a list");
        let is_unavailable = entries.iter().any(|entry| entry["field"] == "user.masterPasswordExpired");
        assert_eq!((is_unavailable, reply["user"]["masterPasswordExpired"].is_null()), (expected, expected), "{query}");
    }
}

#[tokio::test]
async fn a_reply_about_a_user_warns_if_people_appear_federated() {
    let mut company = with_user_details();
    for user in &mut company.users {
        (user.mpstrength, user.totalscore) = (None, Some(80.0));
    }
    let world = World::new(company);
    let response = world.get("users?id=2").await;
    assert_eq!(response.json()["user"]["masterPasswordExpired"], false);
    assert!(response.warnings().contains(&"federated-expiry".to_owned()), "{:?}", response.warnings());
}

#[tokio::test]
async fn a_search_returns_the_rows_of_the_report() {
    let world = World::new(company(250));
    for filter in ["", "q=an", "status=disabled", "group=all%20staff", "risk=high&mfa=none", "inactiveDays=90"] {
        let expected = world.get(&format!("security-report?sort=email&{filter}")).await.json()["users"].clone();
        let found = world.all_pages(&format!("users?limit=40&{filter}"), "users").await;
        assert!(!found.is_empty(), "{filter} finds users");
        assert_eq!(Value::from(found), expected, "{filter}");
    }
    assert_eq!(world.get("users").await.emails().len(), 100);
    assert_eq!(world.calls_by_command().keys().filter(|command| command.as_str() != "getuserdata").count(), 2);
}
