//! The query of the security report.

use std::{borrow::Cow, num::NonZeroUsize};

use crate::{
    auth::Caller,
    cache::freshness::Freshness,
    domain::Role,
    report::{PeopleFilter, PeoplePosition, Sort, SortKey},
    web::{
        request::{
            parameters::Parameters,
            permissions::{Admin, NOT_PERMITTED},
            user_cursor,
            user_filter::people_filter,
        },
        response::problem::Problem,
    },
};

/// The parameters of the list of users, which a summary does not contain.
const LIST_PARAMETERS: [&str; 11] =
    ["sort", "status", "risk", "range", "department", "group", "mfa", "inactiveDays", "q", "limit", "cursor"];

/// How much of the report the caller may read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReportAccess {
    /// The figures and the users.
    Full(Admin),
    /// The figures only.
    Figures,
}

impl ReportAccess {
    /// # Errors
    /// Returns [`Problem::Forbidden`] if the caller may not read the report.
    pub(crate) fn of(caller: &Caller) -> Result<Self, Problem> {
        match (Admin::of(caller), caller.role()) {
            (Some(admin), _) => Ok(Self::Full(admin)),
            (None, Role::Admin | Role::Manager | Role::Auditor) => Ok(Self::Figures),
            (None, Role::Provisioner) => Err(NOT_PERMITTED),
        }
    }

    fn admin(self) -> Option<Admin> {
        match self {
            Self::Full(admin) => Some(admin),
            Self::Figures => None,
        }
    }
}

/// How much of the report is returned.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReportView {
    /// The figures and the users.
    Full(Admin),
    /// The figures only.
    Summary,
}

/// The format of the list of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    Json,
    Csv,
}

impl ReportFormat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// The query.
#[derive(Debug)]
pub(crate) struct SecurityReportQuery {
    pub(crate) view: ReportView,
    pub(crate) format: ReportFormat,
    pub(crate) freshness: Freshness,
    pub(crate) users: ReportUsersQuery,
}

/// The users to list, and their order.
#[derive(Debug)]
pub(crate) struct ReportUsersQuery {
    pub(crate) filter: PeopleFilter,
    pub(crate) sort: Sort,
    /// The size of the page; `None` for all users.
    pub(crate) limit: Option<NonZeroUsize>,
    pub(crate) after: Option<PeoplePosition>,
}

impl SecurityReportQuery {
    /// Parses the parameters.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if a parameter is unknown or invalid, and [`Problem::Forbidden`] if the
    /// caller's role does not permit one.
    pub(crate) fn parse(mut parameters: Parameters, access: ReportAccess) -> Result<Self, Problem> {
        let is_full = parameters.choice("view", &[("full", true), ("summary", false)]);
        let view = match (is_full, access) {
            (Some(true), ReportAccess::Figures) => {
                return Err(Problem::Forbidden { detail: "Only an admin may read view=full. Use view=summary." });
            }
            (Some(true) | None, ReportAccess::Full(admin)) => ReportView::Full(admin),
            (Some(false), _) | (None, ReportAccess::Figures) => ReportView::Summary,
        };
        let freshness = parameters.freshness(access.admin())?;
        match (is_full, view) {
            (Some(false), _) => {
                let message = "is for the list of users, which view=summary does not contain";
                parameters.reject_if_given(&LIST_PARAMETERS, message);
                parameters.reject_if_given(&["format"], message);
            }
            // A page that was written for admins still shows its figures.
            (Some(true) | None, ReportView::Summary) => parameters.discard(&LIST_PARAMETERS),
            (Some(true) | None, ReportView::Full(_)) => {}
        }
        let formats = [ReportFormat::Json, ReportFormat::Csv].map(|format| (format.name(), format));
        let format = parameters.format(&formats, ReportFormat::Json);
        let sort = parameters.take("sort", sort).unwrap_or_default();
        let users = ReportUsersQuery {
            filter: people_filter(&mut parameters),
            sort,
            limit: parameters.optional_limit().map(NonZeroUsize::from),
            after: parameters.cursor(|text| user_cursor::decode(text, sort)),
        };
        parameters.finish()?;
        if let (ReportFormat::Csv, ReportView::Summary) = (format, view) {
            return Err(Problem::Forbidden { detail: "Only an admin may read the list of users, as CSV too." });
        }
        Ok(Self { view, format, freshness, users })
    }

    /// The format in which the reply is an export: it contains all users of the filter. `None` for a page or a summary.
    pub(crate) fn export(&self) -> Option<ReportFormat> {
        let is_export = matches!(self.view, ReportView::Full(_)) && self.users.limit.is_none();
        is_export.then_some(self.format)
    }
}

fn sort(value: &str) -> Result<Sort, Cow<'static, str>> {
    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
    let key = SortKey::ALL.into_iter().find(|key| key.name() == name);
    key.map(|key| Sort { key, descending }).ok_or_else(|| {
        let names: Vec<_> = SortKey::ALL.iter().map(|key| key.name()).collect();
        format!("must be one of {}, with a leading - for descending order", names.join(", ")).into()
    })
}
