//! A function whose clock is not LastPass's.

use chrono::TimeDelta;
use serde_json::json;

use crate::{companies::with_leaver, database::Database, world::World};

#[tokio::test]
async fn a_function_whose_clock_is_behind_that_of_lastpass_shows_the_event_of_an_own_change() {
    for milliseconds in [-20, -30_000, -59_000] {
        let database = Database::sqlite();
        let world = World::with_database(with_leaver(), &database, &[]);
        let behind = world.instance_with_clock_offset(&database, TimeDelta::milliseconds(milliseconds), &[]);
        world.advance(TimeDelta::seconds(5));
        let deactivate = json!({ "email": "colleague@example.com", "action": "deactivate" });
        assert_eq!(behind.post("users", deactivate).await.status, 200);
        let list = behind.get("audit-logs?target=colleague@example.com").await.json();
        assert_eq!(list["total"], 1, "{milliseconds}");
        assert!(list["events"][0]["timestamp"].as_str() < list["meta"]["to"].as_str(), "{milliseconds}: {list}");
        let user = behind.get("users?id=3").await.json();
        assert_eq!(user["user"]["events"].as_array().map(Vec::len), Some(1), "{milliseconds}");
        let from = (world.now() - TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ");
        let since = behind.get(&format!("audit-logs?target=colleague@example.com&from={from}")).await.json();
        assert_eq!(since["total"], 1, "{milliseconds}");
    }
}
