//! Who is in which department, and each department's figures. Knows no privacy: see `summary`.

use std::collections::HashMap;

use crate::{
    domain::{DepartmentGroups, People, Person, Score, normalize_name},
    report::{risk::is_below_threshold, score_sum::ScoreSum},
};

/// Stands for no department where an index in a list of names is kept.
const NO_DEPARTMENT: u32 = u32::MAX;

/// The department of everybody, found out once: the first of `DEPARTMENT_GROUPS` whose group
/// the person is in, else the directory's.
#[derive(Debug)]
pub struct Departments {
    /// The setting's names, then the directory's; no two are equal folded.
    names: Vec<Box<str>>,
    /// The index in `names`, or `NO_DEPARTMENT`, by the person's index.
    by_person: Vec<u32>,
}

impl Departments {
    /// Looks up everybody's department; `groups` is the setting `DEPARTMENT_GROUPS`.
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
            .map(|name| by_group_name.get(&normalize_name(name)).copied().unwrap_or(NO_DEPARTMENT))
            .collect();
        // People hold recurring names once: to look up the spelling is enough for all but the first.
        let mut by_spelling = HashMap::new();
        let by_person = people
            .iter()
            .map(|person| {
                // What stands for no department is greater than any index.
                let by_groups = person.group_ids().iter().map(|group| by_group[*group as usize]).min();
                match (by_groups.unwrap_or(NO_DEPARTMENT), person.directory_department()) {
                    (NO_DEPARTMENT, Some(name)) if !name.is_empty() => {
                        *by_spelling.entry(name).or_insert_with(|| names.index(name))
                    }
                    (department, _) => department,
                }
            })
            .collect();
        Self { names: names.names, by_person }
    }

    /// The department of one of the people that were looked up, spelled as the setting spells it,
    /// else as first seen.
    pub fn of(&self, person: Person<'_>) -> Option<&str> {
        self.names.get(self.by_person[person.place()] as usize).map(AsRef::as_ref)
    }

    /// Whom `department`, in any letter case, has; nothing where it has nobody.
    pub(crate) fn members(&self, department: &str) -> Option<impl Fn(Person<'_>) -> bool> {
        let department = normalize_name(department);
        let index = self.names.iter().position(|name| normalize_name(name) == department)?;
        Some(move |person: Person<'_>| self.by_person[person.place()] as usize == index)
    }
}

/// Names that differ folded, each in the spelling first seen.
#[derive(Debug, Default)]
struct DistinctNames {
    names: Vec<Box<str>>,
    by_fold: HashMap<Box<str>, u32>,
}

impl DistinctNames {
    fn index(&mut self, name: &str) -> u32 {
        *self.by_fold.entry(normalize_name(name).into()).or_insert_with(|| {
            self.names.push(name.into());
            u32::try_from(self.names.len() - 1).expect("a reply is too small for four billion names")
        })
    }
}

/// The figures of one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentStats {
    /// The department; nothing for people without one.
    pub name: Option<String>,
    /// Entries in it.
    pub users: u64,
    /// The mean score over all of them, a missing one counting 0, rounded half up; in points of 100.
    pub average_score: u64,
    /// Entries in it with a score below [`SCORE_THRESHOLD`](crate::report::SCORE_THRESHOLD).
    pub below_threshold: u64,
    scores: ScoreSum,
}

impl DepartmentStats {
    fn new(name: Option<String>, Counts { users, below_threshold, scores }: Counts) -> Self {
        Self { name, users, average_score: scores.whole_mean_over(users), below_threshold, scores }
    }

    /// The figures of all people of several departments, under one name.
    pub(crate) fn joined(name: &str, departments: &[Self]) -> Self {
        let mut counts = Counts::default();
        for department in departments {
            counts.users += department.users;
            counts.below_threshold += department.below_threshold;
            counts.scores.join(department.scores);
        }
        Self::new(Some(name.to_owned()), counts)
    }
}

/// Counts the departments' figures.
#[derive(Debug)]
pub(crate) struct DepartmentCounter<'a> {
    departments: &'a Departments,
    /// In the order of the departments' names, people without one last.
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
        let department = self.departments.by_person[person.place()] as usize;
        let nowhere = self.counts.len() - 1;
        let counts = &mut self.counts[department.min(nowhere)];
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
    fn the_first_pair_of_the_setting_wins_then_the_directory() {
        let check = |groups: &[&str], directory, expected| {
            let entry = PersonEntry { directory_department: directory, ..TestPeople::ann() };
            let people = TestPeople::default().entry(entry, groups).finish();
            let pairs = [("Research & Development", "R&D"), ("Sales", "Sales-Team"), ("Abroad", "sales-team")];
            let pairs = pairs.map(|(department, group)| (department.to_owned(), group.to_owned()));
            let departments = Departments::new(&people, &DepartmentGroups::new(pairs.into()));
            assert_eq!(departments.of(people.get(0)), expected, "{groups:?} {directory:?}");
        };
        check(&[], None, None);
        check(&["Everybody"], None, None);
        check(&["Everybody", "SALES-TEAM "], None, Some("Sales"));
        check(&["Sales-Team", "r&d"], None, Some("Research & Development"));
        check(&["Sales-Team"], Some("Facilities"), Some("Sales"));
        check(&["Everybody"], Some("Facilities"), Some("Facilities"));
        check(&[], Some(" SALES"), Some("Sales"));
        check(&[], Some(" "), None);
    }

    #[test]
    fn departments_are_sorted_by_folded_name_and_people_without_one_come_last() {
        let in_directory = |name| PersonEntry { directory_department: Some(name), ..PersonEntry::default() };
        let report = TestPeople::default()
            .other(PersonEntry::default(), &[])
            .other(in_directory("Zoo"), &[])
            .other(in_directory("apes"), &[])
            .scores(&[40.0, 60.0, 0.5], &["Sales-Team"])
            .other(in_directory("SALES"), &[])
            .other(in_directory("APES"), &[])
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
    fn a_department_without_people_and_a_list_without_departments_are_not_shown() {
        assert_eq!(TestPeople::default().report().departments, []);
        assert_eq!(TestPeople::default().invited("new@example.com").report().departments, []);
        assert_eq!(TestPeople::default().scores(&[1.0], &["HR-Team"]).report().departments.len(), 1);
    }
}
