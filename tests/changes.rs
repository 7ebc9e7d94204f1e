//! Provisioning, off-boarding and memberships, and the record of them.

use serde_json::{Value, json};

use crate::{
    database::{Database, Kind},
    world::{World, company},
};

/// Tells a story on every database that is installed.
macro_rules! on_every_database {
    ($(#[$meta:meta])* async fn $name:ident($database:ident: &Database) $story:block) => {
        $(#[$meta])*
        #[tokio::test]
        async fn $name() {
            async fn story($database: &Database) $story
            for kind in Kind::ALL {
                if let Some(database) = kind.empty().await {
                    story(&database).await;
                }
            }
        }
    };
}

fn ann() -> Value {
    json!({ "firstName": "Ann", "lastName": "Lee", "email": "Ann.Lee@example.com", "department": "Sales" })
}

on_every_database! {
    async fn a_new_person_gets_one_account_and_one_invitation(database: &Database) {
        let world = World::recording(company(50), database, &[]);
        let first = world.post_once("k1", "provision-user", ann()).await;
        let reply = first.json();
        assert_eq!(first.status, 201, "{reply}");
        assert_eq!(reply["user"], json!({ "email": "ann.lee@example.com", "name": "Ann Lee", "department": "Sales" }));
        assert_eq!(reply["groups"], json!({ "added": ["Sales-Team"], "removed": [], "failed": [] }));
        let states: Vec<_> = reply["steps"].as_array().expect("steps").iter().map(|step| step["state"].clone()).collect();
        assert_eq!(states, ["confirmed", "confirmed"]);

        let again = world.post_once("k1", "provision-user", ann()).await;
        assert_eq!((again.status.as_u16(), &again.json()["actionId"]), (201, &reply["actionId"]));
        world.post_once("k2", "provision-user", ann()).await.problem(409, "already-exists");
        let other = json!({ "firstName": "Bob", "lastName": "Lee", "email": "ann.lee@example.com", "department": "Sales" });
        world.post_once("k1", "provision-user", other).await.problem(422, "key-reused");
        assert_eq!(world.sim.mails().len(), 1);

        let record = world.get("actions?verify=true").await.json();
        assert_eq!(record["actions"].as_array().map(Vec::len), Some(1));
        assert_eq!(record["actions"][0]["outcome"], "confirmed");
        assert_eq!(record["chain"]["ok"], true, "{record}");
    }
}
