//! Comparison and order of names, addresses and ids.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The beginning of a label of a domain in its ASCII form (RFC 5890, section 2.3.2.1).
const ACE_PREFIX: &str = "xn--";

/// Returns the form in which names and addresses are compared: trimmed, in lower case, composed (NFC), and with
/// domains in Unicode.
///
/// LastPass stores names as an administrator typed them and sends different letter case in different replies; a
/// directory on macOS sends decomposed letters.
pub fn normalize_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    if is_normalized(name) {
        return Cow::Borrowed(name);
    }
    let mut normalized = String::new();
    push_normalized(&mut normalized, name);
    Cow::Owned(normalized)
}

fn is_normalized(name: &str) -> bool {
    if name.is_ascii() {
        return !name.bytes().any(|byte| byte.is_ascii_uppercase()) && !name.contains(ACE_PREFIX);
    }
    let is_lower = |c: char| c.to_lowercase().eq([c]);
    name.chars().all(is_lower) && is_nfc_quick(name.chars()) == IsNormalized::Yes && !name.contains(ACE_PREFIX)
}

/// Appends the form of [`normalize_name`] to `buffer`. Surrounding whitespace is kept.
pub fn push_normalized(buffer: &mut String, text: &str) {
    let start = buffer.len();
    if text.is_ascii() {
        buffer.push_str(text);
        buffer[start..].make_ascii_lowercase();
    } else {
        // Lower case first: that of a composed capital can be decomposed.
        buffer.extend(text.to_lowercase().nfc());
    }
    if buffer[start..].contains(ACE_PREFIX) {
        let text = buffer.split_off(start);
        push_with_unicode_domains(buffer, &text);
    }
}

/// Appends a text to `buffer`, each domain in it in Unicode. What is no valid domain stays as it is.
fn push_with_unicode_domains(buffer: &mut String, text: &str) {
    // What separates domains is ASCII, of one byte.
    let is_in_domain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let mut rest = text;
    while let Some(prefix) = rest.find(ACE_PREFIX) {
        let (before, from_prefix) = rest.split_at(prefix);
        let start = before.rfind(|c| !is_in_domain(c)).map_or(0, |other| other + 1);
        let end = from_prefix.find(|c| !is_in_domain(c)).map_or(rest.len(), |other| prefix + other);
        let (domain, after) = (&rest[start..end], &rest[end..]);
        buffer.push_str(&rest[..start]);
        match idna::domain_to_unicode(domain) {
            // Before an `@` is the local part of an address.
            (unicode, Ok(())) if !after.starts_with('@') => buffer.push_str(&unicode),
            _ => buffer.push_str(domain),
        }
        rest = after;
    }
    buffer.push_str(rest);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_names_are_trimmed_composed_and_in_lower_case() {
        for (name, expected) in [
            (" Sales-Team ", "sales-team"),
            ("ÉQUIPE", "équipe"),
            ("E\u{301}QUIPE", "équipe"),
            ("Zu\u{308}rich", "zürich"),
            ("Jürgen", "jürgen"),
            // Two marks in the other order.
            ("a\u{307}\u{323}", "ạ\u{307}"),
            ("\u{1c5}", "\u{1c6}"),
            ("a", "a"),
            ("", ""),
        ] {
            assert_eq!(normalize_name(name), expected, "{name}");
            let mut buffer = "Earlier@xn--bcher-kva.example".to_owned();
            push_normalized(&mut buffer, name.trim());
            assert_eq!(buffer, format!("Earlier@xn--bcher-kva.example{expected}"), "{name}");
        }
    }

    #[test]
    fn both_forms_of_an_international_domain_are_the_same() {
        for (address, expected) in [
            ("Ann@xn--bcher-kva.example", "ann@bücher.example"),
            ("ann@XN--BCHER-KVA.example", "ann@bücher.example"),
            ("ann@Bu\u{308}cher.example", "ann@bücher.example"),
            ("jo\u{308}rg@mail.xn--bcher-kva.example", "jörg@mail.bücher.example"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--a@example.com", "xn--a@example.com"),
            ("ann@xn--\u{fc}.example", "ann@xn--\u{fc}.example"),
            ("ann@xn--zzzzzzzz.example", "ann@xn--zzzzzzzz.example"),
            ("xn--bcher-kva.example@xn--bcher-kva.example", "xn--bcher-kva.example@bücher.example"),
            (
                "'Sales' 'Ann@xn--bcher-kva.example,bob@example.com,cid@XN--BCHER-KVA.example'",
                "'sales' 'ann@bücher.example,bob@example.com,cid@bücher.example'",
            ),
            ("ann@xn--bcher-kva.example-Shared-Ops", "ann@bücher.example-shared-ops"),
            ("a@xn--zzzzzzzz.example, b@xn--bcher-kva.example", "a@xn--zzzzzzzz.example, b@bücher.example"),
        ] {
            assert_eq!(normalize_name(address), expected, "{address}");
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
