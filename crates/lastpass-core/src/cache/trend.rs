//! The figures of earlier days, as `sync` stored them.

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use tokio::time::Instant;

use crate::{
    cache::{
        freshness::Freshness,
        slot::{CacheRead, Slot},
    },
    domain::ScoreSource,
    error_chain::causes,
    lastpass,
    request_context::{CacheState, RequestContext},
    store::{DailyFigures, EARLIER_DAYS, Error, Store},
};

/// The figures of the last days, oldest first, or why the database did not return them.
pub(crate) type StoredFigures = Result<Vec<DailyFigures>, Error>;

/// The figures of the last days.
pub(crate) struct TrendCache(Slot<StoredFigures>);

impl TrendCache {
    /// An empty cache, whose data is fresh for `fresh_for`.
    pub(crate) fn new(fresh_for: Duration) -> Self {
        Self(Slot::new("figures of earlier days", fresh_for, Duration::ZERO).independent_of_changes())
    }

    /// The figures until `today`. A failure of the database is tried again after 30 seconds.
    ///
    /// # Errors
    /// Returns an error only if this program fails; a failure of the database is a result.
    pub(crate) async fn get(
        &self,
        store: &Arc<Store>,
        source: ScoreSource,
        today: NaiveDate,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<StoredFigures>, lastpass::Error> {
        let load = || {
            let (store, meter) = (Arc::clone(store), Arc::clone(&context.database_meter));
            async move {
                let start = Instant::now();
                let figures = store.figures_since(today - EARLIER_DAYS, source).await;
                meter.add(start.elapsed());
                if let Err(error) = &figures
                    && is_failure(error)
                {
                    tracing::warn!(cause = causes(error), "the figures of earlier days could not be read");
                }
                Ok(figures)
            }
        };
        let read = self.0.get(freshness, context, load).await?;
        if read.value.as_ref().as_ref().is_err_and(is_failure) && read.state != CacheState::Miss {
            return self.0.get(Freshness::Refresh, context, load).await;
        }
        Ok(read)
    }
}

/// Whether another attempt may succeed. Tables that are missing stay so until they are created.
fn is_failure(error: &Error) -> bool {
    match error {
        Error::NoTables | Error::OutdatedSchema(_) => false,
        Error::Unreachable(_) | Error::Refused(_) | Error::Superseded | Error::InvalidRow => true,
    }
}
