//! Provisioning, off-boarding and memberships: what is done, what is refused, and what becomes of a lost answer.

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Fault, FaultKind, MailKind, User};
use serde_json::{Value, json};

use crate::{
    companies::{with_leaver, without_folders},
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, PROVISIONER, TestResponse, World, company, fields},
};

fn ann() -> Value {
    json!({ "firstName": "Ann", "lastName": "Lee", "email": "Ann.Lee@example.com", "department": "sales" })
}

const ANN: &str = "ann.lee@example.com";

fn act(email: &str, action: &str) -> Value {
    json!({ "email": email, "action": action })
}

fn leave() -> Value {
    json!({ "email": "leaver@example.com", "action": "deactivate", "allowOrphans": true })
}

fn states(reply: &Value) -> Vec<&str> {
    let steps = reply["steps"].as_array().unwrap_or_else(|| panic!("no steps in {reply}"));
    steps.iter().map(|step| step["state"].as_str().expect("a state")).collect()
}

fn of(kind: FaultKind, command: &str) -> Fault {
    Fault { command: Some(command.to_owned()), ..Fault::once(kind) }
}

on_every_database! {
    async fn a_new_person_gets_one_account_and_one_invitation(database) {
        let world = World::with_database(company(50), database, &[]);
        let first = world.post_once("k1", "provision-user", ann()).await;
        let reply = first.json();
        assert_eq!(first.status, 201, "{reply}");
        assert_eq!(reply["success"], true);
        assert_eq!(reply["user"], json!({ "email": ANN, "name": "Ann Lee", "department": "Sales" }));
        assert_eq!(reply["groups"], json!({ "added": ["Sales-Team"], "removed": [], "failed": [] }));
        assert_eq!((&reply["invitation"], &reply["dryRun"]), (&json!("sent"), &json!(false)));
        assert_eq!(states(&reply), ["confirmed", "confirmed"]);
        assert_eq!(first.header("cache-control"), "private, no-store");

        let again = world.post_once("k1", "provision-user", ann()).await;
        assert_eq!((again.status.as_u16(), &again.json()["actionId"]), (201, &reply["actionId"]));
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        world.post_once("k2", "provision-user", ann()).await.problem(409, "already-exists");
        let mut other = ann();
        other["firstName"] = json!("Bob");
        world.post_once("k1", "provision-user", other).await.problem(422, "key-reused");
        assert_eq!(world.sim.mails().len(), 1);

        // The key is the caller's and the route's own.
        let stranger = Request::post("/api/provision-user").header("x-api-key", PROVISIONER);
        world.send_json(stranger.header("idempotency-key", "k1"), &ann()).await.problem(409, "already-exists");
    }
}

on_every_database! {
    async fn a_leaver_goes_with_a_list_of_what_to_rotate_and_comes_back(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        let dry = world.post("users", json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true })).await;
        let told = dry.json();
        assert_eq!((dry.status.as_u16(), states(&told)), (200, vec!["planned"]));
        assert_eq!(told["impact"]["orphanedFolders"], json!(["10"]));
        assert_eq!(told["impact"]["passwordsToRotate"], 3, "those seen, and of an administrator all");
        assert_eq!(told["impact"]["groups"], json!(["Sales-Team"]));
        let folder = |id: &str| {
            let folders = told["impact"]["folders"].as_array().expect("folders");
            folders.iter().find(|folder| folder["id"] == id).cloned()
        };
        assert_eq!(folder("10"), Some(json!({
            "id": "10", "name": "Shared-Alone", "rights": "administer", "passwordsVisible": true,
            "onlyAdministrator": true, "sites": ["a.com", "b.com"],
        })));
        assert_eq!(folder("12").expect("opened by the leaver")["rights"], "write");
        assert_eq!(folder("13"), None);

        let refused = world.post("users", act("leaver@example.com", "deactivate")).await.problem(409, "orphans-folders");
        let message = refused["errors"][0]["message"].as_str().expect("a message");
        assert!(message.starts_with("Shared-Alone (10)"), "{message}");
        let gone = world.post("users", leave()).await;
        assert_eq!((gone.status.as_u16(), states(&gone.json())), (200, vec!["confirmed"]));
        assert_eq!(gone.json()["impact"], told["impact"]);
        assert!(world.sim.with_company(|company| company.users[1].disabled));
        let recorded = world.get("actions?action=deactivate").await.json();
        assert_eq!(recorded["actions"][0]["impact"], told["impact"], "the list stays readable");

        let back = world.post("users", act("leaver@example.com", "restore")).await;
        assert_eq!((back.status.as_u16(), states(&back.json())), (200, vec!["confirmed"]));
        assert!(!world.sim.with_company(|company| company.users[1].disabled));
    }
}

on_every_database! {
    async fn a_lost_answer_is_settled_by_looking_and_nothing_is_sent_twice(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        // LastPass acted, and its answer was lost.
        world.sim.inject(of(FaultKind::ResetAfter, "batchadd"));
        let response = world.post_once("k1", "provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "confirmed"]));

        // LastPass did not act, which nobody can know for a minute.
        let mut bob = ann();
        bob["email"] = json!("bob@example.com");
        world.sim.inject(of(FaultKind::ResetBefore, "batchadd"));
        let lost = world.post_once("k2", "provision-user", bob.clone()).await.problem(504, "outcome-unknown");
        assert_eq!(states(&lost), ["unknown", "planned"]);
        world.advance(TimeDelta::seconds(30));
        let asked = world.calls_by_command()["batchadd"];
        let still = world.post_once("k2", "provision-user", bob.clone()).await.problem(504, "outcome-unknown");
        assert_eq!(still["actionId"], lost["actionId"]);
        world.post_once("k3", "provision-user", bob.clone()).await.problem(409, "change-in-progress");
        world.advance(TimeDelta::seconds(31));
        let ended = world.post_once("k2", "provision-user", bob.clone()).await.problem(502, "change-not-applied");
        assert_eq!(states(&ended), ["failed", "planned"]);
        assert_eq!(world.calls_by_command()["batchadd"], asked, "settling only looks");
        world.post_once("k2", "provision-user", bob.clone()).await.problem(502, "change-not-applied");
        let record = world.get("actions?email=bob@example.com&verify=true").await.json();
        assert_eq!((&record["actions"][0]["outcome"], &record["chain"]["ok"]), (&json!("failed"), &json!(true)));

        // The address is free.
        assert_eq!(world.post_once("k3", "provision-user", bob).await.status, 201);
        let invitations = world.sim.mails().into_iter().filter(|mail| mail.kind == MailKind::Invitation);
        assert_eq!(invitations.count(), 2);
    }
}

on_every_database! {
    async fn an_account_that_comes_late_is_found_and_its_groups_follow(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        world.sim.inject(of(FaultKind::ResetBefore, "batchadd"));
        world.post_once("k", "provision-user", ann()).await.problem(504, "outcome-unknown");
        world.sim.with_company(|company| company.users.push(User::new(99, ANN)));
        let response = world.post_once("k", "provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "confirmed"]));
        let groups = world.sim.with_company(|company| company.users.last().map(|user| user.groups.clone()));
        assert_eq!(groups, Some(vec!["Sales-Team".to_owned()]));
    }
}

on_every_database! {
    async fn what_no_reading_shows_is_sent_or_for_ever_unknown(database) {
        let mut company = with_leaver();
        company.personal_accounts = vec![ANN.to_owned()];
        company.users[2].never_logged_in = true;
        let world = World::with_database(company, database, &[]);
        // An invitation, of whose groups LastPass shows nothing.
        let response = world.post("provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())[0]), (201, "confirmed"));
        let groups = &response.json()["groups"];
        assert_eq!(groups["failed"][0]["name"], "Sales-Team", "LastPass takes no groups of an invited person: {groups}");
        let colleague = act("colleague@example.com", "reinvite");
        let sent = world.post_once("k1", "users", colleague.clone()).await;
        assert_eq!((sent.status.as_u16(), states(&sent.json())), (200, vec!["sent"]));

        world.sim.inject(of(FaultKind::ResetAfter, "reinviteuser"));
        world.post_once("k2", "users", colleague.clone()).await.problem(504, "outcome-unknown");
        world.advance(TimeDelta::seconds(61));
        world.post_once("k2", "users", colleague.clone()).await.problem(504, "outcome-unknown");
        let record = world.get("actions?outcome=unknown").await.json();
        assert_eq!(record["actions"][0]["steps"][0]["state"], "unknown");
        let mails = world.sim.mails().into_iter().filter(|mail| mail.kind == MailKind::Reinvitation);
        assert_eq!(mails.count(), 2, "never sent again");
        // For good, and the address is free.
        assert_eq!(world.post_once("k3", "users", colleague).await.status, 200);
    }
}

on_every_database! {
    async fn what_was_meant_long_ago_is_not_sent_any_more(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        world.sim.inject(of(FaultKind::ResetAfter, "batchadd"));
        // Three looks go before it; the one that follows, and what is tried again of it, do not come through.
        world.sim.inject(Fault { skip: 3, times: Some(3), ..of(FaultKind::Refused, "getuserdata") });
        let lost = world.post_once("k", "provision-user", ann()).await.problem(504, "outcome-unknown");
        assert_eq!(states(&lost), ["unknown", "planned"]);
        world.sim.clear_faults();
        world.advance(TimeDelta::hours(2));
        let response = world.post_once("k", "provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "planned"]));
        assert_eq!(response.json()["groups"]["failed"], json!([{ "name": "Sales-Team", "reason": "not sent" }]));
        assert!(!world.calls_by_command().contains_key("batchchangegrp"));
    }
}

on_every_database! {
    async fn six_at_once_make_one_account_and_five_honest_refusals(database) {
        let world = World::with_database(company(20), database, &[]);
        let others = [world.another_instance(database, &[]), world.another_instance(database, &[])];
        let instances = [&world, &others[0], &others[1], &world, &others[0], &others[1]];
        let all = futures_util::future::join_all(instances.map(|world| world.post("provision-user", ann()))).await;
        let (made, refused): (Vec<TestResponse>, Vec<TestResponse>) = all.into_iter().partition(|response| response.status == 201);
        assert_eq!((made.len(), refused.len()), (1, 5));
        for response in refused {
            let code = response.json()["code"].clone();
            assert!(response.status == 409 && (code == "change-in-progress" || code == "already-exists"), "{code}");
        }
        assert_eq!(world.sim.mails().len(), 1);
    }
}

on_every_database! {
    async fn off_boarding_is_guarded(database) {
        let world = World::with_database(company(60), database, &[("OFFBOARDING_LIMIT", "2")]);
        let (people, admins) = world.sim.with_company(|company| {
            company.folders.clear();
            let names = |admin| {
                let of_kind = company.users.iter().filter(move |user| user.admin == admin && !user.disabled);
                of_kind.map(|user| user.username.to_lowercase()).collect::<Vec<_>>()
            };
            (names(false), names(true))
        });
        let refused = world.post("users", act(&people[0], "delete")).await.problem(422, "invalid-fields");
        assert_eq!(fields(&refused), ["confirm"]);
        world.post("users", act("ann@example.com", "remove")).await.problem(403, "cannot-change-self");
        for person in &people[..2] {
            assert_eq!(world.post("users", act(person, "deactivate")).await.status, 200);
        }
        world.advance(TimeDelta::minutes(50));
        let limited = world.post("users", act(&people[2], "disableMfa")).await;
        limited.problem(429, "offboarding-limit");
        let seconds: i64 = limited.header("retry-after").parse().expect("seconds");
        assert!((590..=600).contains(&seconds), "{seconds}");
        let dry = json!({ "email": people[2], "action": "remove", "dryRun": true });
        world.post("users", dry).await.problem(429, "offboarding-limit");
        assert_eq!(world.post("users", act(&people[2], "requirePasswordChange")).await.status, 200);
        world.advance(TimeDelta::minutes(11));
        let delete = json!({ "email": people[2], "action": "delete", "confirm": people[2].to_uppercase() });
        assert_eq!(world.post("users", delete).await.status, 200);

        world.sim.with_company(|company| company.users.retain(|user| !user.admin || user.username.to_lowercase() == admins[0]));
        world.post("users", act(&admins[0], "deactivate")).await.problem(409, "last-admin");
    }
}

on_every_database! {
    async fn a_caller_who_leaves_does_not_stop_the_change(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        let mut request = Box::pin(world.post("provision-user", ann()));
        assert!(futures_util::poll!(request.as_mut()).is_pending());
        drop(request);
        world.join_background().await;
        let record = world.get("actions").await.json();
        assert_eq!(record["actions"][0]["outcome"], "confirmed");
    }
}

#[tokio::test]
async fn what_lastpass_refuses_of_the_groups_is_told_group_by_group() {
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
    let record = world.get("actions").await.json();
    assert_eq!(record["actions"][0]["outcome"], "partial");
}

#[tokio::test]
async fn memberships_change_both_ways() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[("KNOWN_GROUPS", "Night Shift")]);
    let body = json!({ "email": "other@example.com", "add": ["night shift"], "remove": ["DOMAIN ADMINS"] });
    let response = world.post("groups", body).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(
        response.json()["groups"],
        json!({ "added": ["Night Shift"], "removed": ["Domain Admins"], "failed": [] })
    );
    let groups = world.sim.with_company(|company| company.users[3].groups.clone());
    assert_eq!(groups, ["Sales-Team", "Night Shift"]);
    let same = json!({ "email": "other@example.com", "add": ["A"], "remove": ["a"] });
    assert_eq!(fields(&world.post("groups", same).await.problem(422, "invalid-fields")), ["remove"]);
    let none = json!({ "email": "other@example.com" });
    assert_eq!(fields(&world.post("groups", none).await.problem(422, "invalid-fields")), ["add"]);
    let nobody = json!({ "email": "nobody@example.com", "add": ["Sales-Team"] });
    world.post("groups", nobody).await.problem(404, "unknown-user");
}

#[tokio::test]
async fn every_action_does_what_it_says() {
    let database = Database::sqlite();
    let mut company = without_folders();
    company.users[3].multifactor = Some("googleauth".to_owned());
    company.invited = vec!["new@example.com".to_owned()];
    let world = World::with_database(company, &database, &[]);
    for (email, action, state) in [
        ("other", "requirePasswordChange", "confirmed"),
        ("other", "disableMfa", "confirmed"),
        ("other", "sendPasswordReset", "sent"),
        ("new", "reinvite", "sent"),
        ("new", "uninvite", "confirmed"),
        ("leaver", "remove", "confirmed"),
    ] {
        let response = world.post("users", act(&format!("{email}@example.com"), action)).await;
        assert_eq!(
            (response.status.as_u16(), states(&response.json())),
            (200, vec![state]),
            "{action}: {}",
            response.text()
        );
    }
    world.sim.with_company(|company| {
        let other = &company.users[2];
        assert!(other.password_reset_required && other.multifactor.is_none());
        assert!(company.invited.is_empty() && company.users.iter().all(|user| user.username != "leaver@example.com"));
    });
    for (email, action, status, code) in [
        ("nobody", "deactivate", 404, "unknown-user"),
        ("other", "reinvite", 409, "not-invited"),
        ("other", "uninvite", 409, "not-invited"),
    ] {
        world.post("users", act(&format!("{email}@example.com"), action)).await.problem(status, code);
    }
    world.sim.with_company(|company| company.invited.push("new@example.com".to_owned()));
    world.post("users", act("new@example.com", "deactivate")).await.problem(409, "invitation-pending");
}

#[tokio::test]
async fn the_guides_dialect_says_what_it_can() {
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
async fn what_is_wrong_with_a_request_is_named_before_anything_is_sent() {
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
    let missing =
        world.post("provision-user", json!({ "firstName": " ", "email": null })).await.problem(400, "invalid-body");
    assert_eq!(fields(&missing), ["firstName", "lastName", "email", "department"]);
    for (change, status, code, field) in [
        (json!({ "email": "nope" }), 422, "invalid-fields", "email"),
        (json!({ "email": "ann@elsewhere.com" }), 422, "invalid-fields", "email"),
        (json!({ "department": "Piracy" }), 422, "invalid-fields", "department"),
        (json!({ "additionalGroups": ["No-Such-Group"] }), 422, "invalid-fields", "additionalGroups"),
        (json!({ "additionalGroups": ["domain admins"] }), 403, "group-needs-admin", "groups"),
        (json!({ "email": "ann\u{200b}@example.com" }), 422, "invalid-fields", "email"),
        (json!({ "firstName": "Ann\u{202e}" }), 422, "invalid-fields", "firstName"),
        (json!({ "startDate": "tomorrow" }), 422, "invalid-fields", "startDate"),
        (json!({ "startDate": "+99999-01-01" }), 422, "invalid-fields", "startDate"),
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
async fn each_role_changes_what_is_its_own() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    world.post_as(PROVISIONER, "users", leave()).await.problem(403, "forbidden");
    assert_eq!(world.post_as(PROVISIONER, "provision-user", ann()).await.status, 201);
    assert_eq!(world.post_as(PROVISIONER, "users", act(ANN, "reinvite")).await.status, 200);
    world.send_json(Request::post("/api/users"), &leave()).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn changes_can_be_told_only_or_switched_off() {
    let off = World::with(with_leaver(), &[("CHANGES", "off")]);
    off.post("provision-user", ann()).await.problem(403, "changes-off");
    assert!(off.sim.calls().is_empty());
    // Neither mode needs a database.
    for settings in [("CHANGES", "dryRun"), ("VERCEL_ENV", "preview")] {
        let world = World::with(with_leaver(), &[settings]);
        let told = world.post("provision-user", ann()).await;
        assert_eq!((told.status.as_u16(), &told.json()["dryRun"]), (200, &json!(true)));
        assert_eq!(states(&told.json()), ["planned", "planned"]);
        assert_eq!(told.json()["actionId"], Value::Null);
        assert!(world.sim.calls().iter().all(|call| !call.had_effect));
        let mut known = ann();
        known["email"] = json!("root@example.com");
        world.post("provision-user", known).await.problem(409, "already-exists");
    }
    let world = World::with(with_leaver(), &[]);
    let problem = world.post("provision-user", ann()).await.problem(503, "not-configured");
    assert_eq!(fields(&problem), ["DATABASE_URL", "SIGNING_SECRET"]);
    assert!(world.sim.calls().is_empty());
    let mut told = ann();
    told["dryRun"] = json!(true);
    assert_eq!(world.post("provision-user", told).await.status, 200);
}

#[tokio::test]
async fn what_lastpass_says_no_to_is_told_in_its_words_and_leaves_the_address_free() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    world.sim.inject(of(FaultKind::Fail("No seats\u{7} left".to_owned()), "batchadd"));
    let refused = world.post_once("k", "provision-user", ann()).await.problem(502, "lastpass-refused");
    assert_eq!(refused["errors"], json!([{ "field": "lastpass", "message": "No seats  left" }]));
    let again = world.post_once("k", "provision-user", ann()).await.problem(502, "lastpass-refused");
    assert_eq!(again["actionId"], refused["actionId"]);
    for (kind, code) in
        [(FaultKind::AuthorizationError, "lastpass-credentials"), (FaultKind::Refused, "lastpass-unavailable")]
    {
        world.sim.inject(of(kind, "batchadd"));
        world.post("provision-user", ann()).await.problem(502, code);
    }
    assert_eq!(world.post("provision-user", ann()).await.status, 201);
    // Where LastPass cannot even be looked at, nothing is begun.
    world.sim.inject(Fault::always(FaultKind::Refused));
    let before = world.get("actions").await.json()["actions"].as_array().map(Vec::len);
    world.post_once("k9", "users", act(ANN, "reinvite")).await.problem(502, "lastpass-unavailable");
    assert_eq!(world.get("actions").await.json()["actions"].as_array().map(Vec::len), before);
    world.sim.clear_faults();
    assert_eq!(world.post_once("k9", "users", act(ANN, "reinvite")).await.status, 200, "the key was not kept");
}

#[tokio::test]
async fn what_lastpass_complains_of_is_no_success_unless_a_reading_shows_it() {
    let database = Database::sqlite();
    let mut company = without_folders();
    company.users[2].never_logged_in = true;
    let world = World::with_database(company, &database, &[]);
    for kind in [FaultKind::Warn("no mail today".to_owned()), FaultKind::OkWithError("no mail today".to_owned())] {
        world.sim.inject(of(kind, "reinviteuser"));
        let refused = world.post("users", act("colleague@example.com", "reinvite")).await;
        let problem = refused.problem(502, "lastpass-refused");
        assert_eq!(problem["errors"][0]["message"], "no mail today");
    }
    // A second click on deactivate: LastPass says that it was so already.
    for _ in 0..2 {
        let response = world.post("users", act("leaver@example.com", "deactivate")).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (200, vec!["confirmed"]));
    }
}

#[tokio::test]
async fn a_leaver_can_go_while_lastpass_keeps_its_folders_to_itself() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    let silent = FaultKind::Fail("no".to_owned());
    world.sim.inject(Fault { command: Some("getdetailedsfdata".to_owned()), ..Fault::always(silent) });
    world.post("users", act("leaver@example.com", "deactivate")).await.problem(502, "lastpass-refused");
    let gone = world.post("users", leave()).await;
    assert_eq!((gone.status.as_u16(), states(&gone.json())), (200, vec!["confirmed"]));
    assert_eq!(gone.json().get("impact"), Some(&Value::Null), "what goes with the leaver is not known");
}

#[tokio::test]
async fn an_address_is_looked_for_by_itself_and_not_in_a_list_that_moves() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    // An upstream that does not look for the address it is asked for tells nothing of it.
    world.sim.with_company(|company| company.users.push(User::new(9, "someone.else@example.com")));
    world.post("provision-user", ann()).await;
    assert_eq!(world.sim.mails().len(), 1);
    let asked: Vec<_> = world.sim.calls().into_iter().map(|call| (call.command, call.usernames)).collect();
    let first_change = asked.iter().position(|(command, _)| command == "batchadd").expect("sent");
    let looks = asked[..first_change].iter().filter(|(_, about)| about.iter().any(|about| about == ANN));
    assert_eq!(looks.count(), 1, "{asked:?}");
}
