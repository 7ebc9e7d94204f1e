//! Warnings about a list of users or shared folders.

/// Why a list may be incomplete or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadWarning {
    /// The list changed during both attempts to read it: users may be missing.
    ListChanged,
    /// LastPass counts more users than it listed.
    Incomplete {
        /// The number of listed users.
        listed: u64,
        /// The number that LastPass reports.
        counted: u64,
    },
    /// Entries without an e-mail address, or of an unexpected type, were left out.
    Unreadable {
        /// The number of these entries.
        entries: u64,
    },
    /// LastPass returned a warning or an error text beside the data.
    UpstreamWarning,
    /// LastPass listed no users.
    NoUsers,
    /// Times of users cannot be read, or lie in the future. They are unknown.
    UnreadableTimes {
        /// The number of these users.
        people: u64,
    },
    /// LastPass did not return the sites of shared folders.
    SitesUnavailable,
}
