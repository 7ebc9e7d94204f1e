//! Query parameters: what every route refuses, and which field its problem names.

use http::Method;
use lastpass_core::web::{Audience, ROUTES, Route};
use serde_json::json;

use crate::{
    companies::without_folders,
    database::Database,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, World, company, fields},
};

/// Requests of an admin, and the fields that the problem names.
const REFUSED: [(&str, &str, &[&str]); 52] = [
    // A list has 1 to 1,000 items per page.
    ("actions", "limit=0", &["limit"]),
    ("audit-logs", "limit=0", &["limit"]),
    ("groups", "limit=0", &["limit"]),
    ("groups", "limit=1001", &["limit"]),
    ("security-report", "limit=0", &["limit"]),
    ("security-report", "limit=1001", &["limit"]),
    ("shared-folders", "limit=0", &["limit"]),
    ("users", "limit=0", &["limit"]),
    // A cursor is one that this list returned.
    ("actions", "cursor=x", &["cursor"]),
    ("audit-logs", "cursor=x", &["cursor"]),
    ("groups", "cursor=abc", &["cursor"]),
    ("security-report", "cursor=abc", &["cursor"]),
    ("shared-folders", "cursor=abc", &["cursor"]),
    ("users", "cursor=abc", &["cursor"]),
    // Times are dates or RFC 3339, in order, and within reach.
    ("actions", "from=then", &["from"]),
    ("actions", "to=9999-12-31", &["to"]),
    ("audit-logs", "from=then", &["from"]),
    ("audit-logs", "from=2026-11-24&to=2026-11-20", &["from"]),
    ("audit-logs", "from=2030-01-01", &["from"]),
    // One of a few values.
    ("actions", "outcome=fine", &["outcome"]),
    ("actions", "action=nope", &["action"]),
    ("actions", "verify=1", &["verify"]),
    ("audit-logs", "type=nope", &["type"]),
    ("audit-logs", "outcome=maybe", &["outcome"]),
    ("audit-logs", "alert=fire", &["alert"]),
    ("audit-logs", "ip=10.0.0", &["ip"]),
    ("security-report", "view=all", &["view"]),
    ("security-report", "sort=risk", &["sort"]),
    ("security-report", "sort=--email", &["sort"]),
    ("security-report", "status=gone&risk=none", &["status", "risk"]),
    ("security-report", "inactiveDays=-1", &["inactiveDays"]),
    ("security-report", "format=xml", &["format"]),
    ("security-report", "fresh=1", &["fresh"]),
    ("shared-folders", "holders=active", &["holders"]),
    ("shared-folders", "withoutAdministrator=yes", &["withoutAdministrator"]),
    ("shared-folders", "deleted=1", &["deleted"]),
    ("shared-folders", "format=xml", &["format"]),
    ("shared-folders", "fresh=1", &["fresh"]),
    ("groups", "fresh=1", &["fresh"]),
    ("users", "status=gone", &["status"]),
    // A text that no address holds.
    ("actions", "email=%00", &["email"]),
    // The same parameter twice.
    ("security-report", "limit=5&limit=5", &["limit"]),
    // Parameters that exclude each other.
    ("audit-logs", "format=csv&limit=5", &["limit"]),
    ("security-report", "format=csv&limit=5", &["limit"]),
    ("security-report", "view=summary&sort=email&format=csv", &["sort", "format"]),
    ("shared-folders", "format=csv&limit=5", &["limit"]),
    ("shared-folders", "id=30&user=a&limit=3", &["user", "limit"]),
    ("users", "id=1&email=a@example.com", &["email"]),
    ("users", "id=1&q=a&limit=3", &["q", "limit"]),
    // Parameters of other routes.
    ("health", "verbose=1", &["verbose"]),
    ("users", "sort=email", &["sort"]),
    ("users", "format=csv", &["format"]),
];

/// A range that ends in the future, and what the platform adds to a URL.
const ACCEPTED: [(&str, &str); 2] =
    [("audit-logs", "to=2030-01-01"), ("security-report", "x-vercel-id=1&_vercel_jwt=2")];

/// Values that are none of the accepted ones, and one that the message lists.
const VALUES: [(&str, &str, &str); 6] = [
    ("users", "status=enabled", "active"),
    ("security-report", "risk=critical", "high"),
    ("audit-logs", "type=logins", "login"),
    ("audit-logs", "outcome=failed", "failure"),
    ("actions", "action=suspend", "deactivate"),
    ("security-report", "sort=score", "securityScore"),
];

fn world() -> World {
    World::with_database(company(3), &Database::sqlite(), &[])
}

#[tokio::test]
async fn an_invalid_parameter_is_refused_and_its_field_named() {
    let world = world();
    for (route, query, expected) in REFUSED {
        let problem = world.get(&format!("{route}?{query}")).await.problem(400, "invalid-parameters");
        assert_eq!(fields(&problem), expected, "{route}?{query}");
    }
    for (route, query) in ACCEPTED {
        assert_eq!(world.get(&format!("{route}?{query}")).await.status, 200, "{route}?{query}");
    }
}

/// The routes that an admin may GET.
fn readable_routes() -> impl Iterator<Item = &'static Route> {
    let is_readable =
        |route: &&Route| matches!(route.audience(&Method::GET), Some(Audience::Anyone | Audience::Roles { .. }));
    ROUTES.iter().filter(is_readable)
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_on_every_route() {
    let world = world();
    for route in readable_routes() {
        let problem = world.get(&format!("{}?nope=1", route.name)).await.problem(400, "invalid-parameters");
        assert_eq!(fields(&problem), ["nope"], "{}", route.name);
    }
    let change = serde_json::json!({ "email": "leaver@example.com", "action": "deactivate" });
    let problem = world.post("users?dryRun=true", change).await.problem(400, "invalid-parameters");
    assert_eq!(fields(&problem), ["dryRun"]);
}

#[tokio::test]
async fn a_cursor_is_refused_with_another_sort_order() {
    let world = world();
    let page = world.get("security-report?sort=email&limit=1").await.json();
    let cursor = page["nextCursor"].as_str().expect("a cursor");
    let problem = world.get(&format!("security-report?cursor={cursor}")).await.problem(400, "invalid-parameters");
    assert_eq!(fields(&problem), ["cursor"]);
}

#[tokio::test]
async fn an_invalid_value_is_answered_with_the_valid_ones() {
    let world = world();
    for (route, query, expected) in VALUES {
        let problem = world.get(&format!("{route}?{query}")).await.problem(400, "invalid-parameters");
        let message = problem["errors"][0]["message"].as_str().expect("a message");
        assert!(message.starts_with("must be one of") && message.contains(expected), "{route}?{query}: {message}");
    }
    let problem = world.post("users", json!({ "email": "a@example.com", "action": "suspend" })).await;
    let problem = problem.problem(400, "invalid-body");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("deactivate, restore")), "{problem}");
}

#[tokio::test]
async fn an_empty_parameter_counts_as_not_given_on_every_route() {
    let database = Database::sqlite();
    let world = World::with_database(without_folders(), &database, &[]);
    // The tables of the record exist after the first change.
    let change = json!({ "email": "other@example.com", "action": "requirePasswordChange" });
    assert_eq!(world.post("users", change).await.status, 200);
    for (route, names) in [
        (
            "security-report",
            "view sort status risk department group mfa inactiveDays q limit cursor format fresh foo startDate",
        ),
        ("audit-logs", "from to type action outcome ip user target q alert limit cursor format foo page"),
        ("users", "status risk department group mfa inactiveDays q limit cursor fresh id email foo"),
        ("groups", "q limit cursor fresh foo"),
        ("shared-folders", "user group holders withoutAdministrator deleted limit cursor format fresh id foo"),
        ("actions", "email actor action outcome from to limit cursor format verify foo"),
        ("session", "foo"),
        ("health", "foo"),
    ] {
        let unknown = world.get(&format!("{route}?foo=1&foo=")).await.problem(400, "invalid-parameters");
        assert_eq!(fields(&unknown), ["foo"], "{route}");
        let plain = world.get(route).await;
        let names: Vec<_> = names.split(' ').collect();
        let all = names.iter().map(|name| format!("{name}=")).collect::<Vec<_>>().join("&");
        for query in names.iter().flat_map(|name| [format!("{name}="), (*name).to_owned()]).chain([all]) {
            let reply = world.get(&format!("{route}?{query}")).await;
            assert_eq!(reply.status, 200, "{route}?{query}: {}", reply.text());
            let list = ["users", "events", "groups", "folders", "actions"]
                .into_iter()
                .find(|list| plain.json()[*list].is_array());
            let list = list.unwrap_or("role");
            assert_eq!(reply.json()[list], plain.json()[list], "{route}?{query}");
        }
    }
    for query in ["exp=", "sig=", "exp=&sig=", "view=summary&sig="] {
        world.get(&format!("security-report?{query}")).await.problem(403, "edge-link-invalid");
    }
    let twice = world.get("audit-logs?type=&type=login&q=&limit=&limit=5").await;
    assert_eq!(twice.status, 200, "{}", twice.text());
    let change = json!({ "email": "other@example.com", "action": "requirePasswordChange", "dryRun": true });
    assert_eq!(world.post("users?foo=&q=", change).await.status, 200);
}

#[tokio::test]
async fn a_format_without_pages_is_named() {
    let world = world();
    for (route, format) in [("security-report", "csv"), ("audit-logs", "ndjson"), ("actions", "csv")] {
        let problem = world.get(&format!("{route}?limit=5&format={format}")).await.problem(400, "invalid-parameters");
        let detail = problem["detail"].as_str().expect("a detail");
        assert_eq!(detail, format!("limit is not allowed with format={format}, which contains every row"));
    }
}

#[tokio::test]
async fn only_permitted_roles_may_set_fresh() {
    let world = world();
    for (key, route) in [(MANAGER, "security-report"), (AUDITOR, "security-report"), (AUDITOR, "shared-folders")] {
        world.get_as(key, &format!("{route}?fresh=true")).await.problem(403, "forbidden");
    }
    for key in [PROVISIONER, ADMIN] {
        assert_eq!(world.get_as(key, "groups?fresh=true").await.status, 200);
    }
}
