//! The recent events of one user: those that the user caused, and those about the user.

use std::{hash::Hash, num::NonZeroUsize, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::{
    audit::{
        AlertRule, Alerts, EventContext, EventFilter, EventLog, NameQuery, OwnChangeMatches, ParsedEvent,
        paginate_events,
    },
    cache::{
        event_windows::{DEFAULT_PERIOD, EventRange, LoadedWindow, TimeRange},
        freshness::Freshness,
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
    own_changes: Option<OwnChangeMatches>,
    /// Indices in the window.
    indices: Vec<u32>,
    /// When the log was read, and its cache state.
    pub(crate) read_at: DateTime<Utc>,
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
        let (window, read_at, cache) = (read.value, read.read_at, read.state);
        let filter = EventFilter { user: Some(NameQuery::Exact(email.to_owned())), ..EventFilter::default() };
        let label = upstream.label.clone();
        let compute = move || {
            let (alerts, own_changes, indices) = select(&window, range, &roster, &own_changes, &label, &filter);
            Self { window, alerts, own_changes, indices, read_at, cache, warnings }
        };
        tokio::task::spawn_blocking(compute).await.map_err(|_| Problem::Internal)
    }

    /// A value whose hash is determined by the events, their alerts and our actions that caused them.
    pub(crate) fn version(&self) -> impl Hash {
        let event = |index: &u32| {
            let rules: Vec<_> = self.alerts.rules_of(*index).map(AlertRule::name).collect();
            let own_action = self.own_changes.as_ref().and_then(|changes| changes.own_action(*index)).cloned();
            (self.window.events()[*index as usize].id(), rules, own_action)
        };
        self.indices.iter().map(event).collect::<Vec<_>>()
    }
}

/// Detects the alerts of the log and the events that our own changes caused, and selects the events of the filter.
fn select(
    window: &LoadedWindow,
    range: TimeRange,
    roster: &Roster,
    own_changes: &OwnChanges,
    label: &str,
    filter: &EventFilter,
) -> (Alerts, Option<OwnChangeMatches>, Vec<u32>) {
    let log = EventLog::new(window.events());
    let people = Some(&roster.people);
    let (alerts, own_changes) = own_changes.detect_alerts(&log, range.from, label, people);
    let context = EventContext { alerts: &alerts, our_label: label, people, own_changes: own_changes.as_ref() };
    let selection = filter.select(&log, &context);
    let indices = paginate_events(&log, &selection.indices, Some(LIMIT), None).indices.to_vec();
    (alerts, own_changes, indices)
}

impl Serialize for RecentEvents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.window.events();
        let row = |index: &u32| {
            let parsed = ParsedEvent::new(&events[*index as usize]);
            EventRow::of(*index, &parsed, &self.alerts, self.own_changes.as_ref())
        };
        serializer.collect_seq(self.indices.iter().map(row))
    }
}
