//! What the session says of a caller, against what the routes then allow.

use chrono::{TimeDelta, Utc};
use http::{Method, Request, request::Builder};
use lastpass_core::web::ROUTES;
use serde_json::{Value, json};

use crate::{
    companies::{with_user, without_folders},
    database::Database,
    sign_in::issuer::Issuer,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, SIGNING_SECRET, World, company, noon, same_origin},
};

const KEYS: [&str; 4] = [ADMIN, MANAGER, AUDITOR, PROVISIONER];

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn may_lists_exactly_what_the_routes_allow() {
    let database = Database::sqlite();
    let world = World::with_database(without_folders(), &database, &[]);
    for key in KEYS {
        let may = texts(&world.get_as(key, "session").await.json()["may"]);
        let mut expected = Vec::new();
        for route in ROUTES.iter().filter(|route| !["session", "health", "sync"].contains(&route.name)) {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let request = Request::builder().method(&method).uri(format!("/api/{}", route.name));
                let request = request.header("authorization", format!("Bearer {key}"));
                let reply = world.send_json(request, &json!({})).await;
                if ![403, 405].contains(&reply.status.as_u16()) {
                    expected.push(format!("{method} {}", route.name));
                }
            }
        }
        if world.get_as(key, "security-report?view=full").await.status == 200 {
            expected.push("GET security-report?view=full".to_owned());
        }
        let mut listed: Vec<_> = may.iter().filter(|entry| !entry.ends_with(" sync")).cloned().collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{key}");
        assert!(may.iter().all(|entry| !entry.contains("session") && !entry.contains("health")), "{may:?}");
    }
    let stranger = world.send(Request::get("/api/session")).await.json();
    assert_eq!((&stranger["may"], &stranger["signedIn"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn the_session_says_when_the_credential_expires() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.push(("SIGNING_SECRET", SIGNING_SECRET));
    let world = World::with(company(3), &settings);
    let session = async |request: Builder| world.send(request.uri("/api/session")).await.json();
    let expiry = |session: &Value| {
        let text = session["expiresAt"].as_str().unwrap_or_else(|| panic!("no time in {session}"));
        assert!(text.ends_with('Z'), "{text}");
        text.parse::<chrono::DateTime<Utc>>().expect("a time")
    };
    for key in KEYS {
        let by_key = session(Request::get("/").header("x-api-key", key)).await;
        assert_eq!(by_key.get("expiresAt"), Some(&Value::Null), "a key does not expire");
        let cookies = world.sign_in(key).await;
        let eight_hours = noon() + TimeDelta::hours(8);
        assert_eq!(expiry(&session(cookies.send_with(Request::get("/"))).await), eight_hours);
        world.advance(TimeDelta::hours(1));
        assert_eq!(expiry(&session(cookies.send_with(Request::get("/"))).await), eight_hours, "an hour later");
        world.advance(-TimeDelta::hours(1));
    }
    let signed_in = world.send_json(same_origin(Request::post("/api/session")), &json!({ "key": ADMIN })).await.json();
    assert_eq!(expiry(&signed_in), noon() + TimeDelta::hours(8), "the sign-in returns it at once");
    for minutes in [1, 600] {
        let mut claims = issuer.claims.clone();
        let until = noon() + TimeDelta::minutes(minutes);
        claims["exp"] = json!(until.timestamp());
        let token = issuer.key.token("any", &claims);
        let by_token = session(Request::get("/").header("authorization", format!("Bearer {token}"))).await;
        assert_eq!(expiry(&by_token), until);
    }
    for request in [Request::get("/"), Request::get("/").header("x-api-key", "nope")] {
        let stranger = session(request).await;
        assert_eq!((&stranger["signedIn"], stranger.get("expiresAt")), (&json!(false), Some(&Value::Null)));
    }
}

#[tokio::test]
async fn the_session_lists_the_departments_for_forms() {
    for (value, expected) in [
        ("", vec!["Engineering", "Finance", "HR", "Legal", "Marketing", "Sales"]),
        ("Büro=Zürich;R&D=Lab", vec!["Büro", "R&D"]),
        (r#"{"Sales; EMEA":"S"}"#, vec!["Sales; EMEA"]),
    ] {
        let settings: &[_] = if value.is_empty() { &[] } else { &[("DEPARTMENT_GROUPS", value)] };
        let world = World::with(company(3), settings);
        for key in KEYS {
            let session = world.get_as(key, "session").await.json();
            let mut departments = texts(&session["departments"]);
            departments.sort();
            assert_eq!(departments, expected, "{value}");
            // Each is accepted by the form.
            let body = json!({ "firstName": "A", "lastName": "B", "email": "a@example.com", "department": departments[0], "dryRun": true });
            if [ADMIN, PROVISIONER].contains(&key) {
                assert_eq!(world.post_as(key, "provision-user", body).await.status, 200, "{value}");
            }
        }
        assert_eq!(world.send(Request::get("/api/session")).await.json()["departments"], json!([]), "{value}");
    }
}

#[tokio::test]
async fn a_user_without_a_role_is_signed_in_and_may_do_nothing() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    settings.push(("ROLE_GROUPS", "admin=Domain Admins"));
    let world = World::with(with_user(company(5), 2, "ann@example.com", &["Sales-Team"]), &settings);
    let bearer = format!("Bearer {}", issuer.key.token("any", &issuer.claims));
    let session = world.send(Request::get("/api/session").header("authorization", &bearer)).await.json();
    assert_eq!((&session["signedIn"], &session["role"], &session["may"]), (&json!(true), &Value::Null, &json!([])));
    assert_eq!(session["departments"], json!([]));
    assert!(session["expiresAt"].is_string(), "{session}");
    world.send(Request::get("/api/users").header("authorization", &bearer)).await.problem(403, "no-role");
}
