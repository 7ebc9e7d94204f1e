//! What each role may, as values: a handler that shows people takes an [`Admin`], and nobody can call it without one.

use crate::{auth::Caller, domain::Role, web::response::problem::Problem};

/// The routes, each with the roles that may ask anything of it.
pub(crate) const ROUTES: [(&str, &[Role]); 7] = [
    ("security-report", &[Role::Admin, Role::Manager, Role::Auditor]),
    ("audit-logs", &[Role::Admin, Role::Auditor]),
    ("provision-user", &[Role::Admin, Role::Provisioner]),
    ("users", &[Role::Admin, Role::Provisioner]),
    ("groups", &[Role::Admin, Role::Provisioner]),
    ("shared-folders", &[Role::Admin, Role::Auditor]),
    ("actions", &[Role::Admin, Role::Auditor, Role::Provisioner]),
];

/// The routes of which a role may ask anything, for a front end that shows what somebody can do.
pub(crate) fn routes_of(role: Role) -> impl Iterator<Item = &'static str> {
    ROUTES.into_iter().filter(move |(_, roles)| roles.contains(&role)).map(|(route, _)| route)
}

/// An admin: may see people, and change them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admin(());

/// Somebody who may read what happened: an admin or an auditor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogReader(());

/// Somebody who may read who can open which shared folder: an admin or an auditor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FolderReader(());

/// Somebody who may create accounts: an admin or a provisioner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Provisioner(());

impl Admin {
    /// The proof, where the caller is one.
    pub(crate) fn of(caller: &Caller) -> Option<Self> {
        (caller.role() == Role::Admin).then_some(Self(()))
    }

    /// The proof.
    ///
    /// # Errors
    /// Where the caller is none, with what is said then.
    pub(crate) fn required(caller: &Caller, detail: &'static str) -> Result<Self, Problem> {
        Self::of(caller).ok_or(Problem::Forbidden { detail })
    }
}

impl LogReader {
    /// The proof.
    ///
    /// # Errors
    /// Where the caller is none, with what is said then.
    pub(crate) fn required(caller: &Caller, detail: &'static str) -> Result<Self, Problem> {
        let may = matches!(caller.role(), Role::Admin | Role::Auditor);
        may.then_some(Self(())).ok_or(Problem::Forbidden { detail })
    }
}

impl From<Admin> for LogReader {
    fn from(_: Admin) -> Self {
        Self(())
    }
}

impl FolderReader {
    /// The proof.
    ///
    /// # Errors
    /// Where the caller is none, with what is said then.
    pub(crate) fn required(caller: &Caller, detail: &'static str) -> Result<Self, Problem> {
        let may = matches!(caller.role(), Role::Admin | Role::Auditor);
        may.then_some(Self(())).ok_or(Problem::Forbidden { detail })
    }
}

impl Provisioner {
    /// The proof.
    ///
    /// # Errors
    /// Where the caller is none, with what is said then.
    pub(crate) fn required(caller: &Caller, detail: &'static str) -> Result<Self, Problem> {
        let may = matches!(caller.role(), Role::Admin | Role::Provisioner);
        may.then_some(Self(())).ok_or(Problem::Forbidden { detail })
    }
}
