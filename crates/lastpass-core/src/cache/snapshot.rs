//! The people of the last `sync`, for the time in which LastPass is unavailable.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;

use crate::{
    cache::{
        freshness::Freshness,
        slot::{CacheRead, Slot},
        upstream::{Roster, UpstreamCache},
    },
    error_chain::causes,
    lastpass::Error,
    request_context::{CacheState, RequestContext},
    store::Store,
};

/// The greatest age of a snapshot.
const MAX_AGE: TimeDelta = TimeDelta::hours(48);

/// The people of the last sync; `None` if they are too old, or the database did not return them.
pub(crate) struct SnapshotCache(Slot<Option<Arc<Roster>>>);

impl SnapshotCache {
    /// An empty cache, whose data is fresh for `fresh_for`.
    pub(crate) fn new(fresh_for: Duration) -> Self {
        Self(Slot::new("people of the last sync", fresh_for, Duration::ZERO).without_stale().independent_of_changes())
    }

    /// All users: of LastPass, or of the last sync while LastPass is unavailable and no users are cached.
    ///
    /// # Errors
    /// Returns the error of LastPass if there is no snapshot of the last 48 hours either.
    pub(crate) async fn people_or_snapshot(
        &self,
        upstream: &UpstreamCache,
        store: Option<&Arc<Store>>,
        freshness: Freshness,
        context: &RequestContext<'_>,
    ) -> Result<CacheRead<Roster>, Error> {
        let error = match upstream.people(freshness, context).await {
            Ok(people) => return Ok(people),
            Err(error) => error,
        };
        if let Some(store) = store
            && error.is_outage()
            && let Some(people) = self.get(store, upstream, context).await?
        {
            return Ok(people);
        }
        Err(error)
    }

    /// The people, if they were read at most 48 hours ago.
    ///
    /// # Errors
    /// Returns an error only if this program fails.
    async fn get(
        &self,
        store: &Arc<Store>,
        upstream: &UpstreamCache,
        context: &RequestContext<'_>,
    ) -> Result<Option<CacheRead<Roster>>, Error> {
        let since = context.received_at - MAX_AGE;
        let (store, to_roster) = (Arc::clone(store), upstream.roster_of());
        let load = || async move {
            match store.last_people(since).await {
                Ok(people) => Ok(people.map(|people| Arc::new(to_roster(people)))),
                Err(error) => {
                    tracing::warn!(cause = causes(&error), "the people of the last sync could not be read");
                    Ok(None)
                }
            }
        };
        let read = self.0.get(Freshness::Default, context, load).await?;
        let roster = read.value.as_ref().as_ref().filter(|roster| roster.people.as_of() >= since);
        Ok(roster.map(|roster| CacheRead {
            value: Arc::clone(roster),
            read_at: roster.people.as_of(),
            state: CacheState::Stale,
            failure: None,
        }))
    }
}
