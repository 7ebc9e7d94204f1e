//! Lists, maps and objects that may also be of another JSON type.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::lastpass::lenient_json::scalar::{Key, Scalar};

/// Implements the methods of a [`Visitor`] for `null`, booleans and numbers, which all have the same result.
macro_rules! visit_scalars {
    ($value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

/// A list of texts: a list, the values of a map, or a single text. `None` if the value is `null` or missing, which
/// differs from an empty list.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Texts<'a>(pub(crate) Option<Vec<Cow<'a, str>>>);

impl<'a> Texts<'a> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(AsRef::as_ref)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(Texts(None));

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Texts(Some(Vec::from_iter((!value.is_empty()).then_some(Cow::Borrowed(value))))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Texts(Some(Vec::from_iter((!value.is_empty()).then(|| Cow::Owned(value.to_owned()))))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = list.next_element::<Scalar<'de>>()? {
            texts.extend(text(value));
        }
        Ok(Texts(Some(texts)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some((_, value)) = map.next_entry::<IgnoredAny, Scalar<'de>>()? {
            texts.extend(text(value));
        }
        Ok(Texts(Some(texts)))
    }
}

fn text(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    match value {
        Scalar::Text(text) => Some(text),
        Scalar::Number(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Bool(_) | Scalar::Missing => None,
    }
}

/// Some fields of an object, read by name. Of a repeated field the last value counts.
pub(crate) trait Fields<'a>: Default {
    /// Reads the field's value, or [`skip`]s it.
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error>;
}

/// Skips a value that is not used.
pub(crate) fn skip<'a, A: MapAccess<'a>>(value: &mut A) -> Result<(), A::Error> {
    value.next_value::<IgnoredAny>().map(drop)
}

/// An object. `None` if the value has another type (PHP writes an empty object as `[]`).
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Fields<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Fields<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = T::default();
        while let Some(Key(key)) = map.next_key()? {
            fields.take(key, &mut map)?;
        }
        Ok(Object(Some(fields)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }

    visit_scalars!(Object(None));

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Object(None))
    }
}

/// An entry with its id, if it has one. `None` instead of an entry that is not an object.
type WithId<'a, T> = (Option<Cow<'a, str>>, Option<T>);

/// A map of objects by id, or a list of objects without ids.
#[derive(Debug)]
pub(crate) struct Entries<'a, T> {
    pub(crate) all: Vec<WithId<'a, T>>,
    /// Whether the value was neither a map nor a list: `null`, a number, a text. Then the entries are not known. An
    /// empty text is an empty map, which PHP may write that way.
    pub(crate) is_unknown: bool,
}

/// No valid reply lists so many: bounds the memory that an invalid reply takes.
const MAX_ENTRIES: usize = 500_000;

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Self { all: Vec::new(), is_unknown: false }
    }
}

impl<'a, T> Entries<'a, T> {
    fn unknown() -> Self {
        Self { is_unknown: true, ..Self::default() }
    }

    fn push<E: Error>(&mut self, id: Option<Cow<'a, str>>, entry: Option<T>) -> Result<(), E> {
        if self.all.len() >= MAX_ENTRIES {
            return Err(E::custom("the list is too long"));
        }
        self.all.push((id, entry));
        Ok(())
    }
}

impl<'de: 'a, 'a, T: Fields<'de>> Deserialize<'de> for Entries<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Fields<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Entries::default();
        while let Some((Key(id), Object(entry))) = map.next_entry()? {
            entries.push(Some(id), entry)?;
        }
        Ok(entries)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Entries::default();
        while let Some(Object(entry)) = list.next_element()? {
            entries.push(None, entry)?;
        }
        Ok(entries)
    }

    visit_scalars!(Entries::unknown());

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(if text.trim().is_empty() { Entries::default() } else { Entries::unknown() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct NoFields;

    impl<'a> Fields<'a> for NoFields {
        fn take<A: MapAccess<'a>>(&mut self, _: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
            skip(value)
        }
    }

    #[test]
    fn a_list_with_too_many_entries_is_refused() {
        let length = |entries: usize| {
            let json = format!("[{}]", vec!["{}"; entries].join(","));
            serde_json::from_str::<Entries<'_, NoFields>>(&json).ok().map(|entries| entries.all.len())
        };
        assert_eq!(length(MAX_ENTRIES), Some(MAX_ENTRIES));
        assert_eq!(length(MAX_ENTRIES + 1), None);
    }

    #[test]
    fn texts_are_read_from_a_list_a_map_or_a_text() {
        for (json, expected) in [
            ("[\"a\",\"b\"]", Some(vec!["a", "b"])),
            ("{\"1\":\"a\",\"2\":\"b\"}", Some(vec!["a", "b"])),
            ("\"a\"", Some(vec!["a"])),
            ("[]", Some(vec![])),
            ("\"\"", Some(vec![])),
            ("null", None),
            ("3", None),
        ] {
            let texts: Texts<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(texts.0.is_some(), expected.is_some(), "{json}");
            assert_eq!(texts.iter().collect::<Vec<_>>(), expected.unwrap_or_default(), "{json}");
        }
    }
}
