//! What can be asked for.

use crate::domain::{EmailAddress, PersonAction};

/// One change that somebody asks for.
#[derive(Debug, Clone)]
pub enum Change {
    /// An account for somebody new, and the groups that go with it.
    Provision(NewPerson),
    /// Memberships of somebody.
    Groups {
        /// The person.
        email: EmailAddress,
        /// Groups to be in, as the caller spells them.
        add: Vec<String>,
        /// Groups not to be in.
        remove: Vec<String>,
    },
    /// Something about one person.
    Person {
        /// The person.
        email: EmailAddress,
        /// What.
        action: PersonAction,
        /// Whether folders may be left without an administrator.
        allow_orphans: bool,
    },
}

/// Somebody new.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// First and last name.
    pub name: String,
    /// The address.
    pub email: EmailAddress,
    /// The department, spelled as the settings have it.
    pub department: String,
    /// The department's group.
    pub department_group: String,
    /// Further groups, as the caller spells them.
    pub additional_groups: Vec<String>,
    /// The manager's name, kept in our record alone.
    pub manager: Option<String>,
    /// The manager's address, kept in our record alone.
    pub manager_email: Option<EmailAddress>,
    /// The first day (`YYYY-MM-DD`), kept in our record alone.
    pub start_date: Option<String>,
}

impl Change {
    /// Whom it is about.
    pub fn email(&self) -> &EmailAddress {
        match self {
            Self::Provision(person) => &person.email,
            Self::Groups { email, .. } | Self::Person { email, .. } => email,
        }
    }

    /// What it is called in the record.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Provision(_) => "provision",
            Self::Groups { .. } => "groups",
            Self::Person { action, .. } => action.name(),
        }
    }
}
