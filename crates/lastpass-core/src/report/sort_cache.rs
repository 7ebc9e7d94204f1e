//! Sorts people. Knows no filters and no pages.

use std::sync::OnceLock;

use crate::{
    domain::{People, push_normalized},
    report::{
        ReportContext, Sort, SortKey,
        sort::{self, PersonText, TieBreak},
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
    match sort.key.personal_text() {
        Some(text) => sort_by_text(people, text, sort.descending),
        None => sort_by_rank(people, context, sort),
    }
}

fn sort_by_rank(people: &People, context: &ReportContext<'_>, sort: Sort) -> Vec<u32> {
    let mut rows: Vec<_> = people
        .iter()
        .map(|person| {
            let rank = sort::rank_of(person, context, sort.key);
            (sort::place(rank, sort.descending), TieBreak::of(person), position(person.index()))
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, _, index)| index).collect()
}

fn sort_by_text(people: &People, text_of: PersonText, descending: bool) -> Vec<u32> {
    // All normalized texts in one: an allocation for each would take longer than the sorting.
    let mut all = String::new();
    let mut rows: Vec<_> = people
        .iter()
        .map(|person| {
            let range = text_of(person).map(|text| {
                let start = position(all.len());
                push_normalized(&mut all, text.trim());
                (start, position(all.len()))
            });
            (range, position(person.index()))
        })
        .collect();
    let text = |(start, end): (u32, u32)| &all[start as usize..end as usize];
    let tie_break = |index: u32| TieBreak::of(people.get(index as usize));
    rows.sort_unstable_by(|(left, left_index), (right, right_index)| {
        let by_text = match (*left, *right) {
            (Some(left), Some(right)) if descending => text(right).cmp(text(left)),
            (Some(left), Some(right)) => text(left).cmp(text(right)),
            (left, right) => left.is_none().cmp(&right.is_none()),
        };
        by_text
            .then_with(|| tie_break(*left_index).cmp(&tie_break(*right_index)))
            .then_with(|| left_index.cmp(right_index))
    });
    rows.into_iter().map(|(_, index)| index).collect()
}

fn position(position: usize) -> u32 {
    u32::try_from(position).expect("a reply is smaller than 4 GiB")
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
                    name: Some("ann"),
                    directory_department: Some("apes"),
                    master_password_strength: Some(score(0.0)),
                    last_login: ago(1, 0),
                    weak_passwords: Some(0),
                    ..entry("2", "Least")
                },
                &[],
            )
            .entry(
                PersonEntry {
                    name: Some("Bob"),
                    directory_department: Some("Bears"),
                    master_password_strength: Some(score(99.5)),
                    last_login: ago(0, 0),
                    weak_passwords: Some(u32::MAX - 1),
                    ..entry("3", "most")
                },
                &[],
            )
            .invited("new")
            .finish();
        for key in
            [SortKey::SecurityScore, SortKey::Name, SortKey::Department, SortKey::LastLogin, SortKey::WeakPasswords]
        {
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
    fn statuses_are_sorted_by_their_names() {
        let entry = |id, email| PersonEntry { id: Some(id), email, ..PersonEntry::default() };
        let people = TestPeople::default()
            .entry(PersonEntry { never_logged_in: true, ..entry("1", "never") }, &[])
            .entry(PersonEntry { disabled: true, ..entry("2", "disabled") }, &[])
            .entry(entry("3", "active"), &[])
            .entry(entry("4", "active too"), &[])
            .invited("invited")
            .finish();
        check(&people, SortKey::Status, false, &["active", "active too", "disabled", "invited", "never"]);
        check(&people, SortKey::Status, true, &["never", "invited", "disabled", "active", "active too"]);
    }

    #[test]
    fn people_with_the_same_address_are_sorted_by_ascending_id() {
        let entry = |id, email| PersonEntry { id: Some(id), email, ..PersonEntry::default() };
        let people = TestPeople::default().entry(entry("2", "a "), &[]).entry(entry("1", "A"), &[]).finish();
        check(&people, SortKey::Email, false, &["A", "a "]);
        check(&people, SortKey::Email, true, &["A", "a "]);
    }
}
