//! Which groups there are, and how they are spelled.

use crate::domain::{DepartmentGroups, Role, normalize_name};

/// The groups that the settings name. LastPass lists no group without members, so a new one is known by these alone.
#[derive(Debug, Clone, Default)]
pub struct KnownGroups {
    /// Which group stands for which department.
    pub departments: DepartmentGroups,
    /// Which group stands for which role, as the settings have them.
    pub roles: Vec<(Role, String)>,
    /// Further groups.
    pub others: Vec<String>,
}

impl KnownGroups {
    /// The group of that name, spelled as LastPass spells it, else as the settings do.
    pub(crate) fn find<'a>(&'a self, name: &str, listed: &'a [Box<str>]) -> Option<&'a str> {
        let name = normalize_name(name);
        let listed = listed.iter().map(AsRef::as_ref);
        let departments = self.departments.iter().map(|(_, group)| group);
        let roles = self.roles.iter().map(|(_, group)| group.as_str());
        let others = self.others.iter().map(String::as_str);
        listed.chain(departments).chain(roles).chain(others).find(|group| normalize_name(group) == name)
    }

    /// Whether the group stands for a role.
    pub(crate) fn grants_role(&self, name: &str) -> bool {
        self.roles.iter().any(|(_, group)| normalize_name(group) == normalize_name(name))
    }
}
