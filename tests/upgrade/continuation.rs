//! How the content of the database continues: repeated keys and open actions.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::{
    upgrade::{
        changes::{act, company_as_json, provision, whole_record},
        script::{self, REFUSAL},
    },
    world::{TestResponse, World},
};

/// Repeats every request, and sends what ends the actions that are open. Returns the replies, what was sent to
/// LastPass, and the company after it.
pub(crate) async fn continue_all(world: &World) -> Value {
    let owners = owners(&whole_record(world).await);
    let mut repeated = Map::new();
    for (request, _) in script::ended() {
        let response = request.send(world).await;
        if request.name == "refused" {
            assert!(response.text().contains(REFUSAL), "the text of LastPass is kept: {}", response.text());
        }
        repeated.insert(request.name.to_owned(), shown(&response, &owners));
        // Every key has one body, also a released key that belongs to a new action now.
        let altered = request.clone().altered().send(world).await;
        assert_eq!(altered.status, 422, "{}: {}", request.name, altered.text());
    }

    let open = script::open();
    let mut at_once = Map::new();
    for (request, _) in &open {
        let request = match request.name {
            // The next request ends an action without a key, then begins its own.
            "keyless" => act("keyless", "restore"),
            // The build waits some seconds for what LastPass accepted: only once, a minute later.
            "warned" | "vanished" => continue,
            _ => request.clone(),
        };
        at_once.insert(request.name.to_owned(), shown(&request.send(world).await, &owners));
        assert_eq!(request.clone().altered().send(world).await.status, 422, "{}", request.name);
    }
    world.advance(TimeDelta::seconds(61));
    let mut later = Map::new();
    for (request, _) in open.iter().filter(|(request, _)| request.name != "keyless") {
        later.insert(request.name.to_owned(), shown(&request.send(world).await, &owners));
    }
    later.insert("new".to_owned(), shown(&provision("new").send(world).await, &owners));

    let calls = world.sim.calls().into_iter().filter(|call| !call.command.starts_with("get"));
    let mut sent: Vec<_> = calls.map(|call| format!("{} {}", call.command, call.usernames.join(" "))).collect();
    sent.sort();
    json!({ "repeated": repeated, "atOnce": at_once, "aMinuteLater": later, "sent": sent, "company": company_as_json(world) })
}

/// The address of the user of each action.
fn owners(record: &Value) -> HashMap<String, Value> {
    let actions = record["actions"].as_array().expect("actions").iter();
    actions.map(|action| (action["id"].as_str().expect("an id").to_owned(), action["email"].clone())).collect()
}

/// The comparable members of a reply to a change. Ids and times differ from run to run: a known action's id is replaced by
/// its user's address, and any other by `new`.
fn shown(response: &TestResponse, owners: &HashMap<String, Value>) -> Value {
    let reply = response.json();
    let mut shown = json!({
        "status": response.status.as_u16(),
        "replayed": response.header("idempotency-replayed") == "true",
    });
    for name in ["success", "user", "invitation", "dryRun", "impact"] {
        if let Some(value) = reply.get(name) {
            shown[name] = value.clone();
        }
    }
    if let Some(id) = reply.get("actionId").and_then(Value::as_str) {
        shown["actionId"] = owners.get(id).cloned().unwrap_or_else(|| json!("new"));
    }
    if let Some(groups) = reply.get("groups") {
        let failed = groups["failed"].as_array().expect("groups").iter().map(|group| group["name"].clone());
        shown["groups"] =
            json!({ "added": groups["added"], "removed": groups["removed"], "failed": failed.collect::<Vec<_>>() });
    }
    if let Some(Value::Array(steps)) = reply.get("steps") {
        let mut steps = steps.clone();
        for step in &mut steps {
            step.as_object_mut().expect("a step").remove("at");
        }
        shown["steps"] = Value::Array(steps);
    }
    shown
}

/// The members of the old value that the new one lacks or changes.
pub(crate) fn differences(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(String::new(), old, new, &mut found);
    found
}

fn compare(path: String, old: &Value, new: &Value, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                let path = format!("{path}/{name}");
                match new.get(name) {
                    Some(new) => compare(path, value, new, found),
                    None => found.push(format!("{path}: is missing")),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                compare(format!("{path}/{place}"), old, new, found);
            }
        }
        _ if old == new => {}
        _ => found.push(format!("{path}: was {old}, is {new}")),
    }
}
