//! Proofs of a caller's role. A function that reads or changes people takes an [`Admin`], so that no code path reaches it
//! without one. Which role may use which method is in the route table.

use crate::{auth::Caller, domain::Role, web::response::problem::Problem};

/// Proof that the caller may read about people and change them: an admin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admin(());

/// Proof that the caller may read LastPass's log: an admin or an auditor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogReader(());

/// Proof that the caller may read who can open which shared folder: an admin or an auditor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FolderReader(());

/// Proof that the caller may create accounts: an admin or a provisioner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Provisioner(());

impl Admin {
    /// The proof, or `None` if the caller is no admin.
    pub(crate) fn of(caller: &Caller) -> Option<Self> {
        (caller.role() == Role::Admin).then_some(Self(()))
    }

    /// The proof.
    ///
    /// # Errors
    /// Returns [`Problem::Forbidden`] if the caller is no admin.
    pub(crate) fn required(caller: &Caller) -> Result<Self, Problem> {
        Self::of(caller).ok_or(NOT_PERMITTED)
    }
}

impl LogReader {
    /// The proof.
    ///
    /// # Errors
    /// Returns [`Problem::Forbidden`] if the caller is neither an admin nor an auditor.
    pub(crate) fn required(caller: &Caller) -> Result<Self, Problem> {
        let is_permitted = matches!(caller.role(), Role::Admin | Role::Auditor);
        is_permitted.then_some(Self(())).ok_or(NOT_PERMITTED)
    }
}

impl FolderReader {
    /// The proof.
    ///
    /// # Errors
    /// Returns [`Problem::Forbidden`] if the caller is neither an admin nor an auditor.
    pub(crate) fn required(caller: &Caller) -> Result<Self, Problem> {
        let is_permitted = matches!(caller.role(), Role::Admin | Role::Auditor);
        is_permitted.then_some(Self(())).ok_or(NOT_PERMITTED)
    }
}

impl Provisioner {
    /// The proof.
    ///
    /// # Errors
    /// Returns [`Problem::Forbidden`] if the caller is neither an admin nor a provisioner.
    pub(crate) fn required(caller: &Caller) -> Result<Self, Problem> {
        let is_permitted = matches!(caller.role(), Role::Admin | Role::Provisioner);
        is_permitted.then_some(Self(())).ok_or(NOT_PERMITTED)
    }
}

/// The problem of a handler whose caller has no permission. `serve` has checked the role by the route table before that.
pub(crate) const NOT_PERMITTED: Problem = Problem::Forbidden { detail: "Your role does not permit this request." };
