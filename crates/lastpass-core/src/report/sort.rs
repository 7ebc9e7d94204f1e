//! Sort keys of people. Knows one person at a time.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::{
    domain::{Person, Score, normalize_name, numeric_id},
    report::ReportContext,
};

/// An order of people. In both directions, unknown values come last and ties are sorted by ascending id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sort {
    /// The value to sort by.
    pub key: SortKey,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

/// The value that people are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortKey {
    /// The score of [`ReportContext::score_source`].
    #[default]
    SecurityScore,
    /// The normalized e-mail address.
    Email,
    /// The time of the last login.
    LastLogin,
    /// The number of weak passwords.
    WeakPasswords,
}

impl SortKey {
    /// All keys, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::SecurityScore, Self::Email, Self::LastLogin, Self::WeakPasswords];

    /// The name in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::SecurityScore => "securityScore",
            Self::Email => "email",
            Self::LastLogin => "lastLogin",
            Self::WeakPasswords => "weakPasswords",
        }
    }
}

/// The value of a person for a key other than [`SortKey::Email`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SortValue {
    /// Of [`SortKey::SecurityScore`].
    Score(Score),
    /// Of [`SortKey::LastLogin`], in whole seconds.
    LastLogin(DateTime<Utc>),
    /// Of [`SortKey::WeakPasswords`].
    WeakPasswords(u32),
}

impl SortValue {
    /// Whether this is a value of `key`.
    pub(crate) fn belongs_to(self, key: SortKey) -> bool {
        match self {
            Self::Score(_) => key == SortKey::SecurityScore,
            Self::LastLogin(_) => key == SortKey::LastLogin,
            Self::WeakPasswords(_) => key == SortKey::WeakPasswords,
        }
    }

    /// A number below `u64::MAX`; within one key it sorts like the values.
    fn rank(self) -> u64 {
        match self {
            // The bits of non-negative floats sort like the floats.
            Self::Score(score) => score.value().to_bits(),
            Self::LastLogin(time) => time.timestamp().cast_unsigned() ^ (1 << 63),
            Self::WeakPasswords(count) => count.into(),
        }
    }
}

/// The person's value of a key; `None` if it is unknown or the key is [`SortKey::Email`].
pub(crate) fn value(person: Person<'_>, context: &ReportContext<'_>, key: SortKey) -> Option<SortValue> {
    match key {
        SortKey::SecurityScore => context.score(person).map(SortValue::Score),
        SortKey::Email => None,
        SortKey::LastLogin => person.last_login().map(SortValue::LastLogin),
        SortKey::WeakPasswords => person.weak_passwords().map(SortValue::WeakPasswords),
    }
}

/// A number that is ascending in a sorted list, in either direction; greatest for an unknown value.
pub(crate) fn rank(value: Option<SortValue>, descending: bool) -> u64 {
    match value.map(SortValue::rank) {
        None => u64::MAX,
        Some(rank) if descending => u64::MAX - 1 - rank,
        Some(rank) => rank,
    }
}

/// Sorts people of equal value: numeric ids by number, then other ids, then people without an id by normalized e-mail
/// address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TieBreak<'a> {
    Number(u64),
    Text(&'a str),
    Address(Cow<'a, str>),
}

impl<'a> TieBreak<'a> {
    pub(crate) fn of(person: Person<'a>) -> Self {
        person.id().map_or_else(|| Self::Address(normalize_name(person.email())), Self::of_id)
    }

    pub(crate) fn of_id(id: &'a str) -> Self {
        numeric_id(id).map_or(Self::Text(id), Self::Number)
    }
}
