//! The text by which callers search the log for users, groups and folders. Knows the user list; no event.

use std::collections::HashSet;

use crate::domain::{EmailAddress, People, SearchText, normalize_address, normalize_name, unescaped_plus};

/// A text to search for: a complete address, or a part of an address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameQuery {
    /// Exactly this address, compared as [`normalize_address`] has it.
    Exact(String),
    /// A part of the address, or of the name in LastPass's user list, compared as [`normalize_name`] has it.
    Part(String),
}

impl NameQuery {
    /// Parses a query: a complete address (`local@domain.tld`) matches exactly, any other text matches a part.
    pub fn parse(text: &str) -> Self {
        let address = unescaped_plus(text).parse::<EmailAddress>();
        address.map_or_else(|_| Self::Part(text.to_owned()), |address| Self::Exact(address.as_str().to_owned()))
    }
}

/// A query prepared once for all events.
#[derive(Debug)]
pub(crate) enum PreparedNameQuery {
    Exact(String),
    Part {
        text: SearchText,
        /// The addresses of the users whose names match.
        addresses: HashSet<String>,
    },
}

impl PreparedNameQuery {
    /// Prepares a query; without the user list, names of users match nothing.
    pub(crate) fn new(query: &NameQuery, people: Option<&People>) -> Self {
        match query {
            NameQuery::Exact(address) => Self::Exact(normalize_address(address).into_owned()),
            NameQuery::Part(text) => {
                let text = SearchText::new(text);
                let is_named = |name: &str| text.is_part_of(&normalize_name(name));
                let people = people.into_iter().flat_map(People::iter);
                let addresses = people
                    .filter(|person| person.name().is_some_and(is_named))
                    .map(|person| normalize_address(person.email()).into_owned())
                    .collect();
                Self::Part { text, addresses }
            }
        }
    }

    /// Whether the query matches the address of a user, or what LastPass writes in its place.
    pub(crate) fn matches_user(&self, address: &str) -> bool {
        let normalized = normalize_address(address);
        match self {
            Self::Exact(text) => *text == *normalized,
            Self::Part { text, addresses } => {
                text.is_part_of(&normalize_name(address)) || addresses.contains(normalized.as_ref())
            }
        }
    }

    /// Whether the query matches the name of a group or a folder.
    pub(crate) fn matches_name(&self, name: &str) -> bool {
        match self {
            Self::Exact(text) => *text == normalize_address(name),
            Self::Part { text, .. } => text.is_part_of(&normalize_name(name)),
        }
    }
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
