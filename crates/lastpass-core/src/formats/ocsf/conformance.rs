//! Whether events are what the schema asks for: every action, every curated event, and whatever LastPass may write.

use std::{net::IpAddr, sync::LazyLock};

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    audit::{EventAction, ParsedEvent, Severity},
    domain::{Event, EventFields, EventId},
    formats::ocsf::{VERSION, event},
};

/// The part of the schema that our classes use, of `tests/samples/ocsf`.
struct Schema(Value);

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let schema = include_str!("../../../../../tests/samples/ocsf/1.5.0.json");
    Schema(serde_json::from_str(schema).expect("the schema is JSON"))
});

impl Schema {
    /// What is wrong with an event.
    fn faults(&self, event: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let class = &self.0["classes"][event["class_uid"].to_string()];
        let profiles = event["metadata"]["profiles"].as_array().cloned().unwrap_or_default();
        match event.as_object() {
            Some(members) if class.is_object() => self.check("", class, members, &profiles, &mut faults),
            Some(_) | None => faults.push("is of no known class".to_owned()),
        }
        let number = |name: &str| event[name].as_u64().unwrap_or_default();
        if number("type_uid") != number("class_uid") * 100 + number("activity_id") {
            faults.push("type_uid is not made of the others".to_owned());
        }
        if event["metadata"]["version"] != self.0["version"] {
            faults.push("is of another version".to_owned());
        }
        faults
    }

    /// Checks a class or an object, of which `definition` tells the attributes.
    fn check(
        &self,
        path: &str,
        definition: &Value,
        members: &Map<String, Value>,
        profiles: &[Value],
        faults: &mut Vec<String>,
    ) {
        let attributes = definition["attributes"].as_object().expect("a definition has attributes");
        for (name, attribute) in attributes {
            let applies = attribute.get("profile").is_none_or(|profile| profiles.contains(profile));
            if applies && attribute["requirement"] == "required" && !members.contains_key(name) {
                faults.push(format!("{path}{name} is missing"));
            }
            if !applies && members.contains_key(name) {
                faults.push(format!("{path}{name} is of a profile that is not named"));
            }
        }
        for (rule, names) in definition["constraints"].as_object().into_iter().flatten() {
            assert_eq!(rule, "at_least_one", "no other constraint is in the copy");
            if !names.as_array().expect("names").iter().any(|name| members.contains_key(name.as_str().unwrap_or(""))) {
                faults.push(format!("{path} has none of {names}"));
            }
        }
        for (name, value) in members {
            let path = format!("{path}{name}");
            match attributes.get(name) {
                None => faults.push(format!("{path} is unknown")),
                Some(attribute) if attribute["is_array"] == true => match value.as_array() {
                    Some(values) if !values.is_empty() => {
                        values.iter().for_each(|value| self.check_value(&path, attribute, value, profiles, faults));
                    }
                    Some(_) | None => faults.push(format!("{path} is no array of something")),
                },
                Some(attribute) => {
                    self.check_value(&path, attribute, value, profiles, faults);
                    faults.extend(fault_of_sibling(&path, attribute, value, members));
                }
            }
        }
    }

    fn check_value(&self, path: &str, attribute: &Value, value: &Value, profiles: &[Value], faults: &mut Vec<String>) {
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        let is_right = match attribute["type"].as_str().expect("an attribute has a type") {
            "json_t" => true,
            "object_t" => match (attribute["object_type"].as_str(), value.as_object()) {
                // Its attributes are ours to choose.
                (Some("object"), Some(members)) => !members.is_empty(),
                (Some(object), Some(members)) => {
                    let definition = &self.0["objects"][object];
                    if definition.is_object() {
                        self.check(&format!("{path}."), definition, members, profiles, faults);
                    }
                    // The copy has each object that we write.
                    definition.is_object()
                }
                _ => false,
            },
            "integer_t" | "long_t" | "timestamp_t" => value.is_i64() || value.is_u64(),
            "boolean_t" => value.is_boolean(),
            "ip_t" => text.is_some_and(|text| text.parse::<IpAddr>().is_ok()),
            "email_t" => text.is_some_and(|text| text.split_once('@').is_some_and(|(_, domain)| domain.contains('.'))),
            "string_t" | "username_t" | "resource_uid_t" => text.is_some(),
            other => panic!("{path}: {other} has to be checked here first"),
        };
        let numbers = attribute["enum"].as_object();
        if !is_right || numbers.is_some_and(|numbers| !numbers.contains_key(&value.to_string())) {
            faults.push(format!("{path} is {value}"));
        }
    }
}

/// A number has its name beside it, and that of the schema unless it is the one for all others.
fn fault_of_sibling(path: &str, attribute: &Value, value: &Value, members: &Map<String, Value>) -> Option<String> {
    let caption = attribute["enum"].get(value.to_string())?;
    let sibling = attribute["sibling"].as_str()?;
    let name = members.get(sibling);
    let is_named = if *value == 99 { name.is_some() } else { name == Some(caption) };
    (!is_named).then(|| format!("{path} is {value}, and {sibling} is {name:?}"))
}

fn happened(username: &str, ip_address: &str, action: &str, data: &str) -> Event {
    let fields = EventFields { time: "2026-11-24 07:00:00", username, ip_address, action, data };
    Event::new(EventId([7; 12]), DateTime::UNIX_EPOCH, true, fields)
}

fn written(event_of_log: &Event, severity: Option<Severity>) -> Value {
    serde_json::to_value(event(&ParsedEvent::new(event_of_log), severity)).expect("an event is JSON")
}

/// The events of Elastic's curated log, as JSON.
fn sample_log() -> Vec<Value> {
    let log = include_str!("../../../../../tests/samples/elastic/test-event-report.log");
    let event = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let field = |name: &str| line[name].as_str().expect("five texts").to_owned();
        written(&happened(&field("Username"), &field("IP_Address"), &field("Action"), &field("Data")), None)
    };
    log.lines().map(event).collect()
}

/// `Data` in all of its known forms.
const DATA: [&str; 16] = [
    "",
    "ann@example.com",
    "ann@example.com,bob@example.com,carol",
    "'Sales'",
    "'Sales' to 'Trade'",
    "'Sales' 'ann@example.com'",
    "ann@example.com - Sales",
    "'Shared-Ops' 'Shared-IT'",
    "'Shared-Ops' 'ann@example.com' 'Read only:no Admin:no Hide PW:no'",
    "ann@example.com-Shared-Ops",
    "a.example, b.example,",
    "VID: 1234567890123456789 from Shared-Ops",
    "Secure Note (Wi-Fi) from Shared-Ops",
    "Length of site passwords New value: 12",
    "LastPass via Chrome v4.134.0",
    "Initiated by API: ours",
];

#[test]
fn every_action_with_every_form_of_data_conforms() {
    assert_eq!(SCHEMA.0["version"], VERSION);
    let strangers = ["Disabled Passkey", "Danced", "ログイン", ""];
    for action in EventAction::names().chain(strangers) {
        for data in DATA {
            for (user, ip) in [("ann@example.com", "10.0.0.1"), ("", ""), ("API: ours", "::1"), ("ann", "unknown")] {
                let event = written(&happened(user, ip, action, data), Some(Severity::Medium));
                assert_eq!(SCHEMA.faults(&event), [""; 0], "{event:#}");
            }
        }
    }
}

#[test]
fn the_curated_log_conforms_and_all_of_it_has_a_class() {
    let events = sample_log();
    assert_eq!(events.len(), 94);
    for event in events {
        assert_eq!(SCHEMA.faults(&event), [""; 0], "{event:#}");
        assert_ne!(event["class_uid"], 0, "{event:#}");
    }
}

#[test]
fn the_check_finds_faults() {
    let good = written(&happened("ann@example.com", "10.0.0.1", "SAML login", "a.example"), None);
    let check = |pointer: &str, value: Value, expected: &str| {
        let mut event = good.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let members = event.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        if value.is_null() {
            members.remove(name)
        } else {
            members.insert(name.to_owned(), value)
        };
        let faults = SCHEMA.faults(&event).join("; ");
        assert!(faults.contains(expected), "{pointer}: {faults}");
    };
    check("/user", Value::Null, "user is missing");
    check("/service", Value::Null, "has none of");
    check("/user/name", json!(" "), "user.name is");
    check("/user/colour", json!("red"), "user.colour is unknown");
    check("/user", json!([]), "user is []");
    check("/metadata/profiles", json!([]), "metadata.profiles is no array");
    check("/device", json!({"name": "x"}), "device is of a profile");
    check("/src_endpoint/ip", json!("10.0.0"), "src_endpoint.ip is");
    check("/time", json!("now"), "time is");
    check("/activity_id", json!(98), "activity_id is 98");
    check("/activity_id", json!(2), "type_uid is not made of the others");
    check("/severity", json!("Grave"), "severity_id is 1, and severity");
    check("/class_uid", json!(3009), "is of no known class");
    check("/metadata/version", json!("1.1.0"), "is of another version");
}

proptest! {
    #[test]
    fn whatever_lastpass_writes_conforms(
        action in prop::sample::select(EventAction::names().collect::<Vec<_>>()),
        user in "|API|API: x|ann@example\\.com|.{0,8}",
        ip in "|10\\.0\\.0\\.1|fe80::1%eth0|.{0,8}",
        pieces in prop::collection::vec(prop::sample::select(DATA.to_vec()), 0..3),
        rest in ".{0,8}",
    ) {
        let event = written(&happened(&user, &ip, action, &(pieces.concat() + &rest)), None);
        prop_assert_eq!(SCHEMA.faults(&event), [""; 0], "{:#}", event);
    }
}
