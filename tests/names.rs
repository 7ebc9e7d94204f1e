//! Names and addresses that LastPass, the settings and a request spell differently.

use http::Request;
use lastpass_sim::{Company, User};
use serde_json::json;

use crate::{
    database::Database,
    sign_in::issuer::Issuer,
    world::{World, noon},
};

/// `Jürgen` and `Zürich` with decomposed letters, as a directory on macOS sends them.
const JURGEN: &str = "ju\u{308}rgen@example.com";
const ZURICH: &str = "Zu\u{308}rich";
const WITH_ASCII_DOMAIN: &str = "Ann@xn--bcher-kva.example";

fn decomposed() -> Company {
    let user = |id, email: &str, groups: &[&str]| User {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        fullname: format!("Ju\u{308}rgen {id}"),
        ..User::new(id, email.to_owned())
    };
    let mut company = Company::empty();
    company.users = vec![
        user(1, "root@example.com", &[]),
        user(2, JURGEN, &[ZURICH]),
        user(3, WITH_ASCII_DOMAIN, &["Domain Admins"]),
        user(4, "cy@bücher.example", &[]),
    ];
    company.users[0].admin = true;
    company
}

const SETTINGS: [(&str, &str); 3] = [
    ("DEPARTMENT_GROUPS", "Büro=ZÜRICH"),
    ("ROLE_GROUPS", "admin=Domain Admins"),
    ("ALLOWED_EMAIL_DOMAINS", "example.com, xn--bcher-kva.example"),
];

#[tokio::test]
async fn names_are_found_in_any_composition_and_both_forms_of_a_domain() {
    let world = World::with(decomposed(), &SETTINGS);
    for (path, expected) in [
        ("users?email=J%C3%BCrgen@example.com", JURGEN),
        ("users?email=Ju%CC%88rgen@example.com", JURGEN),
        ("users?email=ann@b%C3%BCcher.example", WITH_ASCII_DOMAIN),
        ("users?email=ann@xn--bcher-kva.example", WITH_ASCII_DOMAIN),
        ("users?email=cy@XN--BCHER-KVA.example", "cy@bücher.example"),
    ] {
        assert_eq!(world.get(path).await.json()["user"]["email"], expected, "{path}");
    }
    for (path, expected) in [
        ("security-report?group=z%C3%BCrich", &[JURGEN][..]),
        ("security-report?department=bu%CC%88ro", &[JURGEN]),
        ("security-report?q=J%C3%9CRGEN%202", &[JURGEN]),
        ("security-report?q=j%C3%BCrgen@", &[JURGEN]),
        ("security-report?q=b%C3%BCcher&sort=email", &[WITH_ASCII_DOMAIN, "cy@bücher.example"]),
        ("security-report?q=xn--bcher-kva.example&sort=email", &[WITH_ASCII_DOMAIN, "cy@bücher.example"]),
    ] {
        assert_eq!(world.get(path).await.emails(), expected, "{path}");
    }
    // The group of the setting is LastPass's, and listed once.
    let groups = world.get("groups?q=Z%C3%BCri").await.json();
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(1), "{groups}");
    let group = &groups["groups"][0];
    assert_eq!((&group["name"], &group["department"], &group["members"]), (&json!(ZURICH), &json!("Büro"), &json!(1)));
}

#[tokio::test]
async fn a_change_is_sent_as_lastpass_spells_the_address_and_the_group() {
    let database = Database::sqlite();
    let world = World::with_database(decomposed(), &database, &SETTINGS);
    let user = |email: &str| {
        let found = |company: &mut Company| {
            let user = company.users.iter().find(|user| user.username == email).expect("a user");
            (user.disabled, user.groups.clone())
        };
        world.sim.with_company(found)
    };
    let add = json!({ "email": "cy@xn--bcher-kva.example", "add": ["Zürich"] });
    assert_eq!(world.post("groups", add).await.json()["steps"][0]["state"], "confirmed");
    assert_eq!(user("cy@bücher.example").1, [ZURICH]);

    for (email, listed) in [("Jürgen@example.com", JURGEN), ("ann@bücher.example", WITH_ASCII_DOMAIN)] {
        let deactivate = json!({ "email": email, "action": "deactivate" });
        let reply = world.post("users", deactivate).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["steps"][0]["state"]), (200, &json!("confirmed")), "{email}");
        assert!(user(listed).0, "{email}");
        let calls = world.sim.calls();
        let sent = calls.iter().rfind(|call| call.had_effect).expect("a command");
        assert_eq!(sent.usernames, [listed.to_lowercase()], "{email}");
    }

    let new =
        json!({ "firstName": "Zoë", "lastName": "Lee", "email": "zoë@bücher.example", "department": "BU\u{308}RO" });
    assert_eq!(world.post("provision-user", new.clone()).await.status, 201);
    world.post("provision-user", new).await.problem(409, "already-exists");
    let existing = json!({ "firstName": "J", "lastName": "B", "email": "jürgen@example.com", "department": "Büro" });
    world.post("provision-user", existing).await.problem(409, "already-exists");
}

#[tokio::test]
async fn a_role_by_groups_is_found_in_both_forms_of_a_domain() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    settings.extend(SETTINGS);
    let world = World::with(decomposed(), &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("ann@bücher.example");
    claims["exp"] = json!(noon().timestamp() + 60);
    let bearer = format!("Bearer {}", issuer.key.token("any", &claims));
    let session = world.send(Request::get("/api/session").header("authorization", bearer)).await.json();
    assert_eq!((&session["actor"], &session["role"]), (&json!("ann@bücher.example"), &json!("admin")));
}

#[tokio::test]
async fn any_group_that_lastpass_lists_is_accepted() {
    let long = "A long name ".repeat(13);
    for name in [long.trim(), "Sales, EMEA; \"R&D\"", "Zero\u{200b}width", "a\tb"] {
        let mut company = decomposed();
        company.users[0].groups = vec![name.to_owned()];
        let database = Database::sqlite();
        let world = World::with_database(company, &database, &SETTINGS);
        let reply = world.post("groups", json!({ "email": JURGEN, "add": [name] })).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["groups"]["added"]), (200, &json!([name])), "{name}");
        let problem = world.post("groups", json!({ "email": JURGEN, "add": [format!("{name}x")] })).await;
        problem.problem(422, "invalid-fields");
    }
}

#[tokio::test]
async fn a_name_may_have_the_joiners_that_its_script_needs_and_nothing_else_invisible() {
    let database = Database::sqlite();
    let world = World::with_database(decomposed(), &database, &SETTINGS);
    let person = |number: usize, name: &str| {
        let email = format!("new{number}@example.com");
        json!({ "firstName": "Ann", "lastName": name, "email": email, "department": "Büro" })
    };
    for (number, name) in ["علی\u{200c}زاده", "ශ්\u{200d}රී", "ന്\u{200d}", "クリス=リー"].into_iter().enumerate()
    {
        assert_eq!(world.post("provision-user", person(number, name)).await.status, 201, "{name}");
    }
    for (name, message) in [
        ("Le\u{200c}e", "U+200C (a zero-width joiner or non-joiner) is only allowed between letters of scripts"),
        ("Lee\u{200d}", "U+200D"),
        ("Le\u{200b}e", "must have no invisible character (it has U+200B)"),
        ("\u{202e}eeL", "it has U+202E"),
        ("L\nee", "must be one line without control characters (it has U+000A)"),
        (&"e".repeat(101), "must have up to 100 characters"),
    ] {
        let problem = world.post("provision-user", person(9, name)).await.problem(422, "invalid-fields");
        let error = &problem["errors"][0];
        assert_eq!(error["field"], "lastName");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(message)), "{error}");
    }
}
