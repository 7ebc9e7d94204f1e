//! The recent events of one user: those that the user caused, and those about the user.

use std::{hash::Hash, num::NonZeroUsize, sync::Arc};

use serde::{Serialize, Serializer};

use crate::{
    audit::{AlertRule, Alerts, EventFilter, EventLog, ParsedEvent, paginate_events},
    cache::{
        event_windows::{DEFAULT_PERIOD, EventRange, LoadedWindow, TimeRange},
        slot::Freshness,
        upstream::Roster,
    },
    changes::OwnChanges,
    formats::event_row::EventRow,
    request_context::{CacheState, RequestContext},
    web::{
        app::App,
        request::permissions::Admin,
        response::{meta::event_warnings, problem::Problem, warning::Warning},
    },
};

/// The most events that are returned.
const LIMIT: NonZeroUsize = NonZeroUsize::new(20).expect("20 is not zero");

/// The events of a user, newest first.
pub(crate) struct RecentEvents {
    window: Arc<LoadedWindow>,
    alerts: Alerts,
    /// Indices in the window.
    indices: Vec<u32>,
    /// The cache state of the log.
    pub(crate) cache: CacheState,
    pub(crate) warnings: Vec<Warning>,
}

impl RecentEvents {
    /// Reads the log of the default period.
    ///
    /// # Errors
    /// Returns a problem if the log could not be read, or contains more events than a reply can hold.
    pub(crate) async fn read(
        app: &App,
        roster: Arc<Roster>,
        email: &str,
        freshness: Freshness,
        context: &RequestContext<'_>,
        _: Admin,
    ) -> Result<Self, Problem> {
        let upstream = app.upstream()?;
        let read = upstream.events(EventRange::Last(DEFAULT_PERIOD), freshness, context).await?;
        let range = read.value.window()?.range;
        let own_changes = OwnChanges::read(app.optional_store(), range.from, range.to, context).await;
        // The warnings about the users are those of the whole reply.
        let warnings = event_warnings(&read).chain(Warning::of_own_changes(&own_changes)).collect();
        let (window, cache) = (read.value, read.state);
        let filter = EventFilter { user: Some(email.to_owned()), ..EventFilter::default() };
        let label = upstream.label.clone();
        let compute = move || {
            let (alerts, indices) = select(&window, range, &roster, &own_changes, &label, &filter);
            Self { window, alerts, indices, cache, warnings }
        };
        tokio::task::spawn_blocking(compute).await.map_err(|_| Problem::Internal)
    }

    /// A value whose hash is determined by the events and their alerts.
    pub(crate) fn version(&self) -> impl Hash {
        let event = |index: &u32| {
            let rules: Vec<_> = self.alerts.rules_of(*index).map(AlertRule::name).collect();
            (self.window.events()[*index as usize].id(), rules)
        };
        self.indices.iter().map(event).collect::<Vec<_>>()
    }
}

/// Detects the alerts of the log, and selects the events of the filter.
fn select(
    window: &LoadedWindow,
    range: TimeRange,
    roster: &Roster,
    own_changes: &OwnChanges,
    label: &str,
    filter: &EventFilter,
) -> (Alerts, Vec<u32>) {
    let log = EventLog::new(window.events());
    let alerts = own_changes.detect_alerts(&log, range.from, label, Some(&roster.people));
    let selection = filter.select(&log, &alerts, label);
    let indices = paginate_events(&log, &selection.indices, Some(LIMIT), None).indices.to_vec();
    (alerts, indices)
}

impl Serialize for RecentEvents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.window.events();
        let row = |index: &u32| EventRow::of(*index, &ParsedEvent::new(&events[*index as usize]), &self.alerts);
        serializer.collect_seq(self.indices.iter().map(row))
    }
}
