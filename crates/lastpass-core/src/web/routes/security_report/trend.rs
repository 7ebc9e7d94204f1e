//! The figures of earlier days, which a report waits for only briefly.

use std::{pin::pin, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::{Either, select};
use tokio::time::timeout;

use crate::{
    cache::freshness::Freshness,
    request_context::{CacheState, RequestContext},
    store::{DailyFigures, EARLIER_DAYS, Error},
    web::{
        app::App,
        response::{meta::Meta, problem::Problem, unavailable::Unavailable, warning::Warning},
    },
};

/// The longest that a report waits for the figures after everything else was read.
const WAIT: Duration = Duration::from_millis(300);

/// The figures of earlier days, or why there are none.
pub(crate) enum Trend {
    Stored {
        days: Vec<DailyFigures>,
        read_at: DateTime<Utc>,
        state: CacheState,
    },
    /// The configuration or the database has none.
    NotStored(Unavailable),
    /// They could not be read this time.
    Unreadable(Warning),
}

impl Trend {
    /// Reads the figures until `today`.
    pub(crate) async fn read(app: &App, today: NaiveDate, freshness: Freshness, context: &RequestContext<'_>) -> Self {
        if !app.has_database() {
            return Self::NotStored(Unavailable::TREND_WITHOUT_DATABASE);
        }
        let (Ok(store), Ok(upstream)) = (app.store(), app.upstream()) else {
            return Self::NotStored(Unavailable::TREND_WITHOUT_RECORD);
        };
        let read = match app.trend.get(store, upstream.score_source, today, freshness, context).await {
            Ok(read) => read,
            Err(error) => return Self::Unreadable(Warning::trend_unavailable(error)),
        };
        match &*read.value {
            Ok(days) => {
                let is_in_period =
                    |figures: &&DailyFigures| today - EARLIER_DAYS <= figures.date && figures.date <= today;
                let days: Vec<_> = days.iter().filter(is_in_period).cloned().collect();
                if days.is_empty() {
                    return Self::NotStored(Unavailable::TREND_WITHOUT_SYNC);
                }
                Self::Stored { days, read_at: read.read_at, state: read.state }
            }
            Err(Error::NoTables) => Self::NotStored(Unavailable::TREND_WITHOUT_SYNC),
            Err(Error::OutdatedSchema(_)) => Self::NotStored(Unavailable::TREND_WITHOUT_TABLES),
            Err(error) => Self::Unreadable(Warning::trend_unavailable(error)),
        }
    }

    /// The days, and what `meta` says about them.
    pub(crate) fn add_to(self, meta: &mut Meta) -> Vec<DailyFigures> {
        match self {
            Self::Stored { days, read_at, state } => {
                meta.add_part(read_at, state);
                return days;
            }
            Self::NotStored(reason) => meta.unavailable.push(reason),
            Self::Unreadable(warning) => meta.warnings.push(warning),
        }
        Vec::new()
    }
}

/// The other parts of a report, and the trend if it is read by then or soon after.
///
/// # Errors
/// Returns the problem of the other parts.
pub(crate) async fn with_trend<T>(
    parts: impl Future<Output = Result<T, Problem>>,
    trend: impl Future<Output = Trend>,
) -> Result<(T, Trend), Problem> {
    match select(pin!(parts), pin!(trend)).await {
        Either::Left((parts, trend)) => {
            let parts = parts?;
            let trend = timeout(WAIT, trend).await;
            Ok((parts, trend.unwrap_or_else(|_| Trend::Unreadable(Warning::trend_unavailable("no answer in time")))))
        }
        Either::Right((trend, parts)) => Ok((parts.await?, trend)),
    }
}
