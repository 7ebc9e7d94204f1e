//! The one reader of lists and maps: entries with separators, or JSON. Knows no variable.
//!
//! Errors name an entry by its position, counted from 1, and never quote it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::domain::normalize_name;

/// A value, or what is wrong with it: the end of a sentence that begins with the variable's name.
pub(crate) type Parsed<T> = Result<T, Cow<'static, str>>;

/// A list: entries separated by commas, or a JSON array of texts. Entries are trimmed, and unique as names are compared.
pub(crate) fn list(text: &str) -> Parsed<Vec<String>> {
    list_of(text, normalize_name)
}

/// The same list of texts that are compared in this form.
pub(crate) fn list_of(text: &str, normalize: impl Fn(&str) -> Cow<'_, str>) -> Parsed<Vec<String>> {
    let entries = if begins_like_json(text) {
        let JsonTexts(entries) = json(text, "a JSON array of texts", r#"["A", "B"]"#)?;
        entries
    } else {
        let entries: Vec<_> = text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
        if let Some(entry) = position(&entries, |entry| entry.contains([';', '\n'])) {
            return Err(format!(
                "must separate entries by commas: entry {entry} has a semicolon or a line break. If that is part of a \
                 name, write the list as JSON: [\"A\", \"B; C\"]"
            )
            .into());
        }
        entries.into_iter().map(str::to_owned).collect()
    };
    let entries: Vec<String> = entries.iter().map(|entry| entry.trim().to_owned()).collect();
    if let Some(entry) = position(&entries, String::is_empty) {
        return Err(format!("must not have an empty entry (entry {entry})").into());
    }
    match repeated_as(entries.iter().map(|entry| normalize(entry)).collect()) {
        Some((first, second)) => Err(format!("must not name an entry twice (entries {first} and {second})").into()),
        None => Ok(entries),
    }
}

/// A map, in the order in which it is written: pairs `NAME=VALUE` separated by semicolons, or a JSON object of texts.
/// Names and values are trimmed and not empty; names are unique in any letter case. `name` and `value` say what they
/// are, as in `DEPARTMENT` and `GROUP`.
pub(crate) fn map(text: &str, name: &str, value: &str) -> Parsed<Vec<(String, String)>> {
    let example = format!(r#"{{"{name}": "{value}"}}"#);
    let pairs = if begins_like_json(text) {
        let JsonPairs(pairs) = json(text, "a JSON object of texts", &example)?;
        pairs
    } else {
        let mut pairs = Vec::new();
        let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
        for (entry, number) in entries.zip(1..) {
            let pair = entry.split_once('=').ok_or_else(|| {
                format!("must be {name}={value}, separated by semicolons: entry {number} has no equals sign")
            })?;
            if holds_another_pair(pair.1) {
                return Err(format!(
                    "must separate pairs by semicolons: entry {number} holds several {name}={value}. If a comma or a \
                     line break is part of a name, write the map as JSON: {example}"
                )
                .into());
            }
            pairs.push((pair.0.to_owned(), pair.1.to_owned()));
        }
        pairs
    };
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
    for (what, is_empty) in [(name, is_name_empty as fn(&_) -> _), (value, is_value_empty)] {
        if let Some(entry) = position(&pairs, is_empty) {
            return Err(format!("must be {name}={value}: entry {entry} has no {what}").into());
        }
    }
    match repeated(pairs.iter().map(|(name, _)| name.as_str())) {
        Some((first, second)) => Err(format!("must not name a {name} twice (entries {first} and {second})").into()),
        None => Ok(pairs),
    }
}

fn is_name_empty((name, _): &(String, String)) -> bool {
    name.is_empty()
}

fn is_value_empty((_, value): &(String, String)) -> bool {
    value.is_empty()
}

/// Whether a value contains a separator of another kind and a further pair.
fn holds_another_pair(value: &str) -> bool {
    let rest = value.split_once([',', '\n', '|', '&']);
    rest.is_some_and(|(_, rest)| rest.contains('='))
}

/// The positions of the first two texts that are the same name.
pub(crate) fn repeated<'a>(texts: impl Iterator<Item = &'a str>) -> Option<(usize, usize)> {
    repeated_as(texts.map(normalize_name).collect())
}

fn repeated_as(names: Vec<Cow<'_, str>>) -> Option<(usize, usize)> {
    let second = names.iter().enumerate().position(|(index, name)| names[..index].contains(name))?;
    Some((position(&names, |name| *name == names[second])?, second + 1))
}

/// The position of the first entry that meets a condition.
pub(crate) fn position<T>(entries: &[T], is_meant: impl Fn(&T) -> bool) -> Option<usize> {
    entries.iter().position(is_meant).map(|index| index + 1)
}

/// Whether a value is meant as JSON, of whatever type.
fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{'])
}

fn json<'de, T: Deserialize<'de>>(text: &'de str, expected: &str, example: &str) -> Parsed<T> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        format!("begins like JSON, and must then be {expected}, such as {example} (see {place})").into()
    })
}

/// The texts of a JSON array.
struct JsonTexts(Vec<String>);

/// The members of a JSON object in order, repeated ones too.
struct JsonPairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for JsonTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;
        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = JsonTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<JsonTexts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = array.next_element()? {
                    texts.push(text);
                }
                Ok(JsonTexts(texts))
            }
        }
        deserializer.deserialize_seq(TextsVisitor)
    }
}

impl<'de> Deserialize<'de> for JsonPairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = JsonPairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<JsonPairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = object.next_entry()? {
                    pairs.push(pair);
                }
                Ok(JsonPairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_separated_by_commas_or_json() {
        let check = |text: &str, expected: Result<&[&str], &str>| match (list(text), expected) {
            (Ok(entries), Ok(expected)) => assert_eq!(entries, expected, "{text}"),
            (Err(reason), Err(expected)) => assert!(reason.contains(expected), "{text}: {reason}"),
            (found, _) => panic!("{text}: {found:?}"),
        };
        check("A, b ,,", Ok(&["A", "b"]));
        check("", Ok(&[]));
        check(r#"["Sales, EMEA"]"#, Ok(&["Sales, EMEA"]));
        check(r#" [" A; B ", "\u005bx]"] "#, Ok(&["A; B", "[x]"]));
        check("[]", Ok(&[]));
        check("A, B, a", Err("twice (entries 1 and 3)"));
        check("Zürich, Zu\u{308}rich", Err("twice (entries 1 and 2)"));
        check(r#"["A", "A "]"#, Err("twice (entries 1 and 2)"));
        check("VPN, A;B", Err("by commas: entry 2 has a semicolon"));
        check("A\nB", Err("by commas: entry 1 has a semicolon or a line break"));
        check(r#"["A", ""]"#, Err("empty entry (entry 2)"));
        check(r#"["A", "B""#, Err("must then be a JSON array of texts, such as [\"A\", \"B\"] (see line 1, column 9)"));
        check("[A, B]", Err("begins like JSON"));
        check(r#"["A", 7]"#, Err("begins like JSON"));
        check(r#"["A"] B"#, Err("begins like JSON"));
        for text in ["{}", r#"{"A":"B"}"#, "{A, B}"] {
            check(text, Err("must then be a JSON array of texts, such as"));
        }
    }

    #[test]
    fn a_map_is_separated_by_semicolons_or_json() {
        let check = |text: &str, expected: Result<&[(&str, &str)], &str>| {
            let found = map(text, "DEPARTMENT", "GROUP");
            match (&found, expected) {
                (Ok(pairs), Ok(expected)) => {
                    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    assert_eq!(pairs, expected, "{text}");
                }
                (Err(reason), Err(expected)) => assert!(reason.contains(expected), "{text}: {reason}"),
                _ => panic!("{text}: {found:?}"),
            }
        };
        check(" HR = HR-Team ;Sales=Sales, EMEA;", Ok(&[("HR", "HR-Team"), ("Sales", "Sales, EMEA")]));
        check("A=B=C", Ok(&[("A", "B=C")]));
        check("", Ok(&[]));
        check(r#"{"Sales":"Sales; EMEA","A=B":" C, D=E "}"#, Ok(&[("Sales", "Sales; EMEA"), ("A=B", "C, D=E")]));
        check("{}", Ok(&[]));
        for text in ["A=B,C=D", "X=Y;A=B, C=D", "A=B\nC=D", "A=B|C=D", "A=B&C=D"] {
            check(text, Err("must separate pairs by semicolons: entry"));
        }
        check("A=B;C", Err("must be DEPARTMENT=GROUP, separated by semicolons: entry 2 has no equals sign"));
        check("A:B", Err("entry 1 has no equals sign"));
        check("A=B;=C", Err("entry 2 has no DEPARTMENT"));
        check("A=", Err("entry 1 has no GROUP"));
        check(r#"{"A":" "}"#, Err("entry 1 has no GROUP"));
        check("HR=A;X=Y;hr=B", Err("must not name a DEPARTMENT twice (entries 1 and 3)"));
        check(r#"{"HR":"A","HR":"B"}"#, Err("twice (entries 1 and 2)"));
        check(r#"{"HR":["A"]}"#, Err(r#"such as {"DEPARTMENT": "GROUP"} (see line 1"#));
        check(r#"{"HR":"A""#, Err("begins like JSON"));
        for text in [r#"["HR"]"#, "[HR=A]"] {
            check(text, Err("must then be a JSON object of texts, such as"));
        }
    }

    #[test]
    fn errors_never_quote_the_value() {
        for text in [
            "canary;canary",
            "[canary",
            r#"["canary", canary]"#,
            "canary,canary",
            r#"["canary", 7]"#,
            r#"{"canary":"x"}"#,
        ] {
            assert!(!list(text).unwrap_err().contains("canary"), "{text}");
        }
        for text in [
            "canary",
            "canary=canary,canary=canary",
            "{canary",
            "canary=A;canary=B",
            r#"{"canary": 7}"#,
            r#"["canary"]"#,
        ] {
            assert!(!map(text, "ROLE", "GROUP").unwrap_err().contains("canary"), "{text}");
        }
    }
}
