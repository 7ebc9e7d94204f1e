//! Pagination of lists of people, over data that may change between two pages. Knows no text form of a position.

use std::num::NonZeroUsize;

use crate::{
    domain::People,
    report::{
        ReportContext, Sort, SortValue,
        sort::{self, TieBreak},
    },
};

/// The end of a page. Contains no e-mail address and no name of a person.
#[derive(Debug, Clone, PartialEq)]
pub enum PeoplePosition {
    /// After this many rows. Used if the list is sorted by e-mail address or name, or the last row has no id.
    Offset(u32),
    /// After the row with this value and id, which may no longer exist.
    Row {
        /// The value sorted by; `None` if it was unknown.
        value: Option<SortValue>,
        /// The person's id in LastPass.
        id: String,
    },
}

/// The position belongs to a list that is sorted by something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the position belongs to a list in another order")]
pub struct SortMismatch;

/// One page of a list of people.
#[derive(Debug, Clone, PartialEq)]
pub struct PeopleListPage<'l> {
    /// Indices in [`People::iter`].
    pub indices: &'l [u32],
    /// The end of this page; `None` on the last page.
    pub next: Option<PeoplePosition>,
}

/// Returns at most `limit` rows after a position; from the start if `after` is `None`, all if `limit` is `None`.
///
/// `indices` are in the order of `sort` under `context`. If the row of the position no longer exists, the page begins
/// with the next row in this order.
///
/// # Errors
/// Returns [`SortMismatch`] if `after` is not a position in a list sorted by `sort.key`.
pub fn paginate_people<'l>(
    people: &People,
    context: &ReportContext<'_>,
    sort: Sort,
    indices: &'l [u32],
    limit: Option<NonZeroUsize>,
    after: Option<&PeoplePosition>,
) -> Result<PeopleListPage<'l>, SortMismatch> {
    let start = match after {
        None => 0,
        Some(PeoplePosition::Offset(index)) => *index as usize,
        Some(PeoplePosition::Row { value, id }) => {
            let is_of_another_key = value.as_ref().is_some_and(|value| value.key() != sort.key);
            if is_of_another_key || sort.key.personal_text().is_some() {
                return Err(SortMismatch);
            }
            let rank = value.as_ref().map(|value| value.rank(context.departments));
            let last = (sort::place(rank, sort.descending), TieBreak::of_id(id));
            indices.partition_point(|index| {
                let person = people.get(*index as usize);
                let rank = sort::rank_of(person, context, sort.key);
                (sort::place(rank, sort.descending), TieBreak::of(person)) <= last
            })
        }
    };
    let start = start.min(indices.len());
    let end = limit.map_or(indices.len(), |limit| indices.len().min(start.saturating_add(limit.get())));
    let next = (end < indices.len()).then(|| position_after(people, context, sort, indices, end));
    Ok(PeopleListPage { indices: &indices[start..end], next })
}

/// The position after the first `end` rows; `end` is at least 1.
fn position_after(
    people: &People,
    context: &ReportContext<'_>,
    sort: Sort,
    indices: &[u32],
    end: usize,
) -> PeoplePosition {
    let person = people.get(indices[end - 1] as usize);
    let value = SortValue::of(person, context, sort.key);
    // An id or a department may be an e-mail address, which no position may contain.
    let is_address = matches!(&value, Some(SortValue::Department(name)) if name.contains('@'));
    match person.id() {
        Some(id) if sort.key.personal_text().is_none() && !is_address && !id.contains('@') => {
            PeoplePosition::Row { value, id: id.to_owned() }
        }
        Some(_) | None => PeoplePosition::Offset(u32::try_from(end).expect("indices are counted in four bytes")),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::{PeopleListPage, PeoplePosition, SortMismatch, paginate_people};
    use crate::{
        domain::{DepartmentGroups, People, PersonEntry, ScoreSource},
        report::{
            AccountStatus, Departments, ReportContext, Sort, SortKey, SortValue, sort_people,
            test_people::{TestPeople, ago, score},
        },
    };

    /// Calls `read` with the context and the indices of a sorted list.
    fn with_list<T>(people: &People, sort: Sort, read: impl FnOnce(&ReportContext<'_>, &[u32]) -> T) -> T {
        let departments = Departments::new(people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::MasterPassword, departments: &departments };
        read(&context, &sort_people(people, &context, sort))
    }

    fn ids(
        people: &People,
        sort: Sort,
        limit: usize,
        after: Option<&PeoplePosition>,
    ) -> (Vec<String>, Option<PeoplePosition>) {
        with_list(people, sort, |context, indices| {
            let PeopleListPage { indices, next } =
                paginate_people(people, context, sort, indices, NonZeroUsize::new(limit), after)
                    .expect("a position of this list");
            let people = indices.iter().map(|index| people.get(*index as usize));
            (people.map(|person| person.id().unwrap_or(person.email()).to_owned()).collect(), next)
        })
    }

    fn scored(scores: &[(&str, Option<f64>)]) -> People {
        let mut example = TestPeople::default();
        for (id, figure) in scores {
            let master_password_strength = figure.map(score);
            example = example.entry(
                PersonEntry { id: Some(id), email: id, master_password_strength, ..PersonEntry::default() },
                &[],
            );
        }
        example.finish()
    }

    #[test]
    fn a_page_with_the_last_row_has_no_next_position() {
        let people = scored(&[("1", Some(1.0)), ("2", Some(2.0))]);
        for (limit, expected) in [(1, true), (2, false), (3, false)] {
            assert_eq!(ids(&people, Sort::default(), limit, None).1.is_some(), expected, "{limit}");
        }
        assert_eq!(ids(&people, Sort::default(), 1, Some(&PeoplePosition::Offset(7))), (vec![], None));
        assert_eq!(ids(&scored(&[]), Sort::default(), 1, None), (vec![], None));
    }

    #[test]
    fn a_position_contains_value_and_id_but_no_email_address() {
        let row = |value, id: &str| Some(PeoplePosition::Row { value, id: id.to_owned() });
        let people = scored(&[("1", Some(33.3)), ("2", None), ("a@example.com", None), ("b", None)]);
        let next = |limit| ids(&people, Sort::default(), limit, None).1;
        assert_eq!(next(1), row(Some(SortValue::Score(score(33.3))), "1"));
        assert_eq!(next(2), row(None, "2"));
        assert_eq!(next(3), Some(PeoplePosition::Offset(3)));
        for key in [SortKey::Email, SortKey::Name] {
            let sort = Sort { key, descending: false };
            assert_eq!(ids(&people, sort, 1, None).1, Some(PeoplePosition::Offset(1)), "{key:?}");
        }
        let of_department = |name| {
            let entry = PersonEntry { directory_department: Some(name), ..TestPeople::ann() };
            let people = TestPeople::default().entry(entry, &[]).invited("new@example.com").finish();
            ids(&people, Sort { key: SortKey::Department, descending: true }, 1, None).1
        };
        assert_eq!(of_department("Bears"), row(Some(SortValue::Department("bears".to_owned())), "1"));
        assert_eq!(of_department("Team of ann@example.com"), Some(PeoplePosition::Offset(1)));
    }

    #[test]
    fn a_position_remains_valid_if_its_department_is_removed() {
        let in_departments = |names: &[(&str, &str)]| {
            let add = |people: TestPeople, (id, name): &(&str, &str)| {
                let directory_department = Some(*name);
                people
                    .entry(PersonEntry { id: Some(id), email: id, directory_department, ..PersonEntry::default() }, &[])
            };
            names.iter().fold(TestPeople::default(), add).finish()
        };
        let before = in_departments(&[("1", "apes"), ("2", "Bears"), ("3", "cats"), ("4", "")]);
        for (descending, expected) in [(false, ["3", "4"]), (true, ["1", "4"])] {
            let sort = Sort { key: SortKey::Department, descending };
            let next = ids(&before, sort, 2, None).1;
            let after = in_departments(&[("1", "apes"), ("3", "cats"), ("4", "")]);
            assert_eq!(ids(&after, sort, 9, next.as_ref()).0, expected);
        }
    }

    #[test]
    fn a_position_remains_valid_if_its_row_is_removed_or_moved() {
        let before = scored(&[("1", Some(10.0)), ("2", Some(20.0)), ("3", Some(20.0)), ("4", None)]);
        let next = ids(&before, Sort::default(), 2, None).1;
        let check = |after: &People, expected: &[&str]| {
            assert_eq!(ids(after, Sort::default(), 9, next.as_ref()).0, expected);
        };
        check(&before, &["3", "4"]);
        check(&scored(&[("1", Some(10.0)), ("3", Some(20.0)), ("4", None)]), &["3", "4"]);
        check(&scored(&[("1", Some(10.0)), ("2", Some(99.0)), ("3", Some(30.0))]), &["3", "2"]);
        check(&scored(&[("1", Some(10.0))]), &[]);
    }

    #[test]
    fn a_position_of_another_sort_key_is_refused() {
        let people = scored(&[("1", Some(1.0))]);
        let row = |value| PeoplePosition::Row { value, id: "1".to_owned() };
        for (key, value) in [
            (SortKey::Email, None),
            (SortKey::Email, Some(SortValue::WeakPasswords(1))),
            (SortKey::Name, None),
            (SortKey::Department, Some(SortValue::Status(AccountStatus::Active))),
            (SortKey::WeakPasswords, Some(SortValue::Score(score(1.0)))),
            (SortKey::SecurityScore, Some(SortValue::WeakPasswords(1))),
        ] {
            let sort = Sort { key, descending: false };
            let position = row(value);
            let refused = with_list(&people, sort, |context, indices| {
                paginate_people(&people, context, sort, indices, None, Some(&position)).err()
            });
            assert_eq!(refused, Some(SortMismatch), "{key:?} {position:?}");
        }
    }

    /// Score, hours since the last login, weak passwords, and whether there is an id.
    type Figures = (Option<u8>, Option<i64>, Option<u32>, bool);

    const TEXTS: [Option<&str>; 4] = [Some("b"), None, Some("A"), Some("a")];

    fn organization(rows: &[Figures], invited: usize) -> People {
        let mut example = TestPeople::default();
        for (row, (figure, hours, weak_passwords, has_id)) in rows.iter().enumerate() {
            // Ids in an order that is neither that of the rows nor alphabetical.
            let id = (rows.len() * 7 - row * 7).to_string();
            let email = format!("{}{row}@example.com", if row % 2 == 0 { "A" } else { "a" });
            let entry = PersonEntry {
                id: has_id.then_some(&id),
                email: &email,
                master_password_strength: figure.map(|figure| score(figure.into())),
                last_login: hours.and_then(|hours| ago(hours, 0)),
                weak_passwords: *weak_passwords,
                name: TEXTS[row % TEXTS.len()],
                directory_department: TEXTS[(row / 2) % TEXTS.len()],
                disabled: row % 3 == 0,
                ..PersonEntry::default()
            };
            example = example.entry(entry, &[]);
        }
        (0..invited).fold(example, |example, row| example.invited(&format!("new{row}@example.com"))).finish()
    }

    fn any_figures() -> impl Strategy<Value = Figures> {
        (prop::option::of(0_u8..4), prop::option::of(0_i64..3), prop::option::of(0_u32..3), any::<bool>())
    }

    proptest! {
        #[test]
        fn pages_of_any_size_cover_the_whole_list(
            rows in prop::collection::vec(any_figures(), 0..25),
            invited in 0_usize..4,
            key in prop::sample::select(SortKey::ALL.to_vec()),
            descending: bool,
            limit in 1_usize..8,
        ) {
            let people = organization(&rows, invited);
            let sort = Sort { key, descending };
            let (whole, none) = ids(&people, sort, usize::MAX, None);
            prop_assert_eq!(none, None);
            prop_assert_eq!(whole.len(), people.len());
            let (mut paged, mut next) = ids(&people, sort, limit, None);
            while let Some(after) = next {
                let (more, following) = ids(&people, sort, limit, Some(&after));
                prop_assert!(!more.is_empty());
                paged.extend(more);
                next = following;
            }
            prop_assert_eq!(paged, whole);
        }

        #[test]
        fn known_values_are_sorted_and_unknown_ones_come_last(
            rows in prop::collection::vec(any_figures(), 0..25),
            invited in 0_usize..4,
            descending: bool,
        ) {
            let people = organization(&rows, invited);
            let order = with_list(&people, Sort { key: SortKey::WeakPasswords, descending }, |_, indices| {
                indices.iter().map(|index| people.get(*index as usize).weak_passwords()).collect::<Vec<_>>()
            });
            let known = order.iter().flatten().count();
            prop_assert!(order[..known].iter().all(Option::is_some));
            let is_sorted = order[..known].is_sorted_by(|left, right| left == right || descending == (left > right));
            prop_assert!(is_sorted);
        }
    }
}
