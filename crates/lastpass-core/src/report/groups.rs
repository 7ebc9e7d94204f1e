//! All known groups with their members, department and role. Knows people and settings; no pages.

use std::collections::HashMap;

use crate::domain::{DepartmentGroups, NameSortKey, People, Role, normalize_name};

/// A known group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupSummary {
    /// The name, spelled as in LastPass, else as in the settings.
    pub name: String,
    /// The number of members; `None` if LastPass showed none, since it lists no empty groups.
    pub members: Option<u32>,
    /// The department that `DEPARTMENT_GROUPS` maps the group to.
    pub department: Option<String>,
    /// The role that the settings map the group to.
    pub role: Option<Role>,
    /// The index in [`People::group_names`]; `None` for a group that only the settings name.
    id: Option<u32>,
}

/// All groups of LastPass and of the settings, sorted by name, ignoring letter case. `others` is the setting
/// `KNOWN_GROUPS`.
pub fn list_groups(
    people: &People,
    departments: &DepartmentGroups,
    roles: &[(Role, String)],
    others: &[String],
) -> Vec<GroupSummary> {
    let mut members = vec![0_u32; people.group_names().len()];
    for group in people.iter().flat_map(|person| person.group_ids()) {
        members[*group as usize] += 1;
    }
    let mut known = GroupsByName::default();
    for (name, (id, count)) in people.group_names().iter().zip((0..).zip(&members)) {
        let group = known.group(name);
        group.members = Some(*count).filter(|count| *count > 0);
        group.id = Some(id);
    }
    // The first pair that names a group counts, as it does for people.
    for (department, group) in departments.iter() {
        known.group(group).department.get_or_insert_with(|| department.to_owned());
    }
    for (role, group) in roles {
        known.group(group).role.get_or_insert(*role);
    }
    for group in others {
        known.group(group);
    }
    let mut groups = known.groups;
    groups.sort_by_cached_key(|group| NameSortKey::new(&group.name, "").into_owned());
    groups
}

/// Groups by normalized name, each in the spelling first seen.
#[derive(Default)]
struct GroupsByName {
    groups: Vec<GroupSummary>,
    indices: HashMap<String, usize>,
}

impl GroupsByName {
    fn group(&mut self, name: &str) -> &mut GroupSummary {
        let index = *self.indices.entry(normalize_name(name).into_owned()).or_insert(self.groups.len());
        if index == self.groups.len() {
            let name = name.to_owned();
            self.groups.push(GroupSummary { name, members: None, department: None, role: None, id: None });
        }
        &mut self.groups[index]
    }
}

/// The members of each group, as indices in [`People::iter`], in one pass over all people.
pub fn group_members(people: &People, groups: &[GroupSummary]) -> Vec<Vec<u32>> {
    let mut wanted = vec![None; people.group_names().len()];
    for (index, group) in groups.iter().enumerate() {
        if let Some(id) = group.id {
            wanted[id as usize] = Some(index);
        }
    }
    let mut members = vec![Vec::new(); groups.len()];
    for (person, index) in people.iter().zip(0..) {
        for group in person.group_ids().iter().filter_map(|id| wanted[*id as usize]) {
            members[group].push(index);
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::{group_members, list_groups};
    use crate::{
        domain::{DepartmentGroups, PersonEntry, Role},
        report::test_people::TestPeople,
    };

    #[test]
    fn groups_of_lastpass_and_the_settings_are_listed_in_the_spelling_of_lastpass() {
        let people = TestPeople::default()
            .numbered(PersonEntry::default(), &["sales-TEAM", "VPN"])
            .numbered(PersonEntry::default(), &["VPN", "Admins"])
            .finish();
        let pairs = [("Sales", "Sales-Team"), ("Presales", "sales-team"), ("HR", "HR-Team")];
        let departments =
            DepartmentGroups::new(pairs.map(|(department, group)| (department.to_owned(), group.to_owned())).into());
        let roles = [(Role::Admin, "ADMINS".to_owned()), (Role::Auditor, "admins".to_owned())];
        let all = list_groups(&people, &departments, &roles, &["vpn ".to_owned(), "Empty".to_owned()]);
        let found: Vec<_> = all
            .iter()
            .map(|group| (group.name.as_str(), group.members, group.department.as_deref(), group.role))
            .collect();
        assert_eq!(
            found,
            [
                ("Admins", Some(1), None, Some(Role::Admin)),
                ("Empty", None, None, None),
                ("HR-Team", None, Some("HR"), None),
                ("sales-TEAM", Some(1), Some("Sales"), None),
                ("VPN", Some(2), None, None),
            ]
        );
        assert_eq!(group_members(&people, &all[3..]), [vec![0], vec![0, 1]]);
        assert_eq!(group_members(&people, &all[1..3]), [vec![], Vec::<u32>::new()]);
    }
}
