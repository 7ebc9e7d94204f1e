//! A single value of any JSON type.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A single value of any JSON type.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    /// `null`, a missing field, an empty list, or an object.
    #[default]
    Missing,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
}

impl Scalar<'_> {
    /// Returns the text, trimmed, or the number as text. `None` if it is empty.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(_) | Self::Missing => None,
        }
    }

    /// Returns the text unchanged, empty or not. `None` if the value is not a text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Bool(_) | Self::Missing => None,
        }
    }

    /// Whether the value stands for "none": missing, `null`, `false`, empty, zero, or a zero date.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Text(text) => matches!(text.trim(), "" | "0" | "0000-00-00 00:00:00"),
            Self::Number(number) => *number == 0.0,
            Self::Bool(value) => !value,
        }
    }

    /// Returns a number, or a text that is a number.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Bool(_) | Self::Missing => None,
        }
    }

    /// Returns the number as a count. `None` if it is negative or not an integer.
    pub(crate) fn count(&self) -> Option<u32> {
        let number = self.number()?;
        let is_count = number >= 0.0 && number < f64::from(u32::MAX) && number.fract() == 0.0;
        is_count.then_some(number as u32)
    }

    /// Returns the boolean: `true`, `false`, 1, 0, or one of them, `yes` or `no` as text.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Number(number) => Some(*number != 0.0),
            Self::Text(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                text if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes") => Some(true),
                text if text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("no") => Some(false),
                _ => None,
            },
            Self::Missing => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Missing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    /// A list stands for its first value: clients send and receive user names in lists of one.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let first = list.next_element()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Missing)
    }
}

/// The key of an object, borrowed from the reply unless it contains escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(ScalarVisitor)? {
            Scalar::Text(text) => Ok(Self(text)),
            Scalar::Missing | Scalar::Number(_) | Scalar::Bool(_) => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn booleans_are_read_from_numbers_and_texts() {
        for (json, flag) in [
            ("true", Some(true)),
            ("false", Some(false)),
            ("1", Some(true)),
            ("0", Some(false)),
            ("\"1\"", Some(true)),
            ("\"0\"", Some(false)),
            ("\"True\"", Some(true)),
            ("\"false\"", Some(false)),
            ("\"\"", None),
            ("null", None),
            ("[]", None),
            ("{\"a\":1}", None),
        ] {
            assert_eq!(scalar(json).flag(), flag, "{json}");
        }
    }

    #[test]
    fn numbers_are_read_from_texts() {
        for (json, number, count) in [
            ("83.2", Some(83.2), None),
            ("\"83.2\"", Some(83.2), None),
            ("\"100\"", Some(100.0), Some(100)),
            ("7", Some(7.0), Some(7)),
            ("-1", Some(-1.0), None),
            ("\"\"", None, None),
            ("\"NaN\"", None, None),
            ("1e400", None, None),
            ("null", None, None),
            ("true", None, None),
        ] {
            let Ok(value) = serde_json::from_str::<Scalar<'_>>(json) else {
                assert_eq!(number, None, "{json}");
                continue;
            };
            assert_eq!((value.number(), value.count()), (number, count), "{json}");
        }
    }

    #[test]
    fn a_list_of_one_is_its_value() {
        assert_eq!(scalar("[\"a@b.c\"]").text().unwrap(), "a@b.c");
        assert_eq!(scalar("[]"), Scalar::Missing);
        assert_eq!(scalar("\"L\\u00e9a\\/\"").text().unwrap(), "Léa/");
    }
}
