//! One event as callers see it, in every format alike.

use chrono::SecondsFormat;
use serde::Serialize;

use crate::audit::{Alerts, EventActor, EventOutcome, ParsedEvent};

/// The members of an event, in their order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row<'a> {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) user: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) action: &'a str,
    pub(crate) outcome: Option<&'static str>,
    pub(crate) ip: Option<&'a str>,
    pub(crate) description: String,
    pub(crate) target: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    pub(crate) folder: Option<&'a str>,
    pub(crate) site: Option<&'a str>,
    pub(crate) policy: Option<&'a str>,
    pub(crate) client: Option<&'a str>,
    pub(crate) alerts: Vec<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ambiguous_time: bool,
    pub(crate) raw: Raw<'a>,
}

/// The five fields as LastPass sent them.
#[derive(Serialize)]
pub(crate) struct Raw<'a> {
    #[serde(rename = "Time")]
    time: &'a str,
    #[serde(rename = "Username")]
    username: &'a str,
    #[serde(rename = "IP_Address")]
    ip_address: &'a str,
    #[serde(rename = "Action")]
    action: &'a str,
    #[serde(rename = "Data")]
    data: &'a str,
}

impl<'a> Row<'a> {
    pub(crate) fn of(place: u32, parsed: &ParsedEvent<'a>, alerts: &Alerts) -> Self {
        let event = parsed.event();
        let fields = event.fields();
        let details = parsed.details();
        let actor = parsed.actor();
        let given = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
        Self {
            id: event.id().to_string(),
            timestamp: event.at().to_rfc3339_opts(SecondsFormat::Secs, true),
            user: (actor != EventActor::Unknown).then(|| actor.to_string()),
            kind: parsed.kind().name(),
            action: fields.action,
            outcome: parsed.outcome().map(EventOutcome::name),
            ip: given(fields.ip_address),
            description: parsed.description().to_string(),
            target: details.target,
            group: details.group,
            folder: details.folder,
            site: details.site,
            policy: details.policy,
            client: details.client,
            alerts: alerts.rules_of(place).map(crate::audit::AlertRule::name).collect(),
            ambiguous_time: event.is_ambiguous(),
            raw: Raw {
                time: fields.time,
                username: fields.username,
                ip_address: fields.ip_address,
                action: fields.action,
                data: fields.data,
            },
        }
    }
}
