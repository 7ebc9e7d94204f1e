//! Comparison and order of names, addresses and ids.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The beginning of a label of a domain in its ASCII form (RFC 5890, section 2.3.2.1).
const ACE_PREFIX: &str = "xn--";

/// Returns the form in which names are compared: that of [`normalize_address`], with letters folded, so that `ß` is `ss`
/// and a final `ς` is `σ`.
///
/// LastPass stores names as an administrator typed them and sends different letter case in different replies; a
/// directory on macOS sends decomposed letters.
pub fn normalize_name(name: &str) -> Cow<'_, str> {
    let lower = normalize_address(name);
    if lower.is_ascii() || lower.chars().all(|c| fold(c).eq([c])) { lower } else { Cow::Owned(folded(&lower)) }
}

/// Returns the form in which addresses are compared and stored: trimmed, in lower case, composed (NFC), and with domains in
/// Unicode. Letters are not folded: `ß` and `ss` are different mailboxes.
pub fn normalize_address(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    if is_normalized(address) {
        return Cow::Borrowed(address);
    }
    let mut normalized = String::new();
    push_lower(&mut normalized, address);
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
    push_lower(buffer, text);
    if !buffer[start..].is_ascii() {
        let lower = buffer.split_off(start);
        buffer.push_str(&folded(&lower));
    }
}

fn folded(lower: &str) -> String {
    lower.chars().flat_map(fold).nfc().collect()
}

/// The default case folding of a character in lower case (Unicode, section 3.13): the lower case of its upper case. Only the
/// dotless `ı` shares its capital with a letter that is not the same.
fn fold(lower: char) -> impl Iterator<Item = char> {
    let dotless = (lower == 'ı').then_some(lower);
    let others = lower.to_uppercase().filter(move |_| dotless.is_none());
    dotless.into_iter().chain(others.flat_map(char::to_lowercase))
}

fn push_lower(buffer: &mut String, text: &str) {
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
            ("ΟΔΌΣ", "οδόσ"),
            ("οδός", "οδόσ"),
            ("Straße", "strasse"),
            ("STRA\u{1e9e}E", "strasse"),
            ("ﬁne", "fine"),
            ("ᾳ", "αι"),
            ("ΐ", "ΐ"),
            ("DIŞ", "diş"),
            ("dış", "dış"),
            ("a", "a"),
            ("", ""),
        ] {
            assert_eq!(normalize_name(name), expected, "{name}");
            assert_eq!(normalize_name(expected), expected, "{name}");
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
            assert_eq!(normalize_address(address), expected, "{address}");
            assert_eq!(normalize_name(address), expected, "{address}");
        }
    }

    #[test]
    fn addresses_are_lowered_and_not_folded() {
        for (address, expected) in [
            (" Jan.Straße@Example.com ", "jan.straße@example.com"),
            ("ΟΔΟΣ@example.com", "οδος@example.com"),
            ("dış@example.com", "dış@example.com"),
        ] {
            assert_eq!(normalize_address(address), expected, "{address}");
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
