//! Sorts people. Knows no filters and no pages.

use std::sync::OnceLock;

use crate::{
    domain::{People, normalize_name},
    report::{
        ReportContext, Sort, SortKey,
        sort::{self, TieBreak},
    },
};

/// All people in each order requested so far. Lives as long as the people do.
#[derive(Debug, Default)]
pub struct SortCache([OnceLock<Vec<u32>>; 2 * SortKey::ALL.len()]);

impl SortCache {
    /// The indices in [`People::iter`], in the order of `sort`. `people` and `context` must be the same at each call.
    pub fn get(&self, people: &People, context: &ReportContext<'_>, sort: Sort) -> &[u32] {
        let index = 2 * sort.key as usize + usize::from(sort.descending);
        self.0[index].get_or_init(|| sort_people(people, context, sort))
    }
}

/// The indices in [`People::iter`], in the order of `sort`.
pub fn sort_people(people: &People, context: &ReportContext<'_>, sort: Sort) -> Vec<u32> {
    match sort.key {
        SortKey::Email => {
            let mut rows: Vec<_> = people
                .iter()
                .map(|person| (normalize_name(person.email()), TieBreak::of(person), index(person.index())))
                .collect();
            rows.sort_unstable_by(|left, right| {
                let by_address = if sort.descending { right.0.cmp(&left.0) } else { left.0.cmp(&right.0) };
                by_address.then_with(|| (&left.1, left.2).cmp(&(&right.1, right.2)))
            });
            rows.into_iter().map(|(_, _, index)| index).collect()
        }
        SortKey::SecurityScore | SortKey::LastLogin | SortKey::WeakPasswords => {
            let mut rows: Vec<_> = people
                .iter()
                .map(|person| {
                    let value = sort::value(person, context, sort.key);
                    (sort::rank(value, sort.descending), TieBreak::of(person), index(person.index()))
                })
                .collect();
            rows.sort_unstable();
            rows.into_iter().map(|(_, _, index)| index).collect()
        }
    }
}

fn index(index: usize) -> u32 {
    u32::try_from(index).expect("a reply is too small for four billion people")
}

#[cfg(test)]
mod tests {
    use super::sort_people;
    use crate::{
        domain::{DepartmentGroups, People, PersonEntry, ScoreSource},
        report::{
            Departments, ReportContext, Sort, SortKey,
            test_people::{TestPeople, ago, score},
        },
    };

    fn check(people: &People, key: SortKey, descending: bool, expected: &[&str]) {
        let departments = Departments::new(people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::MasterPassword, departments: &departments };
        let indices = sort_people(people, &context, Sort { key, descending });
        let order: Vec<_> = indices.iter().map(|index| people.get(*index as usize).email()).collect();
        assert_eq!(order, expected, "{key:?} descending: {descending}");
    }

    #[test]
    fn unknown_values_come_last_in_both_directions() {
        let entry = |id, email| PersonEntry { id: Some(id), email, ..PersonEntry::default() };
        let people = TestPeople::default()
            .entry(entry("1", "none"), &[])
            .entry(
                PersonEntry {
                    master_password_strength: Some(score(0.0)),
                    last_login: ago(1, 0),
                    weak_passwords: Some(0),
                    ..entry("2", "Least")
                },
                &[],
            )
            .entry(
                PersonEntry {
                    master_password_strength: Some(score(99.5)),
                    last_login: ago(0, 0),
                    weak_passwords: Some(u32::MAX - 1),
                    ..entry("3", "most")
                },
                &[],
            )
            .invited("new")
            .finish();
        for key in [SortKey::SecurityScore, SortKey::LastLogin, SortKey::WeakPasswords] {
            check(&people, key, false, &["Least", "most", "none", "new"]);
            check(&people, key, true, &["most", "Least", "none", "new"]);
        }
        check(&people, SortKey::Email, false, &["Least", "most", "new", "none"]);
        check(&people, SortKey::Email, true, &["none", "new", "most", "Least"]);
    }

    #[test]
    fn ties_are_sorted_by_ascending_id_and_people_without_an_id_come_last() {
        let mut example = TestPeople::default();
        for (id, email) in [("10", "a"), ("x", "b"), ("9", "c"), ("007", "d"), ("18446744073709551616", "e")] {
            example = example.entry(PersonEntry { id: Some(id), email, ..PersonEntry::default() }, &[]);
        }
        let people = example
            .entry(PersonEntry { email: "Noid", ..PersonEntry::default() }, &[])
            .invited("Zoe")
            .invited("new")
            .finish();
        for descending in [false, true] {
            let expected = ["c", "a", "d", "e", "b", "new", "Noid", "Zoe"];
            check(&people, SortKey::SecurityScore, descending, &expected);
        }
    }

    #[test]
    fn people_with_the_same_address_are_sorted_by_ascending_id() {
        let entry = |id, email| PersonEntry { id: Some(id), email, ..PersonEntry::default() };
        let people = TestPeople::default().entry(entry("2", "a "), &[]).entry(entry("1", "A"), &[]).finish();
        check(&people, SortKey::Email, false, &["A", "a "]);
        check(&people, SortKey::Email, true, &["A", "a "]);
    }
}
