//! Sign-in with a dashboard key, and sign-out, as in a front end without an identity provider.

use chrono::TimeDelta;
use http::{Request, request::Builder};
use serde_json::{Value, json};

use crate::world::{ADMIN, AUDITOR, Cookies, MANAGER, PROVISIONER, World, company, same_origin};

const SECRET: (&str, &str) = ("SIGNING_SECRET", "signing-0123456789abcdef0123456789abcdef");

/// Signs in and returns the cookie as a browser sends it back.
async fn signed_in(world: &World, key: &str) -> String {
    let response = world.send_json(same_origin(Request::post("/api/session")), &json!({ "key": key })).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("cache-control"), "private, no-store");
    let cookie = response.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().expect("a pair").to_owned()
}

async fn session(world: &World, request: Builder) -> Value {
    let response = world.send(request.uri("/api/session")).await;
    assert_eq!((response.status.as_u16(), response.header("cache-control")), (200, "private, no-store"));
    response.json()
}

#[tokio::test]
async fn a_key_is_exchanged_for_a_session_of_eight_hours() {
    let world = World::with(company(3), &[SECRET]);
    let cookie = signed_in(&world, ADMIN).await;
    let get = |path: &str| Request::get(format!("/api/{path}")).header("cookie", &cookie);
    let own = session(&world, get("session")).await;
    assert_eq!((&own["signedIn"], &own["actor"]), (&json!(true), &json!("ann@example.com")));
    assert_eq!((&own["role"], &own["demo"]), (&json!("admin"), &json!(false)));
    assert_eq!(own["ways"], json!(["key", "session"]));
    assert!(own["may"].as_array().expect("permissions").contains(&json!("POST provision-user")));
    assert_eq!(own["expiresAt"], "2026-11-24T20:00:00Z");
    world.advance(TimeDelta::minutes(1));
    assert_eq!(session(&world, get("session")).await["expiresAt"], "2026-11-24T20:00:00Z");
    assert_eq!(world.send(get("security-report")).await.status, 200);
    // Browsers attach the cookie to the requests of any page: a change also needs evidence of the page.
    let change = Request::post("/api/users").header("cookie", &cookie);
    world.send_json(change, &json!({})).await.problem(403, "cross-site");
    let change = same_origin(Request::post("/api/users").header("cookie", &cookie));
    world.send_json(change, &json!({})).await.problem(400, "invalid-body");
    world.advance(TimeDelta::hours(8) - TimeDelta::minutes(1) - TimeDelta::seconds(1));
    assert_eq!(world.send(get("security-report")).await.status, 200);
    world.advance(TimeDelta::seconds(1));
    world.send(get("security-report")).await.problem(401, "unauthenticated");
    assert_eq!(session(&world, get("session")).await["signedIn"], false);
}

#[tokio::test]
async fn a_session_is_valid_while_its_key_is_and_has_the_present_role_of_the_key() {
    let before = World::with(company(3), &[SECRET]);
    let cookie = signed_in(&before, ADMIN).await;
    let demoted = format!("manager/ann@example.com:{ADMIN}");
    let world = World::with(company(3), &[SECRET, ("DASHBOARD_KEYS", &demoted)]);
    let own = session(&world, Request::get("/").header("cookie", &cookie)).await;
    assert_eq!((&own["role"], &own["may"]), (&json!("manager"), &json!(["GET security-report"])));
    let gone = World::with(company(3), &[SECRET, ("DASHBOARD_KEYS", &format!("manager:{MANAGER}"))]);
    assert_eq!(session(&gone, Request::get("/").header("cookie", &cookie)).await["signedIn"], false);
}

#[tokio::test]
async fn signing_in_and_out_ignores_cookies_and_is_refused_to_other_sites() {
    let world = World::with(company(3), &[SECRET]);
    let wrong = world.send_json(same_origin(Request::post("/api/session")), &json!({ "key": "nope" })).await;
    wrong.problem(401, "unauthenticated");
    assert_eq!(wrong.header("set-cookie"), "");
    for foreign in [
        Request::post("/api/session"),
        Request::post("/api/session").header("sec-fetch-site", "cross-site"),
        Request::post("/api/session").header("origin", "https://evil.example.com").header("host", "app.example.com"),
        Request::post("/api/session").header("authorization", format!("Bearer {ADMIN}")),
    ] {
        world.send_json(foreign, &json!({ "key": ADMIN })).await.problem(403, "cross-site");
    }
    let out = world.send(same_origin(Request::delete("/api/session")).header("cookie", "lastpass-session=x")).await;
    assert_eq!(out.status, 204);
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
    assert!(out.header("set-cookie").starts_with("lastpass-session=; Path=/; Max-Age=0"));
    world.send(Request::delete("/api/session")).await.problem(403, "cross-site");
}

#[tokio::test]
async fn without_its_settings_there_is_no_session() {
    let unsigned = World::new(company(3));
    let problem = unsigned.send_json(same_origin(Request::post("/api/session")), &json!({ "key": ADMIN })).await;
    assert_eq!(problem.problem(503, "not-configured")["errors"][0]["field"], "SIGNING_SECRET");
    let closed = World::with(company(3), &[SECRET, ("DASHBOARD_KEYS", "")]);
    assert_eq!(
        session(&closed, Request::get("/")).await,
        json!({
            "signedIn": false, "actor": null, "role": null, "may": [], "ways": [], "expiresAt": null,
            "departments": [], "demo": false,
        })
    );
    let on_the_platform = World::with(company(3), &[SECRET, ("VERCEL", "1")]);
    let response =
        on_the_platform.send_json(same_origin(Request::post("/api/session")), &json!({ "key": ADMIN })).await;
    assert!(
        response.header("set-cookie").starts_with("__Host-lastpass-session=")
            && response.header("set-cookie").contains("; Secure")
    );
}

#[tokio::test]
async fn signing_out_deletes_the_cookies_of_the_browser() {
    let world = World::with(company(3), &[SECRET]);
    let mut cookies = world.sign_in(ADMIN).await;
    assert!(cookies.get("lastpass-session").is_some());
    let get = |cookies: &Cookies| cookies.send_with(Request::get("/api/security-report"));
    assert_eq!(world.send(get(&cookies)).await.status, 200);
    let out = world.send(cookies.send_with(Request::delete("/api/session"))).await;
    assert_eq!(out.status, 204);
    cookies.store(&out);
    assert_eq!(cookies.get("lastpass-session"), None);
    world.send(get(&cookies)).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_session_lists_what_the_role_may_request_and_the_departments() {
    let world = World::with(company(3), &[SECRET, ("DEPARTMENT_GROUPS", "Research=R;Sales=S")]);
    for (key, may) in [
        (
            ADMIN,
            &[
                "GET security-report",
                "GET security-report?view=full",
                "GET audit-logs",
                "POST provision-user",
                "GET users",
                "POST users",
                "GET groups",
                "POST groups",
                "GET shared-folders",
                "GET actions",
            ][..],
        ),
        (MANAGER, &["GET security-report"]),
        (AUDITOR, &["GET security-report", "GET audit-logs", "GET shared-folders", "GET actions"]),
        (PROVISIONER, &["POST provision-user", "POST users", "GET groups", "GET actions"]),
    ] {
        let own = session(&world, Request::get("/").header("x-api-key", key)).await;
        let listed: Vec<_> = own["may"].as_array().expect("permissions").iter().filter_map(Value::as_str).collect();
        let listed: Vec<_> = listed.into_iter().filter(|request| !request.ends_with(" sync")).collect();
        assert_eq!(listed, may);
        assert_eq!((&own["departments"], &own["expiresAt"]), (&json!(["Research", "Sales"]), &Value::Null));
        let signed_in = world.send_json(same_origin(Request::post("/api/session")), &json!({ "key": key })).await;
        let mut expected = own;
        expected["expiresAt"] = json!("2026-11-24T20:00:00Z");
        assert_eq!(signed_in.json(), expected, "POST returns the same");
    }
    let malformed = World::with(company(3), &[("DEPARTMENT_GROUPS", "Research")]);
    let own = session(&malformed, Request::get("/").header("x-api-key", ADMIN)).await;
    assert_eq!((&own["role"], &own["departments"]), (&json!("admin"), &json!([])));
}
