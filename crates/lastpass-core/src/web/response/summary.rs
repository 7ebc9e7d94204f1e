//! The figures of the security report as JSON, and the summary, which contains no person.

use serde::Serialize;

use crate::{
    formats::values::CompactNumber,
    report::{DepartmentStats, ScoreRange, SecurityReport, Stats, merge_small_departments},
    web::response::{
        body::Body,
        json_stream::JsonObjectWriter,
        meta::{Meta, PageMeta, View},
        unavailable::Unavailable,
        warning::Warning,
    },
};

/// The figures without people, as JSON. Its only constructor takes figures, and merges small departments so that they
/// reveal no one: a shared cache may store it.
#[derive(Debug)]
pub(crate) struct Summary(Vec<u8>);

impl Summary {
    pub(crate) fn of(report: &SecurityReport, meta: &Meta) -> Self {
        let departments = merge_small_departments(&report.departments);
        let object = JsonObjectWriter::new().members(&FiguresJson::of(report, &departments));
        Self(object.members(&NoUsers { users: [] }).members(&summary_meta(report, meta)).finish())
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
    meta.unavailable.extend(Unavailable::of_stats(&report.stats));
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
    stats: StatsJson,
    score_distribution: [ScoreRangeJson; 4],
    departments: Vec<DepartmentJson<'a>>,
    /// Empty: the figures of earlier days are not stored.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::schema::empty_list))]
    trend: [(); 0],
}

impl<'a> FiguresJson<'a> {
    pub(crate) fn of(report: &SecurityReport, departments: &'a [DepartmentStats]) -> Self {
        Self {
            stats: StatsJson::of(&report.stats),
            score_distribution: report.distribution.each_ref().map(ScoreRangeJson::of),
            departments: departments.iter().map(DepartmentJson::of).collect(),
            trend: [],
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Stats))]
#[serde(rename_all = "camelCase")]
struct StatsJson {
    total_users: u64,
    active_users: u64,
    users_with_weak_passwords: Option<u64>,
    average_security_score: u64,
    total_weak_passwords: Option<u64>,
    total_reused_passwords: Option<u64>,
    active_last30_days: u64,
    users_below_threshold: u64,
    score_threshold: u8,
    shared_folders: Option<u64>,
    shared_passwords: Option<u64>,
    disabled_users: u64,
    never_logged_in: u64,
    invited_users: u64,
    admins: u64,
    users_without_mfa: u64,
    average_vault_score: Option<CompactNumber>,
    scored_users: u64,
    enrolled_users: u64,
    average_enrolled_score: Option<CompactNumber>,
    users_with_stale_score: u64,
    overall_score: Option<u64>,
    strong_users: u64,
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

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ScoreRange))]
struct ScoreRangeJson {
    range: &'static str,
    min: u8,
    max: u8,
    users: u64,
}

impl ScoreRangeJson {
    fn of(range: &ScoreRange) -> Self {
        Self { range: range.label, min: range.min, max: range.max, users: range.users }
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Department))]
#[serde(rename_all = "camelCase")]
struct DepartmentJson<'a> {
    department: Option<&'a str>,
    users: u64,
    average_security_score: u64,
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
