//! People made up for the tests of this module.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{DepartmentGroups, People, PeopleBuilder, PersonEntry, Score, ScoreSource, SharedFolderTotals},
    report::{Departments, ReportContext, SecurityReport, security_report},
};

/// A score that is one.
pub(crate) fn score(figure: f64) -> Score {
    Score::new(figure).expect("a figure from 0 to 100")
}

/// The moment at which LastPass was asked in all examples.
pub(crate) fn as_of() -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).expect("a time in range")
}

/// A time that lies this many hours, and seconds, before [`as_of`].
pub(crate) fn ago(hours: i64, seconds: i64) -> Option<DateTime<Utc>> {
    Some(as_of() - TimeDelta::hours(hours) - TimeDelta::seconds(seconds))
}

/// People in the making.
#[derive(Default)]
pub(crate) struct TestPeople {
    builder: PeopleBuilder,
    entries: usize,
}

impl TestPeople {
    /// An active person of whom nothing is known.
    pub(crate) fn ann() -> PersonEntry<'static> {
        PersonEntry { id: Some("1"), email: "ann@example.com", name: Some("Ann Lee"), ..PersonEntry::default() }
    }

    /// Adds an entry as it is.
    pub(crate) fn entry(mut self, entry: PersonEntry<'_>, groups: &[&str]) -> Self {
        self.builder.add(&entry, groups.iter().copied());
        self.entries += 1;
        self
    }

    /// Adds an entry under an id and an address of its own.
    pub(crate) fn other(self, entry: PersonEntry<'_>, groups: &[&str]) -> Self {
        let number = (self.entries + 1).to_string();
        let email = format!("user{number}@example.com");
        self.entry(PersonEntry { id: Some(&number), email: &email, ..entry }, groups)
    }

    /// Adds some entries with these master-password strengths.
    pub(crate) fn scores(self, scores: &[f64], groups: &[&str]) -> Self {
        scores.iter().fold(self, |example, figure| {
            example
                .other(PersonEntry { master_password_strength: Some(score(*figure)), ..PersonEntry::default() }, groups)
        })
    }

    /// Adds an address with a pending invitation.
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

    /// The report by a score, with the default departments.
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
