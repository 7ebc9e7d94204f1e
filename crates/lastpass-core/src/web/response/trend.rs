//! The figures of earlier days as JSON: of each day, or reduced for a summary. Pure.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::store::DailyFigures;

/// A summary has no figures of fewer enrolled users: a difference between two weeks would reveal one of them.
const MIN_ENROLLED: u64 = 20;

/// A member of `trend`.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TrendDay))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrendDayJson {
    /// The day in LastPass's time zone.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    date: NaiveDate,
    /// Not in a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    average_security_score: Option<u64>,
    /// The mean score of enrolled users, rounded; null if no one had a score.
    overall_score: Option<u64>,
    /// Not in a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    users_below_threshold: Option<u64>,
    /// Not in a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    total_users: Option<u64>,
    /// Not in a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    users_without_mfa: Option<u64>,
}

impl TrendDayJson {
    /// Every day.
    pub(crate) fn daily(days: &[DailyFigures]) -> Vec<Self> {
        let day = |figures: &DailyFigures| Self {
            date: figures.date,
            average_security_score: Some(figures.average_security_score),
            overall_score: figures.overall_score,
            users_below_threshold: Some(figures.users_below_threshold),
            total_users: Some(figures.total_users),
            users_without_mfa: Some(figures.users_without_mfa),
        };
        days.iter().map(day).collect()
    }

    /// The last day of each ISO week with its overall score alone; none while too few users are enrolled.
    pub(crate) fn weekly(days: &[DailyFigures], enrolled_now: u64) -> Vec<Self> {
        let is_small = |figures: &DailyFigures| figures.enrolled_users < MIN_ENROLLED;
        if enrolled_now < MIN_ENROLLED || days.last().is_some_and(is_small) {
            return Vec::new();
        }
        let weeks = days.chunk_by(|day, next| day.date.iso_week() == next.date.iso_week());
        let last_days = weeks.filter_map(|week| week.last()).filter(|figures| !is_small(figures));
        let day = |figures: &DailyFigures| Self {
            date: figures.date,
            average_security_score: None,
            overall_score: figures.overall_score,
            users_below_threshold: None,
            total_users: None,
            users_without_mfa: None,
        };
        last_days.map(day).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn days(since: &str, enrolled: &[u64]) -> Vec<DailyFigures> {
        let since: NaiveDate = since.parse().expect("a date");
        let day = |(number, enrolled): (i64, &u64)| DailyFigures {
            date: since + TimeDelta::days(number),
            score_source: "mpstrength".to_owned(),
            read_at: DateTime::UNIX_EPOCH,
            average_security_score: 40,
            overall_score: Some(50),
            users_below_threshold: 3,
            total_users: 30,
            users_without_mfa: 10,
            enrolled_users: *enrolled,
        };
        (0..).zip(enrolled).map(day).collect()
    }

    #[test]
    fn a_summary_has_the_last_day_of_each_iso_week_unless_too_few_are_enrolled() {
        let check = |since: &str, enrolled: &[u64], now, expected: &[&str]| {
            let weeks = TrendDayJson::weekly(&days(since, enrolled), now);
            assert_eq!(weeks.iter().map(|week| week.date.to_string()).collect::<Vec<_>>(), expected, "{since}");
        };
        // Sunday ends a week, also at the turn of the year.
        check("2026-12-26", &[20; 12], 20, &["2026-12-27", "2027-01-03", "2027-01-06"]);
        check("2026-12-27", &[20; 2], 20, &["2026-12-27", "2026-12-28"]);
        check("2026-12-27", &[19, 20], 20, &["2026-12-28"]);
        check("2026-12-27", &[20, 19], 20, &[]);
        check("2026-12-27", &[20, 20], 19, &[]);
        check("2026-12-27", &[], 20, &[]);
        let json = serde_json::to_value(TrendDayJson::weekly(&days("2026-12-27", &[20]), 20)).expect("JSON");
        assert_eq!(json, serde_json::json!([{ "date": "2026-12-27", "overallScore": 50 }]));
    }
}
