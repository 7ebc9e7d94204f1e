//! Somebody with a role: the proof that handlers ask for.

use std::fmt;

use crate::domain::Role;

/// Somebody who proved who they are, and has a role. Built by [`AuthenticatedUser::with_role`](crate::auth::AuthenticatedUser::with_role) alone.
pub struct Caller {
    pub(crate) role: Role,
    pub(crate) name: Option<String>,
    pub(crate) identity: String,
}

impl Caller {
    /// What the caller is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who the caller is, as the record has it: a name, else the role with the beginning of the credential's digest, by
    /// which the keys of a role are told from each other.
    pub fn actor(&self) -> String {
        let digits = || self.identity.chars().skip_while(|c| *c != ':').skip(1).take(8).collect::<String>();
        self.name.clone().unwrap_or_else(|| format!("{}#{}", self.role, digits()))
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
