//! Everybody in the organisation, one compact row each.
//!
//! 100,000 people have to fit twice (the set in use and the one being read) into a
//! function's memory, so the text of all rows lies in one arena and names that recur
//! (groups, departments, methods of multifactor authentication) are held once.

mod builder;

use chrono::{DateTime, Utc};

use crate::domain::Score;

pub use builder::{PeopleBuilder, PersonEntry, numeric_id};

/// A place in a list of names that recur.
type NameId = u32;

const NO_NAME: NameId = NameId::MAX;
const NO_COUNT: u32 = u32::MAX;
const NO_TIME: i64 = i64::MIN;

const DISABLED: u8 = 1;
const ADMIN: u8 = 1 << 1;
const NEVER_LOGGED_IN: u8 = 1 << 2;
const INVITED: u8 = 1 << 3;
const HAS_ID: u8 = 1 << 4;
const HAS_NAME: u8 = 1 << 5;
const PASSWORD_CHANGE_REQUIRED: u8 = 1 << 6;

/// What is kept of a person: figures, and where the text lies. An unknown score is NaN.
#[derive(Debug, Clone)]
struct PersonRow {
    master_password_strength: f64,
    vault_score: f64,
    last_login: i64,
    password_last_changed: i64,
    text: u32,
    email_length: u32,
    name_length: u32,
    groups: u32,
    weak_passwords: u32,
    reused_passwords: u32,
    mfa: NameId,
    directory_department: NameId,
    group_count: u16,
    id_length: u8,
    flags: u8,
}

/// Everybody LastPass told of, with the time at which it was asked.
#[derive(Debug)]
pub struct People {
    as_of: DateTime<Utc>,
    version: u64,
    entries: usize,
    rows: Vec<PersonRow>,
    text: String,
    memberships: Vec<NameId>,
    group_names: Vec<Box<str>>,
    other_names: Vec<Box<str>>,
}

impl People {
    /// The moment LastPass was asked; figures are computed as of it.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// A hash of all rows: equal data has an equal version, in every process.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many entries LastPass listed; invited addresses without an entry are not among them.
    pub fn entry_count(&self) -> usize {
        self.entries
    }

    /// How many people there are, invited addresses without an entry included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The names of all groups that LastPass lists, each once, at the places that [`Person::group_ids`] gives.
    pub fn group_names(&self) -> &[Box<str>] {
        &self.group_names
    }

    /// Everybody: the entries first, in LastPass's order, then invited addresses without an entry.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Person<'_>> {
        (0..self.rows.len()).map(|place| self.get(place))
    }

    /// The person at a place of [`People::iter`].
    ///
    /// # Panics
    /// Where `place` is not below [`People::len`].
    pub fn get(&self, place: usize) -> Person<'_> {
        Person { people: self, row: &self.rows[place], place }
    }
}

/// One person among [`People`].
#[derive(Clone, Copy)]
pub struct Person<'a> {
    people: &'a People,
    row: &'a PersonRow,
    place: usize,
}

impl<'a> Person<'a> {
    fn text(&self, start: usize, length: usize) -> &'a str {
        let start = self.row.text as usize + start;
        &self.people.text[start..start + length]
    }

    fn name_of(&self, id: NameId) -> Option<&'a str> {
        self.people.other_names.get(id as usize).map(AsRef::as_ref)
    }

    fn has(&self, flag: u8) -> bool {
        self.row.flags & flag != 0
    }

    /// The place in [`People::iter`].
    pub fn place(&self) -> usize {
        self.place
    }

    /// LastPass's id; an invited address without an entry has none.
    pub fn id(&self) -> Option<&'a str> {
        self.has(HAS_ID).then(|| self.text(0, self.row.id_length.into()))
    }

    /// The address, as LastPass spells it.
    pub fn email(&self) -> &'a str {
        self.text(self.row.id_length.into(), self.row.email_length as usize)
    }

    /// The full name, which may be empty; nothing where LastPass gives none, as with an invited address.
    pub fn name(&self) -> Option<&'a str> {
        self.has(HAS_NAME).then(|| {
            self.text(usize::from(self.row.id_length) + self.row.email_length as usize, self.row.name_length as usize)
        })
    }

    /// Whether LastPass has an entry for the person, rather than a pending invitation alone.
    pub fn is_entry(&self) -> bool {
        self.place < self.people.entries
    }

    /// Strength of the master password.
    pub fn master_password_strength(&self) -> Option<Score> {
        Score::new(self.row.master_password_strength)
    }

    /// LastPass's security score of the vault.
    pub fn vault_score(&self) -> Option<Score> {
        Score::new(self.row.vault_score)
    }

    /// Weak passwords in the vault; nothing where the dialect does not tell.
    pub fn weak_passwords(&self) -> Option<u32> {
        (self.row.weak_passwords != NO_COUNT).then_some(self.row.weak_passwords)
    }

    /// Reused passwords in the vault; nothing where the dialect does not tell.
    pub fn reused_passwords(&self) -> Option<u32> {
        (self.row.reused_passwords != NO_COUNT).then_some(self.row.reused_passwords)
    }

    /// The last login, to the second.
    pub fn last_login(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.row.last_login, 0)
    }

    /// The last change of the master password, to the second.
    pub fn password_last_changed(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.row.password_last_changed, 0)
    }

    /// The account cannot be used.
    pub fn is_disabled(&self) -> bool {
        self.has(DISABLED)
    }

    /// The person administers the organisation.
    pub fn is_admin(&self) -> bool {
        self.has(ADMIN)
    }

    /// The account was never used.
    pub fn never_logged_in(&self) -> bool {
        self.has(NEVER_LOGGED_IN)
    }

    /// The master password must be changed at the next login.
    pub fn must_change_password(&self) -> bool {
        self.has(PASSWORD_CHANGE_REQUIRED)
    }

    /// An invitation is pending.
    pub fn is_invited(&self) -> bool {
        self.has(INVITED)
    }

    /// The method of multifactor authentication; nothing where there is none, or only an invitation.
    pub fn mfa(&self) -> Option<&'a str> {
        self.name_of(self.row.mfa)
    }

    /// The department of the directory.
    pub fn directory_department(&self) -> Option<&'a str> {
        self.name_of(self.row.directory_department)
    }

    /// The groups, as places in [`People::group_names`].
    pub fn group_ids(&self) -> &'a [u32] {
        let start = self.row.groups as usize;
        &self.people.memberships[start..start + usize::from(self.row.group_count)]
    }

    /// The groups' names.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let names = &self.people.group_names;
        self.group_ids().iter().map(|id| names[*id as usize].as_ref())
    }
}
