//! HTTP itself, the same on every route: methods, HEAD, entity tags, security headers and CORS.

use http::{Method, Request};

use crate::{
    companies::{with_folders, with_groups},
    database::Database,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, TestResponse, World, company, new_user},
};

const REPORT: &str = "/api/security-report";
const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH];

/// The methods that each route supports.
const ALLOWED: [(&str, &str); 9] = [
    ("actions", "GET, HEAD"),
    ("audit-logs", "GET, HEAD"),
    ("groups", "GET, HEAD, POST"),
    ("health", "GET, HEAD"),
    ("provision-user", "POST"),
    ("security-report", "GET, HEAD"),
    ("session", "GET, HEAD, POST, DELETE"),
    ("shared-folders", "GET, HEAD"),
    ("users", "GET, HEAD, POST"),
];

#[tokio::test]
async fn an_unsupported_method_is_refused_with_the_supported_ones() {
    let world = World::new(company(3));
    for (route, allowed) in ALLOWED {
        for method in METHODS.iter().filter(|method| !allowed.split(", ").any(|name| name == method.as_str())) {
            let request = || Request::builder().method(method).uri(format!("/api/{route}"));
            for request in [request(), request().header("x-api-key", ADMIN)] {
                let response = world.send(request).await;
                let problem = response.problem(405, "method-not-allowed");
                assert_eq!((response.header("allow"), &problem["status"]), (allowed, &405.into()), "{method} {route}");
            }
        }
    }
}

#[tokio::test]
async fn head_returns_the_headers_of_get_without_a_body() {
    let world = World::new(company(3));
    let get = world.get("security-report").await;
    let head = world.send(Request::head(REPORT).header("x-api-key", ADMIN)).await;
    assert_eq!((head.status, head.body.len()), (get.status, 0));
    assert_eq!(head.header("etag"), get.header("etag"));
}

async fn get_if_none_match(world: &World, key: &str, path: &str, etag: &str) -> TestResponse {
    world.send(Request::get(format!("/api/{path}")).header("x-api-key", key).header("if-none-match", etag)).await
}

#[tokio::test]
async fn an_unchanged_reply_is_not_sent_again_and_each_role_has_its_own_tag() {
    let mut company = with_folders();
    company.users.extend(with_groups().users);
    let world = World::with_database(company, &Database::sqlite(), &[]);
    assert_eq!(world.post("provision-user", new_user("a")).await.status, 201);
    for (path, other_role) in [
        // First, since a security report is recorded in the background, which changes the record.
        ("actions", Some(AUDITOR)),
        ("security-report", Some(MANAGER)),
        ("groups", Some(PROVISIONER)),
        ("shared-folders", Some(AUDITOR)),
        ("users", None),
        ("users?id=1", None),
    ] {
        let etag = world.get(path).await.header("etag").to_owned();
        assert!(!etag.is_empty(), "{path}");
        assert_eq!(get_if_none_match(&world, ADMIN, path, &etag).await.status, 304, "{path}");
        get_if_none_match(&world, "nope", path, &etag).await.problem(401, "unauthenticated");
        if let Some(key) = other_role {
            let response = get_if_none_match(&world, key, path, &etag).await;
            assert_eq!(response.status, 200, "{path}");
            assert_ne!(response.header("etag"), etag, "{path}");
        }
    }
}

#[tokio::test]
async fn every_reply_has_the_security_headers() {
    let world = World::new(company(3));
    let mut ids = Vec::new();
    for request in [Request::get(REPORT).header("x-api-key", ADMIN), Request::get(REPORT), Request::post(REPORT)] {
        let response = world.send(request).await;
        assert_eq!(response.header("referrer-policy"), "no-referrer");
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("vercel-cdn-cache-control"), "private, no-store");
        assert!(response.header("server-timing").starts_with("lastpass;dur="));
        assert!(response.header("cache-control").starts_with("private, "));
        ids.push(response.header("x-request-id").to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 3, "each request has its own id");
}

#[tokio::test]
async fn allowed_origins_can_read_replies_but_not_send_cookies() {
    let world = World::with(company(3), &[("CORS_ALLOWED_ORIGINS", "https://dashboard.example.com")]);
    let from_origin = |origin: &str| {
        let request = Request::get(REPORT).header("authorization", format!("Bearer {ADMIN}"));
        request.header("origin", origin)
    };
    let response = world.send(from_origin("https://dashboard.example.com")).await;
    assert_eq!(response.header("access-control-allow-origin"), "https://dashboard.example.com");
    assert_eq!(response.header("access-control-allow-credentials"), "");
    let vary: Vec<_> = response.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
    assert_eq!(vary, ["Authorization, Cookie, X-Api-Key", "Origin"]);
    let other = world.send(from_origin("https://evil.example.com")).await;
    assert_eq!((other.status.as_u16(), other.header("access-control-allow-origin")), (200, ""));
    let preflight = |origin: &str| Request::builder().method("OPTIONS").uri("/api/users").header("origin", origin);
    let response = world.send(preflight("https://dashboard.example.com")).await;
    assert_eq!((response.status.as_u16(), response.header("access-control-allow-methods")), (204, "GET, HEAD, POST"));
    world.send(preflight("https://evil.example.com")).await.problem(405, "method-not-allowed");
}
