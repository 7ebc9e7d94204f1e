//! An event of LastPass's log in the Open Cybersecurity Schema Framework. Knows what all of its classes share.
//!
//! The schema: <https://schema.ocsf.io/1.5.0/>. What no attribute can say truly is left out or stands in `unmapped`.

mod class;
mod metadata;
mod object;
mod person;
mod unmapped;

#[cfg(test)]
mod conformance;

use std::net::IpAddr;

use serde::{Serialize, Serializer, ser::Error};

use crate::{
    audit::{EventAction, EventOutcome, ParsedEvent, Severity},
    domain::EventFields,
    formats::ocsf::{
        class::{Activity, Class},
        metadata::Metadata,
        object::Object,
        person::Actor,
        unmapped::Unmapped,
    },
};

/// The version of OCSF that the events follow.
pub(crate) const VERSION: &str = "1.5.0";

/// An event in OCSF; `severity` is that of the gravest alert that it is evidence of.
pub(crate) fn event<'a>(parsed: &ParsedEvent<'a>, severity: Option<Severity>) -> Ocsf<'a> {
    let event = parsed.event();
    let fields = event.fields();
    let code = given(fields.action);
    let (class, activity, object) = classified(parsed).unwrap_or_else(|| {
        let activity = if code.is_some() { Activity::Other } else { Activity::Unknown };
        (Class::Base, activity, Object::Base {})
    });
    let (activity_id, activity_name) = match activity {
        Activity::Listed(id, name) => (id, name),
        Activity::Other => (99, code.unwrap_or_default()),
        Activity::Unknown => (0, "Unknown"),
    };
    let (category_uid, category_name) = class.category();
    let (severity_id, severity) = match severity {
        None => (1, "Informational"),
        Some(Severity::Low) => (2, "Low"),
        Some(Severity::Medium) => (3, "Medium"),
        Some(Severity::High) => (4, "High"),
    };
    let (status_id, status) = match parsed.outcome() {
        None => (0, "Unknown"),
        Some(EventOutcome::Success) => (1, "Success"),
        Some(EventOutcome::Failure) => (2, "Failure"),
    };
    Ocsf {
        class_uid: class.uid(),
        class_name: class.name(),
        category_uid,
        category_name,
        activity_id,
        activity_name,
        type_uid: u32::from(class.uid()) * 100 + u32::from(activity_id),
        type_name: TypeName(class, activity),
        severity_id,
        severity,
        status_id,
        status,
        time: event.at().timestamp_millis(),
        message: *parsed,
        metadata: Metadata::of(event, class),
        actor: Actor::of(parsed),
        src_endpoint: Endpoint::of(&fields).filter(|_| class != Class::Base),
        object,
        unmapped: Unmapped::of(class, parsed),
        raw_data: fields,
    }
}

/// The class of the action and its own attributes; nothing where the action is unknown, or where the event does not say
/// what the class requires.
fn classified<'a>(parsed: &ParsedEvent<'a>) -> Option<(Class, Activity, Object<'a>)> {
    let action = EventAction::find(parsed.event().fields().action)?;
    let (class, activity) = class::of(action.name);
    Some((class, activity, Object::of(class, parsed)?))
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// One event, as one line of NDJSON.
#[derive(Serialize)]
pub(crate) struct Ocsf<'a> {
    class_uid: u16,
    class_name: &'static str,
    category_uid: u8,
    category_name: &'static str,
    activity_id: u8,
    activity_name: &'a str,
    type_uid: u32,
    type_name: TypeName,
    severity_id: u8,
    severity: &'static str,
    status_id: u8,
    status: &'static str,
    /// In milliseconds, as the schema wants it.
    time: i64,
    #[serde(serialize_with = "description")]
    message: ParsedEvent<'a>,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<Endpoint>,
    #[serde(flatten)]
    object: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unmapped: Option<Unmapped<'a>>,
    #[serde(serialize_with = "raw_data")]
    raw_data: EventFields<'a>,
}

/// `Authentication: Logon`
struct TypeName(Class, Activity);

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(class, activity) = self;
        let activity = match activity {
            Activity::Listed(_, name) => name,
            Activity::Other => "Other",
            Activity::Unknown => "Unknown",
        };
        serializer.collect_str(&format_args!("{}: {activity}", class.name()))
    }
}

#[derive(Serialize)]
struct Endpoint {
    ip: IpAddr,
}

impl Endpoint {
    /// Nothing where LastPass gives no address, or something else in its place.
    fn of(fields: &EventFields<'_>) -> Option<Self> {
        fields.ip_address.trim().parse().ok().map(|ip| Self { ip })
    }
}

fn description<S: Serializer>(parsed: &ParsedEvent<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&parsed.description())
}

/// The event as LastPass sent it: JSON within a text, because `raw_data` is one.
fn raw_data<S: Serializer>(fields: &EventFields<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        time: &'a str,
        username: &'a str,
        #[serde(rename = "IP_Address")]
        ip_address: &'a str,
        action: &'a str,
        data: &'a str,
    }
    let EventFields { time, username, ip_address, action, data } = *fields;
    let text = serde_json::to_string(&Raw { time, username, ip_address, action, data }).map_err(S::Error::custom)?;
    serializer.serialize_str(&text)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::event;
    use crate::{
        audit::{ParsedEvent, Severity},
        domain::{Event, EventFields, EventId},
    };

    const ANN: &str = "ann@example.com";

    fn written(username: &str, action: &str, data: &str, severity: Option<Severity>) -> Value {
        let fields = EventFields { time: "2026-11-24 07:00:00", username, ip_address: "10.0.0.1", action, data };
        let at = DateTime::from_timestamp_millis(1_796_040_000_000).expect("a time");
        let happened = Event::new(EventId([7; 12]), at, false, fields);
        serde_json::to_value(event(&ParsedEvent::new(&happened), severity)).expect("an event is JSON")
    }

    #[test]
    fn an_event_is_told_whole() {
        let expected = json!({
            "class_uid": 3001, "class_name": "Account Change",
            "category_uid": 3, "category_name": "Identity & Access Management",
            "activity_id": 11, "activity_name": "MFA Factor Disable",
            "type_uid": 300_111, "type_name": "Account Change: MFA Factor Disable",
            "severity_id": 3, "severity": "Medium", "status_id": 1, "status": "Success",
            "time": 1_796_040_000_000_i64,
            "message": "Disabled YubiKey from 10.0.0.1",
            "metadata": {
                "version": "1.5.0", "product": {"name": "LastPass Business", "vendor_name": "LastPass"},
                "log_name": "reporting", "uid": "070707070707070707070707",
                "original_time": "2026-11-24 07:00:00", "event_code": "Disabled YubiKey",
            },
            "actor": {"user": {"name": ANN, "email_addr": ANN}},
            "src_endpoint": {"ip": "10.0.0.1"},
            "user": {"name": ANN, "email_addr": ANN},
            "raw_data": "{\"Time\":\"2026-11-24 07:00:00\",\"Username\":\"ann@example.com\",\
                \"IP_Address\":\"10.0.0.1\",\"Action\":\"Disabled YubiKey\",\"Data\":\"\"}",
        });
        assert_eq!(written(ANN, "Disabled YubiKey", "", Some(Severity::Medium)), expected);
    }

    #[test]
    fn what_an_event_is_about_has_its_place() {
        let check = |action: &str, data: &str, type_name: &str, expected: Value| {
            let event = written(ANN, action, data, None);
            assert_eq!(event["type_name"], type_name, "{action}");
            for (name, value) in expected.as_object().expect("attributes") {
                assert_eq!(event[name], *value, "{action}: {name}");
            }
        };
        let bob = json!({"name": "bob@example.com", "email_addr": "bob@example.com"});
        check(
            "SAML login",
            "a.example",
            "Authentication: Logon",
            json!({"auth_protocol_id": 5, "auth_protocol": "SAML", "service": {"name": "a.example"}}),
        );
        check(
            "Login",
            "LastPass via Chrome v4.134.0",
            "Authentication: Logon",
            json!({"actor": {"user": {"name": ANN, "email_addr": ANN}, "app_name": "Chrome v4.134.0"}}),
        );
        check(
            "Employee account created",
            "bob@example.com,carol",
            "Account Change: Create",
            json!({"user": bob, "unmapped": {"other_users": ["carol"]}}),
        );
        check(
            "Update folder permissions",
            "'Ops' 'bob@example.com' 'Read only:no Admin:no Hide PW:no'",
            "User Access Management: Other",
            json!({
                "activity_name": "Update folder permissions",
                "user": bob,
                "privileges": ["Read only:no Admin:no Hide PW:no"],
                "resources": [{"name": "Ops", "type": "Shared folder"}],
            }),
        );
        check(
            "Rename group",
            "'Sales' to 'Trade'",
            "Group Management: Other",
            json!({"group": {"name": "Sales"}, "unmapped": {"new_name": "Trade"}}),
        );
        check(
            "Renamed shared folder",
            "'Ops' 'IT'",
            "Entity Management: Move",
            json!({
                "entity": {"name": "Ops", "type_id": 99, "type": "Shared folder"},
                "entity_result": {"name": "IT", "type_id": 99, "type": "Shared folder"},
            }),
        );
        check(
            "Move to shared folder",
            "VID: 123 to Ops",
            "Web Resources Activity: Other",
            json!({"web_resources": [{"uid": "123", "type": "Site", "data": {"shared_folder": "Ops"}}]}),
        );
        check(
            "Data export",
            "x",
            "Web Resources Activity: Export",
            json!({"web_resources": [{"name": "Vault", "type": "Vault"}], "unmapped": {"data": "x"}}),
        );
        check(
            "Reporting",
            "Initiated by API: ours",
            "API Activity: Read",
            json!({"actor": {"user": {"name": "API", "type_id": 3, "type": "System"}, "app_name": "ours"}}),
        );
    }

    #[test]
    fn what_does_not_say_enough_for_its_class_is_a_base_event() {
        let check = |username: &str, action: &str, data: &str| {
            let event = written(username, action, data, None);
            assert_eq!((&event["class_uid"], &event["activity_name"]), (&json!(0), &json!(action)));
            assert_eq!(event["unmapped"], json!({"data": data, "ip_address": "10.0.0.1"}));
        };
        // An administrator did it to somebody, and nobody may take it for the administrator's own account.
        check(ANN, "Deactivated user", "somebody (?)");
        check("API: ours", "Disabled YubiKey", "somebody (?)");
        check(ANN, "Create group", "'Sales' 'Trade'");
        check(ANN, "Danced", "on the table");
    }
}
