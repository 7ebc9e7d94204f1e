//! The password health of an organisation: people in, figures and lists out. Knows the domain
//! alone; no HTTP, no JSON, no clock.

mod account_status;
mod departments;
mod distribution;
mod filter;
mod groups;
mod name_page;
mod notices;
mod page;
mod risk;
mod score_sum;
mod shared_folders;
mod small_departments;
mod sort;
mod sort_cache;
mod stats;

#[cfg(test)]
mod test_people;

pub use account_status::AccountStatus;
pub use departments::{DepartmentStats, Departments};
pub use distribution::ScoreRange;
pub use filter::{MfaFilter, PeopleFilter};
pub use groups::{GroupSummary, group_members, list_groups};
pub use name_page::{NamePage, NamePosition, paginate_by_name};
pub use notices::ReportNotice;
pub use page::{PeopleListPage, PeoplePosition, SortMismatch, paginate_people};
pub use risk::{LOW_RISK_ABOVE, Risk, SCORE_THRESHOLD};
pub use shared_folders::{FolderFilter, FolderPeople, FolderUserFilter, FolderUserIndex};
pub use small_departments::{MIN_DEPARTMENT_SIZE, OTHER_DEPARTMENT, merge_small_departments};
pub use sort::{Sort, SortKey, SortValue};
pub use sort_cache::{SortCache, sort_people};
pub use stats::{ACTIVE_DAYS, STALE_SCORE_DAYS, Stats};

use crate::domain::{People, Person, Score, ScoreSource, SharedFolderTotals};

/// How people are looked at: by which score, and in which department.
#[derive(Debug, Clone, Copy)]
pub struct ReportContext<'a> {
    /// The score that is ranked, ranged and averaged.
    pub score_source: ScoreSource,
    /// The department of each of the people in question.
    pub departments: &'a Departments,
}

impl<'a> ReportContext<'a> {
    /// The score that counts for a person, unrounded; nothing where LastPass gave none.
    pub fn score(&self, person: Person<'_>) -> Option<Score> {
        match self.score_source {
            ScoreSource::MasterPassword => person.master_password_strength(),
            ScoreSource::Vault => person.vault_score(),
        }
    }

    /// The risk that the person's score stands for; nothing without a score.
    pub fn risk(&self, person: Person<'_>) -> Option<Risk> {
        self.score(person).map(Risk::of)
    }

    /// The person's department; nothing where neither a group nor the directory tells.
    pub fn department(&self, person: Person<'_>) -> Option<&'a str> {
        self.departments.of(person)
    }
}

/// The figures of an organisation, as of the moment LastPass was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityReport {
    /// Figures over everybody.
    pub stats: Stats,
    /// How many people have a score in which range, lowest first.
    pub distribution: [ScoreRange; 4],
    /// Figures of each department that has people, sorted by name; people without a department last.
    pub departments: Vec<DepartmentStats>,
    /// What a reader of the figures has to know.
    pub notices: Vec<ReportNotice>,
}

/// Computes all figures in one pass over `people`; `folders` holds what is known of shared folders.
pub fn security_report(people: &People, folders: SharedFolderTotals, context: &ReportContext<'_>) -> SecurityReport {
    let mut stats = stats::StatsCounter::new(people.as_of());
    let mut distribution = distribution::DistributionCounter::default();
    let mut departments = departments::DepartmentCounter::new(context.departments);
    let mut federated = notices::FederatedCounter::default();
    for person in people.iter() {
        let score = context.score(person);
        stats.add(person, score);
        if person.is_entry() {
            distribution.add(score);
            departments.add(person, score);
            federated.add(person);
        }
    }
    SecurityReport {
        stats: stats.finish(folders),
        distribution: distribution.finish(),
        departments: departments.finish(),
        notices: federated.notice(context.score_source).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::test_people::{TestPeople, score};
    use crate::domain::PersonEntry;

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(
            rows in prop::collection::vec(
                (prop::option::of(0.0..=100.0), prop::sample::select(vec!["", "HR-Team", "Sales-Team", "VPN"])),
                0..30,
            ),
            invited in 0_usize..3,
        ) {
            let mut people = TestPeople::default();
            for (figure, group) in rows {
                let entry = PersonEntry { master_password_strength: figure.map(score), ..PersonEntry::default() };
                people = people.other(entry, &[group]);
            }
            for row in 0..invited {
                people = people.invited(&format!("new{row}@example.com"));
            }
            let report = people.report();
            let ranged: u64 = report.distribution.iter().map(|range| range.users).sum();
            prop_assert_eq!(ranged, report.stats.scored_users);
            let users: u64 = report.departments.iter().map(|department| department.users).sum();
            prop_assert_eq!(users, report.stats.total_users);
            let below: u64 = report.departments.iter().map(|department| department.below_threshold).sum();
            prop_assert_eq!(below, report.stats.users_below_threshold);
            prop_assert!(report.stats.average_security_score <= 100);
        }
    }
}
