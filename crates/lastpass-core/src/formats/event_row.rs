//! An event as the audit log shows it, in JSON, NDJSON and CSV.

use serde::Serialize;

use crate::{
    audit::{AlertRule, Alerts, EventActor, EventOutcome, OwnChangeMatches, ParsedEvent},
    domain::EventFields,
    formats::{
        csv::{self, escape_formula},
        values::{Timestamp, non_blank},
    },
};

/// A member of `events`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Event))]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRow<'a> {
    /// The same in every reply: a hash of what LastPass logged.
    id: String,
    /// When it happened.
    timestamp: Timestamp,
    /// Who acted: an address, or `API: LABEL` for a request to the Enterprise API.
    user: Option<String>,
    /// What kind of event it is.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::audit::EventKind))]
    kind: &'static str,
    /// The action, in LastPass's words.
    action: &'a str,
    /// Null if the action has none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<EventOutcome>))]
    outcome: Option<&'static str>,
    /// The address that it came from.
    ip: Option<&'a str>,
    /// The event in one line.
    description: String,
    /// The affected user.
    target: Option<&'a str>,
    /// The affected group.
    group: Option<&'a str>,
    /// The affected shared folder.
    folder: Option<&'a str>,
    /// The affected site.
    site: Option<&'a str>,
    /// The affected policy.
    policy: Option<&'a str>,
    /// The program that was used.
    client: Option<&'a str>,
    /// The rules for whose alerts it is evidence.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<AlertRule>))]
    alerts: Vec<&'static str>,
    /// Only in the hour that occurs twice when clocks are set back: the time may be the other one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ambiguous_time: bool,
    /// Only if one of our own changes caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    own_action: Option<OwnActionJson<'a>>,
    /// The event as LastPass sent it.
    raw: RawEventJson<'a>,
}

/// The action of ours that caused an event.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OwnAction))]
struct OwnActionJson<'a> {
    /// The action's id in `actions`.
    id: &'a str,
    /// Who made the change.
    actor: &'a str,
}

/// The five fields as LastPass sent them.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RawEvent))]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RawEventJson<'a> {
    time: &'a str,
    username: &'a str,
    #[serde(rename = "IP_Address")]
    ip_address: &'a str,
    action: &'a str,
    data: &'a str,
}

impl<'a> EventRow<'a> {
    /// The row of an event; `index` is its index in the log that `alerts` were detected in. `own_changes` are the events
    /// of that log that our own changes caused, if there is an audit record.
    pub(crate) fn of(
        index: u32,
        parsed: &ParsedEvent<'a>,
        alerts: &Alerts,
        own_changes: Option<&'a OwnChangeMatches>,
    ) -> Self {
        let own_action = own_changes.and_then(|changes| changes.own_action(index));
        let event = parsed.event();
        let fields = event.fields();
        let details = parsed.details();
        let actor = parsed.actor();
        Self {
            id: event.id().to_string(),
            timestamp: Timestamp(event.at()),
            user: (actor != EventActor::Unknown).then(|| actor.to_string()),
            kind: parsed.kind().name(),
            action: fields.action,
            outcome: parsed.outcome().map(EventOutcome::name),
            ip: non_blank(fields.ip_address),
            description: parsed.description().to_string(),
            target: details.target,
            group: details.group,
            folder: details.folder,
            site: details.site,
            policy: details.policy,
            client: details.client,
            alerts: alerts.rules_of(index).map(AlertRule::name).collect(),
            ambiguous_time: event.is_ambiguous(),
            own_action: own_action.map(|action| OwnActionJson { id: &action.id, actor: &action.actor }),
            raw: RawEventJson::of(&fields),
        }
    }

    /// The columns of the CSV.
    pub(crate) const CSV_COLUMNS: [&'static str; 19] = [
        "id",
        "timestamp",
        "user",
        "type",
        "action",
        "outcome",
        "ip",
        "description",
        "target",
        "group",
        "folder",
        "site",
        "policy",
        "client",
        "alerts",
        "ambiguousTime",
        "ownAction.id",
        "ownAction.actor",
        "raw",
    ];

    /// The cells of [`CSV_COLUMNS`](Self::CSV_COLUMNS), in their order; an unknown value is empty.
    pub(crate) fn csv_cells(&self) -> [String; 19] {
        let text = |text: Option<&str>| escape_formula(text.unwrap_or_default()).into_owned();
        [
            self.id.clone(),
            self.timestamp.to_string(),
            text(self.user.as_deref()),
            self.kind.to_owned(),
            text(Some(self.action)),
            text(self.outcome),
            text(self.ip),
            text(Some(&self.description)),
            text(self.target),
            text(self.group),
            text(self.folder),
            text(self.site),
            text(self.policy),
            text(self.client),
            self.alerts.join("; "),
            if self.ambiguous_time { "true".to_owned() } else { String::new() },
            text(self.own_action.as_ref().map(|action| action.id)),
            text(self.own_action.as_ref().map(|action| action.actor)),
            csv::json(&self.raw),
        ]
    }
}

impl<'a> RawEventJson<'a> {
    pub(crate) fn of(fields: &EventFields<'a>) -> Self {
        let EventFields { time, username, ip_address, action, data } = *fields;
        Self { time, username, ip_address, action, data }
    }

    /// The fields as text.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts are JSON")
    }
}
