//! People in order. Knows no filters and no pages.

use std::sync::OnceLock;

use crate::{
    domain::{People, fold},
    report::{
        Rules, Sort, SortKey,
        sort::{self, Tie},
    },
};

/// Everybody in each order that was asked for: found out once, and kept as long as the people are.
#[derive(Debug, Default)]
pub struct Orders([OnceLock<Vec<u32>>; 2 * SortKey::ALL.len()]);

impl Orders {
    /// The places in [`People::iter`] in the order of `sort`; always of the same people under the same rules.
    pub fn get(&self, people: &People, rules: &Rules<'_>, sort: Sort) -> &[u32] {
        let place = 2 * sort.key as usize + usize::from(sort.descending);
        self.0[place].get_or_init(|| order(people, rules, sort))
    }
}

/// The places in [`People::iter`] in the order of `sort`.
pub fn order(people: &People, rules: &Rules<'_>, sort: Sort) -> Vec<u32> {
    let found = people.iter();
    match sort.key {
        SortKey::Email => {
            let mut rows: Vec<_> =
                found.map(|person| (fold(person.email()), Tie::of(person), place(person.place()))).collect();
            rows.sort_unstable_by(|left, right| {
                let by_address = if sort.descending { right.0.cmp(&left.0) } else { left.0.cmp(&right.0) };
                by_address.then_with(|| (&left.1, left.2).cmp(&(&right.1, right.2)))
            });
            rows.into_iter().map(|(_, _, place)| place).collect()
        }
        SortKey::SecurityScore | SortKey::LastLogin | SortKey::WeakPasswords => {
            let mut rows: Vec<_> = found
                .map(|person| {
                    let value = sort::value(person, rules, sort.key);
                    (sort::rank(value, sort.descending), Tie::of(person), place(person.place()))
                })
                .collect();
            rows.sort_unstable();
            rows.into_iter().map(|(_, _, place)| place).collect()
        }
    }
}

fn place(place: usize) -> u32 {
    u32::try_from(place).expect("a reply is too small for four billion people")
}

#[cfg(test)]
mod tests {
    use super::order;
    use crate::{
        domain::{DepartmentGroups, Entry, People, ScoreSource},
        report::{
            Departments, Rules, Sort, SortKey,
            example::{Example, ago, score},
        },
    };

    fn check(people: &People, key: SortKey, descending: bool, expected: &[&str]) {
        let departments = Departments::new(people, &DepartmentGroups::default());
        let rules = Rules { score_source: ScoreSource::MasterPassword, departments: &departments };
        let places = order(people, &rules, Sort { key, descending });
        let order: Vec<_> = places.iter().map(|place| people.get(*place as usize).email()).collect();
        assert_eq!(order, expected, "{key:?} descending: {descending}");
    }

    #[test]
    fn unknown_values_stand_last_both_ways() {
        let entry = |id, email| Entry { id: Some(id), email, ..Entry::default() };
        let people = Example::default()
            .entry(entry("1", "none"), &[])
            .entry(
                Entry {
                    master_password_strength: Some(score(0.0)),
                    last_login: ago(1, 0),
                    weak_passwords: Some(0),
                    ..entry("2", "Least")
                },
                &[],
            )
            .entry(
                Entry {
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
    fn ties_go_up_by_id_both_ways_and_people_without_one_come_last() {
        let mut example = Example::default();
        for (id, email) in [("10", "a"), ("x", "b"), ("9", "c"), ("007", "d"), ("18446744073709551616", "e")] {
            example = example.entry(Entry { id: Some(id), email, ..Entry::default() }, &[]);
        }
        let people =
            example.entry(Entry { email: "Nobody", ..Entry::default() }, &[]).invited("Zoe").invited("new").finish();
        for descending in [false, true] {
            let expected = ["c", "a", "d", "e", "b", "new", "Nobody", "Zoe"];
            check(&people, SortKey::SecurityScore, descending, &expected);
        }
    }

    #[test]
    fn people_of_one_address_are_ordered_by_id_both_ways() {
        let entry = |id, email| Entry { id: Some(id), email, ..Entry::default() };
        let people = Example::default().entry(entry("2", "a "), &[]).entry(entry("1", "A"), &[]).finish();
        check(&people, SortKey::Email, false, &["A", "a "]);
        check(&people, SortKey::Email, true, &["A", "a "]);
    }
}
