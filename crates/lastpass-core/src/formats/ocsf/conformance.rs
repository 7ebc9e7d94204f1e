//! Whether events conform to OCSF's schema: every action, the curated log, and arbitrary text from LastPass.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::DateTime;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    audit::{EventAction, ParsedEvent, Severity},
    domain::{Event, EventFields, EventId},
    formats::ocsf::{OcsfEvent, metadata::VERSION},
};

/// The copy of OCSF's metaschema export in `tests/samples/ocsf`.
static METASCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../../../tests/samples/ocsf/1.5.0.json");
    serde_json::from_str(text).expect("the schema is JSON")
});

/// A validator for each class and each list of profiles.
static VALIDATORS: LazyLock<BTreeMap<(String, String), Validator>> = LazyLock::new(|| {
    let classes = METASCHEMA["classes"].as_object().expect("classes");
    let profiles = [json!([]), json!(["host"])];
    let pairs = classes.iter().flat_map(|class| profiles.iter().map(move |profiles| (class, profiles)));
    pairs
        .map(|((uid, class), profiles)| {
            let schema = class_schema(uid, class, profiles.as_array().expect("names"));
            let options = jsonschema::options().should_validate_formats(true);
            ((uid.clone(), profiles.to_string()), options.build(&schema).expect("a JSON Schema"))
        })
        .collect()
});

/// The errors of an event, each with the path of the value.
fn errors(event: &Value) -> Vec<String> {
    let profiles = event["metadata"].get("profiles").cloned().unwrap_or_else(|| json!([]));
    match VALIDATORS.get(&(event["class_uid"].to_string(), profiles.to_string())) {
        Some(validator) => {
            validator.iter_errors(event).map(|error| format!("{}: {error}", error.instance_path())).collect()
        }
        None => vec![format!("no class {} with profiles {profiles}", event["class_uid"])],
    }
}

/// The JSON Schema of a class: its attributes, and the rules that hold across them.
fn class_schema(uid: &str, class: &Value, profiles: &[Value]) -> Value {
    let uid: u64 = uid.parse().expect("a number");
    let mut schema = object_schema(class, profiles);
    let activities = class["attributes"]["activity_id"]["enum"].as_object().expect("activities");
    let type_uids = activities.keys().map(|activity| {
        let activity: u64 = activity.parse().expect("a number");
        when("activity_id", &json!(activity), json!({"properties": {"type_uid": {"const": uid * 100 + activity}}}))
    });
    let version = json!({"properties": {"metadata": {"properties": {"version": {"const": METASCHEMA["version"]}}}}});
    let rules = schema["allOf"].as_array_mut().expect("rules");
    rules.extend(type_uids.chain([version]));
    let objects = METASCHEMA["objects"].as_object().expect("objects");
    let definitions: Map<_, _> =
        objects.iter().map(|(name, object)| (name.clone(), object_schema(object, profiles))).collect();
    schema["$defs"] = definitions.into();
    schema
}

/// The JSON Schema of a class or object. Attributes of other profiles are not allowed.
fn object_schema(definition: &Value, profiles: &[Value]) -> Value {
    let attributes = definition["attributes"].as_object().expect("a definition has attributes");
    let allowed = attributes
        .iter()
        .filter(|(_, attribute)| attribute.get("profile").is_none_or(|profile| profiles.contains(profile)));
    let (mut properties, mut required, mut rules) = (Map::new(), Vec::new(), Vec::new());
    for (name, attribute) in allowed {
        properties.insert(name.clone(), attribute_schema(attribute));
        if attribute["requirement"] == "required" {
            required.push(name);
        }
        rules.extend(sibling_rules(name, attribute));
    }
    for (constraint, names) in definition["constraints"].as_object().into_iter().flatten() {
        assert_eq!(constraint, "at_least_one", "the copy has no other constraint");
        let names = names.as_array().expect("names");
        rules.push(json!({"anyOf": names.iter().map(|name| json!({"required": [name]})).collect::<Vec<_>>()}));
    }
    let mut schema =
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    if !rules.is_empty() {
        schema["allOf"] = rules.into();
    }
    schema
}

fn attribute_schema(attribute: &Value) -> Value {
    let value = value_schema(attribute);
    if attribute["is_array"] == true { json!({"type": "array", "minItems": 1, "items": value}) } else { value }
}

fn value_schema(attribute: &Value) -> Value {
    let mut schema = match attribute["type"].as_str().expect("an attribute has a type") {
        "json_t" => json!({}),
        "object_t" => match attribute["object_type"].as_str().expect("an object has a type") {
            // Its attributes are ours to choose.
            "object" => json!({"type": "object", "minProperties": 1}),
            object if METASCHEMA["objects"].get(object).is_some() => json!({"$ref": format!("#/$defs/{object}")}),
            // The copy has each object that we write.
            _ => json!(false),
        },
        "integer_t" | "long_t" | "timestamp_t" => json!({"type": "integer"}),
        "boolean_t" => json!({"type": "boolean"}),
        "ip_t" => json!({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
        "email_t" => json!({"type": "string", "pattern": r"@[\s\S]*\."}),
        // JSON Schema counts U+FEFF as white space, Unicode and `str::trim` do not.
        "string_t" | "username_t" | "resource_uid_t" => json!({"type": "string", "pattern": r"[\S\uFEFF]"}),
        // No event has an attribute of these types.
        "hostname_t" | "mac_t" | "url_t" => json!(false),
        "port_t" => json!({"type": "integer", "minimum": 0, "maximum": 65_535}),
        other => panic!("{other} has no JSON Schema here"),
    };
    if let Some(values) = attribute["enum"].as_object() {
        schema["enum"] = values.keys().map(|value| number(value)).collect();
    }
    schema
}

/// The sibling of a listed number is its name: the schema's own, or any name for 99, the number of all others.
fn sibling_rules(name: &str, attribute: &Value) -> Vec<Value> {
    let (Some(captions), Some(sibling)) = (attribute["enum"].as_object(), attribute["sibling"].as_str()) else {
        return Vec::new();
    };
    let rule = |(value, caption): (&String, &Value)| {
        let caption = if value == "99" { json!({}) } else { json!({"const": caption}) };
        when(name, &number(value), json!({"required": [sibling], "properties": {sibling: caption}}))
    };
    captions.iter().map(rule).collect()
}

/// The rule `then` for objects in which an attribute has a value.
fn when(attribute: &str, value: &Value, then: Value) -> Value {
    json!({"if": {"properties": {attribute: {"const": value}}, "required": [attribute]}, "then": then})
}

fn number(text: &str) -> Value {
    text.parse::<i64>().expect("enumerated attributes are numbers").into()
}

fn lastpass_event(username: &str, ip_address: &str, action: &str, data: &str) -> Event {
    let fields = EventFields { time: "2026-11-24 07:00:00", username, ip_address, action, data };
    Event::new(EventId([7; 12]), DateTime::UNIX_EPOCH, true, fields)
}

fn ocsf(event: &Event, severity: Option<Severity>) -> Value {
    serde_json::to_value(OcsfEvent::of(&ParsedEvent::new(event), severity)).expect("an event is JSON")
}

/// The events of Elastic's curated log.
fn curated_log() -> Vec<Value> {
    let log = include_str!("../../../../../tests/samples/elastic/test-event-report.log");
    let event = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let field = |name: &str| line[name].as_str().expect("five texts").to_owned();
        ocsf(&lastpass_event(&field("Username"), &field("IP_Address"), &field("Action"), &field("Data")), None)
    };
    log.lines().map(event).collect()
}

/// `Data` in all known formats.
const DATA: [&str; 20] = [
    "",
    "ann@example.com",
    "ann@example.com,bob@example.com,carol",
    "'Sales'",
    "'Sales' to 'Trade'",
    "'Sales' 'ann@example.com'",
    "'Sales' 'pat.o'brien@acme.test,ann@example.com'",
    "ann@example.com - Sales",
    "'Shared-Ops' 'Shared-IT'",
    "'Shared-Ops' 'Domain Users' 'Read only:no Admin:no Hide PW:no'",
    "Shared-Ops ann@example.com",
    "a.example from Shared-Ops",
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
fn every_action_with_every_format_of_data_conforms() {
    assert_eq!(METASCHEMA["version"], VERSION);
    let unknown = ["Disabled Passkey", "Teleported", "ログイン", ""];
    for action in EventAction::names().chain(unknown) {
        for data in DATA {
            for (user, ip) in [
                ("ann@example.com", "10.0.0.1:51234"),
                ("", ""),
                ("API: ours", "[2001:db8::1]:443"),
                ("pat.o'brien@acme.test", "::ffff:10.0.0.1"),
                ("ann", "unknown"),
            ] {
                let event = ocsf(&lastpass_event(user, ip, action, data), Some(Severity::Medium));
                assert_eq!(errors(&event), [""; 0], "{event:#}");
            }
        }
    }
}

#[test]
fn every_event_of_the_curated_log_conforms_and_has_a_class() {
    let events = curated_log();
    assert_eq!(events.len(), 94);
    for event in events {
        assert_eq!(errors(&event), [""; 0], "{event:#}");
        assert_ne!(event["class_uid"], 0, "{event:#}");
    }
}

#[test]
fn an_event_that_does_not_conform_is_rejected() {
    let valid = ocsf(&lastpass_event("ann@example.com", "10.0.0.1", "SAML login", "a.example"), None);
    assert_eq!(errors(&valid), [""; 0]);
    let check = |pointer: &str, value: Value, expected: &str| {
        let mut event = valid.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let members = event.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        if value.is_null() {
            members.remove(name)
        } else {
            members.insert(name.to_owned(), value)
        };
        let errors = errors(&event);
        assert!(errors.iter().any(|error| error.contains(expected)), "{pointer}: {errors:#?}");
    };
    check("/user", Value::Null, r#": "user" is a required property"#);
    check("/service", Value::Null, "is not valid under any of the schemas listed in the 'anyOf' keyword");
    check("/user/name", json!(" "), r#"/user/name: " " does not match"#);
    check("/user/colour", json!("red"), "/user: Additional properties are not allowed ('colour' was unexpected)");
    check("/user", json!([]), r#"/user: [] is not of type "object""#);
    check("/user/email_addr", json!("ann@example"), r#"/user/email_addr: "ann@example" does not match"#);
    check("/metadata/profiles", json!([]), "/metadata/profiles: [] has less than 1 item");
    check("/device", json!({"name": "x"}), ": Additional properties are not allowed ('device' was unexpected)");
    check("/src_endpoint/ip", json!("10.0.0"), r#"/src_endpoint/ip: "10.0.0" is not valid under any of the schemas"#);
    check("/time", json!("now"), r#"/time: "now" is not of type "integer""#);
    check("/activity_id", json!(98), "/activity_id: 98 is not one of");
    check("/activity_id", json!(2), "/type_uid: 300202 was expected");
    check("/severity", json!("Grave"), r#"/severity: "Informational" was expected"#);
    check("/severity", Value::Null, r#": "severity" is a required property"#);
    check("/class_uid", json!(3009), "no class 3009");
    check("/metadata/profiles", json!(["cloud"]), r#"with profiles ["cloud"]"#);
    check("/metadata/version", json!("1.1.0"), r#"/metadata/version: "1.5.0" was expected"#);
}

proptest! {
    #[test]
    fn arbitrary_text_from_lastpass_conforms(
        action in prop::sample::select(EventAction::names().collect::<Vec<_>>()),
        user in "|API|API: x|ann@example\\.com|.{0,8}",
        ip in "|10\\.0\\.0\\.1(:[0-9]{1,6})?|\\[::1\\]:[0-9]{1,6}|fe80::1%eth0|.{0,8}",
        pieces in prop::collection::vec(prop::sample::select(DATA.to_vec()), 0..3),
        rest in ".{0,8}",
    ) {
        let event = ocsf(&lastpass_event(&user, &ip, action, &(pieces.concat() + &rest)), None);
        prop_assert_eq!(errors(&event), [""; 0], "{:#}", event);
    }
}
