//! What is asked for in the fault tests: one operation a person, each of which makes a difference that shows.

use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    faults::process::Ask,
    world::{ADMIN, PROVISIONER},
};

/// One kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Provision,
    /// Of somebody who has a personal account: LastPass makes an invitation, and shows no groups of it.
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

/// How many of a hundred operations are of each kind.
pub(crate) const MIX: [(Kind, usize); 13] = [
    (Kind::Provision, 26),
    (Kind::ProvisionInvited, 6),
    (Kind::Deactivate, 14),
    (Kind::Restore, 6),
    (Kind::Remove, 8),
    (Kind::Delete, 4),
    (Kind::Groups, 12),
    (Kind::GroupsOfInvited, 3),
    (Kind::Reinvite, 6),
    (Kind::Uninvite, 3),
    (Kind::RequirePasswordChange, 4),
    (Kind::SendPasswordReset, 4),
    (Kind::DisableMfa, 4),
];

/// One operation on one person.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) kind: Kind,
    pub(crate) email: String,
    /// The person before it; nothing where there was no account.
    pub(crate) before: Option<User>,
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

impl Job {
    /// An operation on somebody of that number, whom the company is made ready for.
    pub(crate) fn prepare(kind: Kind, number: usize, company: &mut Company) -> Self {
        let email = format!("person{number}@example.com");
        let groups = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let account = User {
            groups: groups(&["Sales-Team", "Legal-Team"]),
            multifactor: Some("duo".to_owned()),
            ..User::new(1_000_000 + number as u64, &email)
        };
        let before = match kind {
            Kind::Provision => None,
            Kind::ProvisionInvited => {
                company.personal_accounts.push(email.clone());
                None
            }
            Kind::GroupsOfInvited | Kind::Reinvite | Kind::Uninvite => {
                company.invited.push(email.clone());
                None
            }
            Kind::Restore => Some(User { disabled: true, ..account }),
            Kind::Deactivate
            | Kind::Remove
            | Kind::Delete
            | Kind::Groups
            | Kind::RequirePasswordChange
            | Kind::SendPasswordReset
            | Kind::DisableMfa => Some(account),
        };
        company.users.extend(before.clone());
        let (add, remove) = match kind {
            Kind::Provision | Kind::ProvisionInvited => (groups(&["Marketing-Team", "Finance-Team"]), Vec::new()),
            Kind::Groups | Kind::GroupsOfInvited => (groups(&["HR-Team", "Finance-Team"]), groups(&["Sales-Team"])),
            Kind::Deactivate
            | Kind::Restore
            | Kind::Remove
            | Kind::Delete
            | Kind::Reinvite
            | Kind::Uninvite
            | Kind::RequirePasswordChange
            | Kind::SendPasswordReset
            | Kind::DisableMfa => (Vec::new(), Vec::new()),
        };
        Self { kind, email, before, add, remove }
    }

    /// The request, which can be repeated.
    pub(crate) fn ask(&self) -> Ask {
        Ask { caller: ADMIN, key: Some(format!("key of {}", self.email)), path: self.path(), body: self.body() }
    }

    /// The same from somebody who has no key for it.
    pub(crate) fn ask_without_key(&self) -> Ask {
        Ask { key: None, ..self.ask() }
    }

    /// The same from somebody else, who knows nothing of the first; from the same person where no other may.
    pub(crate) fn ask_of_another(&self) -> Ask {
        let caller = match self.kind {
            Kind::Provision | Kind::ProvisionInvited | Kind::Reinvite | Kind::Uninvite => PROVISIONER,
            Kind::Deactivate
            | Kind::Restore
            | Kind::Remove
            | Kind::Delete
            | Kind::Groups
            | Kind::GroupsOfInvited
            | Kind::RequirePasswordChange
            | Kind::SendPasswordReset
            | Kind::DisableMfa => ADMIN,
        };
        Ask { caller, ..self.ask_without_key() }
    }

    fn path(&self) -> &'static str {
        match self.kind {
            Kind::Provision | Kind::ProvisionInvited => "provision-user",
            Kind::Groups | Kind::GroupsOfInvited => "groups",
            Kind::Deactivate
            | Kind::Restore
            | Kind::Remove
            | Kind::Delete
            | Kind::Reinvite
            | Kind::Uninvite
            | Kind::RequirePasswordChange
            | Kind::SendPasswordReset
            | Kind::DisableMfa => "users",
        }
    }

    fn body(&self) -> Value {
        let email = &self.email;
        let act = |action: &str| json!({ "email": email, "action": action, "confirm": email, "allowOrphans": true });
        match self.kind {
            Kind::Provision | Kind::ProvisionInvited => json!({
                "firstName": "Ann", "lastName": "Lee", "email": email, "department": "Marketing",
                "additionalGroups": ["Finance-Team"],
            }),
            Kind::Groups | Kind::GroupsOfInvited => json!({ "email": email, "add": self.add, "remove": self.remove }),
            Kind::Deactivate => act("deactivate"),
            Kind::Restore => act("restore"),
            Kind::Remove => act("remove"),
            Kind::Delete => act("delete"),
            Kind::Reinvite => act("reinvite"),
            Kind::Uninvite => act("uninvite"),
            Kind::RequirePasswordChange => act("requirePasswordChange"),
            Kind::SendPasswordReset => act("sendPasswordReset"),
            Kind::DisableMfa => act("disableMfa"),
        }
    }
}
