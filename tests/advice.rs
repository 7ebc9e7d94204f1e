//! Errors that say what to do: wrong guesses of names, sign-in, and requests of other origins.

use http::{Request, request::Builder};
use serde_json::{Value, json};

use crate::{
    companies::{office, without_folders},
    database::Database,
    world::{ADMIN, SIGNING_SECRET, TestResponse, World, fields, same_origin},
};

/// The message about one field.
fn message<'a>(problem: &'a Value, field: &str) -> &'a str {
    let errors = problem["errors"].as_array().expect("errors");
    let error = errors.iter().find(|error| error["field"] == field).unwrap_or_else(|| panic!("{field} in {problem}"));
    error["message"].as_str().expect("a message")
}

/// The name that a problem advises instead of this one.
fn advice(problem: &Value, field: &str) -> Option<String> {
    let (_, advice) = message(problem, field).split_once("did you mean ")?;
    let (name, _) = advice.split_once('?').expect("a question");
    Some(name.trim_matches(['`', '"', '\'']).to_owned())
}

/// Members of requests that users guess, and the right ones.
const MEMBERS: [(&str, &str, Option<&str>); 39] = [
    ("provision-user", "securityGroups", Some("additionalGroups")),
    ("provision-user", "groups", Some("additionalGroups")),
    ("provision-user", "workEmail", Some("email")),
    ("provision-user", "managerName", Some("manager")),
    ("provision-user", "firstname", Some("firstName")),
    ("provision-user", "FirstName", Some("firstName")),
    ("provision-user", "first_name", Some("firstName")),
    ("provision-user", "fristName", Some("firstName")),
    ("provision-user", "lastname", Some("lastName")),
    ("provision-user", "last_name", Some("lastName")),
    ("provision-user", "emial", Some("email")),
    ("provision-user", "e-mail", Some("email")),
    ("provision-user", "departement", Some("department")),
    ("provision-user", "additonalGroups", Some("additionalGroups")),
    ("provision-user", "additional_groups", Some("additionalGroups")),
    ("provision-user", "start_date", Some("startDate")),
    ("provision-user", "startdate", Some("startDate")),
    ("provision-user", "manager_email", Some("managerEmail")),
    ("provision-user", "dry_run", Some("dryRun")),
    ("provision-user", "dryrun", Some("dryRun")),
    ("provision-user", "departmnet", Some("department")),
    ("provision-user", "surname", Some("lastName")),
    ("provision-user", "team", Some("department")),
    ("provision-user", "hireDate", Some("startDate")),
    ("provision-user", "aditionalGroups", Some("additionalGroups")),
    ("provision-user", "work_email", Some("email")),
    ("provision-user", "foo", None),
    ("provision-user", "telephone", None),
    ("provision-user", "x", None),
    ("users", "allowOrphan", Some("allowOrphans")),
    ("users", "allow_orphans", Some("allowOrphans")),
    ("users", "confrim", Some("confirm")),
    ("users", "force", Some("allowOrphans")),
    ("users", "securityGroups", None),
    ("users", "foo", None),
    ("groups", "addGroups", Some("add")),
    ("groups", "removed", Some("remove")),
    ("groups", "foo", None),
    ("groups", "zzzzzz", None),
];

#[tokio::test]
async fn a_wrong_member_is_answered_with_the_right_one() {
    let world = World::with(without_folders(), &[]);
    let mut wrong = Vec::new();
    for (route, member, expected) in MEMBERS {
        let mut body = match route {
            "provision-user" => {
                json!({ "firstName": "A", "lastName": "B", "email": "a@example.com", "department": "Sales" })
            }
            "users" => json!({ "email": "other@example.com", "action": "restore" }),
            _ => json!({ "email": "other@example.com", "add": ["Sales-Team"] }),
        };
        body["dryRun"] = json!(true);
        body[member] = json!("x");
        let problem = world.post(route, body).await.problem(400, "invalid-body");
        assert_eq!(fields(&problem), [member], "{route}");
        if advice(&problem, member).as_deref() != expected {
            wrong.push((route, member, advice(&problem, member)));
        }
    }
    assert_eq!(wrong, []);
    // A wrong name instead of the right one: both are named, and the first with advice.
    let body = json!({ "firstName": "A", "lastName": "B", "workEmail": "a@example.com", "department": "Sales" });
    let problem = world.post("provision-user", body).await.problem(400, "invalid-body");
    assert_eq!(advice(&problem, "workEmail").as_deref(), Some("email"));
    assert!(fields(&problem).contains(&"email"), "{problem}");
}

/// Parameters that users guess, and the right ones.
const PARAMETERS: [(&str, &str, Option<&str>); 83] = [
    ("audit-logs", "startDate", Some("from")),
    ("audit-logs", "endDate", Some("to")),
    ("audit-logs", "eventTypes", Some("type")),
    ("audit-logs", "eventType", Some("type")),
    ("audit-logs", "userEmail", Some("user")),
    ("audit-logs", "ipAddress", Some("ip")),
    ("audit-logs", "page", Some("cursor")),
    ("audit-logs", "pageSize", Some("limit")),
    ("audit-logs", "search", Some("q")),
    ("audit-logs", "lmit", Some("limit")),
    ("audit-logs", "Limit", Some("limit")),
    ("audit-logs", "curser", Some("cursor")),
    ("audit-logs", "outcom", Some("outcome")),
    ("audit-logs", "form", Some("from")),
    ("audit-logs", "ip_address", Some("ip")),
    ("audit-logs", "end_date", Some("to")),
    ("audit-logs", "offset", Some("cursor")),
    ("audit-logs", "per_page", Some("limit")),
    ("audit-logs", "size", Some("limit")),
    ("audit-logs", "query", Some("q")),
    ("audit-logs", "limits", Some("limit")),
    ("audit-logs", "tpye", Some("type")),
    ("audit-logs", "users", Some("user")),
    ("audit-logs", "foo", None),
    ("security-report", "page", Some("cursor")),
    ("security-report", "pageSize", Some("limit")),
    ("security-report", "search", Some("q")),
    ("security-report", "sortBy", Some("sort")),
    ("security-report", "departmnt", Some("department")),
    ("security-report", "inactivedays", Some("inactiveDays")),
    ("security-report", "inactive_days", Some("inactiveDays")),
    ("security-report", "team", Some("department")),
    ("security-report", "Limit", Some("limit")),
    ("security-report", "orderBy", Some("sort")),
    ("security-report", "groups", Some("group")),
    ("security-report", "inactivDays", Some("inactiveDays")),
    ("security-report", "refresh", Some("fresh")),
    ("security-report", "name", Some("q")),
    ("security-report", "username", Some("q")),
    ("security-report", "stauts", Some("status")),
    ("security-report", "foo", None),
    ("security-report", "zzz", None),
    ("users", "page", Some("cursor")),
    ("users", "emial", Some("email")),
    ("users", "userEmail", Some("email")),
    ("users", "userId", Some("id")),
    ("users", "user", Some("email")),
    // `startDate` is a common name for `from`, which this route does not have.
    ("users", "startDate", None),
    ("users", "foo", None),
    ("groups", "search", Some("q")),
    ("groups", "pageSize", Some("limit")),
    ("groups", "offset", Some("cursor")),
    ("groups", "status", None),
    ("shared-folders", "withoutAdmin", Some("withoutAdministrator")),
    ("shared-folders", "holder", Some("holders")),
    ("shared-folders", "foo", None),
    ("actions", "startDate", Some("from")),
    ("actions", "verfy", Some("verify")),
    ("actions", "user", Some("email")),
    ("actions", "foo", None),
    ("session", "page", None),
    ("security-report", "days", Some("inactiveDays")),
    ("security-report", "lastLogin", Some("inactiveDays")),
    ("security-report", "user", Some("q")),
    ("security-report", "groupName", Some("group")),
    ("users", "name", Some("q")),
    ("users", "days", Some("inactiveDays")),
    ("audit-logs", "date", Some("from")),
    ("audit-logs", "days", Some("from")),
    ("audit-logs", "groupName", Some("target")),
    ("audit-logs", "name", Some("q")),
    ("groups", "groupName", Some("q")),
    ("groups", "name", Some("q")),
    // `q` finds groups by their name, never by a member.
    ("groups", "user", None),
    ("groups", "email", None),
    ("groups", "member", None),
    ("shared-folders", "folder", Some("id")),
    ("shared-folders", "userEmail", Some("user")),
    ("shared-folders", "groupName", Some("group")),
    // No parameter finds folders by name.
    ("shared-folders", "name", None),
    ("shared-folders", "search", None),
    ("actions", "target", Some("email")),
    ("actions", "date", Some("from")),
];

#[tokio::test]
async fn a_wrong_parameter_is_answered_with_the_right_one() {
    let database = Database::sqlite();
    let world = World::with_database(office(), &database, &[]);
    let mut wrong = Vec::new();
    for (route, name, expected) in PARAMETERS {
        let problem = world.get(&format!("{route}?{name}=x")).await.problem(400, "invalid-parameters");
        assert_eq!(fields(&problem), [name], "{route}");
        if advice(&problem, name).as_deref() != expected {
            wrong.push((route, name, advice(&problem, name)));
        }
    }
    assert_eq!(wrong, []);
    let several = world.get("audit-logs?startDate=x&foo=1&pageSize=5").await.problem(400, "invalid-parameters");
    for (name, expected) in [("startDate", Some("from")), ("foo", None), ("pageSize", Some("limit"))] {
        assert_eq!(advice(&several, name).as_deref(), expected, "{name}");
    }
}

fn detail(reply: &TestResponse, status: u16, code: &str) -> String {
    reply.problem(status, code)["detail"].as_str().expect("a detail").to_owned()
}

#[tokio::test]
async fn a_browser_is_sent_to_the_sign_in_and_a_script_to_the_key() {
    let world = World::with(office(), &[("SIGNING_SECRET", SIGNING_SECRET)]);
    for path in ["security-report", "users", "groups", "shared-folders", "audit-logs", "actions"] {
        let get = || Request::get(format!("/api/lastpass/{path}"));
        let script = detail(&world.send(get()).await, 401, "unauthenticated");
        assert!(script.contains("Authorization"), "{script}");
        for mode in ["cors", "same-origin", "navigate", "no-cors"] {
            let reply = world.send(get().header("sec-fetch-mode", mode)).await;
            let browser = detail(&reply, 401, "unauthenticated");
            assert!(browser.to_lowercase().contains("sign in"), "{mode}: {browser}");
            assert!(
                !browser.contains("Authorization") && !browser.contains("KEY") && !browser.contains("X-Api-Key"),
                "{browser}"
            );
            assert!(reply.headers.contains_key("www-authenticate"));
        }
    }
    // The form for a key says what is wrong with the key, to either.
    for mode in [None, Some("cors")] {
        let sign_in = same_origin(Request::post("/api/lastpass/session"));
        let sign_in = mode.into_iter().fold(sign_in, |request, mode| request.header("sec-fetch-mode", mode));
        let reply = world.send_json(sign_in, &json!({ "key": "nope" })).await;
        assert!(detail(&reply, 401, "unauthenticated").starts_with("This key is not accepted."), "{}", reply.text());
    }
    // An expired session too.
    let cookies = world.sign_in(ADMIN).await;
    world.advance(chrono::TimeDelta::hours(9));
    let expired = cookies.send_with(Request::get("/api/users")).header("sec-fetch-mode", "cors");
    let browser = detail(&world.send(expired).await, 401, "unauthenticated");
    assert!(browser.to_lowercase().contains("sign in") && !browser.contains("Authorization"), "{browser}");
}

#[tokio::test]
async fn a_request_without_evidence_of_its_page_is_told_which_case_it_is() {
    let world = World::with_database(without_folders(), &Database::sqlite(), &[]);
    let cookies = world.sign_in(ADMIN).await;
    let session = cookies.get("lastpass-session").expect("a session").to_owned();
    let post = || Request::post("/api/users").header("cookie", format!("lastpass-session={session}"));
    let body = json!({ "email": "other@example.com", "action": "requirePasswordChange", "dryRun": true });
    type With = fn(Builder) -> Builder;
    let cases: [(&str, With, &[&str]); 7] = [
        (
            "plain http on a network address",
            |request| request.header("origin", "http://192.0.2.2:3711").header("host", "192.0.2.2:3711"),
            &["https", "localhost"],
        ),
        (
            "plain http on a name",
            |request| request.header("origin", "http://intranet:3000").header("host", "intranet:3000"),
            &["https", "localhost"],
        ),
        ("server code", |request| request, &["forward", "sec-fetch-site"]),
        (
            "server code with a host",
            |request| request.header("host", "app.example.com"),
            &["forward", "sec-fetch-site"],
        ),
        ("another site", |request| request.header("sec-fetch-site", "cross-site"), &["origin"]),
        (
            "another origin",
            |request| request.header("origin", "https://evil.example.com").header("host", "app.example.com"),
            &["origin"],
        ),
        ("a sibling", |request| request.header("sec-fetch-site", "same-site"), &["origin"]),
    ];
    for (what, with, words) in cases {
        for request in [with(post()), with(Request::post("/api/session"))] {
            let is_session = request.uri_ref().is_some_and(|uri| uri.path().ends_with("session"));
            let body = if is_session { json!({ "key": ADMIN }) } else { body.clone() };
            let said = detail(&world.send_json(request, &body).await, 403, "cross-site").to_lowercase();
            for word in words {
                assert!(said.contains(word), "{what}: no {word} in {said}");
            }
        }
        let said = detail(&world.send(with(Request::delete("/api/session"))).await, 403, "cross-site").to_lowercase();
        assert!(words.iter().all(|word| said.contains(word)), "{what}: {said}");
    }
    // The evidence itself.
    let accepted: [With; 4] = [
        same_origin,
        |request| request.header("origin", "https://app.example.com").header("host", "app.example.com"),
        |request| {
            request
                .header("origin", "https://app.example.com")
                .header("x-forwarded-host", "app.example.com")
                .header("host", "internal")
        },
        |request| request.header("origin", "https://app.example.com:8443").header("host", "app.example.com:8443"),
    ];
    for with in accepted {
        let reply = world.send_json(with(post()), &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}
