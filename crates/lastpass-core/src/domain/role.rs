//! Roles of callers.

use std::{fmt, str::FromStr};

/// The role of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// May see and change everything.
    Admin,
    /// May see statistics, but no people.
    Manager,
    /// May see statistics and records, but change nothing.
    Auditor,
    /// May create accounts, and see what that requires.
    Provisioner,
}

impl Role {
    /// All roles, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Auditor, Self::Provisioner];

    /// The name in settings, claims and replies.
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

/// The error of parsing a text that is not the name of a role.
#[derive(Debug, thiserror::Error)]
#[error("not one of admin, manager, auditor, provisioner")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}
