//! By what people are ordered. Knows one person at a time.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::{
    domain::{Person, Score, normalize_name, numeric_id},
    report::ReportContext,
};

/// An order of people: unknown values stand last both ways, ties go up by id both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sort {
    /// What is compared.
    pub key: SortKey,
    /// The greatest first.
    pub descending: bool,
}

/// What people are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortKey {
    /// The score that the rules rank by.
    #[default]
    SecurityScore,
    /// The folded address.
    Email,
    /// The last login.
    LastLogin,
    /// The number of weak passwords.
    WeakPasswords,
}

impl SortKey {
    /// All of them, in the order in which they are documented.
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

/// What a person is sorted by, where that is not the address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SortValue {
    /// Of [`SortKey::SecurityScore`].
    Score(Score),
    /// Of [`SortKey::LastLogin`], to the second.
    LastLogin(DateTime<Utc>),
    /// Of [`SortKey::WeakPasswords`].
    WeakPasswords(u32),
}

impl SortValue {
    /// Whether lists of this order have such values.
    pub(crate) fn belongs_to(self, key: SortKey) -> bool {
        match self {
            Self::Score(_) => key == SortKey::SecurityScore,
            Self::LastLogin(_) => key == SortKey::LastLogin,
            Self::WeakPasswords(_) => key == SortKey::WeakPasswords,
        }
    }

    /// A number below `u64::MAX` that orders like the values of one key.
    fn rank(self) -> u64 {
        match self {
            // The bits of floats that are not negative order like the floats.
            Self::Score(score) => score.value().to_bits(),
            Self::LastLogin(time) => time.timestamp().cast_unsigned() ^ (1 << 63),
            Self::WeakPasswords(count) => count.into(),
        }
    }
}

/// The person's value of a key; nothing where it is unknown, or where the key is the address.
pub(crate) fn value(person: Person<'_>, context: &ReportContext<'_>, key: SortKey) -> Option<SortValue> {
    match key {
        SortKey::SecurityScore => context.score(person).map(SortValue::Score),
        SortKey::Email => None,
        SortKey::LastLogin => person.last_login().map(SortValue::LastLogin),
        SortKey::WeakPasswords => person.weak_passwords().map(SortValue::WeakPasswords),
    }
}

/// A number by which values go up in a list, whichever way it is sorted; an unknown value is the greatest.
pub(crate) fn rank(value: Option<SortValue>, descending: bool) -> u64 {
    match value.map(SortValue::rank) {
        None => u64::MAX,
        Some(rank) if descending => u64::MAX - 1 - rank,
        Some(rank) => rank,
    }
}

/// What orders people of equal value: ids that are numbers by number, other ids, then people
/// without an id by folded address.
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
