//! Who did it: a person, or somebody with the provisioning hash. Knows how LastPass writes that down.

use std::{borrow::Cow, fmt};

use crate::{
    audit::EventKind,
    domain::{EventFields, normalize_name},
};

/// Who made an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventActor<'a> {
    /// A person, by the address that LastPass gives.
    Person(&'a str),
    /// The Enterprise API.
    Api {
        /// What the caller of the API called itself; LastPass believes anybody.
        label: Option<&'a str>,
    },
    /// LastPass does not tell.
    Unknown,
}

const API: &str = "API";
const INITIATED_BY_API: &str = "Initiated by API";

impl<'a> EventActor<'a> {
    /// The actor of an event of this kind, and its `Data` without what it says of the actor.
    ///
    /// `Data` is believed only where nobody is named, or of a question to the API: a person may name a site as he likes.
    pub(crate) fn of(fields: &EventFields<'a>, kind: EventKind) -> (Self, &'a str) {
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

    /// Whether it is the API under this label.
    pub fn is_api_with_label(self, our_label: &str) -> bool {
        match self {
            Self::Api { label: Some(label) } => normalize_name(label) == normalize_name(our_label),
            Self::Api { label: None } | Self::Person(_) | Self::Unknown => false,
        }
    }

    /// The form in which doers are compared; nothing where LastPass does not tell.
    pub(crate) fn folded(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Person(user) => Some(normalize_name(user)),
            Self::Api { label: None } => Some(Cow::Borrowed("api")),
            Self::Api { label: Some(label) } => Some(Cow::Owned(format!("api: {}", normalize_name(label)))),
            Self::Unknown => None,
        }
    }
}

impl fmt::Display for EventActor<'_> {
    /// The address, `API`, or `API: label`; nothing where LastPass does not tell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => f.write_str(user),
            Self::Api { label: None } => f.write_str(API),
            Self::Api { label: Some(label) } => write!(f, "{API}: {label}"),
            Self::Unknown => Ok(()),
        }
    }
}

/// `Initiated by API`, `Initiated by API: label` and `(initiated by API)`, alone or after other data: what stands
/// before it, and the label.
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
    let stands_alone = before.is_empty() || before.ends_with(' ');
    let label = label(after)?;
    stands_alone.then(|| (before.trim_end(), label))
}

/// The label in `: label`, or none in an empty text; nothing where something else stands there.
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
        assert_eq!(EventActor::of(&fields, kind), expected, "{username:?} {data:?}");
    }

    #[test]
    fn all_forms_of_the_api_are_known() {
        const SENTINEL: EventActor<'_> = EventActor::Api { label: Some("Microsoft Sentinel CCP") };
        const NAMELESS: EventActor<'_> = EventActor::Api { label: None };
        check("API", "a@example.com", EventKind::UserManagement, (NAMELESS, "a@example.com"));
        check("API: Microsoft Sentinel CCP", "", EventKind::Api, (SENTINEL, ""));
        check("api:Microsoft Sentinel CCP", "a@example.com", EventKind::Other, (SENTINEL, "a@example.com"));
        check("", "Initiated by API: Microsoft Sentinel CCP", EventKind::Api, (SENTINEL, ""));
        check("", "Initiated by API", EventKind::UserManagement, (NAMELESS, ""));
        check("", "Initiated by API: ", EventKind::Api, (NAMELESS, ""));
        check("", "(initiated by API)", EventKind::Api, (NAMELESS, ""));
        check("", "a@example.com (initiated by API)", EventKind::UserManagement, (NAMELESS, "a@example.com"));
        check("ann@example.com", "Initiated by API", EventKind::Api, (NAMELESS, ""));
    }

    #[test]
    fn a_person_cannot_pass_for_the_api() {
        let ann = EventActor::Person("ann@example.com");
        check("ann@example.com", "Initiated by API: x", EventKind::VaultAccess, (ann, "Initiated by API: x"));
        check("ann@example.com", "", EventKind::Api, (ann, ""));
        check("apian@example.com", "", EventKind::Login, (EventActor::Person("apian@example.com"), ""));
    }

    #[test]
    fn nobody_named_is_nobody_known() {
        check("", "site.example", EventKind::VaultAccess, (EventActor::Unknown, "site.example"));
        check(" ", "Initiated by APIs", EventKind::VaultAccess, (EventActor::Unknown, "Initiated by APIs"));
        check("", "Reinitiated by API", EventKind::VaultAccess, (EventActor::Unknown, "Reinitiated by API"));
    }

    #[test]
    fn doers_are_shown_as_they_are_compared() {
        let check = |actor: EventActor<'_>, shown: &str| {
            assert_eq!(actor.to_string(), shown);
            assert_eq!(actor.folded().unwrap_or_default(), shown.to_lowercase());
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
