//! What the report needs of the shared folders.

/// Counts over the shared folders of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedFolderFigures {
    /// Folders that are not deleted.
    pub folders: u64,
    /// Distinct pairs of folder and site over the folders that are not deleted;
    /// nothing where LastPass refused the detailed data.
    pub passwords: Option<u64>,
}
