//! Exports: files that a spreadsheet opens safely, each of which is recorded.

use chrono::TimeDelta;
use http::Request;
use serde_json::{Value, json};

use crate::{
    companies::{with_formulas, with_separators},
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, AUDITOR, World, company, new_user},
};

#[tokio::test]
async fn no_cell_of_a_csv_file_is_run_as_a_formula_whatever_the_list_separator() {
    for company in [with_formulas(), with_separators()] {
        let database = Database::sqlite();
        let world = World::with_database(company, &database, &[("KNOWN_GROUPS", r#"["New;=1"]"#)]);
        let mut body = new_user("new");
        body["manager"] = "Ann;=1+1".into();
        body["additionalGroups"] = json!(["New;=1"]);
        assert_eq!(world.post("provision-user", body).await.status, 201);
        for route in ["audit-logs", "security-report", "shared-folders", "actions"] {
            let response = world.get(&format!("{route}?format=csv")).await;
            assert!(!response.csv().1.is_empty(), "{route}");
            for separator in [b',', b';', b'\t'] {
                for cell in response.csv_split_at(separator).iter().flatten() {
                    let is_formula =
                        cell.trim_start().starts_with(['=', '+', '-', '@', '＝']) || cell.starts_with('\t');
                    assert!(!is_formula, "{route} split at {:?}: {cell}", char::from(separator));
                }
            }
        }
    }
}

#[tokio::test]
async fn joined_lists_come_apart_into_the_same_names() {
    let world = World::new(with_separators());
    // A backslash makes the next character part of a name.
    let split = |cell: &str| {
        let escaped = cell.replace("\\\\", "\u{1}").replace("\\;", "\u{2}");
        let names = escaped.split("; ").map(|name| name.replace('\\', "").replace('\u{1}', "\\").replace('\u{2}', ";"));
        Value::from_iter(names)
    };
    let column = |columns: &[String], name: &str| columns.iter().position(|column| column == name).expect("a column");
    let (columns, rows) = world.get("security-report?format=csv").await.csv();
    let report = world.get("security-report").await.json();
    assert_eq!(split(&rows[0][column(&columns, "groups")]), report["users"][0]["groups"]);
    let (columns, rows) = world.get("shared-folders?format=csv").await.csv();
    let folder = world.get("shared-folders?id=7").await.json();
    for list in ["groups", "sites"] {
        assert_eq!(split(&rows[0][column(&columns, list)]), folder["folder"]["people"][0][list]);
    }
}

on_every_database! {
    async fn each_export_is_recorded_and_a_head_request_is_not(database) {
        const EXPORTS: [(&str, &str, &str, &str); 5] = [
            (AUDITOR, "audit-logs?format=csv", "audit-logs", "csv"),
            (AUDITOR, "audit-logs?format=ndjson", "audit-logs", "ndjson"),
            (ADMIN, "security-report", "security-report", "json"),
            (AUDITOR, "actions?format=csv", "actions", "csv"),
            (AUDITOR, "shared-folders?format=csv", "shared-folders", "csv"),
        ];
        let world = World::with_database(company(5), database, &[("KNOWN_GROUPS", "A")]);
        // The first change creates the tables.
        let change = json!({ "email": "missing@example.com", "add": ["A"] });
        world.post("groups", change).await.problem(404, "unknown-user");
        for (key, path, _, _) in EXPORTS {
            let head = Request::head(format!("/api/{path}")).header("x-api-key", key);
            assert_eq!(world.send(head).await.status, 200, "{path}");
        }
        world.join_background().await;
        assert_eq!(world.get("actions").await.json()["actions"], json!([]));
        for (number, (key, path, route, format)) in EXPORTS.into_iter().enumerate() {
            world.advance(TimeDelta::seconds(5));
            assert_eq!(world.get_as(key, path).await.status, 200, "{path}");
            world.join_background().await;
            let exports = world.get("actions?action=export").await.json()["actions"].clone();
            assert_eq!(exports.as_array().map(Vec::len), Some(number + 1), "{path}");
            assert_eq!(exports[0]["export"], json!({ "route": route, "format": format }));
        }
    }
}
