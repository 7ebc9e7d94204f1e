//! The record of changes: who reads it, how it is filtered, and how it is verified.

use chrono::TimeDelta;
use lastpass_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    world::{AUDITOR, MANAGER, PROVISIONER, World, company, new_user},
};

async fn provisioned(database: &Database, names: &[&str]) -> World {
    let world = World::with_database(company(20), database, &[]);
    for name in names {
        assert_eq!(world.post("provision-user", new_user(name)).await.status, 201);
        world.advance(TimeDelta::seconds(5));
    }
    world
}

fn emails(list: &Value) -> Vec<&str> {
    let actions = list["actions"].as_array().expect("actions");
    actions.iter().map(|action| action["email"].as_str().unwrap_or_default()).collect()
}

on_every_database! {
    async fn a_modified_row_is_detected(database) {
        let world = provisioned(database, &["a", "b"]).await;
        let whole = world.get("actions?verify=true").await.json();
        assert_eq!((&whole["chain"]["ok"], &whole["chain"]["firstBad"]), (&json!(true), &Value::Null));
        let rows = whole["chain"]["count"].as_u64().expect("a count");
        assert_eq!(rows, 6, "each action is recorded before either step and at its end");

        let update = "update lastpass_record set email = 'x@example.com' where number = 4";
        database.assert_refuses(update).await;
        database.assert_refuses("delete from lastpass_record where number = 6").await;
        database.tamper_with_record(update).await;
        let bad = world.get("actions?verify=true").await.json();
        assert_eq!((&bad["chain"]["ok"], &bad["chain"]["firstBad"]), (&json!(false), &json!(4)));
        assert_eq!(bad["chain"]["firstBadAction"], whole["actions"][0]["id"]);
    }
}

on_every_database! {
    async fn a_truncated_record_differs_in_count_and_head(database) {
        let world = provisioned(database, &["a"]).await;
        let whole = world.get("actions?verify=true").await.json();
        let cut = "delete from lastpass_record where number = 3";
        database.tamper_with_record(cut).await;
        let short = world.get("actions?verify=true").await.json();
        assert_eq!(short["chain"]["ok"], true, "the remaining rows are valid");
        assert_eq!((&whole["chain"]["count"], &short["chain"]["count"]), (&json!(3), &json!(2)));
        assert_ne!(whole["chain"]["head"], short["chain"]["head"]);
        // A row removed in the middle leaves a gap.
        let gap = "delete from lastpass_record where number = 1";
        database.tamper_with_record(gap).await;
        assert_eq!(world.get("actions?verify=true").await.json()["chain"]["firstBad"], 1);
    }
}

on_every_database! {
    async fn actions_are_filtered_and_paged_newest_first(database) {
        let world = provisioned(database, &["a", "b", "c"]).await;
        world.sim.inject(Fault::once(FaultKind::Fail("no".to_owned())).on("batchadd"));
        world.post_as(PROVISIONER, "provision-user", new_user("d")).await.problem(502, "lastpass-refused");
        let all = world.get("actions").await.json();
        assert_eq!(emails(&all), ["d@example.com", "c@example.com", "b@example.com", "a@example.com"]);
        let first = world.get("actions?limit=3").await.json();
        assert_eq!(emails(&first), ["d@example.com", "c@example.com", "b@example.com"]);
        assert_eq!(first["meta"]["asOf"], "2026-11-24T12:00:15Z");
        let cursor = first["nextCursor"].as_str().expect("there is more");
        let rest = world.get(&format!("actions?limit=3&cursor={cursor}")).await.json();
        assert_eq!((emails(&rest), &rest["nextCursor"]), (vec!["a@example.com"], &Value::Null));
        for (query, expected) in [
            ("email=B@example.com", vec!["b@example.com"]),
            ("outcome=failed", vec!["d@example.com"]),
            ("actor=ann@example.com&outcome=confirmed", vec!["c@example.com", "b@example.com", "a@example.com"]),
            ("actor=Ann@Example.COM&outcome=confirmed", vec!["c@example.com", "b@example.com", "a@example.com"]),
            ("from=2026-11-24T12:00:05Z&to=2026-11-24T12:00:15Z", vec!["c@example.com", "b@example.com"]),
            ("from=2026-11-25", vec![]),
            ("action=groups", vec![]),
        ] {
            let list = world.get(&format!("actions?{query}")).await.json();
            assert_eq!((emails(&list), &list["total"]), (expected.clone(), &json!(expected.len())), "{query}");
            let page = world.get(&format!("actions?{query}&limit=1")).await.json();
            assert_eq!(page["total"], expected.len(), "{query}");
        }
    }
}

on_every_database! {
    async fn an_export_is_recorded_once_an_hour(database) {
        let world = provisioned(database, &["a", "b"]).await;
        let csv = world.get_as(AUDITOR, "actions?format=csv").await;
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"lastpass-actions-2026-11-24.csv\"");
        let (_, rows) = csv.csv();
        assert_eq!(rows.iter().map(|row| row[4].as_str()).collect::<Vec<_>>(), ["b@example.com", "a@example.com"]);
        world.join_background().await;
        assert_eq!(world.get_as(AUDITOR, "actions?format=csv").await.status, 200);
        world.join_background().await;
        let exports = world.get("actions?action=export").await.json();
        assert_eq!(exports["actions"].as_array().map(Vec::len), Some(1));
        let actor = exports["actions"][0]["actor"].as_str().expect("an actor");
        assert!(actor.starts_with("auditor#"), "keys without a name are distinguished: {actor}");
        assert_eq!(exports["actions"][0]["export"], json!({ "route": "actions", "format": "csv" }));
        world.advance(TimeDelta::minutes(61));
        world.get_as(AUDITOR, "actions?format=csv").await;
        world.join_background().await;
        assert_eq!(world.get("actions?action=export&verify=true").await.json()["actions"].as_array().map(Vec::len), Some(2));
    }
}

on_every_database! {
    async fn a_read_creates_no_tables_and_warns_that_nothing_is_recorded(database) {
        let world = World::with_database(company(3), database, &[]);
        let response = world.get("actions?verify=true").await;
        assert_eq!((response.status.as_u16(), response.warnings()), (200, vec!["not-recorded".to_owned()]));
        assert_eq!(response.json()["chain"], json!({ "ok": true, "count": 0, "head": null, "firstBad": null, "firstBadAction": null }));
        database.assert_refuses("select 1 from lastpass_record").await;
        // Neither does a preview, whose code may be newer than production's.
        let preview = World::with_database(company(3), database, &[("VERCEL_ENV", "preview"), ("CHANGES", "on")]);
        preview.post("provision-user", new_user("a")).await.problem(503, "not-recorded");
        database.assert_refuses("select 1 from lastpass_record").await;
    }
}

on_every_database! {
    async fn a_full_report_warns_that_it_is_not_recorded_until_tables_exist(database) {
        let world = World::with_database(company(20), database, &[]);
        let before = world.get("security-report").await;
        assert_eq!(before.warnings(), ["not-recorded"]);
        // Reports that are never recorded have no such warning.
        assert_eq!(world.get("security-report?limit=1").await.warnings(), [""; 0]);
        assert_eq!(world.get_as(MANAGER, "security-report").await.warnings(), [""; 0]);
        assert_eq!(world.post("provision-user", new_user("a")).await.status, 201);
        let after = world.get("security-report").await;
        assert_eq!(after.warnings(), [""; 0]);
        assert_ne!(after.header("etag"), before.header("etag"));
        world.join_background().await;
        let exports = world.get("actions?action=export").await.json();
        assert_eq!(exports["actions"][0]["export"], json!({ "route": "security-report", "format": "json" }));
    }
}

#[tokio::test]
async fn an_export_contains_all_rows_of_a_long_record() {
    let database = Database::sqlite();
    let world = provisioned(&database, &["a"]).await;
    // Unsigned rows are exported as well.
    let many = "with recursive n(i) as (select 4 union all select i + 1 from n where i < 2503) \
                insert into lastpass_record select i, printf('00000000-0000-7000-8000-%012d', i), 1, \
                '2026-01-01T00:00:00.000Z', 'x', 'restore', 'x@example.com', 'confirmed', 'r', '{}', x'00' from n";
    database.tamper(many).await;
    let (_, rows) = world.get("actions?format=csv").await.csv();
    assert_eq!(rows.len(), 2_501);
    assert!(rows.is_sorted_by(|newer, older| newer[0] > older[0]));
}

#[tokio::test]
async fn a_provisioner_reads_only_its_own_actions() {
    let database = Database::sqlite();
    let world = provisioned(&database, &["a"]).await;
    assert_eq!(world.post_as(PROVISIONER, "provision-user", new_user("b")).await.status, 201);
    assert_eq!(emails(&world.get_as(AUDITOR, "actions").await.json()), ["b@example.com", "a@example.com"]);
    assert_eq!(emails(&world.get_as(PROVISIONER, "actions").await.json()), ["b@example.com"]);
    world.get_as(PROVISIONER, "actions?actor=ann@example.com").await.problem(403, "forbidden");
    world.get_as(PROVISIONER, "actions?verify=true").await.problem(403, "forbidden");
    World::with(company(3), &[]).get("actions").await.problem(503, "not-configured");
}

#[tokio::test]
async fn the_tag_changes_only_when_a_row_is_added() {
    let database = Database::sqlite();
    let world = provisioned(&database, &["a"]).await;
    let first = world.get("actions").await.header("etag").to_owned();
    world.advance(TimeDelta::seconds(60));
    assert_eq!(world.get("actions").await.header("etag"), first);
    world.post("provision-user", new_user("b")).await;
    assert_ne!(world.get("actions").await.header("etag"), first);
}

on_every_database! {
    async fn secrets_can_be_rotated_and_the_old_one_signs_no_new_row(database) {
        let (old, new) = ("old-0123456789abcdef0123456789abcdef", "new-0123456789abcdef0123456789abcdef");
        let with = |secrets: &str| World::with_database(company(20), database, &[("SIGNING_SECRET", secrets)]);
        let both = format!("{new}, {old}");
        assert_eq!(with(old).post("provision-user", new_user("a")).await.status, 201);
        assert_eq!(with(&both).post("provision-user", new_user("b")).await.status, 201);
        let chain = with(&both).get("actions?verify=true").await.json()["chain"].clone();
        assert_eq!((&chain["ok"], &chain["count"]), (&json!(true), &json!(6)));
        assert_eq!(with(new).get("actions?verify=true").await.json()["chain"]["firstBad"], 1, "the old secret is needed");
        // An attacker with the old secret adds a row.
        assert_eq!(with(old).post("provision-user", new_user("c")).await.status, 201);
        assert_eq!(with(&both).get("actions?verify=true").await.json()["chain"]["firstBad"], 7);
    }
}

#[tokio::test]
async fn a_role_that_cannot_create_tables_records_in_existing_ones() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    assert_eq!(provisioned(&database, &["a"]).await.get("actions").await.status, 200);
    // Roles are shared by all databases of a server.
    let restricted = database.as_restricted_role(&documented_role()).await;
    let world = World::with_database(company(20), &restricted, &[]);
    world.advance(TimeDelta::seconds(5));
    assert_eq!(world.post("provision-user", new_user("b")).await.status, 201);
    let record = world.get("actions?verify=true").await.json();
    assert_eq!((emails(&record), &record["chain"]["ok"]), (vec!["b@example.com", "a@example.com"], &json!(true)));
    restricted.assert_refuses("delete from lastpass_record").await;
    restricted.assert_refuses("alter table lastpass_record disable trigger all").await;
}

/// The statements of docs/DEPLOY.md that create the role of the functions, here `{role}`.
pub(crate) fn documented_role() -> String {
    let document = include_str!("../docs/DEPLOY.md");
    let (_, section) = document.split_once("### A role that may only add\n").expect("the section");
    let sql = section.split_once("```sql\n").and_then(|(_, rest)| rest.split_once("\n```"));
    sql.expect("a block of SQL").0.replace("lastpass_functions", "{role}")
}
