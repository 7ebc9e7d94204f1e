//! Sort keys of people. Knows one person at a time.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::{
    domain::{Person, Score, normalize_address, normalize_name, numeric_id},
    report::{AccountStatus, Departments, ReportContext},
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
    /// The normalized name.
    Name,
    /// The normalized department.
    Department,
    /// The name of the [`AccountStatus`].
    Status,
    /// The time of the last login.
    LastLogin,
    /// The number of weak passwords.
    WeakPasswords,
}

/// A text of a person.
pub(crate) type PersonText = for<'a> fn(Person<'a>) -> Option<&'a str>;

impl SortKey {
    /// All keys, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::SecurityScore,
        Self::Email,
        Self::Name,
        Self::Department,
        Self::Status,
        Self::LastLogin,
        Self::WeakPasswords,
    ];

    /// The name in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::SecurityScore => "securityScore",
            Self::Email => "email",
            Self::Name => "name",
            Self::Department => "department",
            Self::Status => "status",
            Self::LastLogin => "lastLogin",
            Self::WeakPasswords => "weakPasswords",
        }
    }

    /// The text of a person, if people are sorted by one that identifies them. No position contains it.
    pub(crate) fn personal_text(self) -> Option<PersonText> {
        match self {
            Self::Email => Some(|person| Some(person.email())),
            Self::Name => Some(|person| person.name()),
            Self::SecurityScore | Self::Department | Self::Status | Self::LastLogin | Self::WeakPasswords => None,
        }
    }
}

/// The value of a person for a key other than [`SortKey::Email`] and [`SortKey::Name`].
#[derive(Debug, Clone, PartialEq)]
pub enum SortValue {
    /// Of [`SortKey::SecurityScore`].
    Score(Score),
    /// Of [`SortKey::Department`], normalized.
    Department(String),
    /// Of [`SortKey::Status`].
    Status(AccountStatus),
    /// Of [`SortKey::LastLogin`], in whole seconds.
    LastLogin(DateTime<Utc>),
    /// Of [`SortKey::WeakPasswords`].
    WeakPasswords(u32),
}

impl SortValue {
    /// The person's value of a key; `None` if it is unknown or the key is a personal text.
    pub(crate) fn of(person: Person<'_>, context: &ReportContext<'_>, key: SortKey) -> Option<Self> {
        match key {
            SortKey::SecurityScore => context.score(person).map(Self::Score),
            SortKey::Email | SortKey::Name => None,
            SortKey::Department => {
                context.department(person).map(|name| Self::Department(normalize_name(name).into_owned()))
            }
            SortKey::Status => Some(Self::Status(AccountStatus::of(person))),
            SortKey::LastLogin => person.last_login().map(Self::LastLogin),
            SortKey::WeakPasswords => person.weak_passwords().map(Self::WeakPasswords),
        }
    }

    /// The key that has such values.
    pub(crate) fn key(&self) -> SortKey {
        match self {
            Self::Score(_) => SortKey::SecurityScore,
            Self::Department(_) => SortKey::Department,
            Self::Status(_) => SortKey::Status,
            Self::LastLogin(_) => SortKey::LastLogin,
            Self::WeakPasswords(_) => SortKey::WeakPasswords,
        }
    }

    /// A number below `u64::MAX - 1`; within one key it sorts like the values.
    pub(crate) fn rank(&self, departments: &Departments) -> u64 {
        match self {
            // The bits of non-negative floats sort like the floats.
            Self::Score(score) => score.value().to_bits(),
            Self::Department(name) => departments.rank(name),
            Self::Status(status) => status.alphabetical_position() as u64,
            Self::LastLogin(time) => time.timestamp().cast_unsigned() ^ (1 << 63),
            Self::WeakPasswords(count) => (*count).into(),
        }
    }
}

/// The [`SortValue::rank`] of a person's value; `None` if it is unknown or the key is a personal text.
pub(crate) fn rank_of(person: Person<'_>, context: &ReportContext<'_>, key: SortKey) -> Option<u64> {
    match key {
        // The same without a copy of the name.
        SortKey::Department => context.departments.rank_of(person),
        SortKey::SecurityScore
        | SortKey::Email
        | SortKey::Name
        | SortKey::Status
        | SortKey::LastLogin
        | SortKey::WeakPasswords => SortValue::of(person, context, key).map(|value| value.rank(context.departments)),
    }
}

/// The place of a rank: ascending in a sorted list, in either direction; greatest for an unknown value.
pub(crate) fn place(rank: Option<u64>, descending: bool) -> u64 {
    match rank {
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
        person.id().map_or_else(|| Self::Address(normalize_address(person.email())), Self::of_id)
    }

    pub(crate) fn of_id(id: &'a str) -> Self {
        numeric_id(id).map_or(Self::Text(id), Self::Number)
    }
}
