//! Which requests for changes are accepted: validation, roles, modes and dialects.

use http::Request;
use serde_json::{Value, json};

use crate::{
    changes::{ANN, act, ann, leave, states},
    companies::{with_leaver, without_folders},
    database::Database,
    world::{ADMIN, PROVISIONER, World, fields},
};

#[tokio::test]
async fn the_guide_dialect_sends_its_own_commands_and_refuses_other_actions() {
    let database = Database::sqlite();
    let company = without_folders();
    let world = World::with_database(company, &database, &[("LASTPASS_API_DIALECT", "guide")]);
    let response = world.post("provision-user", ann()).await;
    assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "confirmed"]));
    assert_eq!(world.post("users", act(ANN, "reinvite")).await.status, 200);
    assert_eq!(world.post("users", act("leaver@example.com", "deactivate")).await.status, 200);
    assert_eq!(world.post("users", act("leaver@example.com", "restore")).await.status, 200);
    assert_eq!(world.post("users", act("leaver@example.com", "remove")).await.status, 200);
    for command in ["batchaddusers", "batchupdategroups", "batchinviteuser", "deleteuser"] {
        assert!(world.calls_by_command().contains_key(command), "{command} was not sent");
    }
    let before = world.sim.calls().len();
    world.post("users", act(ANN, "uninvite")).await.problem(422, "not-in-dialect");
    let remove = json!({ "email": ANN, "remove": ["Sales-Team"] });
    world.post("groups", remove).await.problem(422, "not-in-dialect");
    assert_eq!(world.sim.calls().len(), before, "nothing was sent");
}

#[tokio::test]
async fn an_invalid_request_is_refused_before_anything_is_sent() {
    let database = Database::sqlite();
    let settings = [("ALLOWED_EMAIL_DOMAINS", "example.com, example.org"), ("ROLE_GROUPS", "admin=Domain Admins")];
    let world = World::with_database(with_leaver(), &database, &settings);
    let provision = async |changes: Value| {
        let mut body = ann();
        for (name, value) in changes.as_object().expect("changes") {
            body[name] = value.clone();
        }
        world.post_as(PROVISIONER, "provision-user", body).await
    };
    for (change, status, code, field) in [
        (json!({ "email": "nope" }), 422, "invalid-fields", "email"),
        (json!({ "email": "ann@elsewhere.com" }), 422, "invalid-fields", "email"),
        (json!({ "department": "Piracy" }), 422, "invalid-fields", "department"),
        (json!({ "additionalGroups": ["No-Such-Group"] }), 422, "invalid-fields", "additionalGroups"),
        (json!({ "additionalGroups": ["domain admins"] }), 403, "group-needs-admin", "additionalGroups"),
        (json!({ "email": "ann\u{200b}@example.com" }), 422, "invalid-fields", "email"),
        (json!({ "firstName": "Ann\u{202e}" }), 422, "invalid-fields", "firstName"),
        (json!({ "startDate": "tomorrow" }), 422, "invalid-fields", "startDate"),
        (json!({ "startDate": "+99999-01-01" }), 422, "invalid-fields", "startDate"),
        (json!({ "startDate": "2026-12-01T09:00" }), 422, "invalid-fields", "startDate"),
        (json!({ "managerEmail": "boss" }), 422, "invalid-fields", "managerEmail"),
        (json!({ "additionalGroups": "Sales-Team" }), 400, "invalid-body", "additionalGroups"),
        (json!({ "dryRun": "true" }), 400, "invalid-body", "dryRun"),
        (json!({ "phone": "1" }), 400, "invalid-body", "phone"),
        (json!({ "email": "colleague@EXAMPLE.com" }), 409, "already-exists", "email"),
    ] {
        assert_eq!(fields(&provision(change).await.problem(status, code))[0], field);
    }
    let twice = Request::post("/api/users").header("x-api-key", ADMIN).header("content-type", "application/json");
    let twice = world.send_body(twice, r#"{"email":"a@b.co","email":"c@d.co","action":"restore"}"#.into()).await;
    assert_eq!(fields(&twice.problem(400, "invalid-body"))[0], "email");
    let utf16 = Request::post("/api/users")
        .header("x-api-key", ADMIN)
        .header("content-type", "application/json; charset=utf-16");
    world.send_body(utf16, "{}".into()).await.problem(415, "unsupported-media-type");
    let form = Request::post("/api/users").header("x-api-key", ADMIN).header("content-type", "text/plain");
    world.send_body(form, "{}".into()).await.problem(415, "unsupported-media-type");
    let key = Request::post("/api/users").header("x-api-key", ADMIN).header("idempotency-key", "");
    let problem = world.send_json(key, &leave()).await.problem(400, "invalid-body");
    assert_eq!(fields(&problem), ["Idempotency-Key"]);
    assert!(world.sim.mails().is_empty() && world.get("actions").await.json()["actions"] == json!([]));
}

#[tokio::test]
async fn all_problems_of_a_request_are_in_one_reply() {
    let world = World::with(with_leaver(), &[("ROLE_GROUPS", "admin=Domain Admins;auditor=Sales-Team")]);
    let many: Vec<_> = (0..51).map(|number| format!("G{number}")).collect();
    let malformed = json!({
        "firstName": "Ann\u{202e}", "lastName": "x".repeat(101), "email": "ann", "department": "Piracy",
        "additionalGroups": many, "manager": "Bo\u{0}", "managerEmail": "bo", "startDate": "soon",
    });
    let members =
        ["firstName", "lastName", "email", "department", "additionalGroups", "manager", "managerEmail", "startDate"];
    let incomplete =
        json!({ "firstName": " ", "department": "Piracy", "managerEmail": "bo", "phone": 1, "manager": 7 });
    let action = |changes: Value| {
        let mut body = json!({ "email": "leaver@example.com", "action": "delete", "dryRun": true });
        body.as_object_mut().expect("an object").extend(changes.as_object().expect("changes").clone());
        body
    };
    for (path, body, status, code, expected) in [
        ("provision-user", malformed, 422, "invalid-fields", &members[..]),
        ("provision-user", json!({}), 400, "invalid-body", &["firstName", "lastName", "email", "department"]),
        (
            "provision-user",
            incomplete,
            400,
            "invalid-body",
            &["firstName", "lastName", "email", "manager", "department", "managerEmail", "phone"],
        ),
        ("users", action(json!({ "email": "leaver", "confirm": null })), 422, "invalid-fields", &["email", "confirm"]),
        ("users", action(json!({ "email": null })), 400, "invalid-body", &["email", "confirm"]),
        (
            "users",
            action(json!({ "action": "fire", "allowOrphans": 1, "email": "x" })),
            400,
            "invalid-body",
            &["action", "allowOrphans", "email"],
        ),
        ("groups", json!({ "email": "x" }), 422, "invalid-fields", &["email", "add"]),
        ("groups", json!({ "remove": "HR" }), 400, "invalid-body", &["email", "remove"]),
        ("groups", json!({ "add": ["A", 1], "remove": many }), 400, "invalid-body", &["email", "add", "remove"]),
    ] {
        let problem = world.post(path, body.clone()).await.problem(status, code);
        assert_eq!(fields(&problem), expected, "{path} {body}");
        for error in problem["errors"].as_array().expect("errors") {
            let listed = format!("{} {}", error["field"].as_str().unwrap(), error["message"].as_str().unwrap());
            assert!(problem["detail"].as_str().expect("a detail").contains(&listed), "{listed}");
        }
    }
    assert!(world.sim.calls().is_empty(), "LastPass is not needed for any of them");

    let mut both = ann();
    both["dryRun"] = json!(true);
    both["additionalGroups"] = json!(["HR-Team", "domain admins"]);
    let refused = world.post_as(PROVISIONER, "provision-user", both).await.problem(403, "group-needs-admin");
    assert_eq!(fields(&refused), ["department", "additionalGroups"], "Sales-Team, and the one that was named");
    assert!(world.sim.calls().is_empty(), "the settings say so");
    let unknown =
        json!({ "email": "other@example.com", "add": ["Pirates", "Sales-Team"], "remove": ["Ninjas"], "dryRun": true });
    let unknown = world.post("groups", unknown).await.problem(422, "invalid-fields");
    assert_eq!(fields(&unknown), ["add", "remove"]);
}

#[tokio::test]
async fn a_provisioner_may_create_and_reinvite_users_but_not_off_board_them() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    world.post_as(PROVISIONER, "users", leave()).await.problem(403, "forbidden");
    assert_eq!(world.post_as(PROVISIONER, "provision-user", ann()).await.status, 201);
    assert_eq!(world.post_as(PROVISIONER, "users", act(ANN, "reinvite")).await.status, 200);
    world.send_json(Request::post("/api/users"), &leave()).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn changes_can_be_limited_to_dry_runs_or_switched_off() {
    let off = World::with(with_leaver(), &[("CHANGES", "off")]);
    off.post("provision-user", ann()).await.problem(403, "changes-off");
    assert!(off.sim.calls().is_empty());
    // Dry runs need no database.
    for settings in [("CHANGES", "dryRun"), ("VERCEL_ENV", "preview")] {
        let world = World::with(with_leaver(), &[settings]);
        let planned = world.post("provision-user", ann()).await;
        assert_eq!((planned.status.as_u16(), &planned.json()["dryRun"]), (200, &json!(true)));
        assert_eq!(states(&planned.json()), ["planned", "planned"]);
        assert_eq!(planned.json()["actionId"], Value::Null);
        assert_eq!(planned.json()["success"], false);
        assert_eq!(planned.json()["message"], "Dry run: nothing was changed.");
        assert!(world.sim.calls().iter().all(|call| !call.had_effect));
        let mut known = ann();
        known["email"] = json!("root@example.com");
        world.post("provision-user", known).await.problem(409, "already-exists");
    }
    let world = World::with(with_leaver(), &[]);
    let problem = world.post("provision-user", ann()).await.problem(503, "not-configured");
    assert_eq!(fields(&problem), ["DATABASE_URL", "SIGNING_SECRET"]);
    assert!(world.sim.calls().is_empty());
    let mut dry_run = ann();
    dry_run["dryRun"] = json!(true);
    assert_eq!(world.post("provision-user", dry_run).await.status, 200);
}

#[tokio::test]
async fn fifty_long_names_of_groups_are_accepted_and_fit_into_every_reply() {
    let names: Vec<_> = (0..50).map(|number| format!("{number:02}{}", "ü".repeat(98))).collect();
    let known = json!(names).to_string();
    let body = json!({ "email": "other@example.com", "add": names });
    let unknown = World::with(without_folders(), &[]);
    let mut dry_run = body.clone();
    dry_run["dryRun"] = json!(true);
    let problem = unknown.post("groups", dry_run.clone()).await.problem(422, "invalid-fields");
    assert_eq!(fields(&problem), ["add"; 50]);
    for (error, name) in problem["errors"].as_array().expect("errors").iter().zip(&names) {
        let message = error["message"].as_str().expect("a message");
        let beginning: String = name.chars().take(64).collect();
        assert!(message.contains(&format!("{beginning}…")) && !message.contains(name), "{message}");
    }
    assert!(problem.to_string().len() < 64 * 1024, "{}", problem.to_string().len());

    let database = Database::sqlite();
    let world = World::with_database(without_folders(), &database, &[("KNOWN_GROUPS", &known)]);
    assert_eq!(world.post("groups", dry_run).await.json()["groups"]["added"], json!(names));
    let done = world.post("groups", body).await.json();
    assert_eq!((&done["success"], &done["groups"]["added"]), (&json!(true), &json!(names)));
    assert!(states(&done).iter().all(|state| *state == "confirmed"));

    let mut more = names.clone();
    more.push("one more".to_owned());
    let refused = world.post("groups", json!({ "email": "other@example.com", "add": more })).await;
    let refused = refused.problem(422, "invalid-fields");
    assert!(refused["detail"].as_str().expect("a detail").contains("at most 50"), "{refused}");
}
