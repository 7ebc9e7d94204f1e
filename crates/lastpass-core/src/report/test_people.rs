//! People for the tests of `report`.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{DepartmentGroups, People, PeopleBuilder, PersonEntry, Score, ScoreSource, SharedFolderTotals},
    report::{Departments, ReportContext, SecurityReport, security_report},
};

/// A valid score.
pub(crate) fn score(figure: f64) -> Score {
    Score::new(figure).expect("a figure from 0 to 100")
}

/// The time of LastPass's reply in all tests, in UTC.
pub(crate) fn as_of() -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).expect("a time in range")
}

/// The time this many hours and seconds before [`as_of`].
pub(crate) fn ago(hours: i64, seconds: i64) -> Option<DateTime<Utc>> {
    Some(as_of() - TimeDelta::hours(hours) - TimeDelta::seconds(seconds))
}

/// Builds [`People`].
#[derive(Default)]
pub(crate) struct TestPeople {
    builder: PeopleBuilder,
    entries: usize,
}

impl TestPeople {
    /// An active entry with only an id, an e-mail address and a name.
    pub(crate) fn ann() -> PersonEntry<'static> {
        PersonEntry { id: Some("1"), email: "ann@example.com", name: Some("Ann Lee"), ..PersonEntry::default() }
    }

    /// Adds an entry.
    pub(crate) fn entry(mut self, entry: PersonEntry<'_>, groups: &[&str]) -> Self {
        self.builder.add(&entry, groups.iter().copied());
        self.entries += 1;
        self
    }

    /// Adds an entry with an id and an e-mail address of its own, numbered.
    pub(crate) fn numbered(self, entry: PersonEntry<'_>, groups: &[&str]) -> Self {
        let number = (self.entries + 1).to_string();
        let email = format!("user{number}@example.com");
        self.entry(PersonEntry { id: Some(&number), email: &email, ..entry }, groups)
    }

    /// Adds numbered entries with these master-password strengths.
    pub(crate) fn scores(self, scores: &[f64], groups: &[&str]) -> Self {
        scores.iter().fold(self, |people, figure| {
            people.numbered(
                PersonEntry { master_password_strength: Some(score(*figure)), ..PersonEntry::default() },
                groups,
            )
        })
    }

    /// Adds an e-mail address with a pending invitation.
    pub(crate) fn invited(mut self, email: &str) -> Self {
        self.builder.add_invited(email);
        self
    }

    pub(crate) fn finish(self) -> People {
        self.builder.finish(as_of())
    }

    /// The report by master-password strength, with the default departments.
    pub(crate) fn report(self) -> SecurityReport {
        self.report_by(ScoreSource::MasterPassword)
    }

    /// The report by this score, with the default departments.
    pub(crate) fn report_by(self, score_source: ScoreSource) -> SecurityReport {
        let people = self.finish();
        let departments = Departments::new(&people, &DepartmentGroups::default());
        security_report(
            &people,
            SharedFolderTotals::default(),
            &ReportContext { score_source, departments: &departments },
        )
    }
}
