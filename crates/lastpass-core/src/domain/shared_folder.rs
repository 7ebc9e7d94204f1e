//! A shared folder with the grants of access to it, and totals over all folders.

use crate::domain::Score;

/// Totals over the shared folders of the organization. A total is `None` if it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SharedFolderTotals {
    /// The number of folders that are not deleted.
    pub folders: Option<u64>,
    /// The number of distinct pairs of folder and site, without deleted folders.
    pub passwords: Option<u64>,
}

/// A shared folder with the grants of access to it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFolder {
    /// LastPass's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether the folder is deleted; LastPass still lists it.
    pub is_deleted: bool,
    /// LastPass's security score of the folder.
    pub score: Option<Score>,
    /// The grants of access. A person can have several.
    pub grants: Vec<FolderGrant>,
}

/// A grant of access to a shared folder: to a person, directly or through a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderGrant {
    /// The person's e-mail address.
    pub email: String,
    /// The group through which access is granted; `None` for direct access.
    pub group: Option<String>,
    /// Whether access is read-only.
    pub is_read_only: bool,
    /// Whether passwords are visible, rather than only usable.
    pub can_view_passwords: bool,
    /// Whether the person may manage access to the folder.
    pub can_administer: bool,
    /// Whether access is that of a super admin.
    pub is_super_admin: bool,
    /// The sites in the folder that the person can access; `None` if LastPass does not list them.
    pub sites: Option<Vec<String>>,
}

impl FolderGrant {
    /// The rights that this grant gives.
    pub fn rights(&self) -> FolderRights {
        FolderRights::of(self.can_administer, self.is_read_only)
    }
}

/// Rights in a shared folder, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderRights {
    /// May use the sites.
    ReadOnly,
    /// May change the sites.
    Write,
    /// May manage access.
    Administer,
}

impl FolderRights {
    /// All rights, in ascending order.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::Write, Self::Administer];

    /// Combines LastPass's two flags.
    pub(crate) fn of(can_administer: bool, is_read_only: bool) -> Self {
        match (can_administer, is_read_only) {
            (true, _) => Self::Administer,
            (false, false) => Self::Write,
            (false, true) => Self::ReadOnly,
        }
    }

    /// The name in replies and the audit record.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::Write => "write",
            Self::Administer => "administer",
        }
    }
}
