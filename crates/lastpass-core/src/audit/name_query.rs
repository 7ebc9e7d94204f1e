//! The text by which callers look for users, groups and folders in the log. Knows the user list; no event.

use std::collections::HashSet;

use crate::domain::{EmailAddress, People, normalize_name};

/// A text to look for: a complete address, or a part of an address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameQuery {
    /// Exactly this address, compared as [`normalize_name`] has it.
    Exact(String),
    /// A part of the address, or of the name in LastPass's user list, compared in the same way.
    Part(String),
}

impl NameQuery {
    /// Parses a query: a complete address (`local@domain.tld`) matches exactly, any other text matches a part.
    ///
    /// No address contains a blank: one in a complete address is a `+` that was not escaped in a URL.
    pub fn parse(text: &str) -> Self {
        let address = unescaped_plus(text).parse::<EmailAddress>();
        address.map_or_else(|_| Self::Part(text.to_owned()), |address| Self::Exact(address.as_str().to_owned()))
    }
}

fn unescaped_plus(text: &str) -> String {
    text.trim().replace(' ', "+")
}

/// The spellings of a free text that are looked for, normalized: as it is, and with a `+` for each blank.
pub(crate) fn spellings(text: &str) -> Vec<String> {
    let text = normalize_name(text).into_owned();
    let escaped = unescaped_plus(&text);
    if escaped == text { vec![text] } else { vec![text, escaped] }
}

/// A query prepared once for all events.
#[derive(Debug)]
pub(crate) enum PreparedNameQuery {
    Exact(String),
    Part {
        spellings: Vec<String>,
        /// The addresses of the users whose names match.
        addresses: HashSet<String>,
    },
}

impl PreparedNameQuery {
    /// Prepares a query; without the user list, names of users match nothing.
    pub(crate) fn new(query: &NameQuery, people: Option<&People>) -> Self {
        match query {
            NameQuery::Exact(address) => Self::Exact(normalize_name(address).into_owned()),
            NameQuery::Part(text) => {
                let spellings = spellings(text);
                let is_named = |name: &str| contains_any(&normalize_name(name), &spellings);
                let people = people.into_iter().flat_map(People::iter);
                let addresses = people
                    .filter(|person| person.name().is_some_and(is_named))
                    .map(|person| normalize_name(person.email()).into_owned())
                    .collect();
                Self::Part { spellings, addresses }
            }
        }
    }

    /// Whether the query matches the address of a user, or what LastPass writes in its place.
    pub(crate) fn matches_user(&self, address: &str) -> bool {
        let address = normalize_name(address);
        match self {
            Self::Exact(text) => *text == *address,
            Self::Part { spellings, addresses } => {
                contains_any(&address, spellings) || addresses.contains(address.as_ref())
            }
        }
    }

    /// Whether the query matches the name of a group or a folder.
    pub(crate) fn matches_name(&self, name: &str) -> bool {
        let name = normalize_name(name);
        match self {
            Self::Exact(text) => *text == *name,
            Self::Part { spellings, .. } => contains_any(&name, spellings),
        }
    }
}

fn contains_any(text: &str, parts: &[String]) -> bool {
    parts.iter().any(|part| text.contains(part.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{NameQuery, PreparedNameQuery};

    #[test]
    fn only_a_complete_address_is_matched_exactly() {
        let exact = |text: &str| NameQuery::Exact(text.to_owned());
        let part = |text: &str| NameQuery::Part(text.to_owned());
        for (text, expected) in [
            ("Ann@example.com", exact("ann@example.com")),
            ("pat.o'brien@acme.test", exact("pat.o'brien@acme.test")),
            ("user.four lastpass2@example.test", exact("user.four+lastpass2@example.test")),
            (" ann@example.com ", exact("ann@example.com")),
            ("Jo\u{308}rg@xn--bcher-kva.example", exact("jörg@bücher.example")),
            ("ann", part("ann")),
            ("ann@example", part("ann@example")),
            ("@example.com", part("@example.com")),
            ("example.com", part("example.com")),
            ("Ann Lee", part("Ann Lee")),
            ("API: ours", part("API: ours")),
        ] {
            assert_eq!(NameQuery::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_query_is_compared_as_names_are_and_in_both_spellings_of_a_blank() {
        let check = |query: &str, address: &str, expected: bool| {
            let query = PreparedNameQuery::new(&NameQuery::parse(query), None);
            assert_eq!(query.matches_user(address), expected, "{query:?} {address}");
            assert_eq!(query.matches_name(address), expected, "{query:?} {address}");
        };
        check("ANN@example.com", "Ann@Example.com", true);
        check("ann@example.com", "joann@example.com", false);
        check("NN@exam", "ann@example.com", true);
        check("four last", "user.four+lastpass2@example.test", true);
        check("domain admins", "Domain Admins", true);
        check("bob", "ann@example.com", false);
        check("jörg@bücher.example", "Jo\u{308}rg@xn--bcher-kva.example", true);
        check("Jo\u{308}RG", "jörg@example.com", true);
        check("équipe", "E\u{301}quipe Nord", true);
    }
}
