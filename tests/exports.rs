//! Exports: each is recorded.

use chrono::TimeDelta;
use http::Request;
use serde_json::json;

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, AUDITOR, World, company},
};

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
