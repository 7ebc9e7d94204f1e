//! Shared folders: who can open them, with which rights, and what the report counts of them.

use crate::domain::Score;

/// Counts over the shared folders of the organisation; nothing where LastPass does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SharedFolderTotals {
    /// Folders that are not deleted.
    pub folders: Option<u64>,
    /// Distinct pairs of folder and site over the folders that are not deleted.
    pub passwords: Option<u64>,
}

/// One shared folder, and who can open it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFolder {
    /// LastPass's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether it was deleted; LastPass goes on listing it.
    pub is_deleted: bool,
    /// LastPass's security score of what is in it.
    pub score: Option<Score>,
    /// Who can open it: one entry for each way in which somebody can.
    pub grants: Vec<FolderGrant>,
}

/// One way in which somebody can open a shared folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderGrant {
    /// The person's address.
    pub email: String,
    /// The group by which the person can; nothing where it is given directly.
    pub group: Option<String>,
    /// The person may not change what is in it.
    pub is_read_only: bool,
    /// The person can see the passwords, rather than only use them.
    pub sees_passwords: bool,
    /// The person may say who can open it.
    pub may_administer: bool,
    /// The person can as a super admin.
    pub is_super_admin: bool,
    /// The sites in it that the person reaches; nothing where LastPass does not tell.
    pub sites: Option<Vec<String>>,
}

impl FolderGrant {
    /// What the person may do in it, going by this way alone.
    pub fn rights(&self) -> FolderRights {
        FolderRights::of(self.may_administer, self.is_read_only)
    }
}

/// What somebody may do in a shared folder, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderRights {
    /// Use what is in it.
    ReadOnly,
    /// Change what is in it.
    Write,
    /// Say who can open it.
    Administer,
}

impl FolderRights {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::Write, Self::Administer];

    /// What LastPass's two flags give together.
    pub(crate) fn of(may_administer: bool, is_read_only: bool) -> Self {
        match (may_administer, is_read_only) {
            (true, _) => Self::Administer,
            (false, false) => Self::Write,
            (false, true) => Self::ReadOnly,
        }
    }

    /// The name in replies and the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::Write => "write",
            Self::Administer => "administer",
        }
    }
}
