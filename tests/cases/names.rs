//! Names of people and groups that requests may have, and what is said of the others.

use serde_json::json;

use crate::{
    companies::without_folders,
    database::Database,
    world::{World, fields, new_user},
};

#[tokio::test]
async fn a_name_may_have_the_joiners_that_its_script_needs_and_nothing_else_invisible() {
    let world = World::with_database(without_folders(), &Database::sqlite(), &[]);
    let body = |member: &str, name: &str| {
        let mut body = new_user("new");
        body["dryRun"] = json!(true);
        body[member] = json!(name);
        body
    };
    for member in ["firstName", "lastName", "manager"] {
        for name in ["علی\u{200c}زاده", "ශ්\u{200d}රී", "ന്\u{200d}", "クリス=リー", "d'Arcy"] {
            let reply = world.post("provision-user", body(member, name)).await;
            assert_eq!(reply.status, 200, "{member} {name:?}: {}", reply.text());
        }
        for (name, message) in [
            ("Le\u{200c}e", "U+200C (a zero-width joiner or non-joiner) is only allowed between letters of scripts"),
            ("Lee\u{200d}", "U+200D (a zero-width joiner or non-joiner) is only allowed between letters of scripts"),
            ("Le\u{200b}e", "must have no invisible character (it has U+200B)"),
            ("Le\u{ad}e", "must have no invisible character (it has U+00AD)"),
            ("\u{202e}eeL", "must have no invisible character (it has U+202E)"),
            ("L\nee", "must be one line without control characters (it has U+000A)"),
            (&"e".repeat(101), "must have up to 100 characters"),
        ] {
            let problem = world.post("provision-user", body(member, name)).await.problem(422, "invalid-fields");
            assert_eq!(fields(&problem), [member], "{name:?}");
            let said = problem["errors"][0]["message"].as_str().expect("a message");
            assert!(said.contains(message), "{name:?}: {said}");
        }
    }
}

#[tokio::test]
async fn any_group_that_lastpass_lists_is_accepted() {
    for name in
        [&"A".repeat(300), "Sales, EMEA; \"R&D\"", "🛫 Travel", "a/b\\c", "a\tb", "Padded  inside", "<b>", "R\u{200b}D"]
    {
        let mut company = without_folders();
        company.users[0].groups = vec![name.to_owned()];
        let world = World::with_database(company, &Database::sqlite(), &[]);
        let mut new = new_user("new");
        new["additionalGroups"] = json!([name.to_uppercase()]);
        let reply = world.post("provision-user", new).await;
        assert_eq!(reply.status, 201, "{name}: {}", reply.text());
        let groups = world.sim.with_company(|company| company.users.last().map(|user| user.groups.clone()));
        assert_eq!(groups, Some(vec!["Sales-Team".to_owned(), name.to_owned()]));

        let add = |group: &str| json!({ "email": "other@example.com", "add": [group] });
        let reply = world.post("groups", add(name)).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["groups"]["added"]), (200, &json!([name])), "{name}");
        world.post("groups", add(&format!("{name}x"))).await.problem(422, "invalid-fields");
    }
}
