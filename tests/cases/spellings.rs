//! Names and addresses in other compositions, letter cases and scripts than the request or LastPass uses.

use http::Request;
use lastpass_sim::{Company, EventLog, Member, User};
use serde_json::{Value, json};

use crate::{
    companies::{administrator, event, folder, reader, user},
    database::Database,
    sign_in::issuer::Issuer,
    world::{World, fields, noon},
};

/// Decomposed, as a directory on macOS sends them.
const JURGEN: &str = "ju\u{308}rgen@example.com";
const WITH_ASCII_DOMAIN: &str = "ann@xn--bcher-kva.example";
const ZURICH: &str = "Zu\u{308}rich";
const ISTANBUL: &str = "I\u{307}stanbul";
/// Composed.
const ANGSTROM: &str = "\u{c5}ngström";

fn company() -> Company {
    let named = |id, email: &str, name: &str, groups: &[&str]| User {
        username: email.to_owned(),
        fullname: name.to_owned(),
        ..user(id, "x", groups)
    };
    let mut company = Company::empty();
    company.users = vec![
        User { admin: true, ..named(1, "root@example.com", "Root", &["Empty-Ops"]) },
        named(2, JURGEN, "Ju\u{308}rgen Mu\u{308}ller", &[ZURICH, "Vie\u{323}\u{302}t"]),
        named(3, WITH_ASCII_DOMAIN, "Ann", &[ANGSTROM]),
        named(4, "cy@bücher.example", "Cy", &["Ελλάς"]),
    ];
    company.folders = vec![folder(
        7,
        "Shared-Zu\u{308}rich",
        vec![
            administrator("root", &[]),
            Member { username: JURGEN.to_owned(), ..reader("x", Some(ZURICH), &[]) },
            Member { username: WITH_ASCII_DOMAIN.to_owned(), ..administrator("x", &[]) },
        ],
    )];
    company.log = EventLog::new(vec![
        event("2026-11-23T10:00:00Z", JURGEN, "Log in", "LastPass via Website"),
        event("2026-11-23T11:00:00Z", "root@example.com", "Make admin", JURGEN),
        event("2026-11-23T12:00:00Z", "root@example.com", "Adding user to group", &format!("{JURGEN} - {ZURICH}")),
        event("2026-11-23T13:00:00Z", WITH_ASCII_DOMAIN, "Log in", "LastPass via Website"),
        event("2026-11-23T14:00:00Z", "root@example.com", "Make admin", "cy@bücher.example"),
    ]);
    company
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn every_route_finds_a_name_in_any_composition_and_case() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[]);
    let changed = json!({ "email": "JÜRGEN@example.com", "action": "requirePasswordChange" });
    assert_eq!(world.post("users", changed).await.status, 200);
    let both = ["jürgen@example.com", "JÜRGEN@EXAMPLE.COM", JURGEN];
    let domains = ["ann@bücher.example", "Ann@BÜCHER.example", "ann@bu\u{308}cher.example", WITH_ASCII_DOMAIN];
    for (path, list, spellings, expected) in [
        ("audit-logs?from=2026-11-20&to=2026-11-23&user=", "events", &both[..], 3),
        ("audit-logs?from=2026-11-20&to=2026-11-23&target=", "events", &both, 2),
        ("audit-logs?from=2026-11-20&to=2026-11-23&user=", "events", &domains, 1),
        (
            "audit-logs?from=2026-11-20&to=2026-11-23&target=",
            "events",
            &["cy@xn--bcher-kva.example", "cy@bücher.example"],
            1,
        ),
        ("audit-logs?from=2026-11-20&to=2026-11-23&target=", "events", &["zürich", "ZÜRICH", ZURICH], 1),
        ("audit-logs?from=2026-11-20&to=2026-11-23&q=", "events", &["zürich", ZURICH], 1),
        ("audit-logs?from=2026-11-20&to=2026-11-23&user=", "events", &["müller", "MU\u{308}LLER", "jürgen mül"], 3),
        ("actions?email=", "actions", &both, 1),
        ("shared-folders?user=", "folders", &both, 1),
        ("shared-folders?user=", "folders", &domains, 1),
        ("shared-folders?group=", "folders", &["zürich", "ZÜRICH", ZURICH], 1),
        ("users?q=", "users", &["jürgen", "JU\u{308}RGEN", "müller"], 1),
        ("users?q=", "users", &["bücher", "xn--bcher-kva", "BU\u{308}CHER"], 2),
        ("security-report?q=", "users", &["J\u{dc}RGEN M\u{dc}LLER", "j\u{fc}rgen@"], 1),
        ("security-report?group=", "users", &["zürich", ZURICH, "ZÜRICH"], 1),
        ("users?group=", "users", &["zürich", ZURICH, "ZÜRICH"], 1),
        ("users?group=", "users", &["A\u{30a}ngstro\u{308}m", "ÅNGSTRÖM", "\u{212b}ngström"], 1),
        ("users?group=", "users", &["Việt", "vie\u{302}\u{323}t"], 1),
        ("users?group=", "users", &["ΕΛΛΆΣ", "ελλάς"], 1),
        ("groups?q=", "groups", &["züri", "ZÜRICH", ZURICH], 1),
    ] {
        for spelling in spellings {
            let reply = world.get(&format!("{path}{}", encoded(spelling))).await.json();
            assert_eq!(reply[list].as_array().map(Vec::len), Some(expected), "{path}{spelling}: {reply}");
        }
    }
    for (spellings, listed) in
        [(&both[..], JURGEN), (&domains, WITH_ASCII_DOMAIN), (&["CY@XN--BCHER-KVA.example"], "cy@bücher.example")]
    {
        for spelling in spellings {
            let reply = world.get(&format!("users?email={}", encoded(spelling))).await.json();
            assert_eq!(reply["user"]["email"], listed, "{spelling}: {reply}");
        }
    }
}

#[tokio::test]
async fn settings_match_lastpass_in_any_composition() {
    let database = Database::sqlite();
    let settings = [
        ("DEPARTMENT_GROUPS", "Büro=ZÜRICH;Nord=A\u{30a}NGSTRO\u{308}M"),
        ("ROLE_GROUPS", "auditor=VIỆT"),
        ("KNOWN_GROUPS", "zürich, Zu\u{308}rich-Nord, ΕΛΛΆΣ"),
    ];
    let world = World::with_database(company(), &database, &settings);
    let groups = world.get("groups?limit=1000").await.json();
    let named = |name: &str| -> Vec<Value> {
        let listed = groups["groups"].as_array().expect("groups").iter();
        listed.filter(|group| group["name"] == name).cloned().collect()
    };
    for (name, department, role) in [
        (ZURICH, json!("Büro"), Value::Null),
        (ANGSTROM, json!("Nord"), Value::Null),
        ("Vie\u{323}\u{302}t", Value::Null, json!("auditor")),
    ] {
        let [group] = &named(name)[..] else { panic!("{name} once in {groups}") };
        assert_eq!((&group["department"], &group["role"]), (&department, &role), "{name}");
    }
    let names = groups["groups"].as_array().map(Vec::len);
    assert_eq!(names, Some(6), "five of LastPass and one of the settings: {groups}");
    let report = world.get(&format!("security-report?department={}", encoded("nord"))).await;
    assert_eq!(report.emails(), [WITH_ASCII_DOMAIN]);
}

#[tokio::test]
async fn a_change_is_found_by_any_spelling_and_sent_in_that_of_lastpass() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[("KNOWN_GROUPS", ISTANBUL)]);
    for (email, listed) in [
        ("JÜRGEN@example.com", JURGEN),
        ("ann@bücher.example", WITH_ASCII_DOMAIN),
        ("CY@xn--bcher-kva.EXAMPLE", "cy@bücher.example"),
    ] {
        for action in ["requirePasswordChange", "deactivate", "restore"] {
            let body = json!({ "email": email, "action": action, "allowOrphans": true });
            let reply = world.post("users", body).await;
            assert_eq!(reply.status, 200, "{email} {action}: {}", reply.text());
            let calls = world.sim.calls();
            let sent = calls.iter().rfind(|call| call.had_effect).expect("a command");
            assert_eq!(sent.usernames, [listed.to_lowercase()], "{email} {action}");
        }
    }
    for (group, spelled) in [("\u{130}STANBUL", ISTANBUL), ("zürich", ZURICH), ("A\u{30a}NGSTRO\u{308}M", ANGSTROM)] {
        let reply = world.post("groups", json!({ "email": "cy@bücher.example", "add": [group] })).await;
        assert_eq!(reply.json()["groups"]["added"], json!([spelled]), "{group}: {}", reply.text());
    }
    for email in ["JÜRGEN@example.com", "ann@bücher.example", "cy@xn--bcher-kva.example"] {
        let new = json!({ "firstName": "Zoë", "lastName": "Lee", "email": email, "department": "Sales" });
        world.post("provision-user", new).await.problem(409, "already-exists");
    }
    let twice = json!({ "email": "cy@bücher.example", "add": ["Zürich"], "remove": [ZURICH] });
    assert_eq!(fields(&world.post("groups", twice).await.problem(422, "invalid-fields")), ["remove"]);
}

#[tokio::test]
async fn an_account_and_its_department_are_found_in_another_spelling_of_the_settings() {
    let settings =
        [("DEPARTMENT_GROUPS", "Büro=ZÜRICH"), ("ALLOWED_EMAIL_DOMAINS", "example.com, xn--bcher-kva.example")];
    let world = World::with_database(company(), &Database::sqlite(), &settings);
    let new =
        json!({ "firstName": "Zoë", "lastName": "Lee", "email": "zoë@bücher.example", "department": "BU\u{308}RO" });
    assert_eq!(world.post("provision-user", new.clone()).await.status, 201);
    world.post("provision-user", new).await.problem(409, "already-exists");
}

#[tokio::test]
async fn a_role_by_groups_is_found_in_both_forms_of_a_domain() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    settings.push(("ROLE_GROUPS", "admin=A\u{30a}NGSTRO\u{308}M"));
    let world = World::with(company(), &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("ann@bücher.example");
    claims["exp"] = json!(noon().timestamp() + 60);
    let bearer = format!("Bearer {}", issuer.key.token("any", &claims));
    let session = world.send(Request::get("/api/session").header("authorization", bearer)).await.json();
    assert_eq!((&session["actor"], &session["role"]), (&json!("ann@bücher.example"), &json!("admin")));
}

#[tokio::test]
async fn letters_are_folded_in_names_and_lowered_in_addresses() {
    let mut company = Company::empty();
    company.users = vec![
        User { fullname: "Οδοστρώματα ΑΕ".to_owned(), ..user(1, "a", &["ΟΔΟΣ"]) },
        User { fullname: "Jan Straße".to_owned(), ..user(2, "b", &["Straße"]) },
        User { username: "jan.straße@example.com".to_owned(), ..user(3, "x", &[]) },
        User { username: "jan.strasse@example.com".to_owned(), ..user(4, "x", &[]) },
        User { fullname: "Işık".to_owned(), ..user(5, "c", &["Admın"]) },
    ];
    let database = Database::sqlite();
    let world = World::with_database(company, &database, &[]);
    let found =
        async |parameter: &str, text: &str| world.get(&format!("users?{parameter}={}", encoded(text))).await.emails();
    for (parameter, text, expected) in [
        ("q", "ΟΔΟΣ", &["a@example.com"][..]),
        ("q", "οδος", &["a@example.com"]),
        ("q", "jan STRASSE", &["b@example.com"]),
        ("q", "jan stra\u{1e9e}e", &["b@example.com"]),
        ("q", "jan.strasse", &["jan.strasse@example.com", "jan.straße@example.com"]),
        ("q", "IŞıK", &["c@example.com"]),
        ("q", "işik", &[]),
        ("group", "οδος", &["a@example.com"]),
        ("group", "STRASSE", &["b@example.com"]),
        ("group", "admin", &[]),
    ] {
        let mut emails = found(parameter, text).await;
        emails.sort();
        assert_eq!(emails, expected, "{parameter}={text}");
    }
    for (email, group) in [("jan.STRASSE@example.com", "οδος"), ("Jan.Straße@example.com", "STRASSE")] {
        let reply = world.post("groups", json!({ "email": email, "add": [group] })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let groups = world.sim.with_company(|company| [2, 3].map(|index| company.users[index].groups.clone()));
    assert_eq!(groups, [["Straße"], ["ΟΔΟΣ"]]);
    let total =
        async |email: &str| world.get(&format!("actions?email={}", encoded(email))).await.json()["total"].clone();
    assert_eq!([total("jan.strasse@example.com").await, total("jan.straße@example.com").await], [1, 1]);
}

#[tokio::test]
async fn a_group_with_outer_blanks_keeps_them_and_is_found_without() {
    let mut company = Company::empty();
    company.users = vec![user(1, "a", &[" Padded "]), user(2, "b", &[])];
    let database = Database::sqlite();
    let world = World::with_database(company, &database, &[("DEPARTMENT_GROUPS", "Ops=padded")]);
    let groups = || world.sim.with_company(|company| company.users[1].groups.clone());
    for (change, expected) in [
        (json!({ "email": "b@example.com", "add": ["padded"] }), vec![" Padded "]),
        (json!({ "email": "b@example.com", "remove": ["PADDED "] }), vec![]),
    ] {
        let reply = world.post("groups", change.clone()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(groups(), expected, "{change}");
    }
    let new = json!({ "firstName": "C", "lastName": "D", "email": "c@example.com", "department": "Ops",
                      "additionalGroups": ["PADDED"] });
    assert_eq!(world.post("provision-user", new).await.status, 201);
    assert_eq!(world.sim.with_company(|company| company.users[2].groups.clone()), [" Padded "]);
    assert_eq!(world.get("groups").await.json()["groups"][0]["name"], " Padded ");
    assert_eq!(world.get("users?group=padded").await.emails(), ["a@example.com", "c@example.com"]);
    let user = world.get("users?id=1").await.json()["user"].clone();
    assert_eq!((&user["groups"], &user["department"]), (&json!([" Padded "]), &json!("Ops")));
}
