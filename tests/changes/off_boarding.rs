//! Off-boarding, and the other actions on users.

use chrono::TimeDelta;
use lastpass_sim::{Fault, FaultKind, User};
use serde_json::{Value, json};

use crate::{
    changes::{act, leave, states},
    companies::{with_leaver, without_folders},
    database::{Database, DatabaseKind, on_every_database},
    world::{World, company, fields},
};

on_every_database! {
    async fn deactivation_reports_its_impact_and_restore_reverses_it(database) {
        let world = World::with_database(with_leaver(), database, &[]);
        let dry = world.post("users", json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true })).await;
        let planned = dry.json();
        assert_eq!((dry.status.as_u16(), states(&planned)), (200, vec!["planned"]));
        assert_eq!(planned["impact"]["orphanedFolders"], json!(["10"]));
        assert_eq!(planned["impact"]["passwordsToRotate"], 3, "visible ones, and all of a folder that the leaver administers");
        assert_eq!(planned["impact"]["groups"], json!(["Sales-Team"]));
        let folder = |id: &str| {
            let folders = planned["impact"]["folders"].as_array().expect("folders");
            folders.iter().find(|folder| folder["id"] == id).cloned()
        };
        assert_eq!(folder("10"), Some(json!({
            "id": "10", "name": "Shared-Alone", "rights": "administer", "passwordsVisible": true,
            "onlyAdministrator": true, "sites": ["a.com", "b.com"],
        })));
        assert_eq!(folder("12").expect("a folder of the leaver")["rights"], "write");
        assert_eq!(folder("13"), None);

        let refused = world.post("users", act("leaver@example.com", "deactivate")).await.problem(409, "orphans-folders");
        let message = refused["errors"][0]["message"].as_str().expect("a message");
        assert!(message.starts_with("Shared-Alone (10)"), "{message}");
        let gone = world.post("users", leave()).await;
        assert_eq!((gone.status.as_u16(), states(&gone.json())), (200, vec!["confirmed"]));
        assert_eq!(gone.json()["impact"], planned["impact"]);
        assert!(world.sim.with_company(|company| company.users[1].disabled));
        let recorded = world.get("actions?action=deactivate").await.json();
        assert_eq!(recorded["actions"][0]["impact"], planned["impact"], "the impact is recorded");

        let back = world.post("users", act("leaver@example.com", "restore")).await;
        assert_eq!((back.status.as_u16(), states(&back.json())), (200, vec!["confirmed"]));
        assert!(!world.sim.with_company(|company| company.users[1].disabled));
    }
}

on_every_database! {
    async fn off_boarding_is_limited_and_spares_the_caller_and_the_last_admin(database) {
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

#[tokio::test]
async fn each_action_has_its_effect() {
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
        ("missing", "deactivate", 404, "unknown-user"),
        ("other", "reinvite", 409, "not-invited"),
        ("other", "uninvite", 409, "not-invited"),
    ] {
        world.post("users", act(&format!("{email}@example.com"), action)).await.problem(status, code);
    }
    world.sim.with_company(|company| company.invited.push("new@example.com".to_owned()));
    world.post("users", act("new@example.com", "deactivate")).await.problem(409, "invitation-pending");
}

#[tokio::test]
async fn deactivation_with_allow_orphans_needs_no_folder_data() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    for command in ["getdetailedsfdata", "getsfdata"] {
        let silent = FaultKind::Fail("no".to_owned());
        world.sim.inject(Fault::always(silent).on(command));
    }
    world.post("users", act("leaver@example.com", "deactivate")).await.problem(502, "lastpass-refused");
    let gone = world.post("users", leave()).await;
    assert_eq!((gone.status.as_u16(), states(&gone.json())), (200, vec!["confirmed"]));
    assert_eq!(gone.json().get("impact"), Some(&Value::Null), "the impact is unknown");
}

#[tokio::test(start_paused = true)]
async fn without_sites_the_impact_has_folders_and_rights() {
    for kind in [FaultKind::Fail("no".to_owned()), FaultKind::TooManyRequests { retry_after: Some(17) }] {
        let world = World::new(with_leaver());
        let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
        let mut expected = world.post("users", dry.clone()).await.json()["impact"].clone();
        expected["passwordsToRotate"] = Value::Null;
        expected["folders"]
            .as_array_mut()
            .expect("folders")
            .iter_mut()
            .for_each(|folder| folder["sites"] = Value::Null);
        world.sim.inject(Fault::always(kind).on("getdetailedsfdata"));
        let start = tokio::time::Instant::now();
        assert_eq!(world.post("users", dry).await.json()["impact"], expected);
        assert!(start.elapsed().as_secs() < 3, "the sites are not waited for");
        world.post("users", act("leaver@example.com", "deactivate")).await.problem(503, "not-configured");
    }
}

on_every_database! {
    async fn off_boarding_works_where_only_the_commands_of_the_guide_exist(database) {
        let mut company = with_leaver();
        company.has_only_guide_commands = true;
        let world = World::with_database(company, database, &[("LASTPASS_API_DIALECT", "guide")]);
        let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
        let impact = world.post("users", dry).await.json()["impact"].clone();
        assert_eq!(impact["orphanedFolders"], json!(["10"]));
        assert_eq!((&impact["passwordsToRotate"], &impact["folders"][0]["sites"]), (&Value::Null, &Value::Null));
        world.post("users", act("leaver@example.com", "deactivate")).await.problem(409, "orphans-folders");
        let gone = world.post("users", leave()).await;
        assert_eq!((gone.status.as_u16(), states(&gone.json())), (200, vec!["confirmed"]));
        assert_eq!(gone.json()["impact"], impact);
        for action in ["remove", "delete"] {
            let body = json!({ "email": "colleague@example.com", "action": action, "allowOrphans": true, "confirm": "colleague@example.com" });
            let reply = world.post("users", body).await;
            assert_eq!((reply.status.as_u16(), states(&reply.json())), (200, vec!["confirmed"]), "{action}");
            world.sim.with_company(|company| company.users.push(User::new(30, "colleague@example.com")));
            world.advance(TimeDelta::minutes(6));
        }
        world.post("users", act("other@example.com", "uninvite")).await.problem(422, "not-in-dialect");
        let folders = world.get("shared-folders").await;
        assert_eq!((folders.status.as_u16(), folders.json()["folders"][0]["sites"].clone()), (200, Value::Null));
        assert!(folders.warnings().is_empty(), "LastPass never returns the sites in this dialect");
        assert_eq!(world.get("security-report").await.json()["stats"]["sharedFolders"], 4);
        assert_eq!(world.get("users?email=root@example.com").await.json()["user"]["folders"][0]["name"], "Shared-Hidden");
    }
}
