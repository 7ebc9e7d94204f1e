//! The figures of the security report as JSON, and the summary, which contains no person.

use serde::Serialize;

use crate::{
    formats::values::CompactNumber,
    report::{DepartmentStats, ScoreRangeCount, SecurityReport, Stats, merge_small_departments},
    store::DailyFigures,
    web::response::{
        body::Body,
        json_stream::JsonObjectWriter,
        meta::{Meta, PageMeta, View},
        trend::TrendDayJson,
        unavailable::Unavailable,
        warning::Warning,
    },
};

/// The figures without people, as JSON. Its only constructor takes figures, and merges small departments so that they
/// reveal no one: a shared cache may store it.
#[derive(Debug)]
pub(crate) struct Summary(Vec<u8>);

impl Summary {
    pub(crate) fn of(report: &SecurityReport, trend: &[DailyFigures], meta: &Meta) -> Self {
        let weeks = TrendDayJson::weekly(trend, report.stats.enrolled_users);
        let mut meta = meta.clone();
        let is_hidden = weeks.is_empty() && !trend.is_empty();
        meta.unavailable.extend(is_hidden.then_some(Unavailable::TREND_OF_FEW));
        let departments = merge_small_departments(&report.departments);
        let object = JsonObjectWriter::new().members(&FiguresJson::of(report, &departments, weeks));
        Self(object.members(&NoUsers { users: [] }).members(&summary_meta(report, &meta)).finish())
    }
}

impl From<Summary> for Body {
    fn from(Summary(json): Summary) -> Self {
        Self::from(json)
    }
}

/// The members after the users, of whom a summary has none.
fn summary_meta(report: &SecurityReport, meta: &Meta) -> PageMeta {
    PageMeta { total: None, next_cursor: None, meta: report_meta(report, meta, View::Summary) }
}

/// The `meta` of the report, with what follows from the figures.
pub(crate) fn report_meta(report: &SecurityReport, meta: &Meta, view: View) -> Meta {
    let mut meta = meta.clone();
    meta.view = Some(view);
    meta.warnings.extend(report.warnings.iter().copied().map(Warning::of_report));
    meta.add_unavailable(Unavailable::of_stats(&report.stats));
    meta
}

#[derive(Serialize)]
struct NoUsers {
    users: [(); 0],
}

/// The members before the users.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Figures))]
#[serde(rename_all = "camelCase")]
pub(crate) struct FiguresJson<'a> {
    /// The figures of the whole company.
    stats: StatsJson,
    /// How many users have a score in each range.
    score_distribution: [ScoreRangeJson; 4],
    /// The figures of each department; small ones are joined as `Other` in a summary.
    departments: Vec<DepartmentJson<'a>>,
    /// The figures of each day on which `sync` ran, oldest first: today and the 89 days before. A summary has the last day of
    /// each ISO week. `meta.unavailable` or a warning says why it is empty.
    trend: Vec<TrendDayJson>,
}

impl<'a> FiguresJson<'a> {
    pub(crate) fn of(report: &SecurityReport, departments: &'a [DepartmentStats], trend: Vec<TrendDayJson>) -> Self {
        Self {
            stats: StatsJson::of(&report.stats),
            score_distribution: report.distribution.each_ref().map(ScoreRangeJson::of),
            departments: departments.iter().map(DepartmentJson::of).collect(),
            trend,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Stats))]
#[serde(rename_all = "camelCase")]
struct StatsJson {
    /// Entries of LastPass's list of users. Users who are only invited are not counted.
    total_users: u64,
    /// Users who are neither disabled nor have never logged in.
    active_users: u64,
    /// Null, except in the guide's dialect: the LastPass Enterprise API does not report it.
    users_with_weak_passwords: Option<u64>,
    /// The mean over all users, rounded; a missing score counts as 0. For one big number use `overallScore`.
    average_security_score: u64,
    /// Null, except in the guide's dialect: the LastPass Enterprise API does not report it.
    total_weak_passwords: Option<u64>,
    /// Null, except in the guide's dialect: the LastPass Enterprise API does not report it.
    total_reused_passwords: Option<u64>,
    /// Users who are not disabled and logged in within 30 days.
    active_last30_days: u64,
    /// Users with a score below `scoreThreshold`, disabled ones included.
    users_below_threshold: u64,
    /// The score below which risk is high.
    score_threshold: u8,
    /// Shared folders that are not deleted; null if they cannot be read.
    shared_folders: Option<u64>,
    /// Sites in shared folders; null if they cannot be read.
    shared_passwords: Option<u64>,
    /// Disabled users.
    disabled_users: u64,
    /// Users who never logged in, disabled ones aside.
    never_logged_in: u64,
    /// Users who are invited and have no account yet.
    invited_users: u64,
    /// Admins of LastPass.
    admins: u64,
    /// Entries without a multifactor method.
    users_without_mfa: u64,
    /// The mean of the known vault scores, with one decimal.
    average_vault_score: Option<CompactNumber>,
    /// Users with a score.
    scored_users: u64,
    /// Users who have logged in.
    enrolled_users: u64,
    /// The mean of the known scores of enrolled users, with one decimal; comparable with LastPass's own console.
    average_enrolled_score: Option<CompactNumber>,
    /// Users whose last login is more than 90 days ago: scores are sent at login.
    users_with_stale_score: u64,
    /// The one number to show: the mean score of enrolled users, rounded, 0 to 100. Null if no one has a score.
    overall_score: Option<u64>,
    /// Users with a score above 75.
    strong_users: u64,
    /// `strongUsers` as a percentage of `scoredUsers`, with one decimal; null if there are none.
    strong_users_percent: Option<CompactNumber>,
}

impl StatsJson {
    fn of(stats: &Stats) -> Self {
        Self {
            total_users: stats.total_users,
            active_users: stats.active_users,
            users_with_weak_passwords: stats.users_with_weak_passwords,
            average_security_score: stats.average_security_score,
            total_weak_passwords: stats.total_weak_passwords,
            total_reused_passwords: stats.total_reused_passwords,
            active_last30_days: stats.active_last_30_days,
            users_below_threshold: stats.users_below_threshold,
            score_threshold: stats.score_threshold,
            shared_folders: stats.shared_folders,
            shared_passwords: stats.shared_passwords,
            disabled_users: stats.disabled_users,
            never_logged_in: stats.never_logged_in,
            invited_users: stats.invited_users,
            admins: stats.admins,
            users_without_mfa: stats.users_without_mfa,
            average_vault_score: stats.average_vault_score.map(CompactNumber),
            scored_users: stats.scored_users,
            enrolled_users: stats.enrolled_users,
            average_enrolled_score: stats.average_enrolled_score.map(CompactNumber),
            users_with_stale_score: stats.users_with_stale_score,
            overall_score: stats.overall_score,
            strong_users: stats.strong_users,
            strong_users_percent: stats.strong_users_percent.map(CompactNumber),
        }
    }
}

#[cfg(feature = "openapi")]
fn range_schema() -> utoipa::openapi::schema::Schema {
    let labels = crate::report::ScoreRange::ALL.map(|range| range.label);
    crate::schema::one_of(labels, "The range as text, as in the parameter `range`.")
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ScoreRange))]
struct ScoreRangeJson {
    #[cfg_attr(feature = "openapi", schema(schema_with = range_schema))]
    range: &'static str,
    /// The lowest score.
    min: u8,
    /// The highest score.
    max: u8,
    /// How many users are in it.
    users: u64,
}

impl ScoreRangeJson {
    fn of(ScoreRangeCount { range, users }: &ScoreRangeCount) -> Self {
        Self { range: range.label, min: range.min, max: range.max, users: *users }
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Department))]
#[serde(rename_all = "camelCase")]
struct DepartmentJson<'a> {
    /// The name; null for users without a department.
    department: Option<&'a str>,
    /// How many users it has.
    users: u64,
    /// As of the whole company.
    average_security_score: u64,
    /// As of the whole company.
    users_below_threshold: u64,
}

impl<'a> DepartmentJson<'a> {
    fn of(department: &'a DepartmentStats) -> Self {
        Self {
            department: department.name.as_deref(),
            users: department.users,
            average_security_score: department.average_score,
            users_below_threshold: department.below_threshold,
        }
    }
}
