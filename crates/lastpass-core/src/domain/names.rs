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
    use super::fold;

    #[test]
    fn names_are_compared_trimmed_and_in_any_case() {
        for (sent, folded) in [(" Sales-Team ", "sales-team"), ("ÉQUIPE", "équipe"), ("a", "a"), ("", "")] {
            assert_eq!(fold(sent), folded);
        }
    }
}
