//! Which group stands for which department.

/// The pairs of department and group of the setting `DEPARTMENT_GROUPS`, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DepartmentGroups(Vec<(String, String)>);

impl DepartmentGroups {
    /// Pairs of department and group; the caller has checked that no department comes twice.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Department and group, in the order of the setting.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(department, group)| (department.as_str(), group.as_str()))
    }
}

impl Default for DepartmentGroups {
    /// The six pairs of the guide that the product was asked for in.
    fn default() -> Self {
        let departments = ["Engineering", "Sales", "Marketing", "HR", "Finance", "Legal"];
        Self(departments.map(|name| (name.to_owned(), format!("{name}-Team"))).into())
    }
}
