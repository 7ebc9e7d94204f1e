//! The list of groups: names, members, filters and pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    companies::with_groups,
    world::{PROVISIONER, World, company},
};

const SETTINGS: [(&str, &str); 3] = [
    ("DEPARTMENT_GROUPS", "Sales=Sales-Team;HR=HR-Team"),
    ("ROLE_GROUPS", "admin=domain admins;auditor=Compliance"),
    ("KNOWN_GROUPS", "vpn, Printers"),
];

#[tokio::test]
async fn groups_come_from_lastpass_and_the_settings_with_the_spelling_of_lastpass() {
    for dialect in ["enterprise", "guide"] {
        let world = World::with(with_groups(), &[&SETTINGS[..], &[("LASTPASS_API_DIALECT", dialect)]].concat());
        let group = |name: &str, users: &[&str], department: Value, role: Value| {
            let members = if users.is_empty() { Value::Null } else { json!(users.len()) };
            json!({ "name": name, "members": members, "users": users, "department": department, "role": role })
        };
        assert_eq!(
            world.get("groups").await.json(),
            json!({
                "groups": [
                    group("Compliance", &[], Value::Null, json!("auditor")),
                    group("Domain Admins", &["cy@example.com"], Value::Null, json!("admin")),
                    group("HR-Team", &[], json!("HR"), Value::Null),
                    group("Printers", &[], Value::Null, Value::Null),
                    group("sales-TEAM", &["ann@example.com"], json!("Sales"), Value::Null),
                    group("VPN", &["ann@example.com", "bob@example.com"], Value::Null, Value::Null),
                ],
                "total": 6,
                "nextCursor": null,
                "meta": {
                    "asOf": "2026-11-24T12:00:00Z", "source": "lastpass", "stale": false, "warnings": [],
                    "unavailable": [
                        { "field": "groups.members", "reason": "LastPass does not list a group without members" },
                    ],
                },
            }),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn a_provisioner_reads_groups_without_members() {
    let world = World::with(with_groups(), &SETTINGS);
    let response = world.get_as(PROVISIONER, "groups").await;
    let list = response.json();
    let names: Vec<_> = list["groups"].as_array().expect("groups").iter().map(|group| &group["name"]).collect();
    assert_eq!(names, ["Compliance", "Domain Admins", "HR-Team", "Printers", "sales-TEAM", "VPN"]);
    assert!(list["groups"].as_array().expect("groups").iter().all(|group| group.get("users").is_none()));
    assert!(!response.text().contains('@'));
}

#[tokio::test]
async fn groups_are_paged_and_filtered_by_name() {
    let world = World::with(with_groups(), &SETTINGS);
    let groups = world.all_pages("groups?limit=2", "groups").await;
    let names: Vec<_> = groups.iter().map(|group| &group["name"]).collect();
    assert_eq!(names, ["Compliance", "Domain Admins", "HR-Team", "Printers", "sales-TEAM", "VPN"]);
    let found = world.get("groups?q=TEAM").await.json();
    assert_eq!(found["groups"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn members_equal_those_of_the_report() {
    let world = World::new(company(300));
    let report = world.get("security-report?sort=email").await.json();
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for user in report["users"].as_array().expect("users") {
        for group in user["groups"].as_array().expect("groups") {
            let email = user["email"].as_str().expect("an address").to_owned();
            expected.entry(group.as_str().expect("a name").to_owned()).or_default().insert(email);
        }
    }
    let list = world.get("groups?limit=1000").await.json();
    for group in list["groups"].as_array().expect("groups") {
        let users = group["users"].as_array().expect("users").iter();
        let users: BTreeSet<_> = users.map(|user| user.as_str().expect("an address").to_owned()).collect();
        let known = expected.remove(group["name"].as_str().expect("a name"));
        assert_eq!(group["members"].as_u64(), known.as_ref().map(|known| known.len() as u64));
        assert_eq!(users, known.unwrap_or_default());
    }
    assert!(expected.is_empty(), "{expected:?} are in no group of the list");
    assert_eq!(world.calls_by_command()["getuserdata"], 1);
}
