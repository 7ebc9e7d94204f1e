//! Whole replies kept as files: one for each route, view and format, and one for each kind of problem.
//!
//! A header or a member that is lost, renamed or moved is a difference. After an intended change run
//! `INSTA_UPDATE=always cargo test -p stories snapshots`, and review what changed in `snapshots/`.

mod problems;

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Company, Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    companies::office,
    database::Database,
    edge::link_of,
    sign_in::auth_js::sample,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, SIGNING_SECRET, TestResponse, World},
};

/// What differs from run to run or from build to build, and what the files show in its place.
const PLACEHOLDERS: [(&str, &str); 10] = [
    // Ids of requests and of actions.
    ("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]"),
    // The newest hash of the record, which depends on such ids.
    ("\\b[0-9a-f]{64}\\b", "[hash]"),
    // A tag depends on the build.
    ("(?m)^etag: \".*\"$", "etag: \"[tag]\""),
    ("dur=[0-9.]+", "dur=[ms]"),
    // How long a part of a sync took.
    ("\"ms\": [0-9]+", "\"ms\": [ms]"),
    // The value depends on the id of the action.
    ("(?m)^lastpass-read-after: .+$", "lastpass-read-after: [value]"),
    // The time that a change takes is added to the clock: to the times of steps, in JSON and as a cell of CSV, ...
    ("\"at\": \"[-0-9]{10}T[:0-9]{8}Z\"", "\"at\": \"[time]\""),
    ("\"\"at\"\":\"\"[-0-9]{10}T[:0-9]{8}Z\"\"", "\"\"at\"\":\"\"[time]\"\""),
    // ... to the time of its reply, ...
    ("(\"dryRun\": (?:true|false),\\n *\"asOf\"): \"[^\"]*\"", "$1: \"[time]\""),
    // ... and to the hour of the limit on off-boarding.
    ("retry-after: 3[56][0-9]{2}", "retry-after: [seconds]"),
];

/// Compares a reply with the file `snapshots/NAME.snap`.
fn check(name: &str, reply: &TestResponse) {
    let (folder, name) = name.rsplit_once('/').expect("a folder and a name");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_filters(PLACEHOLDERS);
    settings.bind(|| insta::assert_snapshot!(name, text(reply)));
}

/// Status, headers by name, and the body with its members in the order in which they were sent.
fn text(reply: &TestResponse) -> String {
    let shown = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        format!("{name}: {}", value.to_str().expect("a header of text"))
    };
    let mut headers: Vec<_> = reply.headers.iter().map(shown).collect();
    headers.sort();
    let is_json = matches!(reply.header("content-type"), "application/json" | "application/problem+json");
    let body = if is_json && !reply.body.is_empty() { pretty(&reply.body) } else { visible(reply.text()) };
    format!("{}\n{}\n\n{body}", reply.status, headers.join("\n"))
}

/// JSON with a line for each member. A `Value` in between would sort the members.
fn pretty(json: &[u8]) -> String {
    let mut sent = serde_json::Deserializer::from_slice(json);
    let mut lines = Vec::new();
    serde_transcode::transcode(&mut sent, &mut serde_json::Serializer::pretty(&mut lines)).expect("JSON");
    sent.end().expect("one value");
    String::from_utf8(lines).expect("UTF-8")
}

/// A text with its byte order mark and its line ends, which a comparison of lines would pass over.
fn visible(text: &str) -> String {
    text.replace('\u{feff}', "\\u{feff}").replace('\r', "\\r").replace('\n', "\\n\n")
}

/// Checks GET requests.
async fn check_reads(world: &World, requests: &[(&str, &str, &str)]) {
    for (name, key, path) in requests {
        check(name, &world.get_as(key, path).await);
    }
}

/// The company with a database.
async fn recording(settings: &[(&str, &str)]) -> World {
    World::with_database(office(), &Database::sqlite(), settings)
}

const SECRET: (&str, &str) = ("SIGNING_SECRET", SIGNING_SECRET);
/// The groups of the company that stand for more than themselves.
const GROUPS: [(&str, &str); 2] = [("ROLE_GROUPS", "admin=Domain Admins"), ("KNOWN_GROUPS", "Printers")];
const DEMO: [(&str, &str); 2] = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")];

fn ann() -> Value {
    json!({
        "firstName": "Ann", "lastName": "Lee", "email": "Ann.Lee@example.com", "department": "sales",
        "additionalGroups": ["vpn"], "manager": "Rita Root", "managerEmail": "root@example.com",
        "startDate": "2026-12-01",
    })
}

/// An object with another's members as well.
fn with(mut object: Value, members: Value) -> Value {
    for (name, value) in members.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}

fn dry(body: Value) -> Value {
    with(body, json!({ "dryRun": true }))
}

fn act(name: &str, action: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "action": action })
}

#[tokio::test]
async fn security_report() {
    let world = World::with(office(), &[SECRET]);
    check_reads(
        &world,
        &[
            ("security-report/full", ADMIN, "security-report"),
            ("security-report/summary", ADMIN, "security-report?view=summary"),
            ("security-report/of-a-manager", MANAGER, "security-report"),
            ("security-report/of-an-auditor", AUDITOR, "security-report"),
            ("security-report/csv", ADMIN, "security-report?format=csv&sort=email"),
            (
                "security-report/page",
                ADMIN,
                "security-report?status=active&group=Sales-Team&sort=-securityScore&limit=1",
            ),
            ("security-report/no-match", ADMIN, "security-report?q=no-such-name"),
        ],
    )
    .await;
    let link = link_of(&world.get("security-report").await).expect("a link");
    check("security-report/edge-link", &world.send(Request::get(&link)).await);
    let unchanged = world.get("security-report").await.header("etag").to_owned();
    let again = Request::get("/api/security-report").header("x-api-key", ADMIN).header("if-none-match", unchanged);
    check("security-report/not-modified", &world.send(again).await);
    check("security-report/head", &world.send(Request::head("/api/security-report").header("x-api-key", ADMIN)).await);
    world.advance(TimeDelta::minutes(6));
    check("security-report/stale", &world.get("security-report?limit=1").await);

    let guide = World::with(office(), &[("LASTPASS_API_DIALECT", "guide"), ("SCORE_SOURCE", "totalscore")]);
    check("security-report/guide-dialect", &guide.get("security-report").await);
    check("security-report/empty-company", &World::new(Company::empty()).get("security-report").await);
    let recorded = recording(&[]).await;
    check("security-report/database-without-tables", &recorded.get("security-report").await);
    let without_folders = World::new(office());
    without_folders.sim.inject(Fault::once(FaultKind::Fail("no".to_owned())).on("getsfdata"));
    check("security-report/without-folders", &without_folders.get("security-report?limit=1").await);

    let mut small = office();
    small.users.truncate(3);
    small.folders.clear();
    let demo = World::with(small, &DEMO);
    check("security-report/demo", &demo.get_as("demo-admin", "security-report").await);
    check("security-report/demo-summary", &demo.get_as("demo-manager", "security-report").await);
}

#[tokio::test]
async fn audit_logs() {
    let world = recording(&[]).await;
    // An account that we create: the log shows it, and the record has the change.
    assert_eq!(world.post("provision-user", ann()).await.status, 201);
    world.advance(TimeDelta::minutes(1));
    check_reads(
        &world,
        &[
            ("audit-logs/json", ADMIN, "audit-logs"),
            (
                "audit-logs/page",
                AUDITOR,
                "audit-logs?from=2026-11-23&to=2026-11-23&type=adminAction,policyChange&limit=1",
            ),
            ("audit-logs/of-a-user", ADMIN, "audit-logs?user=eva@example.com&outcome=failure"),
            ("audit-logs/of-an-alert", ADMIN, "audit-logs?alert=foreignApiUse"),
            ("audit-logs/api", ADMIN, "audit-logs?type=api&limit=2"),
            ("audit-logs/csv", ADMIN, "audit-logs?format=csv&to=2026-11-24T12:00:00Z"),
            ("audit-logs/ndjson", ADMIN, "audit-logs?format=ndjson&to=2026-11-24T12:00:00Z"),
            ("audit-logs/ocsf", ADMIN, "audit-logs?format=ocsf&to=2026-11-24T12:00:00Z"),
        ],
    )
    .await;
    check("audit-logs/without-database", &World::new(office()).get("audit-logs?limit=1").await);
}

#[tokio::test]
async fn provision_user() {
    let world = recording(&GROUPS).await;
    check("provision-user/dry-run", &world.post("provision-user", dry(ann())).await);
    check("provision-user/created", &world.post_once("k", "provision-user", ann()).await);
    check("provision-user/repeated", &world.post_once("k", "provision-user", ann()).await);
    world.sim.with_company(|company| company.sso_groups = vec!["VPN".to_owned()]);
    let bob = json!({ "email": "bob@example.com" });
    check("provision-user/partial", &world.post("provision-user", with(ann(), bob)).await);
    world.sim.with_company(|company| company.personal_accounts = vec!["pat@example.com".to_owned()]);
    let pat = json!({ "email": "pat@example.com" });
    check("provision-user/invited", &world.post("provision-user", with(ann(), pat)).await);
    let role_group = json!({ "email": "ada@example.com", "additionalGroups": ["domain admins"] });
    check("provision-user/role-group-by-an-admin", &world.post("provision-user", with(ann(), role_group)).await);
    let minimal = json!({ "firstName": "Zoe", "lastName": "Wu", "email": "zoe@example.com", "department": "HR" });
    check("provision-user/by-a-provisioner", &world.post_as(PROVISIONER, "provision-user", minimal).await);
    let guide = recording(&[("LASTPASS_API_DIALECT", "guide")]).await;
    check("provision-user/guide-dialect", &guide.post("provision-user", ann()).await);
}

#[tokio::test]
async fn users() {
    let world = recording(&[]).await;
    assert_eq!(world.post("users", act("leaver", "requirePasswordChange")).await.status, 200);
    check_reads(
        &world,
        &[
            ("users/by-email", ADMIN, "users?email=LEAVER@example.com"),
            ("users/by-id", ADMIN, "users?id=3"),
            ("users/never-logged-in", ADMIN, "users?id=5"),
            ("users/invited", ADMIN, "users?email=new@example.com"),
            ("users/search", ADMIN, "users?q=e&mfa=none&limit=2"),
            ("users/no-match", ADMIN, "users?q=no-such-name"),
        ],
    )
    .await;
    let guide = World::with(office(), &[("LASTPASS_API_DIALECT", "guide")]);
    check("users/guide-dialect", &guide.get("users?id=2").await);
    let failing = World::new(office());
    for command in ["getdetailedsfdata", "getsfdata", "reporting", "expiredmasterpwlist"] {
        failing.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())).on(command));
    }
    check("users/parts-unavailable", &failing.get("users?id=2").await);
}

#[tokio::test]
async fn actions_on_users() {
    let world = recording(&[]).await;
    world.sim.with_company(|company| company.users[6].multifactor = Some("googleauth".to_owned()));
    let leave = |action| with(act("leaver", action), json!({ "allowOrphans": true }));
    let delete = |name: &str| with(act(name, "delete"), json!({ "confirm": format!("{name}@example.com") }));
    for (name, body) in [
        ("deactivate", leave("deactivate")),
        ("restore", act("leaver", "restore")),
        ("remove", leave("remove")),
        ("delete", delete("sam")),
        ("reinvite", act("cy", "reinvite")),
        ("uninvite", act("new", "uninvite")),
        ("requirePasswordChange", act("gus", "requirePasswordChange")),
        ("sendPasswordReset", act("gus", "sendPasswordReset")),
        ("disableMfa", act("finn", "disableMfa")),
    ] {
        check(&format!("users/{name}-dry-run"), &world.post("users", dry(body.clone())).await);
        check(&format!("users/{name}"), &world.post("users", body).await);
    }
    let silent = recording(&[]).await;
    let refused = FaultKind::Fail("no".to_owned());
    silent.sim.inject(Fault::once(refused.clone()).on("getdetailedsfdata"));
    check("users/deactivate-without-sites-dry-run", &silent.post("users", dry(act("leaver", "deactivate"))).await);
    silent.sim.inject(Fault::once(refused.clone()).on("getdetailedsfdata"));
    silent.sim.inject(Fault::once(refused).on("getsfdata"));
    check("users/deactivate-without-folders", &silent.post("users", leave("deactivate")).await);
}

#[tokio::test]
async fn groups() {
    let world = recording(&GROUPS).await;
    check_reads(
        &world,
        &[
            ("groups/of-an-admin", ADMIN, "groups"),
            ("groups/of-a-provisioner", PROVISIONER, "groups"),
            ("groups/page", ADMIN, "groups?q=team&limit=1"),
        ],
    )
    .await;
    let body = json!({ "email": "gus@example.com", "add": ["printers", "VPN"], "remove": ["hr-team"] });
    check("groups/dry-run", &world.post("groups", dry(body.clone())).await);
    check("groups/changed", &world.post("groups", body).await);
    world.sim.with_company(|company| company.sso_groups = vec!["VPN".to_owned()]);
    let body = json!({ "email": "eva@example.com", "add": ["VPN", "Printers"] });
    check("groups/partial", &world.post("groups", body).await);
}

#[tokio::test]
async fn shared_folders() {
    let world = recording(&[]).await;
    check_reads(
        &world,
        &[
            ("shared-folders/list", ADMIN, "shared-folders"),
            ("shared-folders/of-an-auditor", AUDITOR, "shared-folders?holders=disabled"),
            ("shared-folders/page", ADMIN, "shared-folders?limit=1"),
            ("shared-folders/deleted", ADMIN, "shared-folders?deleted=true"),
            ("shared-folders/one", ADMIN, "shared-folders?id=20"),
            ("shared-folders/csv", ADMIN, "shared-folders?format=csv"),
        ],
    )
    .await;
    let guide = World::with(office(), &[("LASTPASS_API_DIALECT", "guide")]);
    check("shared-folders/guide-dialect", &guide.get("shared-folders?id=20").await);
    let without_people = World::new(office());
    without_people.sim.inject(Fault::once(FaultKind::Fail("no".to_owned())).on("getuserdata"));
    let without_sites = World::new(office());
    without_sites.sim.inject(Fault::once(FaultKind::Fail("no".to_owned())).on("getdetailedsfdata"));
    check("shared-folders/without-sites", &without_sites.get("shared-folders?id=20").await);
    check("shared-folders/without-people", &without_people.get("shared-folders?id=20").await);
}

#[tokio::test]
async fn actions() {
    let world = recording(&GROUPS).await;
    check("actions/nothing-recorded", &world.get("actions?verify=true").await);
    let pass = || world.advance(TimeDelta::seconds(10));
    assert_eq!(world.post("provision-user", ann()).await.status, 201);
    pass();
    let bob = with(ann(), json!({ "email": "bob@example.com", "additionalGroups": [] }));
    assert_eq!(world.post_as(PROVISIONER, "provision-user", bob).await.status, 201);
    pass();
    let leave = with(act("leaver", "deactivate"), json!({ "allowOrphans": true }));
    assert_eq!(world.post("users", leave).await.status, 200);
    pass();
    assert_eq!(world.post("users", act("cy", "reinvite")).await.status, 200);
    pass();
    world.sim.with_company(|company| company.sso_groups = vec!["VPN".to_owned()]);
    let memberships = json!({ "email": "gus@example.com", "add": ["VPN", "Printers"], "remove": ["HR-Team"] });
    assert_eq!(world.post("groups", memberships).await.status, 200);
    pass();
    world.sim.inject(Fault::once(FaultKind::Fail("No seats left".to_owned())).on("batchadd"));
    let carl = with(ann(), json!({ "email": "carl@example.com" }));
    world.post("provision-user", carl).await.problem(502, "lastpass-refused");
    pass();
    world.sim.inject(Fault::once(FaultKind::ResetAfter).on("reinviteuser"));
    world.post("users", act("cy", "reinvite")).await.problem(504, "outcome-unknown");
    pass();
    assert_eq!(world.get("shared-folders?format=csv").await.status, 200);
    world.join_background().await;
    check_reads(
        &world,
        &[
            ("actions/json", ADMIN, "actions"),
            ("actions/verified", AUDITOR, "actions?verify=true&limit=1"),
            ("actions/page", ADMIN, "actions?actor=ann@example.com&outcome=confirmed&limit=1"),
            ("actions/of-a-provisioner", PROVISIONER, "actions"),
            ("actions/csv", ADMIN, "actions?format=csv"),
        ],
    )
    .await;
}

fn same_origin(request: http::request::Builder) -> http::request::Builder {
    request.header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn session() {
    let world = World::with(office(), &[SECRET]);
    let request = |header: &'static str, value: String| Request::get("/api/session").header(header, value);
    check("session/signed-out", &world.send(Request::get("/api/session")).await);
    check("session/wrong-key", &world.get_as("wrong-0123456789abcdef0123456789abcdef", "session").await);
    check_reads(
        &world,
        &[
            ("session/admin", ADMIN, "session"),
            ("session/manager", MANAGER, "session"),
            ("session/auditor", AUDITOR, "session"),
            ("session/provisioner", PROVISIONER, "session"),
        ],
    )
    .await;
    let sign_in = same_origin(Request::post("/api/session"));
    let signed_in = world.send_json(sign_in, &json!({ "key": ADMIN })).await;
    check("session/sign-in", &signed_in);
    let cookie = signed_in.header("set-cookie").split(';').next().expect("a pair").to_owned();
    check("session/by-cookie", &world.send(request("cookie", cookie)).await);
    check("session/sign-out", &world.send(same_origin(Request::delete("/api/session"))).await);

    let platform = World::with(office(), &[SECRET, ("VERCEL", "1")]);
    let sign_in = same_origin(Request::post("/api/session"));
    check("session/sign-in-on-the-platform", &platform.send_json(sign_in, &json!({ "key": MANAGER })).await);
    check("session/sign-out-on-the-platform", &platform.send(same_origin(Request::delete("/api/session"))).await);
    let demo = World::with(office(), &DEMO);
    check("session/demo", &demo.get_as("demo-auditor", "session").await);
    check("session/not-configured", &World::with(office(), &[("DASHBOARD_KEYS", "")]).get("session").await);
    let (by_groups, cookie) = by_groups();
    check("session/without-a-role", &by_groups.send(request("cookie", cookie)).await);
    let origin = ("CORS_ALLOWED_ORIGINS", "https://dashboard.example.com");
    let foreign = World::with(office(), &[origin]);
    let preflight = Request::options("/api/users").header("origin", origin.1);
    check("session/preflight", &foreign.send(preflight).await);
    check("session/other-origin", &foreign.send(request("origin", origin.1.to_owned())).await);
}

/// A deployment in which groups decide the role, and the cookie of a user who is in none of them.
fn by_groups() -> (World, String) {
    let vectors = sample("session-token-vectors.json");
    let text = |name: &str| vectors[name].as_str().expect("text").to_owned();
    let settings = [("AUTH_SECRET", text("secret")), ("ROLE_GROUPS", "admin=Domain Admins".to_owned())];
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let cookie = format!("authjs.session-token={}", text("authjs_v5:authjs.session-token"));
    (World::with(office(), &settings), cookie)
}

#[tokio::test]
async fn health() {
    let anyone = || Request::get("/api/health");
    let world = recording(&[]).await;
    check("health/first-probe", &world.get("health").await);
    world.advance(TimeDelta::seconds(61));
    assert_eq!(world.post("users", act("gus", "requirePasswordChange")).await.status, 200);
    check("health/ok", &world.get("health").await);
    check("health/ok-for-anyone", &world.send(anyone()).await);
    check("health/without-database", &World::new(office()).get("health").await);

    let refused = World::with(office(), &[("LASTPASS_PROVISIONING_HASH", "wrong")]);
    check("health/down", &refused.get("health").await);
    check("health/down-for-anyone", &refused.send(anyone()).await);
    let unset = World::with(office(), &[("LASTPASS_PROVISIONING_HASH", ""), ("CACHE_SECONDS", "many")]);
    check("health/settings", &unset.get("health").await);
    check("health/no-sign-in", &World::with(office(), &[("DASHBOARD_KEYS", "")]).send(anyone()).await);
}

#[tokio::test(start_paused = true)]
async fn health_while_the_database_is_unreachable() {
    let unreachable =
        recording(&[("DATABASE_URL", UNREACHABLE_DATABASE), ("LASTPASS_TIME_ZONE", "Europe/Berlin")]).await;
    unreachable.get("health").await;
    unreachable.advance(TimeDelta::seconds(61));
    check("health/degraded", &unreachable.get("health").await);
    check("health/degraded-for-anyone", &unreachable.send(Request::get("/api/health")).await);
}

/// A database that refuses connections.
const UNREACHABLE_DATABASE: &str = "postgres://user:password@127.0.0.1:1/database";
