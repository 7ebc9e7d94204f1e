//! From LastPass's entries, page by page, to compact rows.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    mem,
};

use chrono::{DateTime, Utc};

use crate::domain::{
    Score, normalize_name,
    people::{
        ADMIN, DISABLED, HAS_ID, HAS_NAME, INVITED, NEVER_LOGGED_IN, NO_COUNT, NO_NAME, NO_TIME, NameId,
        PASSWORD_CHANGE_REQUIRED, People, PersonRow,
    },
};

/// What a person usually takes: bytes of id, address and name, and groups.
const USUAL_TEXT: usize = 56;
const USUAL_GROUPS: usize = 3;

/// One entry of LastPass's user list, as it goes into [`PeopleBuilder::add`].
#[derive(Debug, Clone, Default)]
pub struct PersonEntry<'a> {
    /// LastPass's id; nothing where LastPass listed people without one.
    pub id: Option<&'a str>,
    /// The address, which is the user name, spelled as LastPass has it.
    pub email: &'a str,
    /// The full name, which may be empty; nothing where LastPass gives none.
    pub name: Option<&'a str>,
    /// Strength of the master password.
    pub master_password_strength: Option<Score>,
    /// LastPass's security score of the vault.
    pub vault_score: Option<Score>,
    /// Weak passwords in the vault, where the dialect tells.
    pub weak_passwords: Option<u32>,
    /// Reused passwords in the vault, where the dialect tells.
    pub reused_passwords: Option<u32>,
    /// The last login.
    pub last_login: Option<DateTime<Utc>>,
    /// The last change of the master password.
    pub password_last_changed: Option<DateTime<Utc>>,
    /// The account cannot be used.
    pub disabled: bool,
    /// The person administers the organisation.
    pub admin: bool,
    /// The account was never used.
    pub never_logged_in: bool,
    /// The master password must be changed at the next login.
    pub must_change_password: bool,
    /// The method of multifactor authentication; nothing where there is none.
    pub mfa: Option<&'a str>,
    /// The department of the directory (`attribs`).
    pub directory_department: Option<&'a str>,
}

/// NameInterner that recur, each held once in the spelling first seen.
#[derive(Debug, Default)]
struct NameInterner {
    by_spelling: HashMap<Box<str>, NameId>,
    by_fold: HashMap<Box<str>, NameId>,
    names: Vec<Box<str>>,
}

impl NameInterner {
    fn id(&mut self, name: &str) -> NameId {
        if let Some(id) = self.by_spelling.get(name) {
            return *id;
        }
        let id = match self.by_fold.get(normalize_name(name).as_ref()) {
            Some(id) => *id,
            None => {
                let id = NameId::try_from(self.names.len()).expect("a reply is too small for four billion names");
                self.names.push(name.trim().into());
                self.by_fold.insert(normalize_name(name).into(), id);
                id
            }
        };
        self.by_spelling.insert(name.into(), id);
        id
    }
}

/// Folds LastPass's pages into [`People`].
///
/// Entries are joined by id, since a list that moves while it is read shows a person on
/// two pages; the later one counts.
#[derive(Debug, Default)]
pub struct PeopleBuilder {
    rows: Vec<PersonRow>,
    text: String,
    memberships: Vec<NameId>,
    groups: NameInterner,
    others: NameInterner,
    by_number: HashMap<u64, u32>,
    by_text: HashMap<Box<str>, u32>,
    invited: HashSet<Box<str>>,
    invited_spelling: Vec<Box<str>>,
    /// How many entries were added, and by group the last one that was put into it: a group counts once a person.
    added: u64,
    last_member: Vec<u64>,
}

impl PeopleBuilder {
    /// How many different entries came so far.
    pub fn entry_count(&self) -> usize {
        self.rows.len()
    }

    /// Makes room for so many entries, so that what grows does not lie in memory twice.
    pub fn reserve(&mut self, entries: usize) {
        self.rows.reserve(entries);
        self.by_number.reserve(entries);
        self.text.reserve(entries.saturating_mul(USUAL_TEXT));
        self.memberships.reserve(entries.saturating_mul(USUAL_GROUPS));
    }

    /// How much text was taken, in bytes.
    pub fn text_length(&self) -> usize {
        self.text.len()
    }

    /// Takes an entry, and in `groups` the names of its groups in any order.
    pub fn add<'n>(&mut self, entry: &PersonEntry<'_>, groups: impl IntoIterator<Item = &'n str>) {
        // An id of over 255 bytes is none that LastPass gives.
        let id = entry.id.filter(|id| !id.is_empty() && id.len() <= usize::from(u8::MAX));
        let group_start = self.memberships.len();
        self.added += 1;
        for group in groups {
            if group.trim().is_empty() {
                continue;
            }
            let group = self.groups.id(group);
            self.last_member.resize(self.groups.names.len(), 0);
            let seen = &mut self.last_member[group as usize];
            if *seen != self.added && self.memberships.len() - group_start < usize::from(u16::MAX) {
                *seen = self.added;
                self.memberships.push(group);
            }
        }
        let text = self.text.len();
        let id_length = id.map_or(0, str::len);
        let name = entry.name.unwrap_or_default();
        self.text.extend([id.unwrap_or(""), entry.email, name]);

        let mut flags = 0;
        for (is_set, flag) in [
            (entry.disabled, DISABLED),
            (entry.admin, ADMIN),
            (entry.never_logged_in, NEVER_LOGGED_IN),
            (entry.must_change_password, PASSWORD_CHANGE_REQUIRED),
            (id.is_some(), HAS_ID),
            (entry.name.is_some(), HAS_NAME),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        let row = PersonRow {
            master_password_strength: entry.master_password_strength.map_or(f64::NAN, Score::value),
            vault_score: entry.vault_score.map_or(f64::NAN, Score::value),
            last_login: entry.last_login.map_or(NO_TIME, |time| time.timestamp()),
            password_last_changed: entry.password_last_changed.map_or(NO_TIME, |time| time.timestamp()),
            text: offset(text),
            email_length: offset(entry.email.len()),
            name_length: offset(name.len()),
            groups: offset(group_start),
            weak_passwords: entry.weak_passwords.unwrap_or(NO_COUNT),
            reused_passwords: entry.reused_passwords.unwrap_or(NO_COUNT),
            mfa: entry.mfa.map_or(NO_NAME, |name| self.others.id(name)),
            directory_department: entry.directory_department.map_or(NO_NAME, |name| self.others.id(name)),
            group_count: (self.memberships.len() - group_start) as u16,
            id_length: id_length as u8,
            flags,
        };
        self.join(row);
    }

    /// Takes the name of a group, in which there may be nobody.
    pub fn add_group(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.groups.id(name);
        }
    }

    /// Takes all of a page that was folded on its own, as if its entries had come one by one.
    pub fn merge(&mut self, page: Self) {
        let groups: Vec<_> = page.groups.names.iter().map(|name| self.groups.id(name)).collect();
        let others: Vec<_> = page.others.names.iter().map(|name| self.others.id(name)).collect();
        let renamed = |id: NameId| others.get(id as usize).copied().unwrap_or(NO_NAME);
        let (text, first_group) = (offset(self.text.len()), offset(self.memberships.len()));
        self.text.push_str(&page.text);
        self.memberships.extend(page.memberships.iter().map(|group| groups[*group as usize]));
        for row in page.rows {
            self.join(PersonRow {
                text: text + row.text,
                groups: first_group + row.groups,
                mfa: renamed(row.mfa),
                directory_department: renamed(row.directory_department),
                ..row
            });
        }
        for email in page.invited_spelling {
            self.add_invited(&email);
        }
    }

    fn join(&mut self, row: PersonRow) {
        let start = row.text as usize;
        let end_of_id = start + usize::from(row.id_length);
        let id = (row.flags & HAS_ID != 0).then(|| &self.text[start..end_of_id]);
        let next = offset(self.rows.len());
        let place = match id.and_then(numeric_id) {
            Some(number) => *self.by_number.entry(number).or_insert(next),
            None => {
                let email = &self.text[end_of_id..end_of_id + row.email_length as usize];
                let key = id.map_or_else(|| format!("\0{}", normalize_name(email)), str::to_owned);
                *self.by_text.entry(key.into()).or_insert(next)
            }
        };
        if place == next {
            self.rows.push(row);
        } else {
            self.rows[place as usize] = row;
        }
    }

    /// Takes an address with a pending invitation.
    pub fn add_invited(&mut self, email: &str) {
        let email = email.trim();
        if !email.is_empty() && self.invited.insert(normalize_name(email).into()) {
            self.invited_spelling.push(email.into());
        }
    }

    /// What came, as of the moment LastPass was asked.
    pub fn finish(mut self, as_of: DateTime<Utc>) -> People {
        let entries = self.rows.len();
        let mut waiting = mem::take(&mut self.invited);
        if !waiting.is_empty() {
            for row in &mut self.rows {
                let start = row.text as usize + usize::from(row.id_length);
                let email = &self.text[start..start + row.email_length as usize];
                if let Some(email) = waiting.get(normalize_name(email).as_ref()).cloned() {
                    row.flags |= INVITED;
                    waiting.remove(&email);
                }
            }
        }
        let invited_spelling = mem::take(&mut self.invited_spelling);
        for email in invited_spelling.iter().filter(|email| waiting.contains(normalize_name(email).as_ref())) {
            let text = offset(self.text.len());
            self.text.push_str(email);
            self.rows.push(PersonRow {
                master_password_strength: f64::NAN,
                vault_score: f64::NAN,
                last_login: NO_TIME,
                password_last_changed: NO_TIME,
                text,
                email_length: offset(email.len()),
                name_length: 0,
                groups: 0,
                weak_passwords: NO_COUNT,
                reused_passwords: NO_COUNT,
                mfa: NO_NAME,
                directory_department: NO_NAME,
                group_count: 0,
                id_length: 0,
                flags: INVITED,
            });
        }
        let mut people = People {
            as_of,
            version: 0,
            entries,
            rows: self.rows,
            text: self.text,
            memberships: self.memberships,
            group_names: self.groups.names,
            other_names: self.others.names,
        };
        people.version = hash(&people);
        // What grew by doubling is cut to size: it is kept for minutes, by the side of its successor.
        people.rows.shrink_to_fit();
        people.text.shrink_to_fit();
        people.memberships.shrink_to_fit();
        people
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("replies are bounded to far less than 4 GiB")
}

/// The number that an id is the one spelling of; `007` is another id than `7`.
pub fn numeric_id(id: &str) -> Option<u64> {
    let canonical = id == "0" || (!id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()));
    if canonical { id.parse().ok() } else { None }
}

fn hash(people: &People) -> u64 {
    let mut hasher = DefaultHasher::new();
    people.entries.hash(&mut hasher);
    people.text.hash(&mut hasher);
    people.memberships.hash(&mut hasher);
    people.group_names.hash(&mut hasher);
    people.other_names.hash(&mut hasher);
    for row in &people.rows {
        (
            row.master_password_strength.to_bits(),
            row.vault_score.to_bits(),
            row.last_login,
            row.password_last_changed,
            (row.text, row.email_length, row.name_length, row.groups),
            (row.weak_passwords, row.reused_passwords, row.mfa, row.directory_department),
            (row.group_count, row.id_length, row.flags),
        )
            .hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{People, PeopleBuilder, PersonEntry};

    fn entry<'a>(id: &'a str, email: &'a str) -> PersonEntry<'a> {
        PersonEntry { id: Some(id), email, ..PersonEntry::default() }
    }

    fn addresses(people: &People) -> Vec<&str> {
        people.iter().map(|person| person.email()).collect()
    }

    #[test]
    fn a_person_on_two_pages_is_one_and_the_later_row_counts() {
        let mut builder = PeopleBuilder::default();
        builder.add(&entry("1", "ann@example.com"), ["Sales"]);
        builder.add(&entry("2", "bob@example.com"), []);
        builder.add(&PersonEntry { disabled: true, ..entry("1", "ann@example.com") }, ["sales ", "HR"]);
        let people = builder.finish(Default::default());
        assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"]);
        let ann = people.get(0);
        assert!(ann.is_disabled());
        assert_eq!(ann.groups().collect::<Vec<_>>(), ["Sales", "HR"]);
    }

    #[test]
    fn a_page_folded_on_its_own_joins_as_if_its_entries_came_one_by_one() {
        let mut builder = PeopleBuilder::default();
        builder.add(&PersonEntry { mfa: Some("duo"), ..entry("1", "ann@example.com") }, ["Sales"]);
        let mut page = PeopleBuilder::default();
        page.add(
            &PersonEntry { name: Some("Bob"), mfa: Some("totp"), ..entry("2", "bob@example.com") },
            ["HR", "sales"],
        );
        page.add(&PersonEntry { admin: true, ..entry("1", "ann@example.com") }, ["HR"]);
        page.add_invited("new@example.com");
        builder.merge(page);
        let people = builder.finish(Default::default());
        assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com", "new@example.com"]);
        let (ann, bob) = (people.get(0), people.get(1));
        assert!(ann.is_admin());
        assert_eq!((ann.mfa(), ann.groups().collect::<Vec<_>>()), (None, vec!["HR"]));
        assert_eq!(
            (bob.mfa(), bob.name(), bob.groups().collect::<Vec<_>>()),
            (Some("totp"), Some("Bob"), vec!["HR", "Sales"])
        );
    }

    #[test]
    fn an_invited_address_is_a_row_unless_it_has_an_entry() {
        let mut builder = PeopleBuilder::default();
        builder.add_invited("New@example.com");
        builder.add_invited("ANN@example.com");
        builder.add_invited("new@example.com ");
        builder.add(&entry("1", "ann@example.com"), []);
        let people = builder.finish(Default::default());
        assert_eq!(addresses(&people), ["ann@example.com", "New@example.com"]);
        assert!(people.iter().all(|person| person.is_invited()));
        assert_eq!(people.entry_count(), 1);
        assert_eq!(people.get(1).name(), None);
        assert_eq!(people.get(1).id(), None);
    }

    #[test]
    fn equal_data_has_an_equal_version_and_other_data_another() {
        let build = |name| {
            let mut builder = PeopleBuilder::default();
            builder.add(&PersonEntry { name: Some(name), ..entry("1", "ann@example.com") }, ["Sales"]);
            builder.finish(Default::default()).version()
        };
        assert_eq!(build("Ann"), build("Ann"));
        assert_ne!(build("Ann"), build("Anne"));
    }

    #[test]
    fn a_row_stays_compact() {
        assert!(size_of::<super::PersonRow>() <= 72);
    }
}
