//! Creating users and changing their groups.

use http::Request;
use lastpass_sim::User;
use serde_json::json;

use crate::{
    changes::{ANN, ann, states},
    companies::with_leaver,
    database::{Database, DatabaseKind, on_every_database},
    world::{PROVISIONER, TestResponse, World, company, fields},
};

on_every_database! {
    async fn a_new_user_gets_one_account_and_one_invitation(database) {
        let world = World::with_database(company(50), database, &[]);
        let first = world.post_once("k1", "provision-user", ann()).await;
        let reply = first.json();
        assert_eq!(first.status, 201, "{reply}");
        assert_eq!((&reply["success"], &reply["message"]), (&json!(true), &json!("Account created; LastPass sends the invitation.")));
        assert_eq!(reply["user"], json!({ "email": ANN, "name": "Ann Lee", "department": "Sales" }));
        assert_eq!(reply["groups"], json!({ "added": ["Sales-Team"], "removed": [], "unchanged": [], "failed": [] }));
        assert_eq!((&reply["invitation"], &reply["dryRun"]), (&json!("sent"), &json!(false)));
        assert_eq!(states(&reply), ["confirmed", "confirmed"]);
        assert_eq!(first.header("cache-control"), "private, no-store");

        let again = world.post_once("k1", "provision-user", ann()).await;
        assert_eq!(again.status, 201);
        for member in ["success", "message", "user", "groups", "steps", "actionId"] {
            assert_eq!(again.json()[member], reply[member], "{member}");
        }
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        world.post_once("k2", "provision-user", ann()).await.problem(409, "already-exists");
        let mut other = ann();
        other["firstName"] = json!("Bob");
        world.post_once("k1", "provision-user", other).await.problem(422, "key-reused");
        assert_eq!(world.sim.mails().len(), 1);

        // A key belongs to one caller and one route.
        let other_caller = Request::post("/api/provision-user").header("x-api-key", PROVISIONER);
        world.send_json(other_caller.header("idempotency-key", "k1"), &ann()).await.problem(409, "already-exists");
    }
}

on_every_database! {
    async fn six_concurrent_requests_create_one_account_and_five_are_refused(database) {
        let world = World::with_database(company(20), database, &[]);
        let others = [world.another_instance(database, &[]), world.another_instance(database, &[])];
        let instances = [&world, &others[0], &others[1], &world, &others[0], &others[1]];
        let all = futures_util::future::join_all(instances.map(|world| world.post("provision-user", ann()))).await;
        let (created, refused): (Vec<TestResponse>, Vec<TestResponse>) = all.into_iter().partition(|response| response.status == 201);
        assert_eq!((created.len(), refused.len()), (1, 5));
        for response in refused {
            let code = response.json()["code"].clone();
            assert!(response.status == 409 && (code == "change-in-progress" || code == "already-exists"), "{code}");
        }
        assert_eq!(world.sim.mails().len(), 1);
    }
}

#[tokio::test]
async fn refused_groups_are_reported_one_by_one() {
    let database = Database::sqlite();
    let mut company = with_leaver();
    company.sso_groups = vec!["Domain Admins".to_owned()];
    let world = World::with_database(company, &database, &[]);
    let mut body = ann();
    body["additionalGroups"] = json!([" domain admins ", "SALES-team"]);
    let response = world.post("provision-user", body).await;
    let reply = response.json();
    assert_eq!(response.status, 201, "{reply}");
    assert_eq!(reply["groups"]["added"], json!(["Sales-Team"]));
    assert_eq!(reply["groups"]["failed"][0]["name"], "Domain Admins");
    assert!(!reply["groups"]["failed"][0]["reason"].as_str().expect("a reason").is_empty());
    assert_eq!(reply["success"], true);
    let message = reply["message"].as_str().expect("a sentence");
    assert!(message.ends_with("the user was not added to Domain Admins."), "{message}");
    let record = world.get("actions").await.json();
    assert_eq!(record["actions"][0]["outcome"], "partial");
}

#[tokio::test]
async fn manager_and_start_date_are_echoed_and_recorded_as_sent() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    let details = json!({
        "name": "Ann Lee", "department": "Sales", "manager": "Bo Boss", "managerEmail": "bo@example.com",
        "startDate": "2026-12-01T09:00:00.000+01:00",
    });
    let mut body = ann();
    for name in ["manager", "managerEmail", "startDate"] {
        body[name] = details[name].clone();
    }
    let mut user = details.clone();
    user["email"] = json!(ANN);
    let mut dry_run = body.clone();
    dry_run["dryRun"] = json!(true);
    let planned = world.post("provision-user", dry_run).await.json();
    assert_eq!((&planned["user"], &planned["success"]), (&user, &json!(false)));
    for _ in 0..2 {
        let created = world.post_once("k", "provision-user", body.clone()).await;
        assert_eq!((created.status.as_u16(), &created.json()["user"]), (201, &user));
    }
    assert_eq!(world.get("actions").await.json()["actions"][0]["details"], details);
}

#[tokio::test]
async fn memberships_are_added_and_removed() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[("KNOWN_GROUPS", "Night Shift")]);
    let body = json!({ "email": "other@example.com", "add": ["night shift"], "remove": ["DOMAIN ADMINS"] });
    let response = world.post("groups", body).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(
        response.json()["groups"],
        json!({ "added": ["Night Shift"], "removed": ["Domain Admins"], "unchanged": [], "failed": [] })
    );
    let groups = world.sim.with_company(|company| company.users[3].groups.clone());
    assert_eq!(groups, ["Sales-Team", "Night Shift"]);
    let same = json!({ "email": "other@example.com", "add": ["A"], "remove": ["a"] });
    assert_eq!(fields(&world.post("groups", same).await.problem(422, "invalid-fields")), ["remove"]);
    let none = json!({ "email": "other@example.com" });
    assert_eq!(fields(&world.post("groups", none).await.problem(422, "invalid-fields")), ["add"]);
    let unknown = json!({ "email": "missing@example.com", "add": ["Sales-Team"] });
    world.post("groups", unknown).await.problem(404, "unknown-user");
}

#[tokio::test]
async fn an_address_is_looked_up_once_before_the_first_change() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    // A user whose address does not match is not the one looked up.
    world.sim.with_company(|company| company.users.push(User::new(9, "someone.else@example.com")));
    world.post("provision-user", ann()).await;
    assert_eq!(world.sim.mails().len(), 1);
    let calls: Vec<_> = world.sim.calls().into_iter().map(|call| (call.command, call.usernames)).collect();
    let first_change = calls.iter().position(|(command, _)| command == "batchadd").expect("sent");
    let lookups = calls[..first_change].iter().filter(|(_, about)| about.iter().any(|about| about == ANN));
    assert_eq!(lookups.count(), 1, "{calls:?}");
}
