//! Names and addresses in other compositions, letter cases and scripts than the request or LastPass uses.

use lastpass_sim::{Company, EventLog, Member, User};
use serde_json::{Value, json};

use crate::{
    companies::{administrator, event, folder, reader, user},
    database::Database,
    world::{World, fields},
};

/// Decomposed, as a directory on macOS sends them.
const JURGEN: &str = "ju\u{308}rgen@example.com";
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
        named(3, "ann@xn--bcher-kva.example", "Ann", &[ANGSTROM]),
        named(4, "cy@bücher.example", "Cy", &["Ελλάς"]),
    ];
    company.folders = vec![folder(
        7,
        "Shared-Zu\u{308}rich",
        vec![
            administrator("root", &[]),
            Member { username: JURGEN.to_owned(), ..reader("x", Some(ZURICH), &[]) },
            Member { username: "ann@xn--bcher-kva.example".to_owned(), ..administrator("x", &[]) },
        ],
    )];
    company.log = EventLog::new(vec![
        event("2026-11-23T10:00:00Z", JURGEN, "Log in", "LastPass via Website"),
        event("2026-11-23T11:00:00Z", "root@example.com", "Make admin", JURGEN),
        event("2026-11-23T12:00:00Z", "root@example.com", "Adding user to group", &format!("{JURGEN} - {ZURICH}")),
        event("2026-11-23T13:00:00Z", "ann@xn--bcher-kva.example", "Log in", "LastPass via Website"),
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
    let domains =
        ["ann@bücher.example", "Ann@BÜCHER.example", "ann@bu\u{308}cher.example", "ann@xn--bcher-kva.example"];
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
    assert_eq!(report.emails(), ["ann@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn a_change_is_found_by_any_spelling_and_sent_in_that_of_lastpass() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[("KNOWN_GROUPS", ISTANBUL)]);
    for (email, listed) in [
        ("JÜRGEN@example.com", JURGEN),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
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
    let twice = json!({ "email": "cy@bücher.example", "add": ["Zürich"], "remove": [ZURICH] });
    assert_eq!(fields(&world.post("groups", twice).await.problem(422, "invalid-fields")), ["remove"]);
}

#[tokio::test]
async fn letters_that_need_joiners_keep_them_and_nothing_else_is_invisible() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[("DEPARTMENT_GROUPS", "Sales=Sales-Team")]);
    let body = |number: usize, member: &str, name: &str| {
        let mut body = json!({ "firstName": "Ann", "lastName": "Lee", "email": format!("new{number}@example.com"),
                               "department": "Sales", "dryRun": true });
        body[member] = json!(name);
        body
    };
    let accepted = [
        "علی\u{200c}زاده",
        "می\u{200c}خواهم",
        "نوه\u{200c}ای",
        "ශ්\u{200d}රී",
        "ක්\u{200d}\u{dba}",
        "ന്\u{200d}",
        "ക്\u{200c}ഷ",
        "क्\u{200d}ष",
        "क्\u{200c}ष",
        "ক্\u{200d}য",
        "ರ್\u{200d}ಯ",
        "ব্\u{200d}যাংক",
        "Müller-Lüdenscheidt",
        "O’Hara",
        "d'Arcy",
        "李小龙",
    ];
    let refused = [
        ("Le\u{200c}e", "200C"),
        ("Le\u{200d}e", "200D"),
        ("\u{200d}Lee", "200D"),
        ("Lee\u{200c}", "200C"),
        ("علی\u{200d}زاده", "200D"),
        ("李\u{200d}小", "200D"),
        ("Lee\u{200f}", "200F"),
        ("\u{200e}Lee", "200E"),
        ("Le\u{feff}e", "FEFF"),
        ("Le\u{ad}e", "AD"),
        ("Le\u{2060}e", "2060"),
        ("Le\u{200b}e", "200B"),
        ("\u{202e}eeL", "202E"),
        ("Lee\u{2066}", "2066"),
        ("L\u{3164}ee", "3164"),
        ("Lee\u{e0041}", "E0041"),
        ("Lee\u{180e}", "180E"),
    ];
    for member in ["firstName", "lastName", "manager"] {
        for (number, name) in accepted.into_iter().enumerate() {
            let reply = world.post("provision-user", body(number, member, name)).await;
            assert_eq!(reply.status, 200, "{member} {name:?}: {}", reply.text());
        }
        for (name, code) in refused {
            let problem = world.post("provision-user", body(99, member, name)).await.problem(422, "invalid-fields");
            assert_eq!(fields(&problem), [member], "{name:?}");
            let message = problem["errors"][0]["message"].as_str().expect("a message");
            assert!(
                message.contains(&format!("U+{code}")) || message.contains(&format!("U+00{code}")),
                "{name:?}: {message}"
            );
        }
    }
}

#[tokio::test]
async fn any_group_that_lastpass_lists_is_accepted_in_a_new_account_too() {
    for name in [
        "A".repeat(300),
        "🛫 Travel".to_owned(),
        "a/b\\c".to_owned(),
        "Padded  inside".to_owned(),
        "<b>".to_owned(),
        "R\u{200b}D".to_owned(),
    ] {
        let mut company = company();
        company.users[0].groups = vec![name.clone()];
        let database = Database::sqlite();
        let world = World::with_database(company, &database, &[("DEPARTMENT_GROUPS", "Sales=Sales-Team")]);
        let new = json!({ "firstName": "A", "lastName": "B", "email": "new@example.com", "department": "Sales",
                          "additionalGroups": [name.to_uppercase()] });
        let reply = world.post("provision-user", new).await;
        assert_eq!(reply.status, 201, "{name}: {}", reply.text());
        let groups = world.sim.with_company(|company| company.users.last().map(|user| user.groups.clone()));
        assert_eq!(groups, Some(vec!["Sales-Team".to_owned(), name]));
    }
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
