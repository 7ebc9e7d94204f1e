//! What the caller wants of the shared folders.

use std::num::NonZeroUsize;

use crate::{
    auth::Caller,
    cache::slot::Freshness,
    report::{AccountStatus, FolderFilter, NamePosition},
    web::{
        request::{name_cursor, parameters::Parameters, permissions::Admin},
        response::problem::Problem,
        routes::shared_folders::NAME,
    },
};

/// Parameters that choose folders, which an id does already.
const CHOOSING: [&str; 7] = ["user", "group", "holders", "withoutAdministrator", "deleted", "limit", "cursor"];

/// What is shown, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page of folders as JSON.
    List,
    /// One folder with everybody who can open it as JSON.
    One,
    /// A row for each person and folder as CSV.
    Csv,
}

/// The query, checked.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: FolderFilter,
    pub(crate) format: Format,
    pub(crate) freshness: Freshness,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<NamePosition>,
}

impl Query {
    pub(crate) fn parse(mut parameters: Parameters, caller: &Caller) -> Result<Self, Problem> {
        let freshness = parameters.freshness(Admin::of(caller))?;
        let is_csv = parameters.format(&[("json", false), ("csv", true)], false);
        let id = parameters.text("id");
        if id.is_some() {
            parameters.reject_if_given(&CHOOSING, "is for the list of folders; id names one of them");
        }
        let format = match (is_csv, &id) {
            (true, _) => Format::Csv,
            (false, Some(_)) => Format::One,
            (false, None) => Format::List,
        };
        let holders = [AccountStatus::Disabled, AccountStatus::NeverLoggedIn, AccountStatus::Invited]
            .map(|status| (status.name(), status));
        let filter = FolderFilter {
            id,
            user: parameters.text("user"),
            group: parameters.text("group"),
            holders: parameters.choice("holders", &holders),
            without_administrator: parameters.flag("withoutAdministrator"),
            deleted: parameters.flag("deleted"),
        };
        let limit = parameters.limit().into();
        let after = parameters.cursor(|text| name_cursor::decode(NAME, text));
        parameters.finish()?;
        Ok(Self { filter, format, freshness, limit, after })
    }
}
