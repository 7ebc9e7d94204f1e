//! The score and the departments that a report uses. Knows one person at a time.

use crate::{
    domain::{Person, Score, ScoreSource},
    report::{Departments, Risk},
};

/// Which score a report ranks by, and the department of each person.
#[derive(Debug, Clone, Copy)]
pub struct ReportContext<'a> {
    /// The score that is ranked, counted in ranges and averaged.
    pub score_source: ScoreSource,
    /// The department of each person.
    pub departments: &'a Departments,
}

impl<'a> ReportContext<'a> {
    /// The person's score, unrounded; `None` if LastPass sent none.
    pub fn score(&self, person: Person<'_>) -> Option<Score> {
        match self.score_source {
            ScoreSource::MasterPassword => person.master_password_strength(),
            ScoreSource::Vault => person.vault_score(),
        }
    }

    /// The risk of the person's score; `None` without a score.
    pub fn risk(&self, person: Person<'_>) -> Option<Risk> {
        self.score(person).map(Risk::of)
    }

    /// The person's department; `None` if neither a group nor the directory determines it.
    pub fn department(&self, person: Person<'_>) -> Option<&'a str> {
        self.departments.of(person)
    }
}
