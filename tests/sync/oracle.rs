//! What the database must hold after a reading, by the contract's rules alone.

mod listed;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use lastpass_sim::{Company, User};

use crate::{
    figures::oracle::stats,
    sync::oracle::listed::{Listed, RULES, differences},
};

/// The rows of the three tables, each as one line of text.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tables {
    pub(crate) people: Vec<String>,
    pub(crate) history: Vec<String>,
    pub(crate) figures: Vec<String>,
}

/// One reading of LastPass's list.
pub(crate) struct Reading<'a> {
    pub(crate) at: DateTime<Utc>,
    /// The company as LastPass lists it.
    pub(crate) listed: &'a Company,
    pub(crate) is_clean: bool,
    /// The keys of those whom a killed run stored; `None` of all.
    pub(crate) stored: Option<BTreeSet<String>>,
}

/// What a run must report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Report {
    /// The number of people read.
    pub(crate) read: usize,
    /// The number of accounts that would leave, if they are too many.
    pub(crate) mass_departure: Option<usize>,
    /// Whether the day has its figures.
    pub(crate) has_figures: bool,
    /// The number of rows deleted.
    pub(crate) deleted: usize,
}

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The listed people are stored.
    Stored,
    /// Who left is marked.
    Marked,
    /// Both.
    Departed,
    /// The reading counts for the next one.
    Counted,
    /// The day has its figures.
    Figures,
    /// Old changes, or old people, are deleted, or both.
    RetentionOfChanges,
    RetentionOfPeople,
    Complete,
}

impl Progress {
    /// Every point at which a process may have ended after it changed something.
    pub(crate) const ALL: [Self; 8] = [
        Self::Stored,
        Self::Marked,
        Self::Departed,
        Self::Counted,
        Self::Figures,
        Self::RetentionOfChanges,
        Self::RetentionOfPeople,
        Self::Complete,
    ];
}

/// A person as last seen.
#[derive(Debug, Clone, PartialEq)]
struct Person {
    user: Listed,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    left_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Change {
    key: String,
    at: DateTime<Utc>,
    kind: &'static str,
    from: Option<String>,
    to: Option<String>,
}

/// The content of the database, and what the next reading depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Oracle {
    retention: TimeDelta,
    people: BTreeMap<String, Person>,
    history: Vec<Change>,
    figures: BTreeMap<NaiveDate, String>,
    /// Whether there was a clean reading.
    has_clean: bool,
    /// Those whom the last clean reading lacked.
    missing: BTreeSet<String>,
    /// The accounts of a departure that was refused.
    refused: BTreeSet<String>,
}

impl Oracle {
    pub(crate) fn new(retention: TimeDelta) -> Self {
        Self {
            retention,
            people: BTreeMap::new(),
            history: Vec::new(),
            figures: BTreeMap::new(),
            has_clean: false,
            missing: BTreeSet::new(),
            refused: BTreeSet::new(),
        }
    }

    /// A run that came so far.
    pub(crate) fn run(&mut self, reading: &Reading<'_>, progress: Progress) -> Report {
        let listed = Listed::all(reading.listed);
        let keys: BTreeSet<String> = listed.iter().map(Listed::key).collect();
        let mut report = Report { read: listed.len(), mass_departure: None, has_figures: false, deleted: 0 };
        let is_first = !self.has_clean;
        let before = self.history.len();
        for key in self.replaced(reading.listed) {
            self.leave(&key, reading.at);
        }
        if progress != Progress::Marked {
            let is_stored = |user: &Listed| reading.stored.as_ref().is_none_or(|stored| stored.contains(&user.key()));
            for user in listed.into_iter().filter(is_stored) {
                self.see(user, reading.at);
            }
        }
        if is_first {
            self.history.truncate(before);
        }
        if progress == Progress::Stored || !reading.is_clean {
            report.deleted = self.retain(reading.at, progress);
            return report;
        }
        let missing: BTreeSet<String> =
            self.current().filter(|(key, _)| !keys.contains(*key)).map(|(key, _)| key.clone()).collect();
        let mut leaving: BTreeSet<String> = missing.intersection(&self.missing).cloned().collect();
        let all_accounts = self.current().filter(|(key, _)| !is_invitation(key)).count();
        // Those whom a refused departure had already are confirmed.
        let is_unconfirmed = |key: &&String| !is_invitation(key) && !self.refused.contains(*key);
        let unconfirmed: BTreeSet<String> = leaving.iter().filter(is_unconfirmed).cloned().collect();
        if unconfirmed.len() > 5 && unconfirmed.len() * 10 > all_accounts {
            report.mass_departure = Some(unconfirmed.len());
            leaving.retain(|key| self.refused.contains(key));
        }
        leaving.iter().for_each(|key| self.leave(key, reading.at));
        if matches!(progress, Progress::Marked | Progress::Departed) {
            return report;
        }
        self.has_clean = true;
        self.missing = &missing - &leaving;
        self.refused = if report.mass_departure.is_some() { unconfirmed } else { BTreeSet::new() };
        if progress == Progress::Counted {
            return report;
        }
        if report.mass_departure.is_none() {
            let date = reading.at.with_timezone(&reading.listed.time_zone).date_naive();
            self.figures.insert(date, figures(reading));
            report.has_figures = true;
        }
        report.deleted = self.retain(reading.at, progress);
        report
    }

    /// A run that could not read the list.
    pub(crate) fn run_without_people(&mut self, now: DateTime<Utc>) {
        self.retain(now, Progress::Complete);
    }

    pub(crate) fn tables(&self) -> Tables {
        let mut tables = Tables {
            people: self.people.iter().map(|(key, person)| person.line(key)).collect(),
            history: self.history.iter().map(Change::line).collect(),
            figures: self.figures.iter().map(|(date, figures)| format!("{date}|{figures}")).collect(),
        };
        tables.people.sort();
        tables.history.sort();
        tables
    }

    /// The history of everyone who was listed last or has an id and left, each a sorted list of lines.
    pub(crate) fn histories(&self) -> BTreeMap<String, Vec<String>> {
        let history_of = |key: &String| {
            let changes = self.history.iter().filter(|change| change.key == *key);
            let mut lines: Vec<_> =
                changes.map(|change| format!("{}|{}", time(Some(change.at)), change.values())).collect();
            lines.sort();
            lines
        };
        let is_found = |key: &str, person: &Person| match person.left_at {
            None => !self.missing.contains(key),
            Some(_) => !is_invitation(key),
        };
        let found = self.people.iter().filter(|(key, person)| is_found(key, person));
        found.map(|(key, _)| (key.clone(), history_of(key))).collect()
    }

    fn current(&self) -> impl Iterator<Item = (&String, &Person)> {
        self.people.iter().filter(|(_, person)| person.left_at.is_none())
    }

    fn note(&mut self, key: &str, at: DateTime<Utc>, kind: &'static str, from: Option<String>, to: Option<String>) {
        self.history.push(Change { key: key.to_owned(), at, kind, from, to });
    }

    fn leave(&mut self, key: &str, at: DateTime<Utc>) {
        if !is_invitation(key) {
            self.note(key, at, "left", None, None);
        }
        self.people.get_mut(key).expect("a person").left_at = Some(at);
    }

    /// Stores one listed person, and notes what changed.
    fn see(&mut self, user: Listed, at: DateTime<Utc>) {
        let key = user.key();
        let invitation = format!("invited:{}", user.address());
        let is_pending = self.people.get(&invitation).is_some_and(|person| person.left_at.is_none());
        let mut first_seen = at;
        if !is_invitation(&key) && is_pending {
            let invited = self.people.remove(&invitation).expect("an invitation");
            first_seen = invited.first_seen;
            for change in self.history.iter_mut().filter(|change| change.key == invitation) {
                change.key.clone_from(&key);
            }
        }
        let known = self.people.get(&key).cloned();
        match &known {
            Some(person) if person.left_at.is_none() => {
                for (kind, from, to) in differences(&person.user, &user) {
                    self.note(&key, at, kind, from, to);
                }
            }
            Some(_) | None => {
                let kind = if is_invitation(&key) { "invited" } else { "joined" };
                self.note(&key, at, kind, None, None);
            }
        }
        let first_seen = known.map_or(first_seen, |person| person.first_seen);
        // Whoever is seen, in whatever reading, is not missing since then.
        self.missing.remove(&key);
        self.refused.remove(&key);
        self.people.insert(key, Person { user, first_seen, last_seen: at, left_at: None });
    }

    /// Who is not listed, and whose address a listed account has.
    pub(crate) fn replaced(&self, listed: &Company) -> Vec<String> {
        let listed: BTreeMap<String, String> =
            Listed::all(listed).iter().map(|user| (user.key(), user.address())).collect();
        let taken: BTreeSet<&String> =
            listed.iter().filter(|(key, _)| !is_invitation(key)).map(|(_, address)| address).collect();
        let people = self.current().filter(|(key, person)| {
            !listed.contains_key(*key) && !is_invitation(key) && taken.contains(&person.user.address())
        });
        people.map(|(key, _)| key.clone()).collect()
    }

    /// Deletes what is old. Returns the number of rows.
    fn retain(&mut self, now: DateTime<Utc>, progress: Progress) -> usize {
        let (limit, before) = (now - self.retention, self.history.len() + self.people.len());
        if matches!(progress, Progress::RetentionOfChanges | Progress::Complete) {
            self.history.retain(|change| change.at >= limit);
        }
        if matches!(progress, Progress::RetentionOfPeople | Progress::Complete) {
            self.people.retain(|_, person| person.left_at.is_none_or(|left| left >= limit));
        }
        before - self.history.len() - self.people.len()
    }
}

fn is_invitation(key: &str) -> bool {
    key.starts_with("invited:")
}

/// A time as it is written in a line.
fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}

impl Person {
    fn line(&self, key: &str) -> String {
        let times = [Some(self.first_seen), Some(self.last_seen), self.left_at].map(time);
        [&[key.to_owned()][..], &self.user.columns(), &times].concat().join("|")
    }
}

impl Change {
    fn line(&self) -> String {
        format!("{}|{}|{}", time(Some(self.at)), self.key, self.values())
    }

    fn values(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{}|{}|{}", self.kind, part(&self.from), part(&self.to))
    }
}

/// The figures of a day.
fn figures(reading: &Reading<'_>) -> String {
    let stats = stats(reading.listed, RULES);
    let names = ["averageSecurityScore", "overallScore", "usersBelowThreshold", "totalUsers", "usersWithoutMfa"];
    let figures = names.map(|name| stats[name].to_string().replace("null", ""));
    format!("mpstrength|{}|{}", time(Some(reading.at)), figures.join("|"))
}

/// The company as LastPass lists it without these users.
pub(crate) fn without(company: &Company, ids: &[u64]) -> Company {
    let users = company.users.iter().filter(|user| !ids.contains(&user.id)).cloned().collect::<Vec<User>>();
    Company { users, ..company.clone() }
}
