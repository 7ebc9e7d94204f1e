//! Who did it and whose account it is, as OCSF has them.

use serde::Serialize;

use crate::audit::{EventActor, ParsedEvent};

/// Who did it.
#[derive(Serialize)]
pub(crate) struct Actor<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'a>>,
    /// The browser or extension that was used, or what the caller of the API called itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_name: Option<&'a str>,
}

impl<'a> Actor<'a> {
    /// Nothing where LastPass does not tell.
    pub(crate) fn of(parsed: &ParsedEvent<'a>) -> Option<Self> {
        let client = parsed.details().client;
        match parsed.actor() {
            EventActor::Person(name) => Some(Self { user: Some(User::named(name)), app_name: client }),
            EventActor::Api { label } => Some(Self { user: Some(User::API), app_name: label }),
            EventActor::Unknown => client.map(|_| Self { user: None, app_name: client }),
        }
    }
}

/// An account.
#[derive(Serialize)]
pub(crate) struct User<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_addr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_id: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
}

impl<'a> User<'a> {
    /// The Enterprise API, which is nobody's account.
    const API: Self = Self { name: "API", email_addr: None, type_id: Some(3), r#type: Some("System") };

    /// The account of this user name. Whether it is an administrator's, the log does not say.
    pub(crate) fn named(name: &'a str) -> Self {
        Self { name, email_addr: Some(name).filter(|name| is_address(name)), type_id: None, r#type: None }
    }
}

/// Whether the schema takes it for an address (its type `email_t`): old events hold bare names.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let Some((label, rest)) = domain.split_once('.') else { return false };
    let is_plain = |text: &str, marks: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
    };
    is_plain(local, "!#$%&'*+-/=?^_`{|}~.") && is_plain(label, "-") && is_plain(rest, "-.")
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_told_from_names() {
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
