//! Which groups exist, and how they are spelled. Pure.

use crate::domain::{DepartmentGroups, Role, normalize_name};

/// The groups that the settings name. LastPass does not list groups without members: only these can be found then.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct KnownGroups {
    /// The group of each department.
    pub(crate) departments: DepartmentGroups,
    /// The groups that grant a role.
    pub(crate) roles: Vec<(Role, String)>,
    /// Further groups.
    pub(crate) others: Vec<String>,
}

impl KnownGroups {
    /// The group with a name, spelled as LastPass lists it, else as the settings do.
    pub(crate) fn find<'a>(&'a self, name: &str, listed: &'a [Box<str>]) -> Option<&'a str> {
        let name = normalize_name(name);
        let listed = listed.iter().map(AsRef::as_ref);
        let departments = self.departments.iter().map(|(_, group)| group);
        let roles = self.roles.iter().map(|(_, group)| group.as_str());
        let others = self.others.iter().map(String::as_str);
        listed.chain(departments).chain(roles).chain(others).find(|group| normalize_name(group) == name)
    }

    /// Whether the group grants a role.
    pub(crate) fn grants_role(&self, name: &str) -> bool {
        self.roles.iter().any(|(_, group)| normalize_name(group) == normalize_name(name))
    }
}
