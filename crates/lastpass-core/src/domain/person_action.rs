//! What can be done to one person.

/// What can be done to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonAction {
    /// Blocks the login; data and memberships stay.
    Deactivate,
    /// Lets somebody in again.
    Restore,
    /// Takes somebody out of the company; the personal account stays.
    Remove,
    /// Deletes the account for ever.
    Delete,
    /// Mails the invitation again.
    Reinvite,
    /// Takes a pending invitation back.
    Uninvite,
    /// Has the master password changed at the next login.
    RequirePasswordChange,
    /// Mails a link to reset the master password.
    SendPasswordReset,
    /// Removes the second factor.
    DisableMfa,
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

    /// Those that take somebody out.
    pub const OFFBOARDING: [Self; 3] = [Self::Deactivate, Self::Remove, Self::Delete];

    /// Those of which so many in an hour look like somebody who means harm.
    pub const RATE_LIMITED: [Self; 4] = [Self::Deactivate, Self::Remove, Self::Delete, Self::DisableMfa];

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

    /// Whether it takes somebody out: never the last admin, never the caller, and with an impact.
    pub fn is_offboarding(self) -> bool {
        Self::OFFBOARDING.contains(&self)
    }

    /// Whether so many in an hour look like somebody who means harm.
    pub fn is_rate_limited(self) -> bool {
        Self::RATE_LIMITED.contains(&self)
    }
}
