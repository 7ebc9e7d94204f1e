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
    pub(crate) demand: Freshness,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<NamePosition>,
}

impl Query {
    pub(crate) fn parse(mut parameters: Parameters, caller: &Caller) -> Result<Self, Problem> {
        let demand = parameters.demand(Admin::of(caller))?;
        let is_csv = parameters.choice("format", &[("json", false), ("csv", true)]).unwrap_or_default();
        let id = parameters.text("id");
        if id.is_some() {
            for name in CHOOSING {
                parameters.forbid(name, "is for the list of folders; id names one of them");
            }
        }
        if is_csv {
            for name in ["limit", "cursor"] {
                parameters.forbid(name, "is not for format=csv, which carries every row");
            }
        }
        let format = match (is_csv, &id) {
            (true, _) => Format::Csv,
            (false, Some(_)) => Format::One,
            (false, None) => Format::List,
        };
        let holders = [AccountStatus::Disabled, AccountStatus::NeverLoggedIn, AccountStatus::Invited]
            .map(|status| (status.name(), status));
        let flags = [("true", true), ("false", false)];
        let filter = FolderFilter {
            id,
            user: parameters.text("user"),
            group: parameters.text("group"),
            holders: parameters.choice("holders", &holders),
            without_administrator: parameters.choice("withoutAdministrator", &flags).unwrap_or_default(),
            deleted: parameters.choice("deleted", &flags).unwrap_or_default(),
        };
        let limit = parameters.limit();
        let after = name_cursor::take(&mut parameters, NAME);
        parameters.finish()?;
        Ok(Self { filter, format, demand, limit, after })
    }
}
