//! What a caller may be.

use std::{fmt, str::FromStr};

/// One of the four roles a caller can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sees and changes everything.
    Admin,
    /// Sees figures, and no person.
    Manager,
    /// Sees figures and the records, and changes nothing.
    Auditor,
    /// Creates accounts, and sees what that needs.
    Provisioner,
}

impl Role {
    /// All roles, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Auditor, Self::Provisioner];

    /// The name used in settings, claims and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Auditor => "auditor",
            Self::Provisioner => "provisioner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names none of the four roles.
#[derive(Debug, thiserror::Error)]
#[error("not one of admin, manager, auditor, provisioner")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}
