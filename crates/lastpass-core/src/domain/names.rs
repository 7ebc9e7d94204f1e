//! How names of people and groups are compared.

use std::borrow::Cow;

/// The form in which names and addresses are compared: trimmed, lower case.
///
/// LastPass keeps the letter case that an administrator once typed and sends it
/// differently from one reply to the next.
pub fn fold(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let has_upper = if name.is_ascii() {
        name.bytes().any(|byte| byte.is_ascii_uppercase())
    } else {
        name.chars().any(char::is_uppercase)
    };
    if has_upper { Cow::Owned(name.to_lowercase()) } else { Cow::Borrowed(name) }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_are_compared_trimmed_and_in_any_case() {
        for (sent, folded) in [(" Sales-Team ", "sales-team"), ("ÉQUIPE", "équipe"), ("a", "a"), ("", "")] {
            assert_eq!(fold(sent), folded);
        }
    }
}
