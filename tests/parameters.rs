//! Query parameters: what every route refuses, and which field its problem names.

use http::Method;
use lastpass_core::web::ROUTES;
use lastpass_sim::EventLog;
use serde_json::json;

use crate::{
    companies::{event, folder, reader, user, with_folders},
    database::Database,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, World, company, fields, new_user},
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

/// Names that are no parameters of the route, and what is said about them.
const ADVICE: [(&str, &str, &str); 24] = [
    ("audit-logs", "startDate=2026-11-01", "did you mean from?"),
    ("audit-logs", "endDate=2026-11-01", "did you mean to?"),
    ("audit-logs", "eventTypes=login", "did you mean type?"),
    ("audit-logs", "userEmail=a", "did you mean user?"),
    ("audit-logs", "page=2", "did you mean cursor?"),
    ("audit-logs", "pageSize=50", "did you mean limit?"),
    ("audit-logs", "ip_address=10.0.0.1", "did you mean ip?"),
    ("audit-logs", "form=2026-11-01", "did you mean from?"),
    ("security-report", "search=ann", "did you mean q?"),
    ("security-report", "sortBy=email", "did you mean sort?"),
    ("security-report", "inactive_days=30", "did you mean inactiveDays?"),
    ("security-report", "team=Sales", "did you mean department?"),
    ("security-report", "Limit=5", "did you mean limit?"),
    ("users", "userEmail=a@example.com", "did you mean email?"),
    ("users", "user=a@example.com", "did you mean email?"),
    ("groups", "offset=5", "did you mean cursor?"),
    ("shared-folders", "withoutAdmin=true", "did you mean withoutAdministrator?"),
    ("actions", "user=a@example.com", "did you mean email?"),
    ("actions", "startDate=2026-11-01", "did you mean from?"),
    ("security-report", "foo=1", "is not a parameter of this route"),
    ("audit-logs", "bar=1", "is not a parameter of this route"),
    // `startDate` is a parameter's common name on routes with that parameter alone.
    ("users", "startDate=2026-11-01", "is not a parameter of this route"),
    ("groups", "status=active", "is not a parameter of this route"),
    ("session", "page=2", "is not a parameter of this route"),
];

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

#[tokio::test]
async fn an_unknown_parameter_is_refused_on_every_route() {
    let world = world();
    for route in ROUTES.iter().filter(|route| route.audience(&Method::GET).is_some()) {
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
async fn an_empty_parameter_counts_as_not_given_on_every_route() {
    let world = world();
    world.post("provision-user", new_user("new")).await;
    let empty = "?q=&from=&to=&limit=&cursor=&status=&risk=&department=&group=&mfa=&inactiveDays=&sort=&view=&format=\
                 &fresh=&type=&action=&outcome=&ip=&alert=&user=&target=&email=&id=&actor=&verify=&holders=&deleted=\
                 &withoutAdministrator&foo=&&=";
    for route in ROUTES.iter().filter(|route| route.audience(&Method::GET).is_some()) {
        let plain = world.get(route.name).await;
        let reply = world.get(&format!("{}{empty}", route.name)).await;
        assert_eq!((reply.status, reply.header("etag")), (plain.status, plain.header("etag")), "{}", route.name);
        assert_eq!(reply.json()["nextCursor"], plain.json()["nextCursor"], "{}", route.name);
        let one_empty = world.get(&format!("{}?limit=&foo=1&foo=", route.name)).await;
        assert_eq!(fields(&one_empty.problem(400, "invalid-parameters")), ["foo"], "{}", route.name);
    }
    let page = world.get("security-report?limit=&limit=1&format=json&format=").await.json();
    assert_eq!(page["users"].as_array().map(Vec::len), Some(1));
    let change = json!({ "email": "new@example.com", "action": "reinvite", "dryRun": true });
    assert_eq!(world.post("users?dryRun=&foo=", change).await.status, 200);
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_one_that_was_meant() {
    let world = world();
    for (route, query, expected) in ADVICE {
        let problem = world.get(&format!("{route}?{query}")).await.problem(400, "invalid-parameters");
        let message = problem["errors"][0]["message"].as_str().expect("a message");
        assert!(message.ends_with(expected), "{route}?{query}: {message}");
    }
    for (route, query, expected) in VALUES {
        let problem = world.get(&format!("{route}?{query}")).await.problem(400, "invalid-parameters");
        let message = problem["errors"][0]["message"].as_str().expect("a message");
        assert!(message.starts_with("must be one of") && message.contains(expected), "{route}?{query}: {message}");
    }
}

#[tokio::test]
async fn an_unknown_member_is_answered_with_the_one_that_was_meant() {
    let world = world();
    let provision = |name: &str| {
        let mut body = new_user("new");
        body[name] = json!("x");
        body
    };
    let action = |name: &str| json!({ "email": "a@example.com", "action": "deactivate", name: true });
    let groups = |name: &str| json!({ "email": "a@example.com", "add": ["VPN"], name: true });
    for (route, body, field, expected) in [
        ("provision-user", provision("securityGroups"), "securityGroups", "additionalGroups"),
        ("provision-user", provision("groups"), "groups", "additionalGroups"),
        ("provision-user", provision("workEmail"), "workEmail", "email"),
        ("provision-user", provision("managerName"), "managerName", "manager"),
        ("provision-user", provision("first_name"), "first_name", "firstName"),
        ("provision-user", provision("departmnet"), "departmnet", "department"),
        ("provision-user", provision("foo"), "foo", ""),
        ("users", action("dry_run"), "dry_run", "dryRun"),
        ("users", action("force"), "force", "allowOrphans"),
        ("users", action("securityGroups"), "securityGroups", ""),
        ("groups", groups("addGroups"), "addGroups", "add"),
        ("groups", groups("removed"), "removed", "remove"),
    ] {
        let problem = world.post(route, body).await.problem(400, "invalid-body");
        assert_eq!(fields(&problem), [field], "{route}");
        let message = problem["errors"][0]["message"].as_str().expect("a message");
        let advice = if expected.is_empty() { String::new() } else { format!(": did you mean {expected}?") };
        assert_eq!(message, format!("is not a member of this request{advice}"), "{route}");
    }
    let problem = world.post("users", json!({ "email": "a@example.com", "action": "suspend" })).await;
    let problem = problem.problem(400, "invalid-body");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("deactivate, restore")), "{problem}");
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
async fn an_unescaped_plus_is_read_as_one() {
    const EMAIL: &str = "user.four+lastpass2@example.com";
    let mut company = with_folders();
    company.users.push(user(4, "user.four+lastpass2", &["R+D"]));
    company.folders.push(folder(40, "Shared-Plus", vec![reader("user.four+lastpass2", Some("R+D"), &[])]));
    let keys = format!("admin/ann+x@example.com:{ADMIN}");
    let settings = [("DEPARTMENT_GROUPS", "R+D=R+D;Sales=Sales-Team"), ("DASHBOARD_KEYS", keys.as_str())];
    company.log = EventLog::new(vec![
        event("2026-11-24T11:00:00Z", EMAIL, "Log in", ""),
        event("2026-11-24T10:00:00Z", "root@example.com", "Make admin", EMAIL),
    ]);
    let world = World::with_database(company, &Database::sqlite(), &settings);
    assert_eq!(world.post("users", json!({ "email": EMAIL, "action": "requirePasswordChange" })).await.status, 200);
    for (path, list, count) in [
        (format!("users?q={EMAIL}"), "users", 1),
        ("users?q=four+last".to_owned(), "users", 1),
        ("users?q=+lastpass2".to_owned(), "users", 1),
        ("users?group=R+D".to_owned(), "users", 1),
        ("users?department=R+D".to_owned(), "users", 1),
        (format!("security-report?q={EMAIL}"), "users", 1),
        ("security-report?group=R+D&department=R+D".to_owned(), "users", 1),
        (format!("audit-logs?user={EMAIL}"), "events", 2),
        (format!("audit-logs?target={EMAIL}"), "events", 1),
        (format!("audit-logs?q={EMAIL}"), "events", 2),
        ("audit-logs?user=four+last".to_owned(), "events", 2),
        ("groups?q=R+D".to_owned(), "groups", 1),
        (format!("shared-folders?user={EMAIL}"), "folders", 1),
        ("shared-folders?group=R+D".to_owned(), "folders", 1),
        (format!("actions?email={EMAIL}"), "actions", 1),
        ("actions?actor=ann+x@example.com".to_owned(), "actions", 1),
    ] {
        for path in [path.replace('+', "%2B"), path.replace('+', "%20"), path] {
            let reply = world.get(&path).await;
            let found = reply.json()[list].as_array().unwrap_or_else(|| panic!("{path}: {}", reply.text())).len();
            // The change adds an event, and the export an action, of its own.
            let may_be_more = ["events", "actions"].contains(&list);
            assert!(found == count || (may_be_more && found > count), "{path}: {found}");
        }
    }
    for path in [format!("users?email={EMAIL}"), format!("users?email={}", EMAIL.replace('+', "%2B"))] {
        assert_eq!(world.get(&path).await.json()["user"]["email"], EMAIL, "{path}");
    }
    let csv = world.get(&format!("shared-folders?format=csv&user={EMAIL}")).await;
    assert_eq!(csv.csv().1.len(), 1);
    let since = world.get("audit-logs?from=2026-11-24T12:00:00+02:00&user=root").await.json();
    assert_eq!((&since["total"], &since["meta"]["from"]), (&json!(1), &json!("2026-11-24T10:00:00Z")));
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
