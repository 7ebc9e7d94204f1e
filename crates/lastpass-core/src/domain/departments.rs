//! Departments and their groups.

/// Departments and their groups, in the order of the setting `DEPARTMENT_GROUPS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DepartmentGroups(Vec<(String, String)>);

impl DepartmentGroups {
    /// Creates the map from pairs of department and group. Departments must be unique.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Pairs of department and group, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(department, group)| (department.as_str(), group.as_str()))
    }
}

impl Default for DepartmentGroups {
    /// The six departments of the guide, which is also the default of the setting.
    fn default() -> Self {
        let departments = ["Engineering", "Sales", "Marketing", "HR", "Finance", "Legal"];
        Self(departments.map(|name| (name.to_owned(), format!("{name}-Team"))).into())
    }
}
