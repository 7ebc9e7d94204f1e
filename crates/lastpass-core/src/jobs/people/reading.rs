//! One reading of all users, with an index by key and by address. Pure.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};

use crate::{
    domain::{People, Person, ScoreSource, normalize_address, numeric_id},
    report::{AccountStatus, Departments},
    store::{INVITATION_PREFIX, StoredUser},
};

/// What Postgres stores in place of U+0000.
const REPLACEMENT: &str = "\u{fffd}";

/// A reading of all users.
pub(crate) struct Reading<'a> {
    people: &'a People,
    departments: &'a Departments,
    pub(crate) score_source: ScoreSource,
    /// Whether it raised no warning that people may be missing.
    pub(crate) is_clean: bool,
    /// The one user who has a key.
    by_key: HashMap<Cow<'a, str>, u32>,
    /// The one user who has an address.
    by_address: HashMap<Cow<'a, str>, u32>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        people: &'a People,
        departments: &'a Departments,
        score_source: ScoreSource,
        is_clean: bool,
    ) -> Self {
        let mut by_key = HashMap::with_capacity(people.len());
        let mut by_address: HashMap<_, u32> = HashMap::with_capacity(people.len());
        for (index, person) in (0_u32..).zip(people.iter()) {
            by_key.insert(user_key(person), index);
            let holder = by_address.entry(address(person)).or_insert(index);
            if is_newer(person, people.get(*holder as usize)) {
                *holder = index;
            }
        }
        Self { people, departments, score_source, is_clean, by_key, by_address }
    }

    /// When the reading began.
    pub(crate) fn at(&self) -> DateTime<Utc> {
        self.people.as_of()
    }

    /// The number of people listed.
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// The person at an index, unless another one has the address or the key.
    pub(crate) fn get(&self, index: usize) -> Option<Person<'a>> {
        let person = self.people.get(index);
        let holders = [self.by_address.get(&address(person)), self.by_key.get(&user_key(person))];
        (holders == [Some(&(index as u32)); 2]).then_some(person)
    }

    /// The user with a key.
    pub(crate) fn by_key(&self, key: &str) -> Option<Person<'a>> {
        self.by_key.get(key).and_then(|index| self.get(*index as usize))
    }

    /// The user with an address, as compared.
    pub(crate) fn by_address(&self, address: &str) -> Option<Person<'a>> {
        self.by_address.get(address).map(|index| self.people.get(*index as usize))
    }

    /// The row of a person whom no earlier reading listed.
    pub(crate) fn row(&self, person: Person<'_>) -> StoredUser {
        let text = |text: &str| storable(text).into_owned();
        let email_key = address(person).into_owned();
        StoredUser {
            user_key: user_key(person).into_owned(),
            id: person.id().map(text),
            email: text(person.email()),
            email_key,
            name: person.name().map(text),
            status: AccountStatus::of(person).name().to_owned(),
            department: self.departments.of(person).map(text),
            groups: person.groups().map(text).collect(),
            security_score: person.master_password_strength().map(|score| score.value()),
            vault_score: person.vault_score().map(|score| score.value()),
            mfa: person.mfa().map(text),
            is_admin: person.is_admin(),
            never_logged_in: person.never_logged_in(),
            last_login: person.last_login(),
            password_last_changed: person.password_last_changed(),
            first_seen: self.at(),
            last_seen: self.at(),
            left_at: None,
        }
    }
}

/// The key of a person's row.
pub(crate) fn user_key(person: Person<'_>) -> Cow<'_, str> {
    match person.id() {
        Some(id) => storable(id),
        None => format!("{INVITATION_PREFIX}{}", address(person)).into(),
    }
}

/// The address of a person, as compared.
pub(crate) fn address(person: Person<'_>) -> Cow<'_, str> {
    let normalized = normalize_address(person.email());
    if normalized.contains('\0') { normalized.replace('\0', REPLACEMENT).into() } else { normalized }
}

fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', REPLACEMENT).into() } else { text.into() }
}

/// Whether a person's account is newer than that of another with the same address: LastPass's ids ascend.
fn is_newer(person: Person<'_>, other: Person<'_>) -> bool {
    let age = |person: Person<'_>| person.id().map(|id| (numeric_id(id), id.to_owned()));
    age(person) > age(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DepartmentGroups, PeopleBuilder, PersonEntry};

    #[test]
    fn no_row_has_a_character_that_postgres_cannot_store() {
        let mut builder = PeopleBuilder::default();
        let entry = PersonEntry {
            id: Some("1\0"),
            email: "a\0@x.co",
            name: Some("A\0"),
            mfa: Some("m\0"),
            ..PersonEntry::default()
        };
        builder.add(&entry, ["G\0", "\\u0000"]);
        builder.add_invited("b\0@x.co");
        let people = builder.finish(DateTime::UNIX_EPOCH);
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let reading = Reading::new(&people, &departments, ScoreSource::default(), true);
        let rows: Vec<_> = people.iter().map(|person| reading.row(person)).collect();
        let keys: Vec<_> = rows.iter().map(|row| row.user_key.as_str()).collect();
        assert_eq!(keys, ["1\u{fffd}", "invited:b\u{fffd}@x.co"]);
        assert_eq!(rows[0].groups, ["G\u{fffd}", "\\u0000"]);
        assert!(!format!("{rows:?}").contains("\\0"), "{rows:?}");
    }

    /// The keys of the rows of accounts, each with an id and an address, and of an invited address.
    fn keys(accounts: &[(&str, &str)], invited: &str) -> Vec<String> {
        let mut builder = PeopleBuilder::default();
        for (id, email) in accounts {
            builder.add(&PersonEntry { id: Some(id), email, ..PersonEntry::default() }, []);
        }
        builder.add_invited(invited);
        let people = builder.finish(DateTime::UNIX_EPOCH);
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let reading = Reading::new(&people, &departments, ScoreSource::default(), true);
        let stored = (0..reading.len()).filter_map(|index| reading.get(index));
        stored.map(|person| user_key(person).into_owned()).collect()
    }

    #[test]
    fn each_row_has_a_key_of_its_own() {
        assert_eq!(keys(&[("1\0", "a@x.co"), ("1\u{fffd}", "b@x.co")], "c@x.co"), ["1\u{fffd}", "invited:c@x.co"]);
        assert_eq!(keys(&[("invited:c@x.co", "a@x.co"), ("2", "b@x.co")], "c@x.co"), ["2", "invited:c@x.co"]);
    }

    #[test]
    fn addresses_of_different_mailboxes_are_different() {
        let addresses = [("1", "jan.straße@x.co"), ("2", "jan.strasse@x.co"), ("3", "JAN.STRASSE@X.CO")];
        assert_eq!(keys(&addresses, "Jan.Straße@x.co"), ["1", "3"]);
    }
}
