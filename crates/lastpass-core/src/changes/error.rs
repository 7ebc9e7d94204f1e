//! Why a change was not begun: nothing was sent, and no key is kept.

use chrono::TimeDelta;

use crate::{lastpass, store};

/// Why a change was not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeError {
    /// The key belongs to something that was asked for in other words.
    KeyReused,
    /// The address is being changed right now.
    Busy,
    /// Too many of its kind within an hour.
    OffboardingLimit {
        /// When the next may begin.
        retry_after: TimeDelta,
    },
    /// There is an account with this address already.
    AccountExists,
    /// An invitation to this address is pending already.
    InvitationExists,
    /// Nobody has this address.
    UnknownUser,
    /// There is an invitation, and what was asked for needs an account.
    InvitationPending,
    /// There is no invitation to send again or take back.
    NotInvited,
    /// Groups that neither LastPass nor the settings know.
    UnknownGroups {
        /// The field that names them, and the names as the caller spelled them.
        groups: Vec<(&'static str, String)>,
    },
    /// The group stands for a role, which only an admin gives.
    GroupNeedsAdmin {
        /// The group.
        group: String,
    },
    /// The company would have no admin.
    LastAdmin,
    /// Callers do not take themselves out.
    CannotChangeSelf,
    /// Folders would have no administrator.
    OrphansFolders {
        /// Their ids and names.
        folders: Vec<(String, String)>,
    },
    /// The guide's dialect cannot say it.
    NotInDialect,
    /// LastPass could not be looked at.
    LastPass(lastpass::Error),
    /// The database could not be asked.
    Database(store::Error),
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
