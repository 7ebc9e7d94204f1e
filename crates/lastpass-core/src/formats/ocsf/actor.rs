//! Users, actors and network addresses as objects of OCSF.

use std::net::IpAddr;

use serde::Serialize;

use crate::{
    audit::{EventActor, ParsedEvent, SourceAddress},
    domain::EventFields,
};

/// `actor`: who did it.
#[derive(Serialize)]
pub(crate) struct OcsfActor<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<OcsfUser<'a>>,
    /// The browser or extension that was used, or the label of the API client.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_name: Option<&'a str>,
}

impl<'a> OcsfActor<'a> {
    /// `None` if LastPass does not report it.
    pub(crate) fn of(parsed: &ParsedEvent<'a>) -> Option<Self> {
        let client = parsed.details().client;
        match parsed.actor() {
            EventActor::Person(name) => Some(Self { user: Some(OcsfUser::named(name)), app_name: client }),
            EventActor::Api { label } => Some(Self { user: Some(OcsfUser::API), app_name: label }),
            EventActor::Unknown => client.map(|_| Self { user: None, app_name: client }),
        }
    }
}

/// `user`: an account.
#[derive(Serialize)]
pub(crate) struct OcsfUser<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_addr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_id: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
}

impl<'a> OcsfUser<'a> {
    /// The Enterprise API, which is not an account.
    const API: Self = Self { name: "API", email_addr: None, type_id: Some(3), r#type: Some("System") };

    /// The account with this user name. The log does not say whether it is an administrator's.
    pub(crate) fn named(name: &'a str) -> Self {
        Self { name, email_addr: Some(name).filter(|name| is_address(name)), type_id: None, r#type: None }
    }
}

/// Whether the text is an address by the schema's type `email_t`; old events contain bare names.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let Some((label, rest)) = domain.split_once('.') else { return false };
    let is_plain = |text: &str, marks: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
    };
    is_plain(local, "!#$%&'*+-/=?^_`{|}~.") && is_plain(label, "-") && is_plain(rest, "-.")
}

/// `network_endpoint`
#[derive(Serialize)]
pub(crate) struct NetworkEndpoint {
    ip: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
}

impl NetworkEndpoint {
    /// `None` if LastPass reports no address, or other text in its place.
    pub(crate) fn of(fields: &EventFields<'_>) -> Option<Self> {
        SourceAddress::parse(fields.ip_address).map(|SourceAddress { ip, port }| Self { ip, port })
    }
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn only_an_email_address_is_an_address() {
        for address in ["ann@example.com", "o'neil+x@a-b.example.org"] {
            assert!(is_address(address), "{address}");
        }
        for name in
            ["", "ann", "@example.com", "ann@example", "ann@.com", "a@b@c.d", "é@example.com", "a b@example.com"]
        {
            assert!(!is_address(name), "{name}");
        }
    }
}
