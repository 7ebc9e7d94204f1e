//! The events of a page, the counts of all selected events, and the alerts of the whole range.

use std::{hash::Hash, sync::Arc};

use chrono_tz::Tz;

use crate::{
    audit::{
        Alerts, EventContext, EventCounts, EventLog, EventPosition, OwnChangeMatches, ParsedEvent, count_events,
        count_unknown_actions, paginate_events,
    },
    cache::{
        event_windows::{LoadedWindow, TimeRange},
        slot::CacheRead,
        upstream::{Roster, UpstreamCache},
    },
    changes::OwnChanges,
    domain::Event,
    formats::event_row::EventRow,
    lastpass::Error,
    web::{
        request::permissions::LogReader,
        response::{
            meta::{Meta, event_warnings, people_warnings},
            problem::Problem,
            warning::Warning,
        },
        routes::audit_logs::query::{AuditLogFormat, AuditLogQuery},
    },
};

/// The most alerts that are listed. The filter `alert` finds the events of the others.
pub(crate) const MAX_ALERTS: usize = 1_000;

/// What a view is computed from.
pub(crate) struct AuditLogData {
    pub(crate) window: CacheRead<LoadedWindow>,
    /// Without them, disabled accounts are known from the log only.
    pub(crate) people: Result<CacheRead<Roster>, Error>,
    pub(crate) own_changes: OwnChanges,
}

impl AuditLogData {
    fn meta(&self, upstream: &UpstreamCache) -> Meta {
        let mut meta = Meta::of_part(&self.window, upstream);
        meta.warnings.extend(event_warnings(&self.window));
        match &self.people {
            Ok(people) => {
                meta.add_part(people.read_at, people.state);
                meta.warnings.extend(people_warnings(people));
            }
            Err(error) => meta.warnings.push(Warning::people_unavailable(error)),
        }
        meta.warnings.extend(Warning::of_own_changes(&self.own_changes));
        meta
    }
}

/// What one reply contains.
pub(crate) struct AuditLogView {
    window: Arc<LoadedWindow>,
    pub(crate) alerts: Alerts,
    own_changes: Option<OwnChangeMatches>,
    /// The indices of the events of this page, newest first.
    pub(crate) indices: Vec<u32>,
    pub(crate) next: Option<EventPosition>,
    pub(crate) counts: EventCounts,
    pub(crate) range: TimeRange,
    pub(crate) meta: Meta,
    pub(crate) time_zone: &'static str,
    /// How many events of our own requests the filter hides.
    pub(crate) hidden: u64,
}

impl AuditLogView {
    /// Detects alerts, and selects and counts events, on a thread for blocking work.
    ///
    /// # Errors
    /// Returns [`Problem::WindowTooLarge`] if the range contains more events than a reply can hold.
    pub(crate) async fn compute(
        data: AuditLogData,
        query: AuditLogQuery,
        upstream: &UpstreamCache,
        zone: Tz,
        _: LogReader,
    ) -> Result<Self, Problem> {
        let (label, meta) = (upstream.label.clone(), data.meta(upstream));
        let compute = move || Self::of(data, &query, &label, meta, zone);
        tokio::task::spawn_blocking(compute).await.unwrap_or(Err(Problem::Internal))
    }

    fn of(data: AuditLogData, query: &AuditLogQuery, label: &str, mut meta: Meta, zone: Tz) -> Result<Self, Problem> {
        let AuditLogData { window, people, own_changes } = data;
        let window = window.value;
        let range = window.window()?.range;
        let log = EventLog::new(window.events());
        let people = people.as_ref().ok().map(|read| &read.value.people);
        let (alerts, own_changes) = own_changes.detect_alerts(&log, range.from, label, people);
        let context = EventContext { alerts: &alerts, our_label: label, people, own_changes: own_changes.as_ref() };
        let selection = query.filter.select(&log, &context);
        let counts = count_events(&log, &selection, zone);
        if selection.has_user == Some(false) {
            meta.warnings.push(Warning::no_such_user());
        }
        if selection.has_target == Some(false) {
            meta.warnings.push(Warning::no_such_target());
        }
        let limit = (query.format == AuditLogFormat::Json).then_some(query.limit);
        let page = paginate_events(&log, &selection.indices, limit, query.after.as_ref());
        let (indices, next) = (page.indices.to_vec(), page.next);
        meta.warnings.extend(Warning::unknown_actions(&count_unknown_actions(&log)));
        if alerts.list().len() > MAX_ALERTS {
            meta.warnings.push(Warning::alerts_truncated(alerts.list().len(), MAX_ALERTS));
        }
        drop(log);
        let (time_zone, hidden) = (zone.name(), selection.hidden);
        Ok(Self { window, alerts, own_changes, indices, next, counts, range, meta, time_zone, hidden })
    }

    /// A value whose hash is determined by everything that the reply contains.
    pub(crate) fn version(&self) -> impl Hash {
        let own_action = |index: u32| self.own_changes.as_ref().and_then(|changes| changes.own_action(index));
        let events: Vec<_> =
            self.indices.iter().map(|index| (self.event(*index).id(), own_action(*index).cloned())).collect();
        let alerts: Vec<_> = self
            .alerts
            .list()
            .iter()
            .map(|alert| (alert.rule.name(), alert.user.as_deref(), alert.count, alert.last_at))
            .collect();
        let counts = (self.counts.total, self.counts.by_kind);
        (self.range, events, counts, alerts, &self.meta, self.hidden)
    }

    fn event(&self, index: u32) -> &Event {
        &self.window.events()[index as usize]
    }

    /// The row of an event.
    pub(crate) fn row(&self, index: u32) -> EventRow<'_> {
        EventRow::of(index, &self.parsed_event(index), &self.alerts, self.own_changes.as_ref())
    }

    /// The parsed event with an index.
    pub(crate) fn parsed_event(&self, index: u32) -> ParsedEvent<'_> {
        ParsedEvent::new(self.event(index))
    }
}
