//! The figures of one answer with what was read for them, and the caller's list of people in it.

use std::sync::Arc;

use crate::{
    cache::{
        slot,
        upstream::{Roster, UpstreamCache},
    },
    domain::{People, Role, ScoreSource, SharedFolderTotals},
    lastpass::{Error, FolderCount, SiteCount},
    report::{PeoplePosition, ReportContext, SecurityReport, Sort, paginate_people, security_report},
    request_context::CacheState,
    web::{
        response::{
            meta::Meta,
            problem::{FieldError, Problem},
            reply,
            warning::Warning,
        },
        routes::security_report::query::Query,
    },
};

/// What one reply is made of.
pub(crate) struct Answer {
    roster: Arc<Roster>,
    folders: SharedFolderTotals,
    score_source: ScoreSource,
    settings_version: u64,
    /// Where the oldest part came from.
    pub(crate) cache: CacheState,
    pub(crate) meta: Meta,
}

/// The people that a query asks for, in order.
pub(crate) struct List {
    /// Places in [`People::iter`].
    pub(crate) places: Vec<u32>,
    pub(crate) next: Option<PeoplePosition>,
    pub(crate) sort: Sort,
    pub(crate) report: SecurityReport,
}

impl Answer {
    pub(crate) fn new(
        people: slot::CacheRead<Roster>,
        folders: Result<slot::CacheRead<FolderCount>, Error>,
        sites: Result<slot::CacheRead<SiteCount>, Error>,
        source: &UpstreamCache,
    ) -> Self {
        let mut meta = Meta::of_people(&people, source);
        let warnings = &mut meta.warnings;
        let states = [Some(people.state), folders.as_ref().ok().map(|a| a.state), sites.as_ref().ok().map(|a| a.state)];
        let cache = states.into_iter().flatten().max().unwrap_or(people.state);
        let folders = known(folders, "shared folders", Warning::shared_folders_unavailable, warnings);
        let sites = known(sites, "shared passwords", Warning::shared_passwords_unavailable, warnings);
        let sites = match (folders, sites) {
            (Some(folders), Some(sites)) if sites.folders < folders.listed => {
                warnings.push(Warning::sites_incomplete(sites.folders, folders.listed));
                None
            }
            (_, sites) => sites,
        };
        meta.stale = cache == CacheState::Stale;
        Self {
            roster: people.value,
            folders: SharedFolderTotals {
                folders: folders.map(|folders| folders.live),
                passwords: sites.map(|sites| sites.sites),
            },
            score_source: source.score_source,
            settings_version: source.settings_version,
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

    /// The tag of the reply to one query of one role: equal where the bytes are equal.
    pub(crate) fn etag(&self, role: Role, query: &str) -> String {
        reply::etag((role, query, self.people().version(), &self.meta, self.folders, self.settings_version))
    }

    /// Computes the figures, away from the threads that serve requests.
    pub(crate) async fn figures(self: &Arc<Self>) -> Result<SecurityReport, Problem> {
        let answer = Arc::clone(self);
        let computing = tokio::task::spawn_blocking(move || {
            security_report(answer.people(), answer.folders, &answer.report_context())
        });
        computing.await.map_err(|_| Problem::Internal)
    }

    /// Computes the figures and finds the people, as [`figures`](Self::figures) does.
    pub(crate) async fn list(self: &Arc<Self>, query: Query) -> Result<List, Problem> {
        let answer = Arc::clone(self);
        let finding = tokio::task::spawn_blocking(move || answer.find(&query));
        finding.await.unwrap_or(Err(Problem::Internal))
    }

    fn find(&self, query: &Query) -> Result<List, Problem> {
        let (people, report_context) = (self.people(), self.report_context());
        let report = security_report(people, self.folders, &report_context);
        let sort = query.sort;
        let places =
            query.filter.select(self.roster.sort_cache.get(people, &report_context, sort), people, &report_context);
        let page = paginate_people(people, &report_context, sort, &places, query.limit, query.after.as_ref()).map_err(
            |error| {
                Problem::InvalidParameters(vec![FieldError {
                    field: "cursor".to_owned(),
                    message: error.to_string().into(),
                }])
            },
        )?;
        let (next, shown) = (page.next, page.indices.to_vec());
        Ok(List { report, places: shown, next, sort })
    }
}

/// A part that the report can do without, and in `warnings` what is wrong with it.
fn known<T: Copy>(
    part: Result<slot::CacheRead<T>, Error>,
    name: &str,
    without: fn(&Error) -> Warning,
    warnings: &mut Vec<Warning>,
) -> Option<T> {
    match part {
        Ok(answer) => {
            warnings.extend(answer.failure.as_ref().map(|error| Warning::refresh_failed(name, error)));
            Some(*answer.value)
        }
        Err(error) => {
            warnings.push(without(&error));
            None
        }
    }
}
