//! The cursors of lists that are sorted by name: opaque to callers, parsed strictly, and free of addresses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::report::NamePosition;

/// Separates the parts of a cursor; a name of one line does not contain it.
const SEPARATOR: char = '\n';

/// Encodes a position in the list `list`.
pub(crate) fn encode(list: &str, position: &NamePosition) -> String {
    let text = match position {
        NamePosition::Offset(offset) => format!("{list}{SEPARATOR}p{SEPARATOR}{offset}"),
        NamePosition::Row { name, id } => format!("{list}{SEPARATOR}r{SEPARATOR}{id}{SEPARATOR}{name}"),
    };
    URL_SAFE_NO_PAD.encode(text)
}

/// Decodes a cursor; `None` if [`encode`] did not make it for this list.
pub(crate) fn decode(list: &str, cursor: &str) -> Option<NamePosition> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.splitn(4, SEPARATOR);
    let (list_of_cursor, kind, first) = (parts.next()?, parts.next()?, parts.next()?);
    let position = match (kind, parts.next()) {
        ("p", None) => NamePosition::Offset(first.parse().ok()?),
        ("r", Some(name)) => NamePosition::Row { name: name.to_owned(), id: first.to_owned() },
        _ => return None,
    };
    // A position has one encoding: "+1" and "01" are rejected.
    (list_of_cursor == list && encode(list, &position) == cursor).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_decodes_to_the_position_it_was_encoded_from() {
        for position in [
            NamePosition::Offset(40),
            NamePosition::Row { name: "shared-vpn".to_owned(), id: "7".to_owned() },
            NamePosition::Row { name: "two\nlines".to_owned(), id: String::new() },
        ] {
            let cursor = encode("groups", &position);
            assert_eq!(decode("groups", &cursor), Some(position));
            assert_eq!(decode("shared-folders", &cursor), None, "another list");
        }
    }

    #[test]
    fn malformed_cursors_are_rejected() {
        for text in ["groups\np\n01", "groups\np\n+1", "groups\np\n1\n2", "groups\nr\n1", "groups\nx\n1", "p\n1", ""] {
            assert_eq!(decode("groups", &URL_SAFE_NO_PAD.encode(text)), None, "{text}");
        }
        for cursor in ["!", "Z3JvdXBzCnAKMQ==", "\u{e9}"] {
            assert_eq!(decode("groups", cursor), None, "{cursor}");
        }
    }
}
