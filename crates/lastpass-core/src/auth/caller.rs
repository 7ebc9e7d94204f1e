//! Somebody with a role: the proof that handlers ask for.

use std::fmt;

use crate::domain::Role;

/// Somebody who proved who they are, and has a role. Built by [`super::Claimant::settle`] alone.
pub struct Caller {
    pub(super) role: Role,
    pub(super) name: Option<String>,
    pub(super) identity: String,
}

impl Caller {
    /// What the caller is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who the caller is, as the record has it: a name, else the role.
    pub fn actor(&self) -> &str {
        self.name.as_deref().unwrap_or(self.role.name())
    }

    /// What tells the caller from all others. Never shown.
    pub fn identity(&self) -> String {
        self.identity.clone()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.role)
    }
}
