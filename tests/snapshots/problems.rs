//! A reply of each problem, and of each kind of request that has it.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use http::Request;
use lastpass_core::{
    lastpass::{Transport, TransportError},
    web::{RequestBodyError, UnsendableReply},
};
use lastpass_sim::{EventLog, Fault, FaultKind, LogEvent};
use serde_json::{Value, json};

use crate::{
    companies::{at, office},
    database::Database,
    edge::link_of,
    sign_in::issuer::Issuer,
    snapshots::{GROUPS, SECRET, UNREACHABLE_DATABASE, act, ann, by_groups, check, dry, recording, same_origin, with},
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, TestResponse, World},
};

/// Checks problems, and collects the status of each code.
#[derive(Default)]
struct Problems(BTreeMap<String, u16>);

impl Problems {
    fn check(&mut self, name: &str, reply: &TestResponse) {
        assert_eq!(reply.header("content-type"), "application/problem+json", "{name}: {}", reply.text());
        self.0.insert(reply.json()["code"].as_str().expect("a code").to_owned(), reply.status.as_u16());
        check(&format!("problem/{name}"), reply);
    }

    async fn check_reads(&mut self, world: &World, requests: &[(&str, &str, &str)]) {
        for (name, key, path) in requests {
            self.check(name, &world.get_as(key, path).await);
        }
    }

    async fn check_changes(&mut self, world: &World, requests: &[(&str, &str, &str, Value)]) {
        for (name, key, path, body) in requests {
            self.check(name, &world.post_as(key, path, body.clone()).await);
        }
    }
}

#[tokio::test]
async fn problems() {
    let mut problems = Problems::default();
    problems_of_requests(&mut problems).await;
    problems_of_callers(&mut problems).await;
    problems_of_callers_by_groups(&mut problems).await;
    problems_of_links(&mut problems).await;
    problems_of_deployments(&mut problems).await;
    problems_of_lastpass(&mut problems).await;
    internal_problems(&mut problems).await;
    problems_of_bodies(&mut problems).await;
    problems_of_refused_changes(&mut problems).await;
    problems_of_failed_changes(&mut problems).await;
    problems_of_syncs(&mut problems).await;
    assert_eq!(problems.0, documented_codes(), "every code has a snapshot, and the status that docs/API.md lists");
}

/// The codes and statuses in the section "Errors" of docs/API.md.
fn documented_codes() -> BTreeMap<String, u16> {
    let (_, section) = include_str!("../../docs/API.md").split_once("\n## Errors\n").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("another section");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    let codes = rows.flat_map(|(codes, rest)| {
        let (status, _) = rest.split_once(" | ").expect("a status");
        codes.split(", ").map(|code| (code.trim_matches('`').to_owned(), status.parse().expect("a number")))
    });
    codes.collect()
}

async fn problems_of_requests(problems: &mut Problems) {
    let world = World::new(office());
    problems
        .check_reads(
            &world,
            &[
                ("no-such-route", ADMIN, "no-such-route"),
                ("method", ADMIN, "provision-user"),
                ("unknown-parameter", ADMIN, "security-report?page=2"),
                ("parameters", ADMIN, "users?id=1&email=a@example.com&limit=0&mfa=none"),
                ("unknown-user", ADMIN, "users?id=404"),
                ("unknown-folder", ADMIN, "shared-folders?id=404"),
            ],
        )
        .await;
    let put = Request::put("/api/session").header("x-api-key", ADMIN);
    problems.check("method-of-session", &world.send(put).await);
    let post = || Request::post("/api/users").header("x-api-key", ADMIN);
    problems.check("body-too-long", &world.send_unreadable(post(), RequestBodyError::TooLong).await);
    problems.check("body-incomplete", &world.send_unreadable(post(), RequestBodyError::Incomplete).await);

    let mut company = office();
    company.log_page_size = 10;
    let crowd = (0..40).map(|_| LogEvent::new(at("2026-11-20T00:00:00Z"), "a@example.com", "", "Log in", ""));
    company.log = EventLog::new(crowd.collect());
    problems.check("window-too-large", &World::new(company).get("audit-logs").await);
}

async fn problems_of_callers(problems: &mut Problems) {
    let world = recording(&[]).await;
    let anonymous = || Request::get("/api/security-report");
    problems.check("no-credential", &world.send(anonymous()).await);
    problems.check("no-credential-of-a-page", &world.send(anonymous().header("sec-fetch-mode", "cors")).await);
    let wrong_key = same_origin(Request::post("/api/session"));
    problems.check("wrong-key-in-a-form", &world.send_json(wrong_key, &json!({ "key": "wrong" })).await);
    problems.check("wrong-key", &world.get_as("wrong-0123456789abcdef0123456789abcdef", "users").await);
    let cookie = anonymous().header("cookie", "lastpass-session=wrong");
    problems.check("wrong-cookie", &world.send(cookie).await);
    problems
        .check_reads(
            &world,
            &[
                ("forbidden-report", PROVISIONER, "security-report"),
                ("forbidden-full-report", MANAGER, "security-report?view=full"),
                ("forbidden-fresh-report", AUDITOR, "security-report?fresh=true"),
                ("forbidden-log", MANAGER, "audit-logs"),
                ("forbidden-users", AUDITOR, "users"),
                ("forbidden-groups", MANAGER, "groups"),
                ("forbidden-folders", MANAGER, "shared-folders"),
                ("forbidden-actions", MANAGER, "actions"),
                ("forbidden-actions-of-others", PROVISIONER, "actions?actor=ann@example.com"),
                ("forbidden-proof", PROVISIONER, "actions?verify=true"),
            ],
        )
        .await;
    problems
        .check_changes(
            &world,
            &[
                ("forbidden-account", AUDITOR, "provision-user", ann()),
                ("forbidden-action", AUDITOR, "users", act("gus", "deactivate")),
                ("forbidden-action-of-a-provisioner", PROVISIONER, "users", act("gus", "deactivate")),
                ("forbidden-memberships", PROVISIONER, "groups", json!({})),
            ],
        )
        .await;
    for (name, header) in [
        ("cross-site-of-server-code", ("host", "192.0.2.2:3711")),
        ("cross-site-by-plain-http", ("origin", "http://192.0.2.2:3711")),
        ("cross-site-of-another-origin", ("sec-fetch-site", "cross-site")),
    ] {
        let request = Request::post("/api/session").header(header.0, header.1);
        problems.check(name, &world.send_json(request, &json!({ "key": ADMIN })).await);
    }

    let issuer = Issuer::better_auth();
    let unreachable = World::with(office(), &issuer.settings_with(("AUTH_JWKS_URL", "http://127.0.0.1:1/keys")));
    let token = format!("Bearer {}", issuer.key.token("any", &issuer.claims));
    problems.check("jwks-unavailable", &unreachable.send(anonymous().header("authorization", token)).await);
}

async fn problems_of_callers_by_groups(problems: &mut Problems) {
    let (world, cookie) = by_groups();
    let request = || Request::get("/api/security-report").header("cookie", &cookie);
    world.sim.inject(Fault::always(FaultKind::Status(500)));
    tokio::time::pause();
    problems.check("roles-unavailable", &world.send(request()).await);
    tokio::time::resume();
    world.sim.clear_faults();
    world.advance(TimeDelta::minutes(1));
    problems.check("no-role", &world.send(request()).await);
}

async fn problems_of_links(problems: &mut Problems) {
    let world = World::with(office(), &[SECRET]);
    let link = link_of(&world.get("security-report").await).expect("a link");
    problems.check("link-altered", &world.send(Request::get(format!("{link}&fresh=true"))).await);
    world.advance(TimeDelta::minutes(30));
    problems.check("link-expired", &world.send(Request::get(link)).await);
}

async fn problems_of_deployments(problems: &mut Problems) {
    let unset = World::with(office(), &[SECRET, ("LASTPASS_PROVISIONING_HASH", ""), ("LASTPASS_TIME_ZONE", "Nowhere")]);
    problems.check("not-configured", &unset.get("security-report").await);
    let link = link_of(&World::with(office(), &[SECRET]).get("security-report").await).expect("a link");
    problems.check("not-configured-for-anyone", &unset.send(Request::get(link)).await);
    let closed = World::with(office(), &[("DASHBOARD_KEYS", "")]);
    problems.check("not-configured-sign-in", &closed.get("security-report").await);
    let unrecorded = World::new(office());
    problems.check("not-configured-record", &unrecorded.post("provision-user", ann()).await);
    problems.check("not-configured-actions", &unrecorded.get("actions").await);
    let off = World::with(office(), &[("CHANGES", "off")]);
    problems.check("changes-off", &off.post("provision-user", ann()).await);
    let preview = recording(&[("VERCEL_ENV", "preview"), ("CHANGES", "on")]).await;
    problems.check("not-recorded", &preview.post("provision-user", ann()).await);
    let unreachable = recording(&[("DATABASE_URL", UNREACHABLE_DATABASE)]).await;
    tokio::time::pause();
    problems.check("database-unavailable-for-a-sync", &unreachable.post("sync", json!({})).await);
    problems.check("database-unavailable", &unreachable.get("actions").await);
    problems.check("database-unavailable-for-a-change", &unreachable.post("provision-user", ann()).await);
    tokio::time::resume();
}

async fn problems_of_syncs(problems: &mut Problems) {
    let database = Database::sqlite();
    let world = World::with_database(office(), &database, &[]);
    world.sim.inject(Fault { command: Some("getuserdata".to_owned()), ..Fault::always(FaultKind::Empty) });
    problems.check("sync-incomplete", &world.post("sync", json!({})).await);
    database.tamper("update lastpass_sync set lease_until = '2026-11-24T12:04:00.000Z'").await;
    world.advance(TimeDelta::minutes(3));
    problems.check("sync-running", &world.post("sync", json!({})).await);
}

async fn problems_of_lastpass(problems: &mut Problems) {
    tokio::time::pause();
    for (name, kind) in [
        ("lastpass-credentials", FaultKind::AuthorizationError),
        ("lastpass-refused", FaultKind::Fail("no".to_owned())),
        ("lastpass-busy", FaultKind::TooManyRequests { retry_after: None }),
        ("lastpass-busy-for-long", FaultKind::TooManyRequests { retry_after: Some(600) }),
        ("lastpass-timeout", FaultKind::Delay(std::time::Duration::from_secs(600))),
        ("lastpass-unreachable", FaultKind::Refused),
        ("lastpass-not-json", FaultKind::Html),
    ] {
        let world = World::new(office());
        world.sim.inject(Fault::always(kind));
        problems.check(name, &world.get("security-report").await);
    }
    tokio::time::resume();
}

/// Panics where no failure is expected.
struct PanickingTransport;

impl Transport for PanickingTransport {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        panic!("a fault of this program, in a test")
    }
}

async fn internal_problems(problems: &mut Problems) {
    let world = World::with_transport(Arc::new(PanickingTransport), &[]);
    problems.check("internal-read", &world.get("security-report").await);
    problems.check("internal-change", &world.post("provision-user", dry(ann())).await);
    problems.check("reply-too-long", &world.unsendable_reply(UnsendableReply::TooLong).await);
    problems.check("reply-broken", &world.unsendable_reply(UnsendableReply::Broken).await);
}

async fn problems_of_bodies(problems: &mut Problems) {
    let world = recording(&[("ALLOWED_EMAIL_DOMAINS", "example.com")]).await;
    let post =
        |content_type| Request::post("/api/users").header("x-api-key", ADMIN).header("content-type", content_type);
    problems.check("not-json", &world.send_body(post("text/plain"), "{}".into()).await);
    problems.check("malformed-json", &world.send_body(post("application/json"), "{".into()).await);
    let key = post("application/json").header("idempotency-key", "");
    problems.check("idempotency-key-empty", &world.send_body(key, "{}".into()).await);
    let misspelled =
        json!({ "firstName": " ", "email": null, "phone": "1", "dryRun": "true", "additionalGroups": "VPN" });
    let invalid = json!({
        "firstName": "Ann\u{202e}", "email": "ann@elsewhere.com", "department": "Piracy", "managerEmail": "boss",
        "startDate": "tomorrow",
    });
    problems
        .check_changes(
            &world,
            &[
                ("members", ADMIN, "provision-user", misspelled),
                ("fields", ADMIN, "provision-user", with(ann(), invalid)),
                ("action", ADMIN, "users", act("gus", "promote")),
                ("unconfirmed-delete", ADMIN, "users", act("gus", "delete")),
                ("no-groups", ADMIN, "groups", json!({ "email": "gus@example.com" })),
                ("unknown-groups", ADMIN, "provision-user", with(ann(), json!({ "additionalGroups": ["Pirates"] }))),
            ],
        )
        .await;
}

async fn problems_of_refused_changes(problems: &mut Problems) {
    let world = recording(&[GROUPS[0], ("OFFBOARDING_LIMIT", "1")]).await;
    let role_group = with(ann(), json!({ "additionalGroups": ["domain admins"] }));
    let existing = |name: &str| with(ann(), json!({ "email": format!("{name}@example.com") }));
    problems
        .check_changes(
            &world,
            &[
                ("account-exists", ADMIN, "provision-user", existing("gus")),
                ("invitation-exists", ADMIN, "provision-user", existing("new")),
                ("group-needs-admin", PROVISIONER, "provision-user", role_group),
                ("change-of-an-unknown-user", ADMIN, "users", act("unknown", "deactivate")),
                ("invitation-pending", ADMIN, "users", act("new", "deactivate")),
                ("not-invited", ADMIN, "users", act("gus", "uninvite")),
                ("last-admin", ADMIN, "users", act("root", "deactivate")),
                ("self", ADMIN, "users", act("ann", "deactivate")),
                ("orphans-folders", ADMIN, "users", act("leaver", "deactivate")),
            ],
        )
        .await;
    assert_eq!(world.post("users", act("gus", "deactivate")).await.status, 200);
    problems.check("offboarding-limit", &world.post("users", act("hal", "deactivate")).await);
    assert_eq!(world.post_once("k", "users", act("gus", "restore")).await.status, 200);
    problems.check("key-reused", &world.post_once("k", "users", act("hal", "restore")).await);
    let guide = recording(&[("LASTPASS_API_DIALECT", "guide")]).await;
    problems.check("not-in-dialect", &guide.post("users", act("new", "uninvite")).await);
    world.sim.inject(Fault::always(FaultKind::AuthorizationError));
    problems.check("change-without-credentials", &world.post("users", act("gus", "reinvite")).await);
}

async fn problems_of_failed_changes(problems: &mut Problems) {
    let world = recording(&[]).await;
    let person = |name: &str| with(ann(), json!({ "email": format!("{name}@example.com") }));
    for (name, kind) in [
        ("change-refused", FaultKind::Fail("No seats left".to_owned())),
        ("change-with-refused-credentials", FaultKind::AuthorizationError),
        ("change-unreachable", FaultKind::Refused),
    ] {
        world.sim.inject(Fault::once(kind).on("batchadd"));
        problems.check(name, &world.post("provision-user", person(name)).await);
    }
    world.sim.inject(Fault::once(FaultKind::ResetBefore).on("batchadd"));
    problems.check("outcome-unknown", &world.post_once("k", "provision-user", person("bob")).await);
    problems.check("change-in-progress", &world.post("provision-user", person("bob")).await);
    world.advance(TimeDelta::seconds(61));
    problems.check("change-not-applied", &world.post_once("k", "provision-user", person("bob")).await);
}
