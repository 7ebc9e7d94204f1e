//! Reading values whose JSON type LastPass does not keep to: numbers and flags as text,
//! lists for maps, nothing for anything (WIRE notes: recordings of 2022, vendor pages).
//!
//! None of these readings fails because of a value's type: what cannot be understood is
//! unknown, so that one odd value never hides an organisation.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A single value of whatever JSON type.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    /// `null`, absent, or nothing that is a single value.
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Number(f64),
    Flag(bool),
}

impl Scalar<'_> {
    /// The text, trimmed; nothing where it is empty.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Flag(_) | Self::Nothing => None,
        }
    }

    /// The text as it stands, empty or not; nothing where the value is no text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Flag(_) | Self::Nothing => None,
        }
    }

    /// Whether the value says that there is none: absent, `null`, empty or zero.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => matches!(text.trim(), "" | "0" | "0000-00-00 00:00:00"),
            Self::Number(number) => *number == 0.0,
            Self::Flag(flag) => !flag,
        }
    }

    /// The number, written as one or as text.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Flag(_) | Self::Nothing => None,
        }
    }

    /// The number as a count; nothing where it is negative or not whole.
    pub(crate) fn count(&self) -> Option<u32> {
        let number = self.number()?;
        let is_count = number >= 0.0 && number < f64::from(u32::MAX) && number.fract() == 0.0;
        is_count.then_some(number as u32)
    }

    /// The flag: a boolean, 0 or 1, or either as text.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Number(number) => Some(*number != 0.0),
            Self::Text(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                text if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes") => Some(true),
                text if text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("no") => Some(false),
                _ => None,
            },
            Self::Nothing => None,
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
        Ok(Scalar::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Flag(value))
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

    /// A list of one value stands for the value: clients send and get user names that way.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let first = list.next_element()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A list of texts: a list, a map of which the values count, or a single text.
/// Nothing where the value is `null` or absent, which is not the same as empty.
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

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Texts(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Texts(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Texts(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Texts(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Texts(None))
    }

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
        Scalar::Flag(_) | Scalar::Nothing => None,
    }
}

/// The fields of an object of which some are read, by name; a field that comes twice counts the second time.
pub(crate) trait Fields<'a>: Default {
    /// Takes the field's value, or [`skip`]s it.
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error>;
}

/// Passes over a value that nobody reads.
pub(crate) fn skip<'a, A: MapAccess<'a>>(value: &mut A) -> Result<(), A::Error> {
    value.next_value::<IgnoredAny>().map(drop)
}

/// An object; `None` where the value is something else (PHP writes an empty one as `[]`).
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

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Object(None))
    }
}

/// An entry with its id, where it has one; what is no object is `None`.
type WithId<'a, T> = (Option<Cow<'a, str>>, Option<T>);

/// Objects by id, or a list of them without ids, or nothing for none.
#[derive(Debug)]
pub(crate) struct Entries<'a, T> {
    pub(crate) all: Vec<WithId<'a, T>>,
    /// Whether the value was neither of them, so that what there is is not known: `null`, a number, a text. PHP writes
    /// nothing as an empty text, too.
    pub(crate) is_unknown: bool,
}

/// No reply of LastPass's lists so many: a bound for what an odd reply takes in memory.
const MOST_ENTRIES: usize = 500_000;

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
        if self.all.len() >= MOST_ENTRIES {
            return Err(E::custom("a list that is too long"));
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
        f.write_str("a map, a list or nothing")
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

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Entries::unknown())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Entries::unknown())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Entries::unknown())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Entries::unknown())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Entries::unknown())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(if text.trim().is_empty() { Entries::default() } else { Entries::unknown() })
    }
}

/// The key of a map, borrowed from the reply where it holds no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(ScalarVisitor)? {
            Scalar::Text(text) => Ok(Self(text)),
            Scalar::Nothing | Scalar::Number(_) | Scalar::Flag(_) => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::MapAccess;

    use super::{Entries, Fields, MOST_ENTRIES, Scalar, Texts, skip};

    #[derive(Default)]
    struct Nothing;

    impl<'a> Fields<'a> for Nothing {
        fn take<A: MapAccess<'a>>(&mut self, _: std::borrow::Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
            skip(value)
        }
    }

    #[test]
    fn a_list_of_more_entries_than_any_is_refused_before_it_fills_memory() {
        let length = |entries: usize| {
            let json = format!("[{}]", vec!["{}"; entries].join(","));
            serde_json::from_str::<Entries<'_, Nothing>>(&json).ok().map(|entries| entries.all.len())
        };
        assert_eq!(length(MOST_ENTRIES), Some(MOST_ENTRIES));
        assert_eq!(length(MOST_ENTRIES + 1), None);
    }

    fn scalar(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn flags_come_in_many_forms() {
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
    fn numbers_come_as_text_too() {
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
    fn a_list_of_one_stands_for_its_value() {
        assert_eq!(scalar("[\"a@b.c\"]").text().unwrap(), "a@b.c");
        assert_eq!(scalar("[]"), Scalar::Nothing);
        assert_eq!(scalar("\"L\\u00e9a\\/\"").text().unwrap(), "Léa/");
    }

    #[test]
    fn texts_are_a_list_a_map_or_one() {
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
