//! E-mail addresses, which are user names at LastPass.

use std::{borrow::Cow, fmt, str::FromStr};

use unicode_normalization::UnicodeNormalization;

use crate::domain::{is_invisible, normalize_address};

/// The maximum length of an address in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
const MAX_LENGTH: usize = 254;

/// A valid e-mail address, which LastPass accepts as a user name, in the form of [`normalize_address`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

/// The error of parsing a text that is not a valid e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address such as ann@example.com")]
pub struct MalformedEmail;

impl EmailAddress {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The spellings under which LastPass may know the address, the most likely first: composed, decomposed, and with
    /// either form of the domain. Most addresses have one.
    pub fn spellings(&self) -> Vec<Cow<'_, str>> {
        let mut spellings = vec![Cow::Borrowed(self.as_str())];
        if !self.0.is_ascii() {
            let local = self.0.strip_suffix(self.domain()).unwrap_or_default();
            let ascii_domain = idna::domain_to_ascii(self.domain()).unwrap_or_else(|_| self.domain().to_owned());
            let with_ascii_domain = format!("{local}{ascii_domain}");
            let decomposed = [self.0.nfd().collect(), with_ascii_domain.nfd().collect()];
            for spelling in [with_ascii_domain].into_iter().chain(decomposed) {
                if spellings.iter().all(|known| *known != spelling) {
                    spellings.push(Cow::Owned(spelling));
                }
            }
        }
        spellings
    }

    /// Whether a user name is this address, ignoring case, surrounding whitespace, Unicode composition and the form of the
    /// domain.
    pub fn matches(&self, name: &str) -> bool {
        normalize_address(name) == self.0.as_str()
    }
}

impl FromStr for EmailAddress {
    type Err = MalformedEmail;

    fn from_str(text: &str) -> Result<Self, MalformedEmail> {
        let options =
            email_address::Options::default().with_required_tld().without_domain_literal().without_display_text();
        // U+212A (kelvin sign) has the lower case `k`: an address with it would become the address of another person.
        let is_ambiguous_capital =
            |c: char| !c.is_ascii() && c.is_uppercase() && !c.to_lowercase().flat_map(char::to_uppercase).eq([c]);
        if text.chars().any(is_ambiguous_capital) {
            return Err(MalformedEmail);
        }
        let normalized = normalize_address(text);
        // Quoted local parts ("a b"@example.com) are valid, but LastPass's log separates addresses by spaces and
        // quotes.
        let is_plain =
            !normalized.contains(|c: char| c.is_whitespace() || is_invisible(c) || "\"`<>(),:;[]\\".contains(c));
        if !is_plain || normalized.len() > MAX_LENGTH {
            return Err(MalformedEmail);
        }
        email_address::EmailAddress::parse_with_options(&normalized, options).map_err(|_| MalformedEmail)?;
        Ok(Self(normalized.into_owned()))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_valid_addresses_in_lower_case() {
        let check = |text: &str, expected: Option<&str>| {
            let address = text.parse::<EmailAddress>().ok();
            assert_eq!(address.as_ref().map(EmailAddress::as_str), expected, "{text}");
        };
        check("Ann.Lee+x@Example.COM ", Some("ann.lee+x@example.com"));
        check("jörg@bücher.example", Some("jörg@bücher.example"));
        check("JÖRG@bücher.example", Some("jörg@bücher.example"));
        check("Jo\u{308}rg@Bu\u{308}cher.example", Some("jörg@bücher.example"));
        check("jörg@XN--BCHER-KVA.example", Some("jörg@bücher.example"));
        check("mar\u{212a}@example.com", None);
        check("j\u{212b}n@example.com", None);
        for text in ["", "nope", "a@b", "@example.com", "a@", "a b@example.com", "Ann <a@example.com>", "a@[10.0.0.1]"]
        {
            check(text, None);
        }
        check("o'hara@example.com", Some("o'hara@example.com"));
        check("a@example.com,b@example.com", None);
        check("a@example.com\n", Some("a@example.com"));
        check("a@exa\nmple.com", None);
        check("a\u{200b}nn@example.com", None);
        check("ann@exam\u{ad}ple.com", None);
        check("\u{feff}ann@example.com", None);
        check(&format!("{}@example.com", "a".repeat(250)), None);
    }

    #[test]
    fn an_address_matches_in_any_composition_and_has_a_spelling_for_each() {
        for (text, spellings) in [
            ("Ann@example.com", &["ann@example.com"][..]),
            ("jörg@example.com", &["jörg@example.com", "jo\u{308}rg@example.com"]),
            (
                "jörg@xn--bcher-kva.example",
                &[
                    "jörg@bücher.example",
                    "jörg@xn--bcher-kva.example",
                    "jo\u{308}rg@bu\u{308}cher.example",
                    "jo\u{308}rg@xn--bcher-kva.example",
                ],
            ),
        ] {
            let address: EmailAddress = text.parse().unwrap();
            assert_eq!(address.spellings(), spellings, "{text}");
            assert!(spellings.iter().all(|spelling| address.matches(spelling)), "{text}");
        }
    }
}
