//! Characters of a text that cannot be seen.

use icu_properties::{CodePointMapData, props::JoiningType};
use unicode_normalization::char::canonical_combining_class;

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// The combining class of a virama, the sign that a consonant has no vowel.
const VIRAMA: u8 = 9;

/// Whether a character is invisible or changes the text direction (Unicode control and format characters, and fillers).
/// Names that differ in such characters look the same.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The first invisible character of a text that does not belong there. A zero-width joiner or non-joiner belongs where
/// the writing needs it, as in Persian, Sinhala and Malayalam (RFC 5892, appendices A.1 and A.2).
pub fn misplaced_invisible(text: &str) -> Option<char> {
    let is_misplaced = |(position, character): &(usize, char)| {
        let (before, after) = (&text[..*position], &text[*position + character.len_utf8()..]);
        is_invisible(*character) && !is_needed_joiner(*character, before, after)
    };
    text.char_indices().find(is_misplaced).map(|(_, character)| character)
}

fn is_needed_joiner(character: char, before: &str, after: &str) -> bool {
    let follows_virama = || before.chars().next_back().is_some_and(|last| canonical_combining_class(last) == VIRAMA);
    match character {
        ZERO_WIDTH_JOINER => follows_virama(),
        ZERO_WIDTH_NON_JOINER => follows_virama() || breaks_a_join(before, after),
        _ => false,
    }
}

/// Whether the letters on both sides would be joined; marks on them do not count.
fn breaks_a_join(before: &str, after: &str) -> bool {
    let joining_type = |character: char| CodePointMapData::<JoiningType>::new().get(character);
    let is_letter = |kind: &JoiningType| *kind != JoiningType::Transparent;
    let (left, right) =
        (before.chars().rev().map(joining_type).find(is_letter), after.chars().map(joining_type).find(is_letter));
    matches!(left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joiner_belongs_where_the_script_needs_it_and_nothing_else_invisible_does() {
        for (text, expected) in [
            ("Ann Lee", None),
            ("Müller-Lüdenscheidt", None),
            ("O’Hara", None),
            ("李小龙", None),
            // Persian: the letters would be joined.
            ("علی\u{200c}زاده", None),
            ("نیک\u{200c}پور", None),
            ("علی\u{64e}\u{200c}زاده", None),
            // Alef joins only to the letter before it.
            ("رضا\u{200c}زاده", Some(ZERO_WIDTH_NON_JOINER)),
            ("علی\u{200d}زاده", Some(ZERO_WIDTH_JOINER)),
            ("علی\u{200c}", Some(ZERO_WIDTH_NON_JOINER)),
            ("علی\u{200c} زاده", Some(ZERO_WIDTH_NON_JOINER)),
            ("علی\u{200c}\u{200c}زاده", Some(ZERO_WIDTH_NON_JOINER)),
            ("می\u{200c}خواهم", None),
            ("نوه\u{200c}ای", None),
            // After a virama: Sinhala, Malayalam, Devanagari, Bengali and Kannada.
            ("ශ්\u{200d}රී", None),
            ("ന്\u{200d}", None),
            ("क्\u{200c}ष", None),
            ("ക്\u{200c}ഷ", None),
            ("क्\u{200d}ष", None),
            ("ক্\u{200d}য", None),
            ("ব্\u{200d}যাংক", None),
            ("ರ್\u{200d}ಯ", None),
            ("ක\u{200d}", Some(ZERO_WIDTH_JOINER)),
            ("An\u{200d}n", Some(ZERO_WIDTH_JOINER)),
            ("An\u{200c}n", Some(ZERO_WIDTH_NON_JOINER)),
            ("\u{200d}Ann", Some(ZERO_WIDTH_JOINER)),
            ("李\u{200d}小", Some(ZERO_WIDTH_JOINER)),
            ("\u{200c}", Some(ZERO_WIDTH_NON_JOINER)),
            ("a\u{200b}b", Some('\u{200b}')),
            ("a\nb", Some('\n')),
            ("\u{202e}nnA", Some('\u{202e}')),
            ("Ann\u{3164}", Some('\u{3164}')),
            ("\u{feff}Ann", Some('\u{feff}')),
            ("Le\u{ad}e", Some('\u{ad}')),
            ("Le\u{2060}e", Some('\u{2060}')),
            ("\u{200e}Lee", Some('\u{200e}')),
            ("Lee\u{200f}", Some('\u{200f}')),
            ("Lee\u{2066}", Some('\u{2066}')),
            ("Lee\u{180e}", Some('\u{180e}')),
            ("Lee\u{e0041}", Some('\u{e0041}')),
        ] {
            assert_eq!(misplaced_invisible(text), expected, "{text:?}");
        }
    }
}
