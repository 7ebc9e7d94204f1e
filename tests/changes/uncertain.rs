//! Changes whose outcome LastPass does not state clearly: lost replies, late effects, refusals and warnings.

use std::sync::Arc;

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Fault, FaultKind, MailKind, User};
use serde_json::json;

use crate::{
    changes::{ANN, act, ann, states},
    companies::{with_leaver, without_folders},
    database::{Database, DatabaseKind, on_every_database},
    upgrade::interruption::{Interruption, interrupted},
    world::{ADMIN, World},
};

on_every_database! {
    async fn a_lost_reply_is_resolved_by_reading_and_nothing_is_sent_twice(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        // LastPass acted, and its reply was lost.
        world.sim.inject(Fault::once(FaultKind::ResetAfter).on("batchadd"));
        let response = world.post_once("k1", "provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "confirmed"]));

        // LastPass did not act, which cannot be known for a minute.
        let mut bob = ann();
        bob["email"] = json!("bob@example.com");
        world.sim.inject(Fault::once(FaultKind::ResetBefore).on("batchadd"));
        let lost = world.post_once("k2", "provision-user", bob.clone()).await.problem(504, "outcome-unknown");
        assert_eq!((states(&lost), lost.get("groups")), (vec!["unknown", "planned"], None));
        world.advance(TimeDelta::seconds(30));
        let calls = world.calls_by_command()["batchadd"];
        let still = world.post_once("k2", "provision-user", bob.clone()).await.problem(504, "outcome-unknown");
        assert_eq!(still["actionId"], lost["actionId"]);
        world.post_once("k3", "provision-user", bob.clone()).await.problem(409, "change-in-progress");
        world.advance(TimeDelta::seconds(31));
        let ended = world.post_once("k2", "provision-user", bob.clone()).await.problem(502, "change-not-applied");
        assert_eq!(states(&ended), ["failed", "notSent"]);
        assert_eq!(ended["groups"]["failed"], json!([{ "name": "Sales-Team", "reason": "not-sent" }]));
        assert_eq!(world.calls_by_command()["batchadd"], calls, "only reads are sent");
        let repeated = world.post_once("k2", "provision-user", bob.clone()).await;
        repeated.problem(502, "change-not-applied");
        assert_eq!(repeated.header("idempotency-replayed"), "true");
        let record = world.get("actions?email=bob@example.com&verify=true").await.json();
        assert_eq!((&record["actions"][0]["outcome"], &record["chain"]["ok"]), (&json!("failed"), &json!(true)));
        assert_eq!(record["actions"][0]["steps"], ended["steps"]);

        // The address is released.
        assert_eq!(world.post_once("k3", "provision-user", bob).await.status, 201);
        let invitations = world.sim.mails().into_iter().filter(|mail| mail.kind == MailKind::Invitation);
        assert_eq!(invitations.count(), 2);
    }
}

on_every_database! {
    async fn an_account_created_late_is_found_and_its_groups_are_added(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        world.sim.inject(Fault::once(FaultKind::ResetBefore).on("batchadd"));
        world.post_once("k", "provision-user", ann()).await.problem(504, "outcome-unknown");
        world.sim.with_company(|company| company.users.push(User::new(99, ANN)));
        let response = world.post_once("k", "provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (201, vec!["confirmed", "confirmed"]));
        let groups = world.sim.with_company(|company| company.users.last().map(|user| user.groups.clone()));
        assert_eq!(groups, Some(vec!["Sales-Team".to_owned()]));
    }
}

on_every_database! {
    async fn steps_that_cannot_be_read_back_end_as_sent_or_unknown(database) {
        let mut company = with_leaver();
        company.personal_accounts = vec![ANN.to_owned()];
        company.users[2].never_logged_in = true;
        let world = World::with_database(company, database, &[]);
        // LastPass does not report the groups of an invited user.
        let response = world.post("provision-user", ann()).await;
        assert_eq!((response.status.as_u16(), states(&response.json())[0]), (201, "confirmed"));
        let groups = &response.json()["groups"];
        assert_eq!(groups["failed"][0]["name"], "Sales-Team", "groups of an invited user cannot be changed: {groups}");
        let colleague = act("colleague@example.com", "reinvite");
        let sent = world.post_once("k1", "users", colleague.clone()).await;
        assert_eq!((sent.status.as_u16(), states(&sent.json())), (200, vec!["sent"]));

        world.sim.inject(Fault::once(FaultKind::ResetAfter).on("reinviteuser"));
        world.post_once("k2", "users", colleague.clone()).await.problem(504, "outcome-unknown");
        world.advance(TimeDelta::seconds(61));
        world.post_once("k2", "users", colleague.clone()).await.problem(504, "outcome-unknown");
        let record = world.get("actions?outcome=unknown").await.json();
        assert_eq!(record["actions"][0]["steps"][0]["state"], "unknown");
        let mails = world.sim.mails().into_iter().filter(|mail| mail.kind == MailKind::Reinvitation);
        assert_eq!(mails.count(), 2, "never sent again");
        // The outcome stays unknown, and the address is released.
        assert_eq!(world.post_once("k3", "users", colleague).await.status, 200);
    }
}

on_every_database! {
    async fn planned_steps_are_not_sent_after_two_hours(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        world.sim.inject(Fault::once(FaultKind::ResetAfter).on("batchadd"));
        // Three reads precede the command; the read after it and its retries fail.
        world.sim.inject(Fault { skip: 3, times: Some(3), ..Fault::once(FaultKind::Refused).on("getuserdata") });
        let lost = world.post_once("k", "provision-user", ann()).await.problem(504, "outcome-unknown");
        assert_eq!(states(&lost), ["unknown", "planned"]);
        world.sim.clear_faults();
        world.advance(TimeDelta::hours(2));
        let open = world.get("actions").await.json();
        assert_eq!(states(&open["actions"][0]), ["unknown", "planned"], "it has not ended");
        for _ in 0..2 {
            let response = world.post_once("k", "provision-user", ann()).await;
            let reply = response.json();
            assert_eq!((response.status.as_u16(), states(&reply)), (201, vec!["confirmed", "notSent"]));
            assert_eq!(reply["groups"]["failed"], json!([{ "name": "Sales-Team", "reason": "not-sent" }]));
        }
        assert!(!world.calls_by_command().contains_key("batchchangegrp"));
        let ended = world.get("actions").await.json();
        assert_eq!(states(&ended["actions"][0]), ["confirmed", "notSent"]);
        assert_eq!(ended["actions"][0]["outcome"], "partial");
        let (_, rows) = world.get("actions?format=csv").await.csv();
        assert!(rows[0][6].contains("notSent") && !rows[0][6].contains("planned"), "{}", rows[0][6]);
    }
}

on_every_database! {
    async fn an_ended_action_of_unknown_outcome_has_no_planned_step(database) {
        let mut company = with_leaver();
        company.invited = vec![ANN.to_owned()];
        let settings = [("KNOWN_GROUPS", "A, B")];
        let world = World::with_database(company, database, &settings);
        // The process ends at the first membership. LastPass does not report the groups of an invited user.
        let at = Interruption { command: "batchchangegrp", skip: 0, is_delivered: true };
        let (transport, background) = interrupted(world.sim.clone(), at);
        let process = world.instance_with_transport(Arc::new(transport), database, &settings);
        let change = json!({ "email": ANN, "add": ["A", "B"] });
        let request = Request::post("/api/groups").header("authorization", format!("Bearer {ADMIN}"));
        let request = request.header("idempotency-key", "k").header("content-type", "application/json");
        process.send_with_background(&background, request, change.to_string().into()).await;
        world.advance(TimeDelta::hours(2));
        let ended = world.post_once("k", "groups", change).await.problem(504, "outcome-unknown");
        assert_eq!(states(&ended), ["unknown", "notSent"]);
        let failed = json!([{ "name": "A", "reason": "unknown" }, { "name": "B", "reason": "not-sent" }]);
        assert_eq!(ended["groups"], json!({ "added": [], "removed": [], "unchanged": [], "failed": failed }));
        let detail = world.get(&format!("users?email={ANN}")).await.json();
        assert_eq!(states(&detail["user"]["actions"][0]), ["unknown", "notSent"]);
        assert_eq!(detail["user"]["actions"][0]["outcome"], "unknown");
    }
}

on_every_database! {
    async fn a_change_completes_after_its_client_disconnects(database) {
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
async fn a_refusal_of_lastpass_is_quoted_and_releases_the_address() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    world.sim.inject(Fault::once(FaultKind::Fail("No seats\u{7} left".to_owned())).on("batchadd"));
    let refused = world.post_once("k", "provision-user", ann()).await.problem(502, "lastpass-refused");
    assert_eq!(refused["errors"], json!([{ "field": "lastpass", "message": "No seats  left" }]));
    let again = world.post_once("k", "provision-user", ann()).await.problem(502, "lastpass-refused");
    assert_eq!(again["actionId"], refused["actionId"]);
    for (kind, code) in
        [(FaultKind::AuthorizationError, "lastpass-credentials"), (FaultKind::Refused, "lastpass-unavailable")]
    {
        world.sim.inject(Fault::once(kind).on("batchadd"));
        world.post("provision-user", ann()).await.problem(502, code);
    }
    assert_eq!(world.post("provision-user", ann()).await.status, 201);
    // If LastPass cannot be read, no action begins.
    world.sim.inject(Fault::always(FaultKind::Refused));
    let before = world.get("actions").await.json()["actions"].as_array().map(Vec::len);
    world.post_once("k9", "users", act(ANN, "reinvite")).await.problem(502, "lastpass-unavailable");
    assert_eq!(world.get("actions").await.json()["actions"].as_array().map(Vec::len), before);
    world.sim.clear_faults();
    assert_eq!(world.post_once("k9", "users", act(ANN, "reinvite")).await.status, 200, "the key is not reserved");
}

#[tokio::test]
async fn a_warning_of_lastpass_is_a_failure_unless_the_change_is_visible() {
    let database = Database::sqlite();
    let mut company = without_folders();
    company.users[2].never_logged_in = true;
    let world = World::with_database(company, &database, &[]);
    for kind in [FaultKind::Warn("no mail today".to_owned()), FaultKind::OkWithError("no mail today".to_owned())] {
        world.sim.inject(Fault::once(kind).on("reinviteuser"));
        let refused = world.post("users", act("colleague@example.com", "reinvite")).await;
        let problem = refused.problem(502, "lastpass-refused");
        assert_eq!(problem["errors"][0]["message"], "no mail today");
    }
    // The second time, LastPass warns that the user is disabled already.
    for _ in 0..2 {
        let response = world.post("users", act("leaver@example.com", "deactivate")).await;
        assert_eq!((response.status.as_u16(), states(&response.json())), (200, vec!["confirmed"]));
    }
}
