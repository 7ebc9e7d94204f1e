//! An event in the Open Cybersecurity Schema Framework: the attributes that all classes share.

use serde::{Serialize, Serializer};

use crate::{
    audit::{EventAction, EventOutcome, ParsedEvent, Severity},
    domain::EventFields,
    formats::{
        event_row::RawEventJson,
        ocsf::{
            actor::{NetworkEndpoint, OcsfActor},
            attributes::ClassAttributes,
            class::{OcsfActivity, OcsfClass, classify},
            metadata::OcsfMetadata,
            unmapped::Unmapped,
        },
        values::non_blank,
    },
};

/// An event of LastPass's log as an event of OCSF: one line of NDJSON.
#[derive(Serialize)]
pub(crate) struct OcsfEvent<'a> {
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
    /// In milliseconds.
    time: i64,
    #[serde(serialize_with = "description")]
    message: ParsedEvent<'a>,
    metadata: OcsfMetadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<OcsfActor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<NetworkEndpoint>,
    #[serde(flatten)]
    attributes: ClassAttributes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unmapped: Option<Unmapped<'a>>,
    #[serde(serialize_with = "raw_data")]
    raw_data: EventFields<'a>,
}

impl<'a> OcsfEvent<'a> {
    /// The event; `severity` is the highest of the alerts that it is evidence of.
    pub(crate) fn of(parsed: &ParsedEvent<'a>, severity: Option<Severity>) -> Self {
        let event = parsed.event();
        let fields = event.fields();
        let code = non_blank(fields.action);
        let (class, activity, attributes) = class_of(parsed).unwrap_or_else(|| {
            let activity = if code.is_some() { OcsfActivity::Other } else { OcsfActivity::Unknown };
            (OcsfClass::Base, activity, ClassAttributes::Base {})
        });
        let (activity_id, activity_name) = match activity {
            OcsfActivity::Listed(id, name) => (id, name),
            OcsfActivity::Other => (99, code.unwrap_or_default()),
            OcsfActivity::Unknown => (0, "Unknown"),
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
        Self {
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
            metadata: OcsfMetadata::of(event, class),
            actor: OcsfActor::of(parsed),
            src_endpoint: NetworkEndpoint::of(&fields).filter(|_| class != OcsfClass::Base),
            attributes,
            unmapped: Unmapped::of(class, parsed),
            raw_data: fields,
        }
    }
}

/// The class of the action and its own attributes; `None` if the action is unknown, or if the event lacks what the class
/// requires.
fn class_of<'a>(parsed: &ParsedEvent<'a>) -> Option<(OcsfClass, OcsfActivity, ClassAttributes<'a>)> {
    let action = EventAction::find(parsed.event().fields().action)?;
    let (class, activity) = match classify(action.name) {
        // A folder is shared with a group. Both classes have the same activities for privileges.
        (OcsfClass::UserAccess(_), activity) if is_about_group(parsed) => (OcsfClass::GroupManagement, activity),
        classified => classified,
    };
    Some((class, activity, ClassAttributes::of(class, parsed)?))
}

/// Whether the event is about a group, and not about one of its users.
fn is_about_group(parsed: &ParsedEvent<'_>) -> bool {
    let details = parsed.details();
    details.target.is_none() && details.group.is_some()
}

/// `Authentication: Logon`
struct TypeName(OcsfClass, OcsfActivity);

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(class, activity) = self;
        let activity = match activity {
            OcsfActivity::Listed(_, name) => name,
            OcsfActivity::Other => "Other",
            OcsfActivity::Unknown => "Unknown",
        };
        serializer.collect_str(&format_args!("{}: {activity}", class.name()))
    }
}

fn description<S: Serializer>(parsed: &ParsedEvent<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&parsed.description())
}

/// The event as LastPass sent it: JSON within a string, as the schema defines `raw_data`.
fn raw_data<S: Serializer>(fields: &EventFields<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&RawEventJson::of(fields).to_json())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{Event, EventId};

    const ANN: &str = "ann@example.com";

    fn ocsf(username: &str, action: &str, data: &str, severity: Option<Severity>) -> Value {
        ocsf_from("10.0.0.1", username, action, data, severity)
    }

    fn ocsf_from(ip_address: &str, username: &str, action: &str, data: &str, severity: Option<Severity>) -> Value {
        let fields = EventFields { time: "2026-11-24 07:00:00", username, ip_address, action, data };
        let at = DateTime::from_timestamp_millis(1_796_040_000_000).expect("a time");
        let event = Event::new(EventId([7; 12]), at, false, fields);
        serde_json::to_value(OcsfEvent::of(&ParsedEvent::new(&event), severity)).expect("an event is JSON")
    }

    #[test]
    fn an_event_has_all_attributes() {
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
        assert_eq!(ocsf(ANN, "Disabled YubiKey", "", Some(Severity::Medium)), expected);
    }

    #[test]
    fn the_object_of_an_event_is_an_attribute_of_its_class() {
        let check = |action: &str, data: &str, type_name: &str, expected: Value| {
            let event = ocsf(ANN, action, data, None);
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
            "Adding user to group",
            "bob@example.com,carol@example.com - Sales",
            "Group Management: Add User",
            json!({"group": {"name": "Sales"}, "user": bob, "unmapped": {"other_users": ["carol@example.com"]}}),
        );
        check(
            "Make admin",
            "pat.o'brien@acme.test",
            "User Access Management: Assign Privileges",
            json!({"user": {"name": "pat.o'brien@acme.test", "email_addr": "pat.o'brien@acme.test"}}),
        );
        check(
            "Site added",
            "VID: 123 from Ops",
            "Web Resources Activity: Create",
            json!({"web_resources": [{"uid": "123", "type": "Site", "data": {"shared_folder": "Ops"}}]}),
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
            "Add to shared folder",
            "'Ops' 'Domain Users'",
            "Group Management: Assign Privileges",
            json!({
                "group": {"name": "Domain Users"},
                "privileges": ["Shared folder access"],
                "resource": {"name": "Ops", "type": "Shared folder"},
                "unmapped": null,
            }),
        );
        check(
            "Update folder permissions",
            "'Ops' 'Domain Users' 'Read only:no Admin:no Hide PW:no'",
            "Group Management: Other",
            json!({"group": {"name": "Domain Users"}, "privileges": ["Read only:no Admin:no Hide PW:no"]}),
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
    fn the_source_has_the_address_and_the_port() {
        for (ip_address, expected) in [
            ("203.0.113.7", json!({"ip": "203.0.113.7"})),
            ("203.0.113.7:51234", json!({"ip": "203.0.113.7", "port": 51_234})),
            ("::ffff:203.0.113.7", json!({"ip": "203.0.113.7"})),
            ("2001:0DB8:0000:0000:0000:0000:0000:0001", json!({"ip": "2001:db8::1"})),
            ("[2001:db8::1]:443", json!({"ip": "2001:db8::1", "port": 443})),
        ] {
            let event = ocsf_from(ip_address, ANN, "Log in", "", None);
            assert_eq!((&event["src_endpoint"], event.get("unmapped")), (&expected, None), "{ip_address}");
        }
        let event = ocsf_from("unknown", ANN, "Log in", "", None);
        assert_eq!(event.get("src_endpoint"), None);
        assert_eq!(event["unmapped"], json!({"ip_address": "unknown"}));
    }

    #[test]
    fn an_event_without_what_its_class_requires_is_a_base_event() {
        let check = |username: &str, action: &str, data: &str| {
            let event = ocsf(username, action, data, None);
            assert_eq!((&event["class_uid"], &event["activity_name"]), (&json!(0), &json!(action)));
            assert_eq!(event["unmapped"], json!({"data": data, "ip_address": "10.0.0.1"}));
        };
        // The administrator is not the account that was deactivated.
        check(ANN, "Deactivated user", "someone (?)");
        check("API: ours", "Disabled YubiKey", "someone (?)");
        check(ANN, "Create group", "'Sales' 'Trade'");
        check(ANN, "Teleported", "to the moon");
    }
}
