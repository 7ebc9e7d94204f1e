//! What a reader of the figures has to know, as far as the figures themselves show it.

use crate::domain::{Person, ScoreSource};

/// Something that makes figures mean less than they seem to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportNotice {
    /// Most active people have no master password, as those who sign in by a federation have
    /// none, so the ranked score is missing; they do have a vault score, which the setting
    /// `SCORE_SOURCE` can rank by.
    FederatedScores {
        /// Active people with a vault score and no master-password strength.
        federated: u64,
        /// Active people.
        active: u64,
    },
}

impl ReportNotice {
    /// The stable code in `meta.warnings`.
    pub fn code(self) -> &'static str {
        match self {
            Self::FederatedScores { .. } => "federated-scores",
        }
    }
}

/// Counts who has only a vault score.
#[derive(Debug, Default)]
pub(crate) struct FederatedCounter {
    federated: u64,
    active: u64,
}

impl FederatedCounter {
    /// Counts an entry.
    pub(crate) fn add(&mut self, person: Person<'_>) {
        if !person.is_disabled() && !person.never_logged_in() {
            self.active += 1;
            self.federated += u64::from(person.master_password_strength().is_none() && person.vault_score().is_some());
        }
    }

    pub(crate) fn notice(self, score_source: ScoreSource) -> Option<ReportNotice> {
        let Self { federated, active } = self;
        match score_source {
            ScoreSource::MasterPassword if federated * 2 > active => {
                Some(ReportNotice::FederatedScores { federated, active })
            }
            ScoreSource::MasterPassword | ScoreSource::Vault => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ReportNotice;
    use crate::{
        domain::{PersonEntry, ScoreSource},
        report::test_people::{TestPeople, score},
    };

    fn federated() -> PersonEntry<'static> {
        PersonEntry { vault_score: Some(score(80.0)), ..PersonEntry::default() }
    }

    #[test]
    fn most_active_people_with_a_vault_score_alone_are_told_of() {
        let check = |example: TestPeople, source, expected: Option<(u64, u64)>| {
            let expected = expected.map(|(federated, active)| ReportNotice::FederatedScores { federated, active });
            assert_eq!(example.report_by(source).notices, Vec::from_iter(expected));
        };
        let most = || TestPeople::default().other(federated(), &[]).other(federated(), &[]).scores(&[0.0], &[]);
        check(TestPeople::default(), ScoreSource::MasterPassword, None);
        check(most(), ScoreSource::MasterPassword, Some((2, 3)));
        check(most(), ScoreSource::Vault, None);
        check(most().scores(&[50.0], &[]), ScoreSource::MasterPassword, None);
        check(TestPeople::default().other(PersonEntry::default(), &[]), ScoreSource::MasterPassword, None);
    }

    #[test]
    fn people_that_are_not_active_are_not_asked() {
        let example = TestPeople::default()
            .other(PersonEntry { disabled: true, ..federated() }, &[])
            .other(PersonEntry { never_logged_in: true, ..federated() }, &[])
            .invited("new@example.com");
        assert_eq!(example.report().notices, []);
    }
}
