//! What can be asked for.

use serde::{Deserialize, Serialize};

use crate::{domain::EmailAddress, lastpass::PersonCommand};

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

/// What can be done to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the command of the same name")]
pub enum PersonAction {
    Deactivate,
    Restore,
    Remove,
    Delete,
    Reinvite,
    Uninvite,
    RequirePasswordChange,
    SendPasswordReset,
    DisableMfa,
}

/// What a change is called in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeName {
    /// A new account.
    Provision,
    /// Memberships.
    Groups,
    /// Something about one person.
    Person(PersonAction),
}

impl PersonAction {
    /// All, in the order in which they are documented.
    pub const ALL: [Self; 9] = [
        Self::Deactivate,
        Self::Restore,
        Self::Remove,
        Self::Delete,
        Self::Reinvite,
        Self::Uninvite,
        Self::RequirePasswordChange,
        Self::SendPasswordReset,
        Self::DisableMfa,
    ];

    /// The name in requests, replies and the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Restore => "restore",
            Self::Remove => "remove",
            Self::Delete => "delete",
            Self::Reinvite => "reinvite",
            Self::Uninvite => "uninvite",
            Self::RequirePasswordChange => "requirePasswordChange",
            Self::SendPasswordReset => "sendPasswordReset",
            Self::DisableMfa => "disableMfa",
        }
    }

    pub(super) fn command(self) -> PersonCommand {
        match self {
            Self::Deactivate => PersonCommand::Deactivate,
            Self::Restore => PersonCommand::Restore,
            Self::Remove => PersonCommand::Remove,
            Self::Delete => PersonCommand::Delete,
            Self::Reinvite => PersonCommand::Reinvite,
            Self::Uninvite => PersonCommand::Uninvite,
            Self::RequirePasswordChange => PersonCommand::RequirePasswordChange,
            Self::SendPasswordReset => PersonCommand::SendPasswordReset,
            Self::DisableMfa => PersonCommand::DisableMfa,
        }
    }

    /// Whether it takes somebody out: never the last admin, never the caller, and with an impact.
    pub fn is_off_boarding(self) -> bool {
        match self {
            Self::Deactivate | Self::Remove | Self::Delete => true,
            Self::Restore
            | Self::Reinvite
            | Self::Uninvite
            | Self::RequirePasswordChange
            | Self::SendPasswordReset
            | Self::DisableMfa => false,
        }
    }

    /// Whether so many in an hour look like somebody who means harm.
    pub(super) fn is_limited(self) -> bool {
        self.is_off_boarding() || self == Self::DisableMfa
    }
}

impl ChangeName {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Groups => "groups",
            Self::Person(action) => action.name(),
        }
    }
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
    pub fn name(&self) -> ChangeName {
        match self {
            Self::Provision(_) => ChangeName::Provision,
            Self::Groups { .. } => ChangeName::Groups,
            Self::Person { action, .. } => ChangeName::Person(*action),
        }
    }
}
