//! Texts to search for, as they may arrive in a URL: a `+` that is not escaped there is read as a blank.

use crate::domain::normalize_name;

/// An address as it was meant: no address contains a blank, so that each is a `+` that was not escaped.
pub fn unescaped_plus(address: &str) -> String {
    address.trim().replace(' ', "+")
}

/// A text to search for, compared as [`normalize_name`] has it. A blank in it may be a `+` that was not escaped, so that
/// there are up to two readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(Vec<String>);

impl SearchText {
    /// Prepares a text once for all comparisons.
    pub fn new(text: &str) -> Self {
        let text = normalize_name(text).into_owned();
        let escaped = unescaped_plus(&text);
        Self(if escaped == text { vec![text] } else { vec![text, escaped] })
    }

    /// The readings, normalized: as the text is, then with a `+` for each blank.
    pub fn readings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a reading is a part of a normalized text.
    pub fn is_part_of(&self, normalized: &str) -> bool {
        self.readings().any(|reading| normalized.contains(reading))
    }
}

#[cfg(test)]
mod tests {
    use super::{SearchText, unescaped_plus};

    #[test]
    fn a_blank_is_also_read_as_a_plus() {
        for (text, readings) in [
            ("Ann", &["ann"][..]),
            ("ann+x@example.com", &["ann+x@example.com"]),
            ("Ann Lee", &["ann lee", "ann+lee"]),
            ("ann x@example.com", &["ann x@example.com", "ann+x@example.com"]),
            (" lastpass ", &["lastpass"]),
            ("E\u{301}quipe C  ", &["équipe c", "équipe+c"]),
        ] {
            let text = SearchText::new(text);
            assert!(text.readings().eq(readings.iter().copied()), "{text:?}");
            assert!(readings.iter().all(|reading| text.is_part_of(&format!("<{reading}>"))), "{text:?}");
        }
        assert!(!SearchText::new("ann+lee").is_part_of("ann lee"), "an escaped + is a +");
        assert_eq!(unescaped_plus(" ann x@example.com "), "ann+x@example.com");
    }
}
