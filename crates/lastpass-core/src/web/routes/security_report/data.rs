//! The data that one report is computed from, and the computations on it.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{
    cache::{
        slot::CacheRead,
        upstream::{Roster, UpstreamCache},
    },
    domain::{People, Role, ScoreSource, SharedFolderTotals},
    jobs::demo_trend,
    lastpass::{Error, FolderCount, SiteCount},
    report::{PeoplePosition, ReportContext, SecurityReport, Sort, Stats, paginate_people, security_report},
    request_context::CacheState,
    store::DailyFigures,
    web::{
        request::user_cursor,
        response::{meta::Meta, problem::Problem, reply, unavailable::Unavailable, warning::Warning},
        routes::security_report::{query::ReportUsersQuery, trend::Trend},
    },
};

/// The data that one report is computed from.
pub(crate) struct ReportData {
    roster: Arc<Roster>,
    folders: SharedFolderTotals,
    score_source: ScoreSource,
    settings_version: u64,
    /// The stored figures of earlier days.
    stored_trend: Vec<DailyFigures>,
    /// The day and the time zone of the trend that is derived, of the demo alone.
    demo: Option<(NaiveDate, Tz)>,
    /// The cache state of the oldest part.
    pub(crate) cache: CacheState,
    pub(crate) meta: Meta,
}

/// The figures of earlier days, and the day that is today in the time zone in which days are counted.
pub(crate) struct ReportDays {
    pub(crate) trend: Trend,
    pub(crate) today: NaiveDate,
    pub(crate) time_zone: Tz,
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
        days: ReportDays,
    ) -> Self {
        let mut meta = Meta::of_people(&people, upstream);
        let folders = meta.optional_part("shared folders", folders, Warning::shared_folders_unavailable);
        meta.unavailable.extend(sites.is_none().then_some(Unavailable::SHARED_PASSWORDS));
        let sites = sites
            .and_then(|sites| meta.optional_part("shared passwords", sites, Warning::shared_passwords_unavailable));
        let states = [folders.as_ref().map(|read| read.state), sites.as_ref().map(|read| read.state)];
        let cache = states.into_iter().flatten().fold(people.state, CacheState::max);
        let (folders, sites) = (folders.map(|read| *read.value), sites.map(|read| *read.value));
        let listed = folders.map_or(0, |folders| folders.listed);
        let sites = match sites {
            Some(SiteCount { folders, with_sites, .. }) if with_sites < folders.max(listed) => {
                meta.warnings.push(Warning::sites_incomplete(with_sites, folders.max(listed)));
                None
            }
            sites => sites,
        };
        let ReportDays { trend, today, time_zone } = days;
        let demo = upstream.is_demo.then_some((today, time_zone));
        let stored_trend = match (demo, trend) {
            (Some(_), Trend::NotStored(_) | Trend::Unreadable(_)) => Vec::new(),
            (_, trend) => trend.add_to(&mut meta),
        };
        Self {
            roster: people.value,
            folders: SharedFolderTotals {
                folders: folders.map(|folders| folders.live),
                passwords: sites.map(|sites| sites.sites),
            },
            score_source: upstream.score_source,
            settings_version: upstream.settings_version,
            stored_trend,
            demo,
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

    /// The figures of earlier days, oldest first. In the demo, derived ones are those of the days without stored ones.
    pub(crate) fn trend(&self, stats: &Stats) -> Vec<DailyFigures> {
        let Some((today, time_zone)) = self.demo else { return self.stored_trend.clone() };
        let derived = demo_trend(self.people(), &self.report_context(), stats, today, time_zone);
        let stored = |date| self.stored_trend.iter().find(|figures| figures.date == date).cloned();
        derived.into_iter().map(|figures| stored(figures.date).unwrap_or(figures)).collect()
    }

    /// The `ETag` of the reply to a query of a role.
    pub(crate) fn etag(&self, role: Role, query: &str) -> String {
        let trend = (&self.stored_trend, self.demo.map(|(today, _)| today));
        reply::etag((role, query, self.people().version(), &self.meta, self.folders, self.settings_version, trend))
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
