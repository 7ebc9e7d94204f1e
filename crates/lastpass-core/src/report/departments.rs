//! Departments of people, and figures of each department. Does not protect privacy: see `small_departments`.

use std::collections::HashMap;

use crate::{
    domain::{DepartmentGroups, People, Person, Score, normalize_name},
    report::{risk::is_below_threshold, score_sum::ScoreSum},
};

/// Marks "no department" in a list of indices.
const NO_INDEX: u32 = u32::MAX;

/// The department of each person, computed once: the first of `DEPARTMENT_GROUPS` whose group the person is in, else
/// the one in the directory.
#[derive(Debug)]
pub struct Departments {
    /// The names in the setting, then those in the directory. Normalized, all are distinct.
    names: Vec<Box<str>>,
    /// The number of names before each in the order of normalized names.
    alphabetical: Vec<u32>,
    /// The index in `names`, or `NO_INDEX`, by index of the person.
    by_person: Vec<u32>,
}

impl Departments {
    /// Determines the department of each person; `groups` is the setting `DEPARTMENT_GROUPS`.
    pub fn new(people: &People, groups: &DepartmentGroups) -> Self {
        let mut names = DistinctNames::default();
        let mut by_group_name = HashMap::new();
        for (department, group) in groups.iter() {
            let department = names.index(department);
            by_group_name.entry(normalize_name(group)).or_insert(department);
        }
        let by_group: Vec<u32> = people
            .group_names()
            .iter()
            .map(|name| by_group_name.get(&normalize_name(name)).copied().unwrap_or(NO_INDEX))
            .collect();
        // Names recur, so each spelling is normalized only once.
        let mut by_spelling = HashMap::new();
        let by_person = people
            .iter()
            .map(|person| {
                // `NO_INDEX` is greater than any index.
                let by_groups = person.group_ids().iter().map(|group| by_group[*group as usize]).min();
                match (by_groups.unwrap_or(NO_INDEX), person.directory_department()) {
                    (NO_INDEX, Some(name)) if !name.is_empty() => {
                        *by_spelling.entry(name).or_insert_with(|| names.index(name))
                    }
                    (department, _) => department,
                }
            })
            .collect();
        let names = names.names;
        Self { alphabetical: alphabetical_positions(&names), names, by_person }
    }

    /// The department of one of the people passed to [`Departments::new`], spelled as in the setting, else as first seen
    /// in the directory.
    pub fn of(&self, person: Person<'_>) -> Option<&str> {
        self.names.get(self.by_person[person.index()] as usize).map(AsRef::as_ref)
    }

    /// A number that sorts people like the normalized names of their departments, and like [`Departments::rank`].
    pub(crate) fn rank_of(&self, person: Person<'_>) -> Option<u64> {
        let position = self.alphabetical.get(self.by_person[person.index()] as usize)?;
        Some(2 * u64::from(*position) + 1)
    }

    /// The rank of a normalized name, which may be that of no department: then it is between those of its neighbours.
    pub(crate) fn rank(&self, name: &str) -> u64 {
        let before = self.names.iter().filter(|known| normalize_name(known).as_ref() < name).count() as u64;
        2 * before + u64::from(self.names.iter().any(|known| normalize_name(known) == name))
    }

    /// A test for members of `department`, ignoring letter case; `None` if no department has this name.
    pub(crate) fn members(&self, department: &str) -> Option<impl Fn(Person<'_>) -> bool> {
        let department = normalize_name(department);
        let index = self.names.iter().position(|name| normalize_name(name) == department)?;
        Some(move |person: Person<'_>| self.by_person[person.index()] as usize == index)
    }
}

fn alphabetical_positions(names: &[Box<str>]) -> Vec<u32> {
    let mut sorted: Vec<_> = names.iter().map(|name| normalize_name(name)).zip(0_usize..).collect();
    sorted.sort_unstable();
    let mut positions = vec![0; names.len()];
    for ((_, index), position) in sorted.into_iter().zip(0..) {
        positions[index] = position;
    }
    positions
}

/// Names that are distinct when normalized, each in the spelling first seen.
#[derive(Debug, Default)]
struct DistinctNames {
    names: Vec<Box<str>>,
    by_normalized_name: HashMap<Box<str>, u32>,
}

impl DistinctNames {
    fn index(&mut self, name: &str) -> u32 {
        *self.by_normalized_name.entry(normalize_name(name).into()).or_insert_with(|| {
            self.names.push(name.into());
            u32::try_from(self.names.len() - 1).expect("a reply is too small for four billion names")
        })
    }
}

/// The figures of one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentStats {
    /// The department; `None` for entries without one.
    pub name: Option<String>,
    /// The number of entries.
    pub users: u64,
    /// The mean score of all entries, rounded half up, 0 to 100; a missing score counts as 0.
    pub average_score: u64,
    /// The number of entries with a score below [`SCORE_THRESHOLD`](crate::report::SCORE_THRESHOLD).
    pub below_threshold: u64,
    scores: ScoreSum,
}

impl DepartmentStats {
    fn new(name: Option<String>, Counts { users, below_threshold, scores }: Counts) -> Self {
        Self { name, users, average_score: scores.rounded_mean_over(users), below_threshold, scores }
    }

    /// The figures of several departments together, under one name.
    pub(crate) fn merged(name: &str, departments: &[Self]) -> Self {
        let mut counts = Counts::default();
        for department in departments {
            counts.users += department.users;
            counts.below_threshold += department.below_threshold;
            counts.scores.merge(department.scores);
        }
        Self::new(Some(name.to_owned()), counts)
    }
}

/// Counts the figures of departments.
#[derive(Debug)]
pub(crate) struct DepartmentCounter<'a> {
    departments: &'a Departments,
    /// In the order of `Departments::names`; entries without a department last.
    counts: Vec<Counts>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    users: u64,
    below_threshold: u64,
    scores: ScoreSum,
}

impl<'a> DepartmentCounter<'a> {
    pub(crate) fn new(departments: &'a Departments) -> Self {
        Self { departments, counts: vec![Counts::default(); departments.names.len() + 1] }
    }

    /// Counts an entry.
    pub(crate) fn add(&mut self, person: Person<'_>, score: Option<Score>) {
        let department = self.departments.by_person[person.index()] as usize;
        let no_department = self.counts.len() - 1;
        let counts = &mut self.counts[department.min(no_department)];
        counts.users += 1;
        if let Some(score) = score {
            counts.below_threshold += u64::from(is_below_threshold(score));
            counts.scores.add(score);
        }
    }

    pub(crate) fn finish(self) -> Vec<DepartmentStats> {
        let names = self.departments.names.iter().map(|name| Some(name.as_ref().to_owned())).chain([None]);
        let mut departments: Vec<_> = names
            .zip(self.counts)
            .filter(|(_, counts)| counts.users > 0)
            .map(|(name, counts)| DepartmentStats::new(name, counts))
            .collect();
        departments.sort_by_cached_key(|department| {
            (department.name.is_none(), department.name.as_deref().map(|name| normalize_name(name).into_owned()))
        });
        departments
    }
}

#[cfg(test)]
mod tests {
    use super::Departments;
    use crate::{
        domain::{DepartmentGroups, PersonEntry},
        report::test_people::TestPeople,
    };

    #[test]
    fn the_first_pair_of_the_setting_comes_before_the_directory() {
        let check = |groups: &[&str], directory, expected| {
            let entry = PersonEntry { directory_department: directory, ..TestPeople::ann() };
            let people = TestPeople::default().entry(entry, groups).finish();
            let pairs = [("Research & Development", "R&D"), ("Sales", "Sales-Team"), ("Abroad", "sales-team")];
            let pairs = pairs.map(|(department, group)| (department.to_owned(), group.to_owned()));
            let departments = Departments::new(&people, &DepartmentGroups::new(pairs.into()));
            assert_eq!(departments.of(people.get(0)), expected, "{groups:?} {directory:?}");
        };
        check(&[], None, None);
        check(&["All Staff"], None, None);
        check(&["All Staff", "SALES-TEAM "], None, Some("Sales"));
        check(&["Sales-Team", "r&d"], None, Some("Research & Development"));
        check(&["Sales-Team"], Some("Facilities"), Some("Sales"));
        check(&["All Staff"], Some("Facilities"), Some("Facilities"));
        check(&[], Some(" SALES"), Some("Sales"));
        check(&[], Some(" "), None);
    }

    #[test]
    fn ranks_sort_like_the_normalized_names() {
        let people = ["Zoo", "apes", "", "sales"].iter().fold(TestPeople::default(), |people, name| {
            people.numbered(PersonEntry { directory_department: Some(name), ..PersonEntry::default() }, &[])
        });
        let people = people.finish();
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let ranks: Vec<_> = people.iter().map(|person| departments.rank_of(person)).collect();
        let (zoo, apes, sales) = (departments.rank("zoo"), departments.rank("apes"), departments.rank("sales"));
        assert_eq!(ranks, [Some(zoo), Some(apes), None, Some(sales)]);
        assert!(apes < departments.rank("bears") && departments.rank("bears") < sales && sales < zoo);
        assert!(departments.rank("ant") < apes && zoo < departments.rank("zoo 2"));
    }

    #[test]
    fn departments_are_sorted_by_normalized_name_and_entries_without_one_come_last() {
        let in_directory = |name| PersonEntry { directory_department: Some(name), ..PersonEntry::default() };
        let report = TestPeople::default()
            .numbered(PersonEntry::default(), &[])
            .numbered(in_directory("Zoo"), &[])
            .numbered(in_directory("apes"), &[])
            .scores(&[40.0, 60.0, 0.5], &["Sales-Team"])
            .numbered(in_directory("SALES"), &[])
            .numbered(in_directory("APES"), &[])
            .invited("new@example.com")
            .report();
        let rows: Vec<_> = report
            .departments
            .iter()
            .map(|department| {
                let name = department.name.as_deref();
                (name, department.users, department.average_score, department.below_threshold)
            })
            .collect();
        let expected = [(Some("apes"), 2, 0, 0), (Some("Sales"), 4, 25, 2), (Some("Zoo"), 1, 0, 0), (None, 1, 0, 0)];
        assert_eq!(rows, expected);
    }

    #[test]
    fn empty_departments_are_left_out() {
        assert_eq!(TestPeople::default().report().departments, []);
        assert_eq!(TestPeople::default().invited("new@example.com").report().departments, []);
        assert_eq!(TestPeople::default().scores(&[1.0], &["HR-Team"]).report().departments.len(), 1);
    }
}
