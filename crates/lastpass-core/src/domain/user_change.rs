//! What can change about a user between two readings of LastPass.

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserChangeKind {
    /// The user has a new account.
    Joined,
    /// The account no longer exists.
    Left,
    /// The account was disabled.
    Disabled,
    /// The account is no longer disabled.
    Restored,
    /// The user became an admin of the organization.
    AdminGiven,
    /// The user is no admin any more.
    AdminRevoked,
    /// Multifactor authentication was enabled, or its method changed.
    MfaEnabled,
    /// Multifactor authentication was disabled.
    MfaDisabled,
    /// The score changed noticeably.
    ScoreChanged,
    /// The user logged in for the first time.
    FirstLogin,
    /// The user was added to a group.
    GroupJoined,
    /// The user was removed from a group.
    GroupLeft,
    /// The user was invited.
    Invited,
}

impl UserChangeKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Joined,
        Self::Left,
        Self::Disabled,
        Self::Restored,
        Self::AdminGiven,
        Self::AdminRevoked,
        Self::MfaEnabled,
        Self::MfaDisabled,
        Self::ScoreChanged,
        Self::FirstLogin,
        Self::GroupJoined,
        Self::GroupLeft,
        Self::Invited,
    ];

    /// The kind with a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name in replies and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Disabled => "disabled",
            Self::Restored => "restored",
            Self::AdminGiven => "adminGiven",
            Self::AdminRevoked => "adminRevoked",
            Self::MfaEnabled => "mfaEnabled",
            Self::MfaDisabled => "mfaDisabled",
            Self::ScoreChanged => "scoreChanged",
            Self::FirstLogin => "firstLogin",
            Self::GroupJoined => "groupJoined",
            Self::GroupLeft => "groupLeft",
            Self::Invited => "invited",
        }
    }
}
