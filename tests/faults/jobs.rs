//! The operations of the fault tests: one per user, each with a visible effect.

use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    faults::process::JobRequest,
    world::{ADMIN, PROVISIONER},
};

/// One kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    Provision,
    /// Of a user with a personal account, whom LastPass invites, and whose groups it does not report.
    ProvisionInvited,
    Deactivate,
    Restore,
    Remove,
    Delete,
    Groups,
    GroupsOfInvited,
    Reinvite,
    Uninvite,
    RequirePasswordChange,
    SendPasswordReset,
    DisableMfa,
}

/// The percentage of operations of each kind.
pub(crate) const MIX: [(JobKind, usize); 13] = [
    (JobKind::Provision, 26),
    (JobKind::ProvisionInvited, 6),
    (JobKind::Deactivate, 14),
    (JobKind::Restore, 6),
    (JobKind::Remove, 8),
    (JobKind::Delete, 4),
    (JobKind::Groups, 12),
    (JobKind::GroupsOfInvited, 3),
    (JobKind::Reinvite, 6),
    (JobKind::Uninvite, 3),
    (JobKind::RequirePasswordChange, 4),
    (JobKind::SendPasswordReset, 4),
    (JobKind::DisableMfa, 4),
];

/// One operation on one user.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) kind: JobKind,
    pub(crate) email: String,
    /// The user before it, or `None` without an account.
    pub(crate) before: Option<User>,
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

impl Job {
    /// An operation on the user with this number, whom this adds to the company.
    pub(crate) fn prepare(kind: JobKind, number: usize, company: &mut Company) -> Self {
        let email = format!("person{number}@example.com");
        let groups = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let account = User {
            groups: groups(&["Sales-Team", "Legal-Team"]),
            multifactor: Some("duo".to_owned()),
            ..User::new(1_000_000 + number as u64, &email)
        };
        let before = match kind {
            JobKind::Provision => None,
            JobKind::ProvisionInvited => {
                company.personal_accounts.push(email.clone());
                None
            }
            JobKind::GroupsOfInvited | JobKind::Reinvite | JobKind::Uninvite => {
                company.invited.push(email.clone());
                None
            }
            JobKind::Restore => Some(User { disabled: true, ..account }),
            JobKind::Deactivate
            | JobKind::Remove
            | JobKind::Delete
            | JobKind::Groups
            | JobKind::RequirePasswordChange
            | JobKind::SendPasswordReset
            | JobKind::DisableMfa => Some(account),
        };
        company.users.extend(before.clone());
        let (add, remove) = match kind {
            JobKind::Provision | JobKind::ProvisionInvited => (groups(&["Marketing-Team", "Finance-Team"]), Vec::new()),
            JobKind::Groups | JobKind::GroupsOfInvited => {
                (groups(&["HR-Team", "Finance-Team"]), groups(&["Sales-Team"]))
            }
            JobKind::Deactivate
            | JobKind::Restore
            | JobKind::Remove
            | JobKind::Delete
            | JobKind::Reinvite
            | JobKind::Uninvite
            | JobKind::RequirePasswordChange
            | JobKind::SendPasswordReset
            | JobKind::DisableMfa => (Vec::new(), Vec::new()),
        };
        Self { kind, email, before, add, remove }
    }

    /// The request with an Idempotency-Key.
    pub(crate) fn request(&self) -> JobRequest {
        JobRequest { caller: ADMIN, key: Some(format!("key of {}", self.email)), path: self.path(), body: self.body() }
    }

    /// The request without an Idempotency-Key.
    pub(crate) fn request_without_key(&self) -> JobRequest {
        JobRequest { key: None, ..self.request() }
    }

    /// The request of another caller, or of the same one if no other is permitted.
    pub(crate) fn request_by_another(&self) -> JobRequest {
        let caller = match self.kind {
            JobKind::Provision | JobKind::ProvisionInvited | JobKind::Reinvite | JobKind::Uninvite => PROVISIONER,
            JobKind::Deactivate
            | JobKind::Restore
            | JobKind::Remove
            | JobKind::Delete
            | JobKind::Groups
            | JobKind::GroupsOfInvited
            | JobKind::RequirePasswordChange
            | JobKind::SendPasswordReset
            | JobKind::DisableMfa => ADMIN,
        };
        JobRequest { caller, ..self.request_without_key() }
    }

    fn path(&self) -> &'static str {
        match self.kind {
            JobKind::Provision | JobKind::ProvisionInvited => "provision-user",
            JobKind::Groups | JobKind::GroupsOfInvited => "groups",
            JobKind::Deactivate
            | JobKind::Restore
            | JobKind::Remove
            | JobKind::Delete
            | JobKind::Reinvite
            | JobKind::Uninvite
            | JobKind::RequirePasswordChange
            | JobKind::SendPasswordReset
            | JobKind::DisableMfa => "users",
        }
    }

    fn body(&self) -> Value {
        let email = &self.email;
        let act = |action: &str| json!({ "email": email, "action": action, "confirm": email, "allowOrphans": true });
        match self.kind {
            JobKind::Provision | JobKind::ProvisionInvited => json!({
                "firstName": "Ann", "lastName": "Lee", "email": email, "department": "Marketing",
                "additionalGroups": ["Finance-Team"],
            }),
            JobKind::Groups | JobKind::GroupsOfInvited => {
                json!({ "email": email, "add": self.add, "remove": self.remove })
            }
            JobKind::Deactivate => act("deactivate"),
            JobKind::Restore => act("restore"),
            JobKind::Remove => act("remove"),
            JobKind::Delete => act("delete"),
            JobKind::Reinvite => act("reinvite"),
            JobKind::Uninvite => act("uninvite"),
            JobKind::RequirePasswordChange => act("requirePasswordChange"),
            JobKind::SendPasswordReset => act("sendPasswordReset"),
            JobKind::DisableMfa => act("disableMfa"),
        }
    }
}
