//! Every status and code that the document names for an operation, produced: by one story for each group of codes that
//! operations have in common, and one for each operation's own.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chrono::TimeDelta;
use http::{Method, Request, request::Builder};
use lastpass_core::{
    domain::Role,
    web::{Audience, ROUTES, RequestBodyError, UnsendableReply},
};
use lastpass_sim::{Company, EventLog, Fault, FaultKind, LogEvent};
use serde_json::{Value, json};

use crate::{
    companies::{at, office},
    database::Database,
    edge::link_of,
    openapi::{Operation, requests::credential},
    sign_in::{auth_js::sample, issuer::Issuer},
    world::{ADMIN, AUDITOR, CRON_SECRET, MANAGER, PROVISIONER, SIGNING_SECRET, TestResponse, World},
};

/// The outcomes that were produced, by operation.
#[derive(Default)]
struct Produced(BTreeMap<&'static str, BTreeSet<(u16, String)>>);

impl Produced {
    fn add(&mut self, operation: Operation, reply: &TestResponse) {
        let is_problem = reply.header("content-type") == "application/problem+json";
        let code = if is_problem { reply.json()["code"].as_str().expect("a code").to_owned() } else { String::new() };
        self.0.entry(operation.id()).or_default().insert((reply.status.as_u16(), code));
    }

    /// Adds a reply that has this code.
    fn add_problem(&mut self, operation: Operation, code: &str, reply: &TestResponse) {
        assert_eq!(reply.json()["code"], code, "{}: {}", operation.id(), reply.text());
        self.add(operation, reply);
    }
}

fn operation(method: &Method, route: &str) -> Operation {
    let mut all = Operation::all().into_iter();
    all.find(|operation| operation.http_method() == method && operation.route == route).expect("an operation")
}

/// The operations that name a code.
fn with_code(code: &str) -> Vec<Operation> {
    let names = |operation: &Operation| operation.outcomes().iter().any(|(_, named)| *named == code);
    Operation::all().into_iter().filter(names).collect()
}

/// A request of a page of this site, without a credential.
fn request(operation: Operation) -> Builder {
    let request = Request::builder().method(operation.http_method()).uri(format!("/api/lastpass/{}", operation.route));
    request.header("sec-fetch-site", "same-origin")
}

/// A body that the operation accepts, as a dry run if it is a change.
fn body(operation: Operation) -> Value {
    match operation.id() {
        "provisionUser" => dry(ann()),
        "changeUser" => dry(act("gus", "deactivate")),
        "changeGroups" => dry(json!({ "email": "gus@example.com", "add": ["VPN"] })),
        "signIn" => json!({ "key": ADMIN }),
        _ => json!({}),
    }
}

fn ann() -> Value {
    json!({ "firstName": "Ann", "lastName": "Lee", "email": "ann.lee@example.com", "department": "Sales" })
}

fn act(name: &str, action: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "action": action })
}

fn dry(body: Value) -> Value {
    with(body, "dryRun", true)
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

fn recording(settings: &[(&str, &str)]) -> World {
    World::with_database(office(), &Database::sqlite(), &[&[("CRON_SECRET", CRON_SECRET)], settings].concat())
}

/// A request of someone who may send it.
fn permitted(operation: Operation) -> Builder {
    let (header, value) = credential(operation);
    request(operation).header(header, value)
}

async fn send(world: &World, operation: Operation, request: Builder) -> TestResponse {
    match operation.body() {
        Some(_) => world.send_json(request, &body(operation)).await,
        None => world.send(request).await,
    }
}

#[tokio::test]
async fn every_status_and_code_of_the_document_is_given_and_no_other() {
    let mut produced = Produced::default();
    successes(&mut produced).await;
    requests_that_no_route_accepts(&mut produced).await;
    callers_without_access(&mut produced).await;
    // Retries and timeouts take no time while the clock is paused. A database is used while it is not.
    tokio::time::pause();
    callers_by_groups(&mut produced).await;
    failures_of_lastpass(&mut produced).await;
    unreachable_database(&mut produced).await;
    tokio::time::resume();
    reads(&mut produced).await;
    syncs(&mut produced).await;
    refused_changes(&mut produced).await;
    failed_changes(&mut produced).await;
    let (mut undocumented, mut not_given) = (Vec::new(), Vec::new());
    for operation in Operation::all() {
        let documented: BTreeSet<_> =
            operation.outcomes().into_iter().map(|(status, code)| (status, code.to_owned())).collect();
        let given = produced.0.remove(operation.id()).unwrap_or_default();
        undocumented.extend(given.difference(&documented).map(|outcome| (operation.id(), outcome.clone())));
        not_given.extend(documented.difference(&given).map(|outcome| (operation.id(), outcome.clone())));
    }
    assert!(undocumented.is_empty() && not_given.is_empty(), "given: {undocumented:#?}, documented: {not_given:#?}");
}

async fn successes(produced: &mut Produced) {
    let world = recording(&[]);
    for operation in Operation::all() {
        // An export is recorded after its reply, which changes the record.
        world.join_background().await;
        let reply = send(&world, operation, permitted(operation)).await;
        produced.add(operation, &reply);
        if let Some(etag) = reply.headers.get("etag") {
            let again = request(operation).header("x-api-key", ADMIN).header("if-none-match", etag);
            produced.add(operation, &world.send(again).await);
        }
    }
    let created = world.post("provision-user", ann()).await;
    produced.add(operation(&Method::POST, "provision-user"), &created);
    let down = World::with(office(), &[("LASTPASS_PROVISIONING_HASH", "")]);
    produced.add(operation(&Method::GET, "health"), &down.get("health").await);
}

/// What the pipeline refuses before a route's handler.
async fn requests_that_no_route_accepts(produced: &mut Produced) {
    let world = recording(&[]);
    for operation in Operation::all() {
        let request = || permitted(operation);
        let unknown = request().uri(format!("/api/lastpass/{}?foo=1", operation.route));
        produced.add_problem(operation, "invalid-parameters", &send(&world, operation, unknown).await);
        for (why, code) in
            [(RequestBodyError::Incomplete, "body-incomplete"), (RequestBodyError::TooLong, "body-too-long")]
        {
            produced.add_problem(operation, code, &world.send_unreadable(request(), why).await);
        }
        let text = request().header("content-type", "text/plain");
        produced.add_problem(operation, "unsupported-media-type", &world.send_body(text, "{}".into()).await);
    }
    for operation in with_code("invalid-body") {
        let body = if operation.route == "sync" { json!({ "people": true }) } else { json!({}) };
        produced.add_problem(operation, "invalid-body", &world.send_json(permitted(operation), &body).await);
    }
    // An adapter replaces a reply that it cannot send, whichever route it is of.
    for (code, why) in [("reply-too-long", UnsendableReply::TooLong), ("internal", UnsendableReply::Broken)] {
        for operation in with_code(code) {
            produced.add_problem(operation, code, &world.unsendable_reply(why).await);
        }
    }
}

async fn callers_without_access(produced: &mut Produced) {
    let world = recording(&[]);
    let issuer = Issuer::better_auth();
    let mut settings = issuer.settings_with(("AUTH_JWKS_URL", "http://127.0.0.1:1/keys"));
    settings.push(("CRON_SECRET", CRON_SECRET));
    let unreachable = World::with(office(), &settings);
    let token = format!("Bearer {}", issuer.key.token("any", &issuer.claims));
    let closed = World::with(office(), &[("DASHBOARD_KEYS", "")]);
    let sign_in = world.send_json(request(operation(&Method::POST, "session")), &json!({ "key": ADMIN })).await;
    let cookie = sign_in.header("set-cookie").split(';').next().expect("a pair").to_owned();
    for operation in with_code("unauthenticated") {
        let wrong = json!({ "key": "wrong-0123456789abcdef0123456789abcdef" });
        produced.add_problem(operation, "unauthenticated", &world.send_json(request(operation), &wrong).await);
        produced.add_problem(operation, "not-configured", &send(&closed, operation, request(operation)).await);
    }
    for operation in with_code("forbidden") {
        let route = ROUTES.iter().find(|route| route.name == operation.route).expect("a route");
        let roles = route.audience(&operation.http_method()).map_or(&[][..], Audience::roles);
        let keys = [(Role::Manager, MANAGER), (Role::Auditor, AUDITOR), (Role::Provisioner, PROVISIONER)];
        let (_, key) = keys.into_iter().find(|(role, _)| !roles.contains(role)).expect("a role without access");
        let reply = send(&world, operation, request(operation).header("x-api-key", key)).await;
        produced.add_problem(operation, "forbidden", &reply);
    }
    for operation in with_code("jwks-unavailable") {
        let reply = send(&unreachable, operation, request(operation).header("authorization", &token)).await;
        produced.add_problem(operation, "jwks-unavailable", &reply);
    }
    for operation in with_code("cross-site") {
        let uri = format!("/api/lastpass/{}", operation.route);
        let request = Request::builder().method(operation.http_method()).uri(uri).header("cookie", &cookie);
        produced.add_problem(operation, "cross-site", &send(&world, operation, request).await);
    }
}

/// Callers whose role depends on their groups in LastPass.
async fn callers_by_groups(produced: &mut Produced) {
    let vectors = sample("session-token-vectors.json");
    let text = |name: &str| vectors[name].as_str().expect("text").to_owned();
    let secret = text("secret");
    let settings = [("AUTH_SECRET", secret.as_str()), ("ROLE_GROUPS", "admin=Domain Admins")];
    let cookie = format!("authjs.session-token={}", text("authjs_v5:authjs.session-token"));
    let world = World::with(office(), &settings);
    for operation in with_code("no-role") {
        let request = || request(operation).header("cookie", &cookie);
        world.sim.inject(Fault::always(FaultKind::Status(500)));
        produced.add_problem(operation, "roles-unavailable", &send(&world, operation, request()).await);
        world.sim.clear_faults();
        world.advance(TimeDelta::minutes(10));
        produced.add_problem(operation, "no-role", &send(&world, operation, request()).await);
        world.advance(TimeDelta::minutes(10));
    }
}

async fn failures_of_lastpass(produced: &mut Produced) {
    for (code, kind) in [
        ("lastpass-credentials", FaultKind::AuthorizationError),
        ("lastpass-refused", FaultKind::Fail("no".to_owned())),
        ("lastpass-busy", FaultKind::TooManyRequests { retry_after: Some(600) }),
        ("lastpass-timeout", FaultKind::Delay(Duration::from_secs(600))),
        ("lastpass-unavailable", FaultKind::Refused),
    ] {
        for operation in with_code(code) {
            let world = recording(&[]);
            world.sim.inject(Fault::always(kind.clone()));
            let reply = send(&world, operation, request(operation).header("x-api-key", ADMIN)).await;
            produced.add_problem(operation, code, &reply);
        }
    }
}

async fn unreachable_database(produced: &mut Produced) {
    let unreachable = recording(&[("DATABASE_URL", "postgres://user:password@127.0.0.1:1/database")]);
    for operation in with_code("database-unavailable") {
        let request = permitted(operation);
        let reply = match operation.body() {
            Some(_) => unreachable.send_json(request, &with(body(operation), "dryRun", false)).await,
            None => unreachable.send(request).await,
        };
        produced.add_problem(operation, "database-unavailable", &reply);
    }
}

async fn reads(produced: &mut Produced) {
    let world = World::with(office(), &[("SIGNING_SECRET", SIGNING_SECRET)]);
    let report = operation(&Method::GET, "security-report");
    let link = link_of(&world.get("security-report").await).expect("a link");
    let altered = world.send(Request::get(format!("{link}&fresh=true"))).await;
    produced.add_problem(report, "edge-link-invalid", &altered);
    world.advance(TimeDelta::minutes(30));
    produced.add_problem(report, "edge-link-expired", &world.send(Request::get(link)).await);
    produced.add(operation(&Method::GET, "users"), &world.get("users?id=404").await);
    produced.add(operation(&Method::GET, "shared-folders"), &world.get("shared-folders?id=404").await);
    let mut company: Company = office();
    company.log_page_size = 10;
    let crowd = (0..40).map(|_| LogEvent::new(at("2026-11-20T00:00:00Z"), "a@example.com", "", "Log in", ""));
    company.log = EventLog::new(crowd.collect());
    produced.add(operation(&Method::GET, "audit-logs"), &World::new(company).get("audit-logs").await);
}

async fn syncs(produced: &mut Produced) {
    for operation in with_code("sync-running") {
        let database = Database::sqlite();
        let world = World::with_database(office(), &database, &[("CRON_SECRET", CRON_SECRET)]);
        world.sim.inject(Fault { command: Some("getuserdata".to_owned()), ..Fault::always(FaultKind::Empty) });
        produced.add_problem(operation, "sync-incomplete", &world.send(permitted(operation)).await);
        database.tamper("update lastpass_sync set lease_until = '2030-01-01T00:00:00.000Z'").await;
        produced.add_problem(operation, "sync-running", &world.send(permitted(operation)).await);
    }
}

async fn refused_changes(produced: &mut Produced) {
    let off = World::with(office(), &[("CHANGES", "off")]);
    for operation in with_code("changes-off") {
        let reply = send(&off, operation, request(operation).header("x-api-key", ADMIN)).await;
        produced.add_problem(operation, "changes-off", &reply);
    }
    let preview = recording(&[("VERCEL_ENV", "preview"), ("CHANGES", "on")]);
    for operation in with_code("not-recorded") {
        let change = with(body(operation), "dryRun", false);
        let reply = preview.send_json(request(operation).header("x-api-key", ADMIN), &change).await;
        produced.add_problem(operation, "not-recorded", &reply);
    }
    let [provision, users, groups] = ["provision-user", "users", "groups"].map(|route| operation(&Method::POST, route));
    let world = recording(&[("ROLE_GROUPS", "admin=Domain Admins"), ("OFFBOARDING_LIMIT", "1")]);
    let member = |name: &str, group: &str| json!({ "email": format!("{name}@example.com"), "add": [group] });
    for (operation, key, code, body) in [
        (provision, ADMIN, "already-exists", with(ann(), "email", "gus@example.com")),
        (provision, PROVISIONER, "group-needs-admin", with(ann(), "additionalGroups", json!(["Domain Admins"]))),
        (provision, ADMIN, "invalid-fields", with(ann(), "additionalGroups", json!(["Pirates"]))),
        (users, ADMIN, "invalid-fields", act("gus", "delete")),
        (users, ADMIN, "unknown-user", act("unknown", "deactivate")),
        (users, ADMIN, "invitation-pending", act("new", "deactivate")),
        (users, ADMIN, "not-invited", act("gus", "uninvite")),
        (users, ADMIN, "last-admin", act("root", "deactivate")),
        (users, ADMIN, "cannot-change-self", act("ann", "deactivate")),
        (users, ADMIN, "orphans-folders", act("leaver", "deactivate")),
        (groups, ADMIN, "invalid-fields", member("gus", "Pirates")),
        (groups, ADMIN, "unknown-user", member("unknown", "VPN")),
    ] {
        produced.add_problem(operation, code, &world.post_as(key, operation.route, body).await);
    }
    assert_eq!(world.post("users", act("gus", "deactivate")).await.status, 200);
    produced.add_problem(users, "offboarding-limit", &world.post("users", act("hal", "deactivate")).await);
    let guide = recording(&[("LASTPASS_API_DIALECT", "guide")]);
    produced.add_problem(users, "not-in-dialect", &guide.post("users", act("new", "uninvite")).await);
    let removal = json!({ "email": "gus@example.com", "remove": ["HR-Team"] });
    produced.add_problem(groups, "not-in-dialect", &guide.post("groups", removal).await);
}

/// Changes that are sent, and of which nothing comes.
async fn failed_changes(produced: &mut Produced) {
    for (route, command, body, other) in [
        ("provision-user", "batchadd", ann(), with(ann(), "firstName", "Anna")),
        (
            "users",
            "requiremasterpasswordchange",
            act("gus", "requirePasswordChange"),
            act("hal", "requirePasswordChange"),
        ),
        (
            "groups",
            "batchchangegrp",
            json!({ "email": "gus@example.com", "add": ["VPN"] }),
            json!({ "email": "hal@example.com", "add": ["VPN"] }),
        ),
    ] {
        let operation = operation(&Method::POST, route);
        let world = recording(&[]);
        let fault = Fault::once(FaultKind::ResetBefore).on(command);
        world.sim.inject(fault);
        produced.add_problem(operation, "outcome-unknown", &world.post_once("k", route, body.clone()).await);
        produced.add_problem(operation, "change-in-progress", &world.post(route, body.clone()).await);
        produced.add_problem(operation, "key-reused", &world.post_once("k", route, other).await);
        world.advance(TimeDelta::minutes(5));
        produced.add_problem(operation, "change-not-applied", &world.post_once("k", route, body).await);
    }
}
