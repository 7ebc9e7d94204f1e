//! Department figures for callers who may not see individual people. Knows the figures of departments only.

use crate::{domain::normalize_name, report::DepartmentStats};

/// The fewest entries of a department that is listed separately.
pub const MIN_DEPARTMENT_SIZE: u64 = 5;

/// The name of the merged department.
pub const OTHER_DEPARTMENT: &str = "Other";

/// Merges departments with fewer than [`MIN_DEPARTMENT_SIZE`] entries, and entries without a department, into
/// [`OTHER_DEPARTMENT`], which is listed last.
///
/// While that is too small itself, the next smallest department is merged too, so that subtracting the listed
/// departments from the totals reveals no individual. A department of the same name is merged too, since there would be
/// two of that name otherwise.
pub fn merge_small_departments(departments: &[DepartmentStats]) -> Vec<DepartmentStats> {
    let (mut merged, mut listed): (Vec<_>, Vec<_>) =
        departments.iter().cloned().partition(|department| match &department.name {
            Some(name) => {
                department.users < MIN_DEPARTMENT_SIZE || normalize_name(name) == normalize_name(OTHER_DEPARTMENT)
            }
            None => true,
        });
    while (1..MIN_DEPARTMENT_SIZE).contains(&merged.iter().map(|department| department.users).sum())
        && let Some((next, _)) = listed.iter().enumerate().min_by_key(|(_, department)| department.users)
    {
        merged.push(listed.remove(next));
    }
    if !merged.is_empty() {
        listed.push(DepartmentStats::merged(OTHER_DEPARTMENT, &merged));
    }
    listed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MIN_DEPARTMENT_SIZE, OTHER_DEPARTMENT, merge_small_departments};
    use crate::{
        domain::{PersonEntry, normalize_name},
        report::{
            DepartmentStats,
            test_people::{TestPeople, score},
        },
    };

    /// Departments of (name, size, score of each entry); an empty name means no department.
    fn departments(sizes: &[(&str, usize, f64)]) -> Vec<DepartmentStats> {
        let entry = |name, figure| PersonEntry {
            directory_department: Some(name),
            master_password_strength: Some(score(figure)),
            ..PersonEntry::default()
        };
        sizes
            .iter()
            .flat_map(|(name, size, figure)| std::iter::repeat_n(entry(*name, *figure), *size))
            .fold(TestPeople::default(), |example, entry| example.numbered(entry, &[]))
            .report()
            .departments
    }

    fn names_and_sizes(departments: &[DepartmentStats]) -> Vec<(&str, u64)> {
        departments.iter().map(|department| (department.name.as_deref().unwrap_or("-"), department.users)).collect()
    }

    #[test]
    fn small_departments_are_merged_until_they_are_not_small() {
        let check = |sizes: &[(&'static str, usize)], expected: &[(&str, u64)]| {
            let sizes: Vec<_> = sizes.iter().map(|(name, size)| (*name, *size, 50.0)).collect();
            assert_eq!(names_and_sizes(&merge_small_departments(&departments(&sizes))), expected, "{sizes:?}");
        };
        check(&[], &[]);
        check(&[("Sales", 5)], &[("Sales", 5)]);
        check(&[("Sales", 4)], &[("Other", 4)]);
        check(&[("Sales", 5), ("HR", 4), ("Law", 1)], &[("Sales", 5), ("Other", 5)]);
        check(&[("Sales", 9), ("HR", 7), ("Law", 4)], &[("Sales", 9), ("Other", 11)]);
        check(&[("B", 6), ("A", 6), ("", 1)], &[("B", 6), ("Other", 7)]);
        check(&[("Sales", 9), ("", 5)], &[("Sales", 9), ("Other", 5)]);
        check(&[("Sales", 9), ("OTHER", 8), ("HR", 1)], &[("Sales", 9), ("Other", 9)]);
        check(&[("other", 8), ("Sales", 9)], &[("Sales", 9), ("Other", 8)]);
        check(&[("other", 2), ("Sales", 9)], &[("Other", 11)]);
    }

    #[test]
    fn the_merged_average_is_over_people_and_not_over_averages() {
        let merged = merge_small_departments(&departments(&[("HR", 4, 0.4), ("Law", 4, 0.4), ("", 1, 2.0)]));
        assert_eq!(names_and_sizes(&merged), [("Other", 9)]);
        // 5.2 over 9; the rounded averages would make it 2 over 9.
        assert_eq!((merged[0].average_score, merged[0].below_threshold), (1, 9));
    }

    proptest! {
        #[test]
        fn no_subtraction_reveals_an_individual(
            sizes in prop::collection::vec(
                (prop::sample::select(vec!["", "A", "B", "c", "oTher", "D", "E"]), 0_usize..9, 0.0..100.0),
                0..8,
            ),
        ) {
            let full = departments(&sizes);
            let listed = merge_small_departments(&full);
            let total = |departments: &[DepartmentStats]| {
                let below: u64 = departments.iter().map(|department| department.below_threshold).sum();
                (departments.iter().map(|department| department.users).sum::<u64>(), below)
            };
            prop_assert_eq!(total(&full), total(&listed));
            let is_merged = |department: &&DepartmentStats| department.name.as_deref() == Some(OTHER_DEPARTMENT);
            for department in &listed {
                prop_assert!(department.users >= MIN_DEPARTMENT_SIZE || listed.len() == 1);
            }
            let of_the_same_name = listed.iter().filter_map(|department| department.name.as_deref());
            prop_assert!(of_the_same_name.filter(|name| normalize_name(name) == normalize_name(OTHER_DEPARTMENT)).count() <= 1);
            prop_assert!(listed.iter().all(|department| department.name.is_some()));
            for department in listed.iter().filter(|department| !is_merged(department)) {
                prop_assert!(full.contains(department));
            }
        }
    }
}
