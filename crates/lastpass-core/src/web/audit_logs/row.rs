//! One event as callers see it, in every format alike.

use chrono::SecondsFormat;
use serde::Serialize;

use crate::audit::{Alerts, Doer, Outcome, Reading};

/// The members of an event, in their order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) user: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) action: &'a str,
    pub(super) outcome: Option<&'static str>,
    pub(super) ip: Option<&'a str>,
    pub(super) description: String,
    pub(super) target: Option<&'a str>,
    pub(super) group: Option<&'a str>,
    pub(super) folder: Option<&'a str>,
    pub(super) site: Option<&'a str>,
    pub(super) policy: Option<&'a str>,
    pub(super) client: Option<&'a str>,
    pub(super) alerts: Vec<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) ambiguous_time: bool,
    pub(super) raw: Raw<'a>,
}

/// The five fields as LastPass sent them.
#[derive(Serialize)]
pub(super) struct Raw<'a> {
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
    pub(super) fn of(place: u32, reading: &Reading<'a>, alerts: &Alerts) -> Self {
        let event = reading.event();
        let fields = event.fields();
        let parts = reading.parts();
        let doer = reading.doer();
        let given = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
        Self {
            id: event.id().to_string(),
            timestamp: event.at().to_rfc3339_opts(SecondsFormat::Secs, true),
            user: (doer != Doer::Unknown).then(|| doer.to_string()),
            kind: reading.kind().name(),
            action: fields.action,
            outcome: reading.outcome().map(Outcome::name),
            ip: given(fields.ip_address),
            description: reading.description().to_string(),
            target: parts.target,
            group: parts.group,
            folder: parts.folder,
            site: parts.site,
            policy: parts.policy,
            client: parts.client,
            alerts: alerts.rules_of(place).map(crate::audit::Rule::name).collect(),
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
