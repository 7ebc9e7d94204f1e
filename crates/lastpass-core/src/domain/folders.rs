//! What the report needs of the shared folders.

/// Counts over the shared folders of the organisation; nothing where LastPass does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SharedFolderFigures {
    /// Folders that are not deleted.
    pub folders: Option<u64>,
    /// Distinct pairs of folder and site over the folders that are not deleted.
    pub passwords: Option<u64>,
}
