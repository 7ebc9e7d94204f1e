//! All figures of an organization. Knows the counters, not how they count.

use crate::{
    domain::{People, SharedFolderTotals},
    report::{
        DepartmentStats, ReportContext, ReportWarning, ScoreRangeCount, Stats, departments::DepartmentCounter,
        distribution::DistributionCounter, stats::StatsCounter, warnings::FederatedCounter,
    },
};

/// The figures of an organization at the time of LastPass's reply.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityReport {
    /// Figures of all people.
    pub stats: Stats,
    /// The number of entries in each range of scores, lowest range first.
    pub distribution: [ScoreRangeCount; 4],
    /// Figures of each department that has entries, by normalized name; entries without a department last.
    pub departments: Vec<DepartmentStats>,
    /// What a reader of the figures must know.
    pub warnings: Vec<ReportWarning>,
}

/// Computes all figures in one pass over `people`. `folders` are the known figures of shared folders.
pub fn security_report(people: &People, folders: SharedFolderTotals, context: &ReportContext<'_>) -> SecurityReport {
    let mut stats = StatsCounter::new(people.as_of());
    let mut distribution = DistributionCounter::default();
    let mut departments = DepartmentCounter::new(context.departments);
    let mut federated = FederatedCounter::default();
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
        warnings: federated.warning(context.score_source).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::PersonEntry;
    use crate::report::test_people::{TestPeople, score};

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_totals(
            rows in prop::collection::vec(
                (prop::option::of(0.0..=100.0), prop::sample::select(vec!["", "HR-Team", "Sales-Team", "VPN"])),
                0..30,
            ),
            invited in 0_usize..3,
        ) {
            let mut people = TestPeople::default();
            for (figure, group) in rows {
                let entry = PersonEntry { master_password_strength: figure.map(score), ..PersonEntry::default() };
                people = people.numbered(entry, &[group]);
            }
            for row in 0..invited {
                people = people.invited(&format!("new{row}@example.com"));
            }
            let report = people.report();
            let ranged: u64 = report.distribution.iter().map(|count| count.users).sum();
            prop_assert_eq!(ranged, report.stats.scored_users);
            let users: u64 = report.departments.iter().map(|department| department.users).sum();
            prop_assert_eq!(users, report.stats.total_users);
            let below: u64 = report.departments.iter().map(|department| department.below_threshold).sum();
            prop_assert_eq!(below, report.stats.users_below_threshold);
            prop_assert!(report.stats.average_security_score <= 100);
        }
    }
}
