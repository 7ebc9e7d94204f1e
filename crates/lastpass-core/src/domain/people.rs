//! All people of the organization, in compact rows.
//!
//! 100,000 people have to fit into a function's memory twice, in the current set and in the one that replaces it. So
//! the text of all rows is stored in one string, and recurring names (groups, departments, multifactor authentication
//! methods) are interned.

mod builder;

use chrono::{DateTime, Utc};

use crate::domain::Score;

pub use builder::{PeopleBuilder, PersonEntry};

/// The index of an interned name.
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

/// A person's values, and where the text is stored. An unknown score is NaN.
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

/// The figures that LastPass reports: those that at least one person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportedFigures {
    /// [`Person::master_password_strength`].
    pub master_password_strength: bool,
    /// [`Person::vault_score`].
    pub vault_score: bool,
    /// [`Person::weak_passwords`].
    pub weak_passwords: bool,
    /// [`Person::reused_passwords`].
    pub reused_passwords: bool,
}

/// All people whom LastPass lists, as of one time.
#[derive(Debug)]
pub struct People {
    as_of: DateTime<Utc>,
    version: u64,
    entries: usize,
    reported: ReportedFigures,
    rows: Vec<PersonRow>,
    text: String,
    memberships: Vec<NameId>,
    group_names: Vec<Box<str>>,
    other_names: Vec<Box<str>>,
}

impl People {
    /// The time of the request to LastPass, as of which statistics are computed.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// A hash of the data: equal data has the same version in every process.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The figures that at least one person has.
    pub fn reported(&self) -> ReportedFigures {
        self.reported
    }

    /// The number of entries in LastPass's user list, without invited addresses that have no entry.
    pub fn entry_count(&self) -> usize {
        self.entries
    }

    /// The number of people, including invited addresses that have no entry.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no people.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The names of all groups that LastPass lists, indexed by [`Person::group_ids`].
    pub fn group_names(&self) -> &[Box<str>] {
        &self.group_names
    }

    /// Iterates over the entries in LastPass's order, then over invited addresses that have no entry.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Person<'_>> {
        (0..self.rows.len()).map(|index| self.get(index))
    }

    /// The person at an index of [`People::iter`].
    ///
    /// # Panics
    /// Panics if `index` is out of bounds.
    pub fn get(&self, index: usize) -> Person<'_> {
        Person { people: self, row: &self.rows[index], index }
    }
}

/// A person in [`People`].
#[derive(Clone, Copy)]
pub struct Person<'a> {
    people: &'a People,
    row: &'a PersonRow,
    index: usize,
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

    /// The index in [`People::iter`].
    pub fn index(&self) -> usize {
        self.index
    }

    /// LastPass's id; `None` for an invited address that has no entry.
    pub fn id(&self) -> Option<&'a str> {
        self.has(HAS_ID).then(|| self.text(0, self.row.id_length.into()))
    }

    /// The e-mail address, as spelled by LastPass.
    pub fn email(&self) -> &'a str {
        self.text(self.row.id_length.into(), self.row.email_length as usize)
    }

    /// The full name; `None` if LastPass sends none, as for an invited address, or an empty one.
    pub fn name(&self) -> Option<&'a str> {
        self.has(HAS_NAME).then(|| {
            self.text(usize::from(self.row.id_length) + self.row.email_length as usize, self.row.name_length as usize)
        })
    }

    /// Whether the person is in LastPass's user list, rather than only invited.
    pub fn is_entry(&self) -> bool {
        self.index < self.people.entries
    }

    /// The strength of the master password; `None` for a person who has never logged in.
    pub fn master_password_strength(&self) -> Option<Score> {
        Score::new(self.row.master_password_strength)
    }

    /// LastPass's security score of the vault; `None` for a person who has never logged in.
    pub fn vault_score(&self) -> Option<Score> {
        Score::new(self.row.vault_score)
    }

    /// The number of weak passwords in the vault; `None` if the dialect does not report it.
    pub fn weak_passwords(&self) -> Option<u32> {
        (self.row.weak_passwords != NO_COUNT).then_some(self.row.weak_passwords)
    }

    /// The number of reused passwords in the vault; `None` if the dialect does not report it.
    pub fn reused_passwords(&self) -> Option<u32> {
        (self.row.reused_passwords != NO_COUNT).then_some(self.row.reused_passwords)
    }

    /// The time of the last login, to the second.
    pub fn last_login(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.row.last_login, 0)
    }

    /// The time of the last master password change, to the second.
    pub fn password_last_changed(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.row.password_last_changed, 0)
    }

    /// Whether the account is disabled.
    pub fn is_disabled(&self) -> bool {
        self.has(DISABLED)
    }

    /// Whether the person is an admin of the organization.
    pub fn is_admin(&self) -> bool {
        self.has(ADMIN)
    }

    /// Whether the person has never logged in.
    pub fn never_logged_in(&self) -> bool {
        self.has(NEVER_LOGGED_IN)
    }

    /// Whether the master password must be changed at the next login.
    pub fn must_change_password(&self) -> bool {
        self.has(PASSWORD_CHANGE_REQUIRED)
    }

    /// Whether an invitation is pending.
    pub fn is_invited(&self) -> bool {
        self.has(INVITED)
    }

    /// The multifactor authentication method, if any.
    pub fn mfa(&self) -> Option<&'a str> {
        self.name_of(self.row.mfa)
    }

    /// The department from the directory.
    pub fn directory_department(&self) -> Option<&'a str> {
        self.name_of(self.row.directory_department)
    }

    /// The groups, as indices into [`People::group_names`].
    pub fn group_ids(&self) -> &'a [u32] {
        let start = self.row.groups as usize;
        &self.people.memberships[start..start + usize::from(self.row.group_count)]
    }

    /// The names of the groups.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let names = &self.people.group_names;
        self.group_ids().iter().map(|id| names[*id as usize].as_ref())
    }
}
