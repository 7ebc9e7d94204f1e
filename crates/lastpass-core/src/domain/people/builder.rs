//! Builds [`People`] from LastPass's user list, page by page.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    mem,
};

use chrono::{DateTime, Utc};

use crate::domain::{
    Score, normalize_address, normalize_name, numeric_id,
    people::{
        ADMIN, DISABLED, HAS_ID, HAS_NAME, INVITED, NEVER_LOGGED_IN, NO_COUNT, NO_NAME, NO_TIME, NameId,
        PASSWORD_CHANGE_REQUIRED, People, PersonRow, ReportedFigures,
    },
};

/// The typical size of a person: bytes of id, address and name, and number of groups.
const TYPICAL_TEXT: usize = 56;
const TYPICAL_GROUPS: usize = 3;

/// An entry of LastPass's user list, the input of [`PeopleBuilder::add`].
#[derive(Debug, Clone, Default)]
pub struct PersonEntry<'a> {
    /// LastPass's id, if the list has ids.
    pub id: Option<&'a str>,
    /// The e-mail address, which is the user name, as spelled by LastPass.
    pub email: &'a str,
    /// The full name; a blank one counts as none.
    pub name: Option<&'a str>,
    /// The strength of the master password; not used for a person who has never logged in.
    pub master_password_strength: Option<Score>,
    /// LastPass's security score of the vault; not used for a person who has never logged in.
    pub vault_score: Option<Score>,
    /// The number of weak passwords in the vault; `None` if the dialect does not report it.
    pub weak_passwords: Option<u32>,
    /// The number of reused passwords in the vault; `None` if the dialect does not report it.
    pub reused_passwords: Option<u32>,
    /// The time of the last login.
    pub last_login: Option<DateTime<Utc>>,
    /// The time of the last master password change.
    pub password_last_changed: Option<DateTime<Utc>>,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Whether the person is an admin of the organization.
    pub admin: bool,
    /// Whether the person has never logged in.
    pub never_logged_in: bool,
    /// Whether the master password must be changed at the next login.
    pub must_change_password: bool,
    /// The multifactor authentication method, if any.
    pub mfa: Option<&'a str>,
    /// The department from the directory (`attribs`).
    pub directory_department: Option<&'a str>,
}

/// Interns recurring names in the spelling that is seen first, outer blanks included: LastPass knows a group by its whole
/// name.
#[derive(Debug, Default)]
struct NameInterner {
    by_spelling: HashMap<Box<str>, NameId>,
    by_normalized: HashMap<Box<str>, NameId>,
    names: Vec<Box<str>>,
}

impl NameInterner {
    fn id(&mut self, name: &str) -> NameId {
        if let Some(id) = self.by_spelling.get(name) {
            return *id;
        }
        let id = match self.by_normalized.get(normalize_name(name).as_ref()) {
            Some(id) => *id,
            None => {
                let id = NameId::try_from(self.names.len()).expect("a reply has fewer than four billion names");
                self.names.push(name.into());
                self.by_normalized.insert(normalize_name(name).into(), id);
                id
            }
        };
        self.by_spelling.insert(name.into(), id);
        id
    }
}

/// Builds [`People`].
///
/// Entries with the same id are merged, and the last one counts: a list that changes while it is read can contain a
/// person on two pages.
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
    /// The number of added entries, and for each group the last entry that is a member: a group counts once per person.
    added: u64,
    last_member: Vec<u64>,
}

impl PeopleBuilder {
    /// The number of distinct entries so far.
    pub fn entry_count(&self) -> usize {
        self.rows.len()
    }

    /// Reserves memory for a number of entries, since growing needs it twice.
    pub fn reserve(&mut self, entries: usize) {
        self.rows.reserve(entries);
        self.by_number.reserve(entries);
        self.text.reserve(entries.saturating_mul(TYPICAL_TEXT));
        self.memberships.reserve(entries.saturating_mul(TYPICAL_GROUPS));
    }

    /// The length of the stored text in bytes.
    pub fn text_length(&self) -> usize {
        self.text.len()
    }

    /// Adds an entry with the names of its groups, in any order.
    pub fn add<'n>(&mut self, entry: &PersonEntry<'_>, groups: impl IntoIterator<Item = &'n str>) {
        // LastPass's ids are far shorter than 255 bytes.
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
        let name = entry.name.filter(|name| !name.trim().is_empty());
        self.text.extend([id.unwrap_or(""), entry.email, name.unwrap_or("")]);

        let mut flags = 0;
        for (is_set, flag) in [
            (entry.disabled, DISABLED),
            (entry.admin, ADMIN),
            (entry.never_logged_in, NEVER_LOGGED_IN),
            (entry.must_change_password, PASSWORD_CHANGE_REQUIRED),
            (id.is_some(), HAS_ID),
            (name.is_some(), HAS_NAME),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        // A score is computed in the vault and sent at login: LastPass's 0 before the first login is none.
        let score = |score: Option<Score>| score.filter(|_| !entry.never_logged_in).map_or(f64::NAN, Score::value);
        let row = PersonRow {
            master_password_strength: score(entry.master_password_strength),
            vault_score: score(entry.vault_score),
            last_login: entry.last_login.map_or(NO_TIME, |time| time.timestamp()),
            password_last_changed: entry.password_last_changed.map_or(NO_TIME, |time| time.timestamp()),
            text: offset(text),
            email_length: offset(entry.email.len()),
            name_length: offset(name.map_or(0, str::len)),
            groups: offset(group_start),
            weak_passwords: entry.weak_passwords.unwrap_or(NO_COUNT),
            reused_passwords: entry.reused_passwords.unwrap_or(NO_COUNT),
            mfa: entry.mfa.map_or(NO_NAME, |name| self.others.id(name.trim())),
            directory_department: entry.directory_department.map_or(NO_NAME, |name| self.others.id(name.trim())),
            group_count: (self.memberships.len() - group_start) as u16,
            id_length: id_length as u8,
            flags,
        };
        self.insert(row);
    }

    /// Adds a group, which may have no members.
    pub fn add_group(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.groups.id(name);
        }
    }

    /// Adds everything of another builder, as if its entries were added one by one.
    pub fn merge(&mut self, page: Self) {
        let groups: Vec<_> = page.groups.names.iter().map(|name| self.groups.id(name)).collect();
        let others: Vec<_> = page.others.names.iter().map(|name| self.others.id(name)).collect();
        let remapped = |id: NameId| others.get(id as usize).copied().unwrap_or(NO_NAME);
        let (text, first_group) = (offset(self.text.len()), offset(self.memberships.len()));
        self.text.push_str(&page.text);
        self.memberships.extend(page.memberships.iter().map(|group| groups[*group as usize]));
        for row in page.rows {
            self.insert(PersonRow {
                text: text + row.text,
                groups: first_group + row.groups,
                mfa: remapped(row.mfa),
                directory_department: remapped(row.directory_department),
                ..row
            });
        }
        for email in page.invited_spelling {
            self.add_invited(&email);
        }
    }

    fn insert(&mut self, row: PersonRow) {
        let start = row.text as usize;
        let end_of_id = start + usize::from(row.id_length);
        let id = (row.flags & HAS_ID != 0).then(|| &self.text[start..end_of_id]);
        let next = offset(self.rows.len());
        let index = match id.and_then(numeric_id) {
            Some(number) => *self.by_number.entry(number).or_insert(next),
            None => {
                let email = &self.text[end_of_id..end_of_id + row.email_length as usize];
                let key = id.map_or_else(|| format!("\0{}", normalize_address(email)), str::to_owned);
                *self.by_text.entry(key.into()).or_insert(next)
            }
        };
        if index == next {
            self.rows.push(row);
        } else {
            self.rows[index as usize] = row;
        }
    }

    /// Adds an address with a pending invitation.
    pub fn add_invited(&mut self, email: &str) {
        let email = email.trim();
        if !email.is_empty() && self.invited.insert(normalize_address(email).into()) {
            self.invited_spelling.push(email.into());
        }
    }

    /// Finishes the set. `as_of` is the time of the request to LastPass.
    pub fn finish(mut self, as_of: DateTime<Utc>) -> People {
        let entries = self.rows.len();
        let mut without_entry = mem::take(&mut self.invited);
        if !without_entry.is_empty() {
            for row in &mut self.rows {
                let start = row.text as usize + usize::from(row.id_length);
                let email = &self.text[start..start + row.email_length as usize];
                if let Some(email) = without_entry.get(normalize_address(email).as_ref()).cloned() {
                    row.flags |= INVITED;
                    without_entry.remove(&email);
                }
            }
        }
        let invited_spelling = mem::take(&mut self.invited_spelling);
        for email in invited_spelling.iter().filter(|email| without_entry.contains(normalize_address(email).as_ref())) {
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
        let has = |has: fn(&PersonRow) -> bool| self.rows.iter().any(has);
        let reported = ReportedFigures {
            master_password_strength: has(|row| !row.master_password_strength.is_nan()),
            vault_score: has(|row| !row.vault_score.is_nan()),
            weak_passwords: has(|row| row.weak_passwords != NO_COUNT),
            reused_passwords: has(|row| row.reused_passwords != NO_COUNT),
        };
        let mut people = People {
            as_of,
            version: 0,
            entries,
            reported,
            rows: self.rows,
            text: self.text,
            memberships: self.memberships,
            group_names: self.groups.names,
            other_names: self.others.names,
        };
        people.version = hash(&people);
        // Growth by doubling leaves spare capacity, and the set stays in memory for minutes, partly beside its
        // successor.
        people.rows.shrink_to_fit();
        people.text.shrink_to_fit();
        people.memberships.shrink_to_fit();
        people
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("replies are limited to far less than 4 GiB")
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
    use crate::domain::{Score, people::ReportedFigures};

    fn entry<'a>(id: &'a str, email: &'a str) -> PersonEntry<'a> {
        PersonEntry { id: Some(id), email, ..PersonEntry::default() }
    }

    fn addresses(people: &People) -> Vec<&str> {
        people.iter().map(|person| person.email()).collect()
    }

    #[test]
    fn a_person_on_two_pages_is_merged_and_the_last_entry_counts() {
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
    fn merging_a_builder_equals_adding_its_entries() {
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
    fn an_invited_address_is_a_person_unless_it_has_an_entry() {
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
    fn a_person_who_has_never_logged_in_has_no_score() {
        let scored = |never_logged_in| PersonEntry {
            master_password_strength: Score::new(0.0),
            vault_score: Score::new(70.0),
            never_logged_in,
            ..entry("1", "ann@example.com")
        };
        for (never_logged_in, expected) in [(false, (Score::new(0.0), Score::new(70.0))), (true, (None, None))] {
            let mut builder = PeopleBuilder::default();
            builder.add(&scored(never_logged_in), []);
            let people = builder.finish(Default::default());
            let ann = people.get(0);
            assert_eq!((ann.master_password_strength(), ann.vault_score()), expected);
            assert_eq!(people.reported().vault_score, !never_logged_in);
        }
    }

    #[test]
    fn a_blank_name_is_none() {
        for (name, expected) in [(None, None), (Some(""), None), (Some(" "), None), (Some("Ann"), Some("Ann"))] {
            let mut builder = PeopleBuilder::default();
            builder.add(&PersonEntry { name, ..entry("1", "ann@example.com") }, []);
            assert_eq!(builder.finish(Default::default()).get(0).name(), expected, "{name:?}");
        }
    }

    #[test]
    fn a_figure_is_reported_if_one_person_has_it() {
        let mut builder = PeopleBuilder::default();
        builder.add(&entry("1", "ann@example.com"), []);
        builder.add(&PersonEntry { weak_passwords: Some(0), ..entry("2", "bob@example.com") }, []);
        let people = builder.finish(Default::default());
        assert_eq!(people.reported(), ReportedFigures { weak_passwords: true, ..ReportedFigures::default() });
    }

    #[test]
    fn the_version_is_a_hash_of_the_data() {
        let build = |name| {
            let mut builder = PeopleBuilder::default();
            builder.add(&PersonEntry { name: Some(name), ..entry("1", "ann@example.com") }, ["Sales"]);
            builder.finish(Default::default()).version()
        };
        assert_eq!(build("Ann"), build("Ann"));
        assert_ne!(build("Ann"), build("Anne"));
    }

    #[test]
    fn a_row_has_at_most_72_bytes() {
        assert!(size_of::<super::PersonRow>() <= 72);
    }
}
