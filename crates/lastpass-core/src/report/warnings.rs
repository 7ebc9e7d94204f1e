//! Warnings that follow from the figures themselves. Knows no wording.

use crate::domain::{People, Person, ScoreSource};

/// A reason why figures are less meaningful than they seem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportWarning {
    /// More than half of the active people have a vault score but no master-password strength, the score that is ranked:
    /// federated users have no master password. The setting `SCORE_SOURCE` can rank by the vault score.
    FederatedScores {
        /// The number of active people with a vault score and no master-password strength.
        federated: u64,
        /// The number of active people.
        active: u64,
    },
}

/// Whether people appear federated: most active people have a vault score, but no master password.
pub fn appear_federated(people: &People) -> bool {
    let mut counter = FederatedCounter::default();
    people.iter().filter(Person::is_entry).for_each(|person| counter.add(person));
    counter.is_majority()
}

/// Counts active people who have only a vault score.
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

    fn is_majority(&self) -> bool {
        self.federated * 2 > self.active
    }

    pub(crate) fn warning(self, score_source: ScoreSource) -> Option<ReportWarning> {
        match score_source {
            ScoreSource::MasterPassword if self.is_majority() => {
                let Self { federated, active } = self;
                Some(ReportWarning::FederatedScores { federated, active })
            }
            ScoreSource::MasterPassword | ScoreSource::Vault => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ReportWarning, appear_federated};
    use crate::{
        domain::{PersonEntry, ScoreSource},
        report::test_people::{TestPeople, score},
    };

    fn federated() -> PersonEntry<'static> {
        PersonEntry { vault_score: Some(score(80.0)), ..PersonEntry::default() }
    }

    #[test]
    fn a_majority_of_active_people_with_only_a_vault_score_is_reported() {
        let check = |example: TestPeople, source, expected: Option<(u64, u64)>| {
            let expected = expected.map(|(federated, active)| ReportWarning::FederatedScores { federated, active });
            assert_eq!(example.report_by(source).warnings, Vec::from_iter(expected));
        };
        let most = || TestPeople::default().numbered(federated(), &[]).numbered(federated(), &[]).scores(&[0.0], &[]);
        check(TestPeople::default(), ScoreSource::MasterPassword, None);
        check(most(), ScoreSource::MasterPassword, Some((2, 3)));
        check(most(), ScoreSource::Vault, None);
        check(most().scores(&[50.0], &[]), ScoreSource::MasterPassword, None);
        check(TestPeople::default().numbered(PersonEntry::default(), &[]), ScoreSource::MasterPassword, None);
    }

    #[test]
    fn people_appear_federated_whatever_score_is_ranked() {
        let one = || TestPeople::default().numbered(federated(), &[]);
        for (people, expected) in [
            (TestPeople::default(), false),
            (one(), true),
            (one().scores(&[0.0], &[]), false),
            (one().invited("new@example.com").invited("newer@example.com"), true),
        ] {
            assert_eq!(appear_federated(&people.finish()), expected);
        }
    }

    #[test]
    fn people_who_are_not_active_do_not_count() {
        let example = TestPeople::default()
            .numbered(PersonEntry { disabled: true, ..federated() }, &[])
            .numbered(PersonEntry { never_logged_in: true, ..federated() }, &[])
            .invited("new@example.com");
        assert_eq!(example.report().warnings, []);
    }
}
