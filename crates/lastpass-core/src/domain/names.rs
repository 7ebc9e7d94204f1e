//! How names of people, groups and folders are compared.

use std::borrow::Cow;

use crate::domain::numeric_id;

/// The form in which names and addresses are compared: trimmed, lower case.
///
/// LastPass keeps the letter case that an administrator once typed and sends it
/// differently from one reply to the next.
pub fn normalize_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let has_upper = if name.is_ascii() {
        name.bytes().any(|byte| byte.is_ascii_uppercase())
    } else {
        name.chars().any(char::is_uppercase)
    };
    if has_upper { Cow::Owned(name.to_lowercase()) } else { Cow::Borrowed(name) }
}

/// What a list by name is ordered by: the name in any letter case, then the id, which counts as a number where it is one.
///
/// A page goes on behind a key, so that a list in another order than this would lose rows between two of its pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameSortKey<'a>(Cow<'a, str>, u64, Cow<'a, str>);

impl<'a> NameSortKey<'a> {
    /// The key of a row; the id is empty where names are all there is.
    pub fn new(name: &'a str, id: &'a str) -> Self {
        Self(normalize_name(name), numeric_id(id).unwrap_or(u64::MAX), Cow::Borrowed(id))
    }

    /// The same, for longer than the row is at hand.
    pub fn into_owned(self) -> NameSortKey<'static> {
        let Self(name, number, id) = self;
        NameSortKey(Cow::Owned(name.into_owned()), number, Cow::Owned(id.into_owned()))
    }
}

/// Whether a character shows nothing, or turns what follows round (Unicode's format characters): with one, two names
/// that look alike are two.
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
    use super::{NameSortKey, normalize_name};

    #[test]
    fn names_are_compared_trimmed_and_in_any_case() {
        for (sent, folded) in [(" Sales-Team ", "sales-team"), ("ÉQUIPE", "équipe"), ("a", "a"), ("", "")] {
            assert_eq!(normalize_name(sent), folded);
        }
    }

    #[test]
    fn rows_are_in_order_of_the_name_in_any_case_and_of_the_id_as_a_number() {
        let rows = [("a", "9"), ("A", "10"), ("a ", "007"), ("a", "x"), ("B", ""), ("b", "1x"), ("é", "1")];
        let keys = rows.map(|(name, id)| NameSortKey::new(name, id));
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(keys.clone().map(NameSortKey::into_owned), keys);
    }
}
