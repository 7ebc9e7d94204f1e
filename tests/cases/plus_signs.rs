//! A bare `+` in a query, which means a blank to a parser and a plus sign to most people.

use serde_json::{Value, json};

use lastpass_sim::{Company, EventLog, User};

use crate::{
    companies::{event, folder, reader, user},
    database::Database,
    world::{ADMIN, World, company, new_user},
};

const PLUS: &str = "user.four+lastpass2@example.com";

/// A user whose address has a plus sign, in a group and a folder whose names have blanks and plus signs.
fn world(database: &Database) -> World {
    let mut company = Company::empty();
    company.users = vec![
        User { fullname: "Four Last+Name".to_owned(), ..user(4, "user.four+lastpass2", &["R+D", "Night Shift"]) },
        User { fullname: "Ann Lee".to_owned(), ..user(1, "ann", &[]) },
    ];
    company.folders = vec![folder(7, "Shared-A+B", vec![reader("user.four+lastpass2", Some("R+D"), &["a.example"])])];
    company.log = EventLog::new(vec![
        event("2026-11-23T10:00:00Z", PLUS, "Log in", "LastPass via Website"),
        event("2026-11-23T11:00:00Z", "root@example.com", "Make admin", PLUS),
        event("2026-11-23T12:00:00Z", "ann@example.com", "Log in", "LastPass via Website"),
    ]);
    World::with_database(company, database, &[("DEPARTMENT_GROUPS", "R+D=R+D")])
}

#[tokio::test]
async fn a_blank_in_an_address_is_a_plus_sign_on_every_route() {
    let database = Database::sqlite();
    let world = world(&database);
    let change = json!({ "email": PLUS, "action": "requirePasswordChange" });
    assert_eq!(world.post("users", change).await.status, 200);
    let length = |reply: &Value, name: &str| reply[name].as_array().map(Vec::len);
    for written in
        ["user.four+lastpass2@example.com", "user.four%2Blastpass2@example.com", "User.Four%20lastpass2@example.com"]
    {
        let found = world.get(&format!("users?email={written}")).await.json();
        assert_eq!(found["user"]["email"], PLUS, "{written}");
        for (path, list, expected) in [
            ("actions?email=", "actions", 1),
            ("audit-logs?user=", "events", 3),
            ("audit-logs?target=", "events", 2),
            ("shared-folders?user=", "folders", 1),
        ] {
            let reply = world.get(&format!("{path}{written}")).await.json();
            assert_eq!(length(&reply, list), Some(expected), "{path}{written}: {reply}");
        }
    }
}

#[tokio::test]
async fn a_text_is_tried_in_both_readings() {
    let database = Database::sqlite();
    let world = world(&database);
    let found = |reply: &Value, list: &str| -> Vec<String> {
        let items = reply[list].as_array().unwrap_or_else(|| panic!("no {list} in {reply}"));
        let name = |item: &Value| item.get("email").or(item.get("name")).or(item.get("user")).cloned();
        items
            .iter()
            .map(|item| name(item).and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default())
            .collect()
    };
    for (path, list, expected) in [
        ("users?q=four+lastpass2", "users", vec![PLUS]),
        ("users?q=four%2Blastpass2", "users", vec![PLUS]),
        ("users?q=ann+lee", "users", vec!["ann@example.com"]),
        ("users?q=ann%20lee", "users", vec!["ann@example.com"]),
        ("users?q=last+name", "users", vec![PLUS]),
        ("users?q=four+last%2Bname", "users", vec![PLUS]),
        ("security-report?q=four+lastpass2@", "users", vec![PLUS]),
        ("security-report?q=Ann+Lee", "users", vec!["ann@example.com"]),
        ("users?group=r+d", "users", vec![PLUS]),
        ("users?group=night+shift", "users", vec![PLUS]),
        ("users?department=R+D", "users", vec![PLUS]),
        ("security-report?group=R+D&department=R%2BD", "users", vec![PLUS]),
        ("shared-folders?group=R+D", "folders", vec!["Shared-A+B"]),
        ("groups?q=r+d", "groups", vec!["R+D"]),
        ("groups?q=night+shift", "groups", vec!["Night Shift"]),
        ("audit-logs?q=four+lastpass2&type=login", "events", vec![PLUS]),
        ("audit-logs?q=lastpass+via+website&user=ann@example.com", "events", vec!["ann@example.com"]),
    ] {
        assert_eq!(found(&world.get(path).await.json(), list), expected, "{path}");
    }
}

#[tokio::test]
async fn an_actor_and_a_date_with_an_offset_keep_their_plus_sign() {
    let database = Database::sqlite();
    let key = "tagged-0123456789abcdef0123456789abcdef";
    let keys = format!("admin/ann+it@example.com:{key},admin:{ADMIN}");
    let world = World::with_database(company(5), &database, &[("DASHBOARD_KEYS", &keys)]);
    assert_eq!(world.post_as(key, "provision-user", new_user("bo+1")).await.status, 201);
    for (query, expected) in [
        ("actor=ann+it@example.com", 1),
        ("actor=ann%2Bit@example.com", 1),
        ("email=bo+1@example.com", 1),
        ("from=2026-11-24T13:00:00+01:00", 1),
        ("from=2026-11-24T13:00:01+01:00", 0),
    ] {
        let reply = world.get(&format!("actions?{query}")).await.json();
        assert_eq!(reply["actions"].as_array().map(Vec::len), Some(expected), "{query}: {reply}");
    }
}
