//! The data that one report is computed from, and the computations on it.

use std::sync::Arc;

use crate::{
    cache::{
        slot::CacheRead,
        upstream::{Roster, UpstreamCache},
    },
    domain::{People, Role, ScoreSource, SharedFolderTotals},
    lastpass::{Error, FolderCount, SiteCount},
    report::{PeoplePosition, ReportContext, SecurityReport, Sort, paginate_people, security_report},
    request_context::CacheState,
    web::{
        request::user_cursor,
        response::{meta::Meta, problem::Problem, reply, unavailable::Unavailable, warning::Warning},
        routes::security_report::query::ReportUsersQuery,
    },
};

/// The data that one report is computed from.
pub(crate) struct ReportData {
    roster: Arc<Roster>,
    folders: SharedFolderTotals,
    score_source: ScoreSource,
    settings_version: u64,
    /// The cache state of the oldest part.
    pub(crate) cache: CacheState,
    pub(crate) meta: Meta,
}

/// The report, and the users of one page of its list, in order.
pub(crate) struct ReportUsers {
    pub(crate) report: SecurityReport,
    /// Indices in [`People::iter`].
    pub(crate) indices: Vec<u32>,
    /// The number of users that match the filter.
    pub(crate) total: usize,
    pub(crate) next: Option<PeoplePosition>,
    pub(crate) sort: Sort,
}

impl ReportData {
    /// The data of these parts. `sites` is `None` if LastPass has no command for them.
    pub(crate) fn new(
        people: CacheRead<Roster>,
        folders: Result<CacheRead<FolderCount>, Error>,
        sites: Option<Result<CacheRead<SiteCount>, Error>>,
        upstream: &UpstreamCache,
        has_database: bool,
    ) -> Self {
        let mut meta = Meta::of_people(&people, upstream);
        let folders = meta.optional_part("shared folders", folders, Warning::shared_folders_unavailable);
        meta.unavailable.extend(sites.is_none().then_some(Unavailable::SHARED_PASSWORDS));
        let sites = sites
            .and_then(|sites| meta.optional_part("shared passwords", sites, Warning::shared_passwords_unavailable));
        let states = [folders.as_ref().map(|read| read.state), sites.as_ref().map(|read| read.state)];
        let cache = states.into_iter().flatten().fold(people.state, CacheState::max);
        let (folders, sites) = (folders.map(|read| *read.value), sites.map(|read| *read.value));
        let sites = match (folders, sites) {
            (Some(folders), Some(sites)) if sites.folders < folders.listed => {
                meta.warnings.push(Warning::sites_incomplete(sites.folders, folders.listed));
                None
            }
            (_, sites) => sites,
        };
        meta.unavailable.push(Unavailable::trend(has_database));
        Self {
            roster: people.value,
            folders: SharedFolderTotals {
                folders: folders.map(|folders| folders.live),
                passwords: sites.map(|sites| sites.sites),
            },
            score_source: upstream.score_source,
            settings_version: upstream.settings_version,
            cache,
            meta,
        }
    }

    pub(crate) fn people(&self) -> &People {
        &self.roster.people
    }

    pub(crate) fn report_context(&self) -> ReportContext<'_> {
        ReportContext { score_source: self.score_source, departments: &self.roster.departments }
    }

    /// The `ETag` of the reply to a query of a role.
    pub(crate) fn etag(&self, role: Role, query: &str) -> String {
        reply::etag((role, query, self.people().version(), &self.meta, self.folders, self.settings_version))
    }

    /// Computes the report, on a thread for blocking work.
    ///
    /// # Errors
    /// Returns [`Problem::Internal`] if the computation panics.
    pub(crate) async fn report(self: &Arc<Self>) -> Result<SecurityReport, Problem> {
        let data = Arc::clone(self);
        let compute = move || security_report(data.people(), data.folders, &data.report_context());
        tokio::task::spawn_blocking(compute).await.map_err(|_| Problem::Internal)
    }

    /// Computes the report and selects the users, on a thread for blocking work.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if the cursor was made for another order, and [`Problem::Internal`] if the
    /// computation panics.
    pub(crate) async fn users(self: &Arc<Self>, query: ReportUsersQuery) -> Result<ReportUsers, Problem> {
        let data = Arc::clone(self);
        tokio::task::spawn_blocking(move || data.select(&query)).await.unwrap_or(Err(Problem::Internal))
    }

    fn select(&self, query: &ReportUsersQuery) -> Result<ReportUsers, Problem> {
        let (people, context, sort) = (self.people(), self.report_context(), query.sort);
        let report = security_report(people, self.folders, &context);
        let indices = query.filter.select(self.roster.sort_cache.get(people, &context, sort), people, &context);
        let page = paginate_people(people, &context, sort, &indices, query.limit, query.after.as_ref())
            .map_err(user_cursor::problem)?;
        let (next, page, total) = (page.next, page.indices.to_vec(), indices.len());
        Ok(ReportUsers { report, indices: page, total, next, sort })
    }
}
