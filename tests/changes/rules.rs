//! Rules that hold for every change: all faults at once, true words about what was done, no step left planned.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Company, Fault, FaultKind, User};
use serde_json::{Value, json};

use crate::{
    changes::{act, ann, states},
    companies::{user, without_folders},
    database::Database,
    upgrade::interruption::{Interruption, interrupted},
    world::{ADMIN, World, fields},
};

/// A member of a request, a value that is not acceptable, and whether it then counts as missing or of a wrong type.
type Defect = (&'static str, Value, bool);

/// Each defect, each pair, and all at once, with the fields that the reply must name.
async fn assert_all_at_once(world: &World, route: &str, good: &Value, defects: &[Defect]) {
    let all = (1_u32 << defects.len()) - 1;
    for chosen in (1..=all).filter(|chosen| chosen.count_ones() <= 2 || *chosen == all) {
        let mut body = good.clone();
        let mut expected = BTreeSet::new();
        let mut is_incomplete = false;
        for (_, (member, value, incomplete)) in (0..).zip(defects).filter(|(n, _)| chosen & (1 << n) != 0) {
            body[*member] = value.clone();
            expected.insert(*member);
            is_incomplete |= incomplete;
        }
        let (status, code) = if is_incomplete { (400, "invalid-body") } else { (422, "invalid-fields") };
        let problem = world.post(route, body.clone()).await.problem(status, code);
        let named: BTreeSet<_> = fields(&problem).into_iter().collect();
        assert_eq!(named, expected, "{route} {body}");
    }
}

#[tokio::test]
async fn all_defects_are_reported_at_once_under_the_names_of_the_request() {
    let world = World::with(without_folders(), &[("ALLOWED_EMAIL_DOMAINS", "example.com")]);
    let mut new = ann();
    new["dryRun"] = json!(true);
    let defects = [
        ("firstName", json!(""), true),
        ("lastName", json!("Le\u{202e}e"), false),
        ("email", json!("ann@elsewhere.example"), false),
        ("department", json!("Piracy"), false),
        ("managerEmail", json!("boss"), false),
        ("startDate", json!("soon"), false),
        ("additionalGroups", json!("VPN"), true),
        ("telephone", json!("1"), true),
    ];
    assert_all_at_once(&world, "provision-user", &new, &defects).await;
    let leaver =
        json!({ "email": "leaver@example.com", "action": "delete", "confirm": "leaver@example.com", "dryRun": true });
    let defects = [
        ("email", json!("leaver"), false),
        ("confirm", json!("other@example.com"), false),
        ("allowOrphans", json!("yes"), true),
    ];
    // Without a good address there is nothing that `confirm` could repeat.
    assert_all_at_once(&world, "users", &leaver, &defects[1..]).await;
    assert_all_at_once(
        &world,
        "users",
        &act("leaver@example.com", "restore"),
        &[defects[0].clone(), defects[2].clone()],
    )
    .await;
    let groups = json!({ "email": "other@example.com", "add": ["VPN"], "dryRun": true });
    let defects = [("email", json!(7), true), ("remove", json!(["vpn"]), false), ("dryRun", json!("no"), true)];
    assert_all_at_once(&world, "groups", &groups, &defects).await;
    assert!(world.sim.calls().is_empty(), "LastPass is not called");
}

#[tokio::test]
async fn a_start_date_is_a_date_or_a_time_and_stays_as_it_was_sent() {
    let world = World::with(without_folders(), &[]);
    let with = |date: &str| {
        let mut body = ann();
        (body["startDate"], body["dryRun"]) = (json!(date), json!(true));
        body
    };
    for date in [
        "2026-12-01",
        "2028-02-29",
        "2020-01-01",
        "2026-12-01T09:00:00Z",
        "2026-12-01T09:00:00z",
        "2026-12-01T09:00:00.000Z",
        "2026-12-01T09:00:00.123456Z",
        "2026-12-01T09:00:00+01:00",
        "2026-12-01T23:59:59-05:30",
    ] {
        let reply = world.post("provision-user", with(date)).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json()["user"]["startDate"]),
            (200, &json!(date)),
            "{}",
            reply.text()
        );
    }
    for date in [
        "soon",
        "01.12.2026",
        "12/01/2026",
        "2026-13-01",
        "2026-02-29",
        "2026-12-32",
        "2026-12-01T25:00:00Z",
        "2026-12-01T09:00:00",
        "2026-12-01T09:00Z+",
        "20261201",
        "1764547200",
        "2026-W49-2",
    ] {
        let problem = world.post("provision-user", with(date)).await.problem(422, "invalid-fields");
        assert_eq!(fields(&problem), ["startDate"], "{date}");
    }
    let plain = world
        .post("provision-user", {
            let mut body = ann();
            body["dryRun"] = json!(true);
            body
        })
        .await
        .json();
    for member in ["manager", "managerEmail", "startDate"] {
        assert_eq!(plain["user"].get(member), None, "what was not sent is not returned");
    }
}

/// Everything that a change can alter.
fn state(world: &World) -> (Vec<User>, Vec<String>, usize) {
    let (users, invited) = world.sim.with_company(|company| (company.users.clone(), company.invited.clone()));
    (users, invited, world.sim.mails().len())
}

fn company() -> Company {
    let mut company = without_folders();
    company.users.push(User { multifactor: Some("duo".to_owned()), disabled: true, ..user(5, "gone", &[]) });
    company.users[2].multifactor = Some("googleauth".to_owned());
    company.invited = vec!["new@example.com".to_owned(), "late@example.com".to_owned()];
    company
}

/// The commands that change something.
const COMMANDS: [&str; 9] = [
    "batchadd",
    "batchchangegrp",
    "deluser",
    "disableuser",
    "enableuser",
    "reinviteuser",
    "requiremasterpasswordchange",
    "resetpassword",
    "disablemultifactor",
];

/// A request of every kind, with its route.
fn requests() -> Vec<(&'static str, Value)> {
    let delete = json!({ "email": "leaver@example.com", "action": "delete", "confirm": "Leaver@example.com" });
    vec![
        ("provision-user", ann()),
        ("groups", json!({ "email": "other@example.com", "add": ["VPN"], "remove": ["Sales-Team"] })),
        ("users", act("colleague@example.com", "deactivate")),
        ("users", act("gone@example.com", "restore")),
        ("users", act("new@example.com", "reinvite")),
        ("users", act("late@example.com", "uninvite")),
        ("users", act("other@example.com", "requirePasswordChange")),
        ("users", act("other@example.com", "sendPasswordReset")),
        ("users", act("colleague@example.com", "disableMfa")),
        ("users", act("leaver@example.com", "remove")),
        ("users", delete),
    ]
}

fn assert_sentence(message: &Value) {
    let text = message.as_str().unwrap_or_else(|| panic!("no message: {message}"));
    assert!(text.ends_with('.') && text.starts_with(char::is_uppercase) && text.contains(' '), "{text}");
    assert!(!text.contains("  ") && !text.contains('\n') && text.len() < 300, "{text}");
}

#[tokio::test]
async fn success_says_whether_something_was_changed() {
    for (route, body) in requests() {
        let database = Database::sqlite();
        let world = World::with_database(company(), &database, &[("KNOWN_GROUPS", "VPN")]);
        let before = state(&world);
        let mut dry_run = body.clone();
        dry_run["dryRun"] = json!(true);
        let dry = world.post(route, dry_run).await;
        let reply = dry.json();
        assert_eq!(
            (dry.status.as_u16(), &reply["success"], &reply["dryRun"]),
            (200, &json!(false), &json!(true)),
            "{body}"
        );
        assert!(states(&reply).iter().all(|state| *state == "planned") && !states(&reply).is_empty(), "{body}");
        assert_eq!((&reply["actionId"], state(&world) == before), (&Value::Null, true), "{body}");
        assert_sentence(&reply["message"]);

        // Refused by LastPass: no success, and nothing is left planned.
        for command in COMMANDS {
            world.sim.inject(Fault::always(FaultKind::Fail("No, thanks".to_owned())).on(command));
        }
        let refused = world.post(route, body.clone()).await;
        assert!(state(&world) == before, "{body}");
        assert_ne!(refused.json().get("success"), Some(&json!(true)), "{body}: {}", refused.text());
        let recorded = world.get("actions").await.json();
        assert!(!states(&recorded["actions"][0]).contains(&"planned"), "{body}: {recorded}");

        world.sim.clear_faults();
        let done = world.post(route, body.clone()).await;
        let reply = done.json();
        let expected = if route == "provision-user" { 201 } else { 200 };
        assert_eq!((done.status.as_u16(), &reply["success"]), (expected, &json!(true)), "{body}: {reply}");
        assert_eq!(reply["dryRun"], false, "{body}");
        assert!(states(&reply).iter().all(|state| ["confirmed", "sent"].contains(state)), "{body}: {reply}");
        assert!(state(&world) != before, "{body} changed something");
        assert_sentence(&reply["message"]);
        assert_ne!(reply["message"], dry.json()["message"], "{body}");
    }
}

#[tokio::test]
async fn groups_that_failed_are_named_and_do_not_undo_the_success() {
    let mut company = company();
    company.sso_groups = vec!["VPN".to_owned(), "Domain Admins".to_owned()];
    let database = Database::sqlite();
    let world = World::with_database(company, &database, &[("KNOWN_GROUPS", "VPN, Night Shift")]);
    let mut new = ann();
    new["additionalGroups"] = json!(["VPN", "Night Shift", "domain admins"]);
    let reply = world.post("provision-user", new).await;
    let json = reply.json();
    assert_eq!((reply.status.as_u16(), &json["success"]), (201, &json!(true)), "{json}");
    assert_eq!(json["groups"]["added"], json!(["Sales-Team", "Night Shift"]));
    let failed: Vec<_> =
        json["groups"]["failed"].as_array().expect("groups").iter().map(|group| &group["name"]).collect();
    assert_eq!(failed, ["VPN", "Domain Admins"]);
    let message = json["message"].as_str().expect("a message");
    assert!(
        message.contains("VPN") && message.contains("Domain Admins") && !message.contains("Night Shift"),
        "{message}"
    );
}

#[tokio::test]
async fn what_was_so_already_is_not_claimed() {
    let world = World::with_database(company(), &Database::sqlite(), &[("KNOWN_GROUPS", "VPN, IT-Team")]);
    for (email, action) in [("colleague@example.com", "deactivate"), ("other@example.com", "requirePasswordChange")] {
        let first = world.post("users", act(email, action)).await.json();
        let second = world.post("users", act(email, action)).await.json();
        for reply in [&first, &second] {
            assert_eq!((&reply["success"], states(reply)), (&json!(true), vec!["confirmed"]), "{reply}");
        }
        let is_unchanged = |reply: &Value| reply["message"].as_str().unwrap().starts_with("Nothing was changed");
        assert!(!is_unchanged(&first) && is_unchanged(&second), "{first} {second}");
    }
    for (email, action) in [("other@example.com", "restore"), ("other@example.com", "disableMfa")] {
        let reply = world.post("users", act(email, action)).await.json();
        assert!(reply["message"].as_str().unwrap().starts_with("Nothing was changed: "), "{reply}");
    }

    let body = json!({ "email": "other@example.com", "add": ["VPN", "Sales-Team"], "remove": ["IT-Team"] });
    let (changed, unchanged) = (json!(["VPN"]), json!(["Sales-Team", "IT-Team"]));
    let mut dry_run = body.clone();
    dry_run["dryRun"] = json!(true);
    let planned = world.post("groups", dry_run).await.json();
    let done = world.post_once("k", "groups", body.clone()).await.json();
    let repeated = world.post_once("k", "groups", body.clone()).await.json();
    for reply in [&planned, &done, &repeated] {
        let groups = json!({ "added": changed, "removed": [], "unchanged": unchanged, "failed": [] });
        assert_eq!(reply["groups"], groups, "{reply}");
    }
    let message = "User added to VPN; the user was already in Sales-Team; the user was already not in IT-Team.";
    assert_eq!((&done["message"], &repeated["message"]), (&json!(message), &json!(message)));
    let again = world.post("groups", body).await.json();
    assert_eq!((&again["success"], &again["groups"]["added"]), (&json!(true), &json!([])));
    assert_eq!(again["groups"]["unchanged"], json!(["VPN", "Sales-Team", "IT-Team"]));
}

#[tokio::test]
async fn an_action_that_was_given_up_has_no_planned_step() {
    let mut new = ann();
    new["additionalGroups"] = json!(["VPN", "Night Shift"]);
    let groups = json!({ "email": "other@example.com", "add": ["VPN", "Night Shift"] });
    for (route, body, command, skip, is_delivered) in [
        ("provision-user", &new, "batchadd", 0, true),
        ("provision-user", &new, "batchadd", 0, false),
        ("provision-user", &new, "batchchangegrp", 0, true),
        ("provision-user", &new, "batchchangegrp", 1, false),
        ("groups", &groups, "batchchangegrp", 0, true),
        ("groups", &groups, "batchchangegrp", 0, false),
    ] {
        let of = format!("{route} until {command} {skip}, delivered: {is_delivered}");
        let database = Database::sqlite();
        let settings = [("KNOWN_GROUPS", "VPN, Night Shift")];
        let world = World::with_database(company(), &database, &settings);
        let (transport, background) = interrupted(world.sim.clone(), Interruption { command, skip, is_delivered });
        let process = world.instance_with_transport(Arc::new(transport), &database, &settings);
        let request = || {
            let request = Request::post(format!("/api/{route}")).header("authorization", format!("Bearer {ADMIN}"));
            request.header("idempotency-key", "k").header("content-type", "application/json")
        };
        let killed = process.send_with_background(&background, request(), body.to_string().into()).await;
        assert_eq!(killed.status, 500, "{of}: {}", killed.text());
        let open = world.get("actions").await.json();
        assert_eq!(open["actions"].as_array().map(Vec::len), Some(1), "{of}: {open}");
        world.advance(TimeDelta::hours(2));
        let before = world.sim.calls().iter().filter(|call| call.had_effect).count();
        let settled = world.send_body(request(), body.to_string().into()).await;
        let reply = settled.json();
        assert!(!states(&reply).contains(&"planned"), "{of}: {reply}");
        assert_eq!(
            world.sim.calls().iter().filter(|call| call.had_effect).count(),
            before,
            "{of}: nothing more is sent"
        );
        // Every group whose step was not sent is a failed group with that reason.
        let unsent: Vec<_> = reply["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .filter(|step| step["state"] == "notSent")
            .map(|step| step["group"].clone())
            .collect();
        if settled.status.is_success() {
            let failed = reply["groups"]["failed"].as_array().expect("groups").iter();
            let failed: Vec<_> =
                failed.filter(|group| group["reason"] == "not-sent").map(|group| group["name"].clone()).collect();
            assert_eq!(failed, unsent, "{of}: {reply}");
        }
        let recorded = world.get("actions").await.json();
        assert_eq!(recorded["actions"][0]["steps"], reply["steps"], "{of}");
        let again = world.send_body(request(), body.to_string().into()).await;
        assert_eq!((again.status, &again.json()["steps"]), (settled.status, &reply["steps"]), "{of}");
    }
}
