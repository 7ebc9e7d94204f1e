//! The result of a change, and the reasons for which none was started.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{changes::Operation, lastpass, store};

/// The result of a change that was started, or of a dry run.
#[derive(Debug, Clone)]
pub(crate) struct ChangeResult {
    /// The action, in its current version.
    pub(crate) operation: Operation,
    /// Whether the action is finished.
    pub(crate) completion: Completion,
    /// The time of this result, in UTC.
    pub(crate) as_of: DateTime<Utc>,
    /// Why the action is unfinished, for the log: contains no text of LastPass or the database.
    pub(crate) cause: Option<String>,
    /// Whether an earlier request with the same key started the action.
    pub(crate) is_repeat: bool,
}

/// Whether an action is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// A dry run: nothing was sent or recorded.
    DryRun,
    /// The action is finished.
    Finished,
    /// The action is unfinished: a repeat with the same key resumes it.
    Open,
}

/// Why a change has no result. Except for [`Aborted`](Self::Aborted), nothing was sent, and no key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangeError {
    /// The key belongs to a request with another body.
    KeyReused,
    /// Another request changes the user right now.
    Busy,
    /// The limit of off-boardings within an hour is reached.
    OffboardingLimit {
        /// The time until another may be started.
        retry_after: TimeDelta,
    },
    /// The address has an account already.
    AccountExists,
    /// The address has a pending invitation already.
    InvitationExists,
    /// The address has neither an account nor an invitation.
    UnknownUser,
    /// The user is only invited, and the action needs an account.
    InvitationPending,
    /// There is no invitation to send again or to take back.
    NotInvited,
    /// Groups that neither LastPass nor the settings list.
    UnknownGroups {
        /// The field that names each group, and the name as the caller spells it.
        groups: Vec<(&'static str, String)>,
    },
    /// Groups that grant a role: only an admin may add a user to them.
    GroupNeedsAdmin {
        /// The field that names each group, and the name as the caller or the settings spell it.
        groups: Vec<(&'static str, String)>,
    },
    /// The company would have no admin left.
    LastAdmin,
    /// The off-boarding of the caller.
    CannotChangeSelf,
    /// Folders would have no administrator left.
    OrphansFolders {
        /// Their ids and names.
        folders: Vec<(String, String)>,
    },
    /// LastPass's list of shared folders is incomplete, so that folders could be orphaned.
    IncompleteFolders {
        /// The number of entries that cannot be read; 0 if LastPass did not return all of the list.
        unreadable: u64,
    },
    /// The guide's dialect has no command for the change.
    NotInDialect,
    /// LastPass could not be read.
    LastPass(lastpass::Error),
    /// The database failed.
    Database(store::Error),
    /// The task that made the change ended without a result, since it panicked. The change may have been started.
    Aborted,
}

impl From<lastpass::Error> for ChangeError {
    fn from(error: lastpass::Error) -> Self {
        Self::LastPass(error)
    }
}

impl From<store::Error> for ChangeError {
    fn from(error: store::Error) -> Self {
        Self::Database(error)
    }
}
