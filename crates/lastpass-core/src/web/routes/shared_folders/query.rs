//! The query of the shared folders.

use std::num::NonZeroUsize;

use crate::{
    auth::Caller,
    cache::freshness::Freshness,
    report::{AccountStatus, FolderFilter, NamePosition},
    web::{
        request::{name_cursor, parameters::Parameters, permissions::Admin},
        response::problem::Problem,
    },
};

/// The name of the list in its cursors.
pub(crate) const LIST: &str = "shared-folders";

/// The parameters of the list of folders.
const LIST_PARAMETERS: [&str; 7] = ["user", "group", "holders", "withoutAdministrator", "deleted", "limit", "cursor"];

/// The values of `holders`.
pub(crate) const HOLDERS: [AccountStatus; 3] =
    [AccountStatus::Disabled, AccountStatus::NeverLoggedIn, AccountStatus::Invited];

/// What is returned, and in which format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SharedFoldersView {
    /// A page of folders as JSON.
    List,
    /// One folder with all users who can open it as JSON.
    One,
    /// A row for each user of each folder as CSV.
    Csv,
}

/// The query.
#[derive(Debug)]
pub(crate) struct SharedFoldersQuery {
    pub(crate) filter: FolderFilter,
    pub(crate) view: SharedFoldersView,
    pub(crate) freshness: Freshness,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<NamePosition>,
}

impl SharedFoldersQuery {
    /// Parses the parameters.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if a parameter is unknown or invalid, and [`Problem::Forbidden`] if the
    /// caller's role does not permit one.
    pub(crate) fn parse(mut parameters: Parameters, caller: &Caller) -> Result<Self, Problem> {
        let freshness = parameters.freshness(Admin::of(caller))?;
        let is_csv = parameters.format(&[("json", false), ("csv", true)], false);
        let id = parameters.text("id");
        if id.is_some() {
            parameters.reject_if_given(&LIST_PARAMETERS, "is for the list of folders; id names one of them");
        }
        let view = match (is_csv, &id) {
            (true, _) => SharedFoldersView::Csv,
            (false, Some(_)) => SharedFoldersView::One,
            (false, None) => SharedFoldersView::List,
        };
        let holders = HOLDERS.map(|status| (status.name(), status));
        let filter = FolderFilter {
            id,
            user: parameters.address("user"),
            group: parameters.text("group"),
            holders: parameters.choice("holders", &holders),
            without_administrator: parameters.flag("withoutAdministrator"),
            deleted: parameters.flag("deleted"),
        };
        let limit = parameters.limit().into();
        let after = parameters.cursor(|text| name_cursor::decode(LIST, text));
        parameters.finish()?;
        Ok(Self { filter, view, freshness, limit, after })
    }
}
