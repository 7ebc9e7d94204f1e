//! How often a process reads LastPass: at most once per kind of data and change.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    read_after::deployment::{Carrier, Deployment},
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER},
};

/// The reads of a sequence: each shows all accounts that were created, by a list of addresses.
const READS: [(&str, &str); 8] = [
    (ADMIN, "security-report"),
    (MANAGER, "security-report"),
    (ADMIN, "users?limit=1000"),
    (ADMIN, "users?q=example"),
    (ADMIN, "groups?limit=1000"),
    (PROVISIONER, "groups?q=sales"),
    (AUDITOR, "shared-folders"),
    (AUDITOR, "audit-logs?action=employee%20account%20created&limit=1000"),
];

/// How many accounts that stories created a reply shows, if it shows accounts at all.
fn created(path: &str, reply: &Value) -> Option<usize> {
    let stat = |reply: &Value| reply["stats"]["totalUsers"].as_u64().map(|total| total as usize - 4);
    if path.starts_with("security-report") {
        return stat(reply);
    }
    if path.starts_with("groups") {
        let groups = reply["groups"].as_array().expect("groups");
        let sales = groups.iter().find(|group| group["name"] == "Sales-Team").expect("the group");
        return sales["members"].as_u64().map(|members| members as usize - 4);
    }
    if path.starts_with("audit-logs") {
        return reply["total"].as_u64().map(|total| total as usize);
    }
    reply["users"].as_array().map(|users| users.len() - 4)
}

/// One step of a sequence.
#[derive(Debug, Clone)]
enum Step {
    /// An account is created.
    Change,
    /// A read with no value, with a forged one, or with that of an earlier change.
    Read {
        read: usize,
        value: Carried,
        carrier: Carrier,
    },
    Wait {
        milliseconds: i64,
    },
}

/// The value that a read carries.
#[derive(Debug, Clone, Copy)]
enum Carried {
    None,
    Forged,
    /// Of the change so many before the last one.
    Earlier(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let value = prop_oneof![
        1 => Just(Carried::None),
        1 => Just(Carried::Forged),
        5 => (0..3_usize).prop_map(Carried::Earlier),
    ];
    let carrier = prop_oneof![Just(Carrier::Browser), Just(Carrier::Script)];
    prop_oneof![
        2 => Just(Step::Change),
        6 => (0..READS.len(), value, carrier).prop_map(|(read, value, carrier)| Step::Read { read, value, carrier }),
        2 => (0..4_000_i64).prop_map(|milliseconds| Step::Wait { milliseconds }),
    ]
}

/// Runs a sequence, with the function that changes this far ahead of the others.
async fn run(offset: TimeDelta, steps: &[Step]) {
    let writer_ahead = |name: &str| if name == "provision-user" { offset } else { TimeDelta::zero() };
    let deployment = Deployment::new(writer_ahead, &[]).await;
    let mut values: Vec<String> = Vec::new();
    // The calls that the reads of each function caused, by command.
    let mut calls: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Change => {
                let number = values.len();
                let new = json!({ "firstName": "New", "lastName": "One", "email": format!("new{number}@example.com"),
                                  "department": "Sales" });
                values.push(deployment.change(Carrier::Script, "provision-user", &new).await);
            }
            Step::Wait { milliseconds } => deployment.world.advance(TimeDelta::milliseconds(*milliseconds)),
            Step::Read { read, value, carrier } => {
                let (key, path) = READS[*read];
                let shown_at_least = match value {
                    Carried::Earlier(before) => values.len().saturating_sub(*before),
                    Carried::None | Carried::Forged => 0,
                };
                let value = match value {
                    Carried::None => None,
                    Carried::Forged => Some("forged".to_owned()),
                    Carried::Earlier(_) => shown_at_least.checked_sub(1).map(|last| values[last].clone()),
                };
                let before = deployment.world.calls_by_command();
                let reply = deployment.get(*carrier, key, path, value.as_deref()).await;
                assert_eq!(reply.status, 200, "{path}: {}", reply.text());
                deployment.function(path).join_background().await;
                count(&mut calls, path, &before, &deployment.world.calls_by_command());
                if let Some(shown) = created(path, &reply.json()) {
                    assert!(shown >= shown_at_least, "{path} shows {shown} of {shown_at_least}, {steps:?}");
                }
            }
        }
    }
    for ((function, command), count) in calls {
        // The first reading, and one for each change; the detailed folder data ends with an empty page.
        let pages = if command == "getdetailedsfdata" { 2 } else { 1 };
        assert!(count <= pages * (1 + values.len()), "{function} called {command} {count} times: {steps:?}");
    }
}

/// Adds the calls of one read to those of its function.
fn count<'a>(
    calls: &mut BTreeMap<(&'a str, String), usize>,
    path: &'a str,
    before: &HashMap<String, usize>,
    after: &HashMap<String, usize>,
) {
    let function = path.split('?').next().expect("a name");
    for (command, total) in after {
        let added = total - before.get(command).copied().unwrap_or_default();
        *calls.entry((function, command.clone())).or_default() += added;
    }
}

#[test]
fn no_sequence_of_requests_reads_more_than_once_per_change() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() };
    let offsets = prop_oneof![Just(0), Just(20), Just(-20), Just(30_000), Just(-30_000)];
    let sequences = (offsets, vec(step(), 10..30));
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&sequences, |(offset, steps)| {
            runtime.block_on(run(TimeDelta::milliseconds(offset), &steps));
            Ok(())
        })
        .expect("every sequence holds");
}

#[tokio::test]
async fn the_same_value_causes_one_reading_of_each_kind_in_each_process() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &[]).await;
    let body = json!({ "email": "colleague@example.com", "action": "deactivate" });
    let value = deployment.change(Carrier::Script, "users", &body).await;
    for (key, path) in READS {
        deployment.get(Carrier::Script, key, path, Some(&value)).await;
    }
    let calls = deployment.world.calls_by_command();
    for _ in 0..3 {
        for carrier in Carrier::ALL {
            for (key, path) in READS {
                deployment.get(carrier, key, path, Some(&value)).await;
            }
        }
        deployment.world.advance(TimeDelta::seconds(20));
    }
    assert_eq!(deployment.world.calls_by_command(), calls);
}
