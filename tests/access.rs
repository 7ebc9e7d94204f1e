//! Which caller may do what, and how the others are refused.

use http::{Method, Request, StatusCode};
use lastpass_core::{
    domain::Role,
    web::{Audience, ROUTES, Route},
};
use serde_json::{Value, json};

use crate::{
    companies::with_user,
    sign_in::{auth_js::sample, issuer::Issuer},
    world::{ADMIN, AUDITOR, CRON_SECRET, MANAGER, PROVISIONER, SIGNING_SECRET, World, company, fields},
};

const REPORT: &str = "/api/security-report";

/// What a credential permits, and how it is sent.
#[derive(Debug, Clone, Copy)]
enum Credential {
    /// There is none, or it is not accepted.
    Refused,
    /// Of a user without a role.
    NoRole,
    /// The scheduler's, which no other route accepts.
    Scheduler,
    /// Of a user with this role, in a header.
    Header(Role),
    /// Of a user with this role, in a cookie, without evidence of the page that sent it.
    Cookie(Role),
    /// The same, with evidence that a page of this host sent it.
    SameOriginCookie(Role),
}

/// Every kind of caller. Edge links have their own stories.
const CALLERS: [(&str, Credential); 13] = [
    ("no credential", Credential::Refused),
    ("a wrong key", Credential::Refused),
    ("admin", Credential::Header(Role::Admin)),
    ("manager", Credential::Header(Role::Manager)),
    ("auditor", Credential::Header(Role::Auditor)),
    ("provisioner", Credential::Header(Role::Provisioner)),
    ("an admin's cookie", Credential::Cookie(Role::Admin)),
    ("an admin's cookie from the same origin", Credential::SameOriginCookie(Role::Admin)),
    ("an admin's token", Credential::Header(Role::Admin)),
    ("a token without a role", Credential::NoRole),
    ("an auditor by group", Credential::Header(Role::Auditor)),
    ("an admin's Auth.js session", Credential::Cookie(Role::Admin)),
    ("the scheduler", Credential::Scheduler),
];

/// Every method that a request may have, except `HEAD`.
const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::DELETE, Method::PUT, Method::PATCH, Method::OPTIONS];

/// The status of a request without parameters, or with an empty object as its body, whose caller is permitted.
fn status_if_permitted(route: &Route, method: &Method) -> u16 {
    match (route.name, method.as_str()) {
        // There is no database.
        ("actions", "GET") | ("sync", "POST") => 503,
        ("session", "DELETE") => 204,
        // A member is missing.
        (_, "POST") => 400,
        _ => 200,
    }
}

/// The status of such a request, and the detail if the route table has it.
fn expected(route: &Route, method: &Method, credential: Credential) -> (u16, Option<&'static str>) {
    let (is_change, permitted) = (*method != Method::GET, (status_if_permitted(route, method), None));
    match (route.audience(method), credential) {
        (None, _) => (405, None),
        (Some(Audience::Anyone), Credential::SameOriginCookie(_)) => permitted,
        (Some(Audience::Anyone), _) if is_change => (403, None),
        (Some(Audience::Anyone), _) => permitted,
        // Without a database it skips every part.
        (Some(Audience::Scheduler { .. }), Credential::Scheduler) => (200, None),
        (Some(_), Credential::Refused | Credential::Scheduler) => (401, None),
        (Some(_), Credential::NoRole) => (403, None),
        (Some(_), Credential::Cookie(_)) if is_change => (403, None),
        (
            Some(Audience::Roles { roles, refusal } | Audience::Scheduler { roles, refusal }),
            Credential::Header(role) | Credential::Cookie(role) | Credential::SameOriginCookie(role),
        ) => {
            if roles.contains(&role) {
                permitted
            } else {
                (403, Some(refusal))
            }
        }
    }
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_route_table_says() {
    let (issuer, vectors) = (Issuer::clerk(), sample("session-token-vectors.json"));
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.extend([
        ("SIGNING_SECRET", SIGNING_SECRET),
        ("AUTH_SECRET", vectors["secret"].as_str().expect("text")),
        ("ROLE_GROUPS", "admin=Domain Admins;auditor=Compliance"),
        ("CRON_SECRET", CRON_SECRET),
    ]);
    let company = with_user(company(30), 3, "cleo@example.com", &["Compliance"]);
    let company = with_user(company, 4, "ada@example.com", &["Domain Admins"]);
    let world = World::with(company, &settings);
    let sign_in = Request::post("/api/session").header("sec-fetch-site", "same-origin");
    let signed_in = world.send_json(sign_in, &json!({ "key": ADMIN })).await;
    let cookie = signed_in.header("set-cookie").split(';').next().expect("a pair").to_owned();
    let auth_js = vectors["authjs_v5:authjs.session-token"].as_str().expect("text");
    let auth_js = format!("authjs.session-token={auth_js}");
    let bearer = |change: &dyn Fn(&mut Value)| {
        let mut claims = issuer.claims.clone();
        change(&mut claims);
        format!("Bearer {}", issuer.key.token("any", &claims))
    };
    let admin = bearer(&|_| {});
    let no_role = bearer(&|claims| claims["metadata"]["role"] = json!("owner"));
    let by_group = bearer(&|claims| {
        (claims["metadata"], claims["email"]) = (json!({}), json!("cleo@example.com"));
    });
    let as_caller = |request: http::request::Builder, caller: &str| match caller {
        "no credential" => request,
        "a wrong key" => request.header("x-api-key", "wrong-0123456789abcdef0123456789abcdef"),
        "admin" => request.header("x-api-key", ADMIN),
        "manager" => request.header("x-api-key", MANAGER),
        "auditor" => request.header("x-api-key", AUDITOR),
        "provisioner" => request.header("x-api-key", PROVISIONER),
        "an admin's cookie" => request.header("cookie", &cookie),
        "an admin's cookie from the same origin" => {
            request.header("cookie", &cookie).header("sec-fetch-site", "same-origin")
        }
        "an admin's token" => request.header("authorization", &admin),
        "a token without a role" => request.header("authorization", &no_role),
        "an auditor by group" => request.header("authorization", &by_group),
        "an admin's Auth.js session" => request.header("cookie", &auth_js),
        "the scheduler" => request.header("authorization", format!("Bearer {CRON_SECRET}")),
        other => panic!("{other} has no credential"),
    };
    for route in &ROUTES {
        let uri = format!("/api/{}", route.name);
        for method in METHODS {
            for (caller, credential) in CALLERS {
                let about = format!("{method} {uri} by {caller}");
                let request = as_caller(Request::builder().method(&method).uri(&uri), caller);
                let response = world.send_json(request, &json!({})).await;
                let (status, detail) = expected(route, &method, credential);
                assert_eq!(response.status.as_u16(), status, "{about}: {}", response.text());
                if let Some(detail) = detail {
                    assert_eq!(response.problem(403, "forbidden")["detail"], detail, "{about}");
                }
                if method == Method::GET && status != 405 {
                    let head = world.send(as_caller(Request::head(&uri), caller)).await;
                    // Where GET starts a job, there is no HEAD.
                    let starts_job = matches!(route.audience(&method), Some(Audience::Scheduler { .. }));
                    let status = if starts_job { StatusCode::METHOD_NOT_ALLOWED } else { response.status };
                    assert_eq!((head.status, head.body.len()), (status, 0), "HEAD, {about}");
                }
            }
        }
    }
}

#[tokio::test]
async fn each_role_is_permitted_only_its_own_routes() {
    const ALL: [(&str, &str); 4] =
        [("admin", ADMIN), ("manager", MANAGER), ("auditor", AUDITOR), ("provisioner", PROVISIONER)];
    let world = World::new(company(3));
    for (method, route, permitted) in [
        (Method::GET, "security-report", "admin manager auditor"),
        (Method::GET, "audit-logs", "admin auditor"),
        (Method::GET, "actions", "admin auditor provisioner"),
        (Method::GET, "shared-folders", "admin auditor"),
        (Method::GET, "groups", "admin provisioner"),
        (Method::GET, "users", "admin"),
        (Method::POST, "provision-user", "admin provisioner"),
        // A provisioner may only renew and withdraw invitations.
        (Method::POST, "users", "admin provisioner"),
        (Method::POST, "groups", "admin"),
    ] {
        for (role, key) in ALL {
            let request = Request::builder().method(&method).uri(format!("/api/{route}")).header("x-api-key", key);
            let response = world.send_json(request, &json!({})).await;
            let is_permitted = permitted.split(' ').any(|name| name == role);
            assert_eq!(response.status != 403, is_permitted, "{method} {route} by {role}: {}", response.text());
            if !is_permitted {
                response.problem(403, "forbidden");
            }
        }
    }
}

#[tokio::test]
async fn a_request_without_a_valid_key_is_unauthenticated() {
    let world = World::new(company(3));
    let response = world.send(Request::get(REPORT)).await;
    response.problem(401, "unauthenticated");
    assert!(response.header("www-authenticate").starts_with("Bearer"));
    for wrong in ["Bearer nope", "Basic abc", ADMIN, "Bearer "] {
        world.send(Request::get(REPORT).header("authorization", wrong)).await.problem(401, "unauthenticated");
    }
    let cookie = Request::get(REPORT).header("cookie", format!("lastpass-session={ADMIN}"));
    world.send(cookie).await.problem(401, "unauthenticated");
    assert!(world.calls_by_command().is_empty(), "LastPass is not called");
}

#[tokio::test]
async fn a_key_is_accepted_in_either_header_and_the_first_header_decides() {
    let world = World::new(company(3));
    assert_eq!(world.send(Request::get(REPORT).header("x-api-key", ADMIN)).await.status, 200);
    let both = Request::get(REPORT).header("authorization", "Bearer nope").header("x-api-key", ADMIN);
    world.send(both).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn managers_and_auditors_read_a_report_without_users() {
    let world = World::new(company(300));
    let full = world.get("security-report").await;
    for key in [MANAGER, AUDITOR] {
        let response = world.get_as(key, "security-report").await;
        assert_eq!(response.status, 200);
        let report = response.json();
        assert_eq!(report["users"], Value::Array(Vec::new()));
        assert_eq!(report["stats"], full.json()["stats"]);
        for department in report["departments"].as_array().expect("departments") {
            assert!(department["users"].as_u64() >= Some(5), "{department}");
            assert!(department["department"].is_string());
        }
        for email in full.emails() {
            assert!(!response.text().contains(&email));
        }
        world.get_as(key, "security-report?view=full").await.problem(403, "forbidden");
        let problem = world.get_as(key, "security-report?view=summary&q=a").await.problem(400, "invalid-parameters");
        assert_eq!(fields(&problem), ["q"]);
    }
}

#[tokio::test]
async fn missing_settings_are_named_to_authenticated_callers_only() {
    let unset = World::with(company(3), &[("LASTPASS_PROVISIONING_HASH", ""), ("LASTPASS_TIME_ZONE", "Nowhere")]);
    unset.send(Request::get(REPORT)).await.problem(401, "unauthenticated");
    let problem = unset.get("security-report").await.problem(503, "not-configured");
    assert_eq!(fields(&problem), ["LASTPASS_PROVISIONING_HASH", "LASTPASS_TIME_ZONE"]);
    assert!(!problem.to_string().contains("Nowhere"), "values are not shown");

    let closed = World::with(company(3), &[("DASHBOARD_KEYS", "")]);
    let problem = closed.get("security-report").await.problem(503, "not-configured");
    assert_eq!(problem["errors"][0]["field"], "DASHBOARD_KEYS");

    let demo = World::with(company(3), &[("LASTPASS_DEMO", "1")]);
    let problem = demo.get_as("demo-admin", "security-report").await.problem(503, "not-configured");
    assert_eq!(
        problem["errors"][0]["field"], "LASTPASS_PROVISIONING_HASH",
        "the demo is refused beside real credentials"
    );
}

#[tokio::test]
async fn the_demo_accepts_only_its_four_keys_and_is_labelled() {
    let demo = World::with(company(3), &[("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")]);
    assert_eq!(demo.get_as("demo-admin", "security-report").await.json()["meta"]["source"], "demo");
    assert_eq!(demo.get_as("demo-manager", "security-report").await.status, 200);
    assert_eq!(demo.get_as("demo-auditor", "security-report").await.status, 200);
    demo.get_as("demo-provisioner", "security-report").await.problem(403, "forbidden");
    demo.get_as(ADMIN, "security-report").await.problem(401, "unauthenticated");
    World::new(company(3)).get_as("demo-admin", "security-report").await.problem(401, "unauthenticated");
}
