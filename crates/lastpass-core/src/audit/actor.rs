//! Actors of events: users and callers of the Enterprise API. Knows how LastPass writes them.

use std::{borrow::Cow, fmt};

use crate::{
    audit::EventKind,
    domain::{EventFields, normalize_address, normalize_name},
};

/// Who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventActor<'a> {
    /// A user, by the e-mail address that LastPass gives.
    Person(&'a str),
    /// The Enterprise API.
    Api {
        /// The label that the caller of the API gave itself; LastPass does not verify it.
        label: Option<&'a str>,
    },
    /// LastPass names no actor.
    Unknown,
}

const API: &str = "API";
const INITIATED_BY_API: &str = "Initiated by API";

impl<'a> EventActor<'a> {
    /// The actor of an event, and its `Data` without the part that names the actor.
    ///
    /// `Data` names the actor only if `Username` is empty or the event is an API request: users choose the names of
    /// sites, so a site could be called `Initiated by API`.
    pub(crate) fn parse(fields: &EventFields<'a>, kind: EventKind) -> (Self, &'a str) {
        let user = fields.username.trim();
        // LastPass up to 2022: `API`, later `API: label`.
        let named = user.get(..API.len()).filter(|start| start.eq_ignore_ascii_case(API));
        if let Some(label) = named.and_then(|start| label(&user[start.len()..])) {
            return (Self::Api { label }, split_initiation(fields.data).map_or(fields.data, |(rest, _)| rest));
        }
        let initiation = if user.is_empty() || kind == EventKind::Api { split_initiation(fields.data) } else { None };
        match initiation {
            Some((rest, label)) => (Self::Api { label }, rest),
            None if user.is_empty() => (Self::Unknown, fields.data),
            None => (Self::Person(user), fields.data),
        }
    }

    /// Whether the actor is the API under this label, ignoring letter case.
    pub fn is_api_with_label(self, our_label: &str) -> bool {
        match self {
            Self::Api { label: Some(label) } => normalize_name(label) == normalize_name(our_label),
            Self::Api { label: None } | Self::Person(_) | Self::Unknown => false,
        }
    }

    /// The key by which actors are compared; `None` if the actor is unknown.
    pub(crate) fn key(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Person(user) => Some(normalize_address(user)),
            Self::Api { label: None } => Some(Cow::Borrowed("api")),
            Self::Api { label: Some(label) } => Some(Cow::Owned(format!("api: {}", normalize_name(label)))),
            Self::Unknown => None,
        }
    }
}

impl fmt::Display for EventActor<'_> {
    /// Writes the address, `API` or `API: label`; nothing if the actor is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => f.write_str(user),
            Self::Api { label: None } => f.write_str(API),
            Self::Api { label: Some(label) } => write!(f, "{API}: {label}"),
            Self::Unknown => Ok(()),
        }
    }
}

/// Splits off `Initiated by API`, `Initiated by API: label` or `(initiated by API)` at the end of `data`. Returns the text
/// before it and the label.
fn split_initiation(data: &str) -> Option<(&str, Option<&str>)> {
    let start = data
        .as_bytes()
        .windows(INITIATED_BY_API.len())
        .position(|part| part.eq_ignore_ascii_case(INITIATED_BY_API.as_bytes()))?;
    let (before, after) = (&data[..start], &data[start + INITIATED_BY_API.len()..]);
    let (before, after) = match before.strip_suffix('(') {
        Some(before) => (before, after.trim_end().strip_suffix(')')?),
        None => (before, after),
    };
    let is_separate = before.is_empty() || before.ends_with(' ');
    let label = label(after)?;
    is_separate.then(|| (before.trim_end(), label))
}

/// Parses `: label`. Returns `Some(None)` for an empty text or label, and `None` for any other text.
fn label(text: &str) -> Option<Option<&str>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let label = text.strip_prefix(':')?.trim();
    Some(Some(label).filter(|label| !label.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::EventActor;
    use crate::{audit::EventKind, domain::EventFields};

    fn check(username: &str, data: &str, kind: EventKind, expected: (EventActor<'_>, &str)) {
        let fields = EventFields { username, data, ..EventFields::default() };
        assert_eq!(EventActor::parse(&fields, kind), expected, "{username:?} {data:?}");
    }

    #[test]
    fn all_spellings_of_the_api_are_recognized() {
        const SENTINEL: EventActor<'_> = EventActor::Api { label: Some("Microsoft Sentinel CCP") };
        const UNLABELLED: EventActor<'_> = EventActor::Api { label: None };
        check("API", "a@example.com", EventKind::UserManagement, (UNLABELLED, "a@example.com"));
        check("API: Microsoft Sentinel CCP", "", EventKind::Api, (SENTINEL, ""));
        check("api:Microsoft Sentinel CCP", "a@example.com", EventKind::Other, (SENTINEL, "a@example.com"));
        check("", "Initiated by API: Microsoft Sentinel CCP", EventKind::Api, (SENTINEL, ""));
        check("", "Initiated by API", EventKind::UserManagement, (UNLABELLED, ""));
        check("", "Initiated by API: ", EventKind::Api, (UNLABELLED, ""));
        check("", "(initiated by API)", EventKind::Api, (UNLABELLED, ""));
        check("", "a@example.com (initiated by API)", EventKind::UserManagement, (UNLABELLED, "a@example.com"));
        check("ann@example.com", "Initiated by API", EventKind::Api, (UNLABELLED, ""));
    }

    #[test]
    fn a_user_is_not_mistaken_for_the_api() {
        let ann = EventActor::Person("ann@example.com");
        check("ann@example.com", "Initiated by API: x", EventKind::VaultAccess, (ann, "Initiated by API: x"));
        check("ann@example.com", "", EventKind::Api, (ann, ""));
        check("apian@example.com", "", EventKind::Login, (EventActor::Person("apian@example.com"), ""));
    }

    #[test]
    fn an_event_without_a_user_name_has_an_unknown_actor() {
        check("", "site.example", EventKind::VaultAccess, (EventActor::Unknown, "site.example"));
        check(" ", "Initiated by APIs", EventKind::VaultAccess, (EventActor::Unknown, "Initiated by APIs"));
        check("", "Reinitiated by API", EventKind::VaultAccess, (EventActor::Unknown, "Reinitiated by API"));
    }

    #[test]
    fn display_and_key_differ_only_in_case() {
        let check = |actor: EventActor<'_>, displayed: &str| {
            assert_eq!(actor.to_string(), displayed);
            assert_eq!(actor.key().unwrap_or_default(), displayed.to_lowercase());
        };
        check(EventActor::Person("Ann@example.com"), "Ann@example.com");
        check(EventActor::Api { label: None }, "API");
        check(EventActor::Api { label: Some("Ours") }, "API: Ours");
        check(EventActor::Unknown, "");
        assert!(EventActor::Api { label: Some("Ours") }.is_api_with_label("ours"));
        assert!(!EventActor::Api { label: None }.is_api_with_label(""));
        assert!(!EventActor::Person("ours").is_api_with_label("ours"));
    }
}
