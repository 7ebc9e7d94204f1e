//! Comparison and order of names and ids.

use std::borrow::Cow;

/// Returns the form in which names and addresses are compared: trimmed and in lower case.
///
/// LastPass stores names as an administrator typed them and sends different letter case in different replies.
pub fn normalize_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let has_upper = if name.is_ascii() {
        name.bytes().any(|byte| byte.is_ascii_uppercase())
    } else {
        name.chars().any(char::is_uppercase)
    };
    if has_upper { Cow::Owned(name.to_lowercase()) } else { Cow::Borrowed(name) }
}

/// The sort key of a list by name: the normalized name, then the id, numerically if it is a number.
///
/// Pages of a list continue after a key, so that a list in any other order would lose rows between pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameSortKey<'a>(Cow<'a, str>, u64, Cow<'a, str>);

impl<'a> NameSortKey<'a> {
    /// The key of a row. The id is empty if rows have none.
    pub fn new(name: &'a str, id: &'a str) -> Self {
        Self(normalize_name(name), numeric_id(id).unwrap_or(u64::MAX), Cow::Borrowed(id))
    }

    /// Returns the key with owned texts.
    pub fn into_owned(self) -> NameSortKey<'static> {
        let Self(name, number, id) = self;
        NameSortKey(Cow::Owned(name.into_owned()), number, Cow::Owned(id.into_owned()))
    }
}

/// Returns the number that an id denotes, or `None` if the id is not the canonical form of a number: `007` and `7`
/// differ.
pub fn numeric_id(id: &str) -> Option<u64> {
    let is_canonical = id == "0" || (!id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()));
    if is_canonical { id.parse().ok() } else { None }
}

/// Whether a character is invisible or changes the text direction (Unicode control and format characters). Names that
/// differ in such characters look the same.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_names_are_trimmed_and_in_lower_case() {
        for (name, expected) in [(" Sales-Team ", "sales-team"), ("ÉQUIPE", "équipe"), ("a", "a"), ("", "")] {
            assert_eq!(normalize_name(name), expected);
        }
    }

    #[test]
    fn sort_keys_order_by_name_and_then_by_numeric_id() {
        let rows = [("a", "9"), ("A", "10"), ("a ", "007"), ("a", "x"), ("B", ""), ("b", "1x"), ("é", "1")];
        let keys = rows.map(|(name, id)| NameSortKey::new(name, id));
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(keys.clone().map(NameSortKey::into_owned), keys);
    }
}
