//! A position in a list by name as text: opaque to callers, parsed strictly, without an address.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{report::NamePosition, web::request::parameters::Parameters};

/// What stands between the parts of a cursor; no name of one line holds it.
const SEPARATOR: char = '\n';

/// Takes the parameter `cursor` of the list that is called `list`.
pub(crate) fn take(parameters: &mut Parameters, list: &str) -> Option<NamePosition> {
    let text = parameters.text("cursor")?;
    let position = decode(list, &text);
    if position.is_none() {
        parameters.refuse("cursor", "is no cursor of this list; leave it out to begin");
    }
    position
}

/// The cursor for a position in the list that is called `list`.
pub(crate) fn encode(list: &str, position: &NamePosition) -> String {
    let text = match position {
        NamePosition::Offset(place) => format!("{list}{SEPARATOR}p{SEPARATOR}{place}"),
        NamePosition::Row { name, id } => format!("{list}{SEPARATOR}r{SEPARATOR}{id}{SEPARATOR}{name}"),
    };
    URL_SAFE_NO_PAD.encode(text)
}

/// The position that a cursor stands for; nothing where it is none of this list.
fn decode(list: &str, cursor: &str) -> Option<NamePosition> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.splitn(4, SEPARATOR);
    let (list_of_cursor, kind, first) = (parts.next()?, parts.next()?, parts.next()?);
    let position = match (kind, parts.next()) {
        ("p", None) => NamePosition::Offset(first.parse().ok()?),
        ("r", Some(name)) => NamePosition::Row { name: name.to_owned(), id: first.to_owned() },
        _ => return None,
    };
    // One position has one spelling: "+1" and "01" are not ours.
    (list_of_cursor == list && encode(list, &position) == cursor).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_the_position_it_was_made_of() {
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
    fn what_is_no_cursor_is_refused() {
        for text in ["groups\np\n01", "groups\np\n+1", "groups\np\n1\n2", "groups\nr\n1", "groups\nx\n1", "p\n1", ""] {
            assert_eq!(decode("groups", &URL_SAFE_NO_PAD.encode(text)), None, "{text}");
        }
        for cursor in ["!", "Z3JvdXBzCnAKMQ==", "\u{e9}"] {
            assert_eq!(decode("groups", cursor), None, "{cursor}");
        }
    }
}
