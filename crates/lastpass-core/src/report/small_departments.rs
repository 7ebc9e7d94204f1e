//! The departments as somebody may see them who may see no person. Knows departments' figures alone.

use crate::{domain::normalize_name, report::DepartmentStats};

/// How many people a department needs to be shown by itself.
pub const MIN_DEPARTMENT_SIZE: u64 = 5;

/// Under which name the others are shown together.
pub const OTHER_DEPARTMENT: &str = "Other";

/// Joins departments of fewer than [`MIN_DEPARTMENT_SIZE`] people, and people without one, in
/// [`OTHER_DEPARTMENT`], which stands last; while that is too small itself, the next smallest
/// joins it, so that the totals less the departments shown tell on no person.
///
/// A department that is itself called so is joined too, or there would be two of the name.
pub fn merge_small_departments(departments: &[DepartmentStats]) -> Vec<DepartmentStats> {
    let (mut joined, mut shown): (Vec<_>, Vec<_>) =
        departments.iter().cloned().partition(|department| match &department.name {
            Some(name) => {
                department.users < MIN_DEPARTMENT_SIZE || normalize_name(name) == normalize_name(OTHER_DEPARTMENT)
            }
            None => true,
        });
    while (1..MIN_DEPARTMENT_SIZE).contains(&joined.iter().map(|department| department.users).sum())
        && let Some((next, _)) = shown.iter().enumerate().min_by_key(|(_, department)| department.users)
    {
        joined.push(shown.remove(next));
    }
    if !joined.is_empty() {
        shown.push(DepartmentStats::joined(OTHER_DEPARTMENT, &joined));
    }
    shown
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

    /// Departments with people of a score; an empty name is none.
    fn departments(sizes: &[(&str, usize, f64)]) -> Vec<DepartmentStats> {
        let entry = |name, figure| PersonEntry {
            directory_department: Some(name),
            master_password_strength: Some(score(figure)),
            ..PersonEntry::default()
        };
        sizes
            .iter()
            .flat_map(|(name, size, figure)| std::iter::repeat_n(entry(*name, *figure), *size))
            .fold(TestPeople::default(), |example, entry| example.other(entry, &[]))
            .report()
            .departments
    }

    fn names_and_sizes(departments: &[DepartmentStats]) -> Vec<(&str, u64)> {
        departments.iter().map(|department| (department.name.as_deref().unwrap_or("-"), department.users)).collect()
    }

    #[test]
    fn small_departments_are_joined_until_they_are_not_small() {
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
    fn the_joined_average_is_over_people_and_not_over_averages() {
        let joined = merge_small_departments(&departments(&[("HR", 4, 0.4), ("Law", 4, 0.4), ("", 1, 2.0)]));
        assert_eq!(names_and_sizes(&joined), [("Other", 9)]);
        // 5.2 over 9; the rounded averages would make it 2 over 9.
        assert_eq!((joined[0].average_score, joined[0].below_threshold), (1, 9));
    }

    proptest! {
        #[test]
        fn no_subtraction_tells_on_a_person(
            sizes in prop::collection::vec(
                (prop::sample::select(vec!["", "A", "B", "c", "oTher", "D", "E"]), 0_usize..9, 0.0..100.0),
                0..8,
            ),
        ) {
            let full = departments(&sizes);
            let shown = merge_small_departments(&full);
            let total = |departments: &[DepartmentStats]| {
                let below: u64 = departments.iter().map(|department| department.below_threshold).sum();
                (departments.iter().map(|department| department.users).sum::<u64>(), below)
            };
            prop_assert_eq!(total(&full), total(&shown));
            let is_joined = |department: &&DepartmentStats| department.name.as_deref() == Some(OTHER_DEPARTMENT);
            for department in &shown {
                prop_assert!(department.users >= MIN_DEPARTMENT_SIZE || shown.len() == 1);
            }
            let named_like_it = shown.iter().filter_map(|department| department.name.as_deref());
            prop_assert!(named_like_it.filter(|name| normalize_name(name) == normalize_name(OTHER_DEPARTMENT)).count() <= 1);
            prop_assert!(shown.iter().all(|department| department.name.is_some()));
            for department in shown.iter().filter(|department| !is_joined(department)) {
                prop_assert!(full.contains(department));
            }
        }
    }
}
