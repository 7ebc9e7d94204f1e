//! Actions on one person.

/// An action on one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonAction {
    /// Disables the account; its data and group memberships remain.
    Deactivate,
    /// Enables a disabled account.
    Restore,
    /// Removes the person from the organization; the personal account remains.
    Remove,
    /// Deletes the account permanently.
    Delete,
    /// Sends the invitation again.
    Reinvite,
    /// Withdraws a pending invitation.
    Uninvite,
    /// Requires a master password change at the next login.
    RequirePasswordChange,
    /// Sends a link to reset the master password.
    SendPasswordReset,
    /// Disables multifactor authentication.
    DisableMfa,
}

impl PersonAction {
    /// All actions, in the order in which they are documented.
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

    /// The actions that off-board a person.
    pub const OFFBOARDING: [Self; 3] = [Self::Deactivate, Self::Remove, Self::Delete];

    /// The actions that count toward `OFFBOARDING_LIMIT`, since many of them within an hour suggest an attack.
    pub const RATE_LIMITED: [Self; 4] = [Self::Deactivate, Self::Remove, Self::Delete, Self::DisableMfa];

    /// The name in requests, replies and the audit record.
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

    /// Whether the action off-boards a person: it is refused for the last admin and for the caller, and has an impact.
    pub fn is_offboarding(self) -> bool {
        Self::OFFBOARDING.contains(&self)
    }

    /// Whether the action counts toward `OFFBOARDING_LIMIT`.
    pub fn is_rate_limited(self) -> bool {
        Self::RATE_LIMITED.contains(&self)
    }
}
