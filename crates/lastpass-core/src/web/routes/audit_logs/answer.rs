//! The events that a query takes, the counts over them, and the alerts of the whole period.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    audit::{
        Alerts, DetectionContext, DisabledAccount, EventCounts, EventLog, EventPosition, OwnChange, ParsedEvent,
        count_events, count_unknown_actions, detect, paginate_events,
    },
    cache::{
        event_windows::{LoadedWindow, TimeRange, WindowEvents},
        slot,
        upstream::{Roster, UpstreamCache},
    },
    domain::Event,
    lastpass::Error,
    request_context::CacheState,
    web::{
        request::permissions::LogReader,
        response::{meta::people_warnings, warning::Warning},
        routes::audit_logs::{Format, query::Query},
    },
};

/// Alerts that are told at once; a filter finds the events of the others.
pub(crate) const MOST_ALERTS: usize = 1_000;

/// What our own record knows of the changes in a period.
pub(crate) enum Ownership {
    /// Nothing is recorded here: no change is held against it.
    NoRecord,
    /// The record could not be read.
    Unavailable,
    /// These changes.
    Known(Vec<Own>),
}

/// What is known beside the log.
pub(crate) struct Beside {
    pub(crate) people: Option<Arc<Roster>>,
    pub(crate) own: Ownership,
    /// What is to be known of both.
    pub(crate) warnings: Vec<Warning>,
}

impl Beside {
    pub(crate) fn new(people: Result<slot::CacheRead<Roster>, Error>, own: Ownership) -> Self {
        let mut warnings = match &people {
            Ok(people) => people_warnings(people).collect(),
            Err(error) => vec![Warning::people_unavailable(error)],
        };
        warnings.extend(own.warning());
        Self { people: people.ok().map(|people| people.value), own, warnings }
    }
}

impl Ownership {
    pub(crate) fn warning(&self) -> Option<Warning> {
        match self {
            Self::Known(_) => None,
            Self::NoRecord => Some(Warning::not_recorded()),
            Self::Unavailable => Some(Warning::record_unavailable()),
        }
    }
}

/// A change that we made.
pub(crate) struct Own {
    pub(crate) email: String,
    pub(crate) at: DateTime<Utc>,
}

/// What one reply is made of.
pub(crate) struct Answer {
    window: Arc<LoadedWindow>,
    pub(crate) alerts: Alerts,
    /// The events that the filter takes, newest first.
    places: Vec<u32>,
    /// How many of them, and which, are shown on this page.
    shown: std::ops::Range<usize>,
    pub(crate) next: Option<EventPosition>,
    pub(crate) counts: EventCounts,
    pub(crate) period: TimeRange,
    pub(crate) meta: Meta,
    /// What is to be known of the whole period, whatever is shown of it.
    pub(crate) warnings_of_period: Vec<Warning>,
}

/// What is said of the data.
#[derive(Debug, Hash)]
pub(crate) struct Meta {
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) source: &'static str,
    pub(crate) stale: bool,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) time_zone: &'static str,
    pub(crate) hidden: u64,
}

impl Answer {
    /// Filters, counts and detects, away from the threads that serve requests; nothing where that crashed, or the
    /// window was too large to be read.
    pub(crate) async fn find(
        window: slot::CacheRead<LoadedWindow>,
        beside: Beside,
        query: Query,
        source: &UpstreamCache,
        zone: Tz,
        _: LogReader,
    ) -> Option<Self> {
        let (label, source) = (source.label.clone(), source.source_name());
        let finding = tokio::task::spawn_blocking(move || {
            let stale = window.state == CacheState::Stale;
            let warnings = warnings(&window).chain(beside.warnings).collect();
            let meta = |as_of, hidden| Meta { as_of, source, stale, warnings, time_zone: zone.name(), hidden };
            Self::of(window.value, beside.people, beside.own, query, &label, zone, meta)
        });
        finding.await.ok().flatten()
    }

    fn of(
        window: Arc<LoadedWindow>,
        people: Option<Arc<Roster>>,
        own: Ownership,
        query: Query,
        label: &str,
        zone: Tz,
        meta: impl FnOnce(DateTime<Utc>, u64) -> Meta,
    ) -> Option<Self> {
        let LoadedWindow::Events(loaded) = &*window else { return None };
        let log = EventLog::new(&loaded.fetched.events);
        let disabled = people.as_ref().map(|people| disabled(people)).unwrap_or_default();
        let own = match &own {
            Ownership::Known(changes) => {
                Some(changes.iter().map(|own| OwnChange { email: &own.email, at: own.at }).collect::<Vec<_>>())
            }
            Ownership::NoRecord | Ownership::Unavailable => None,
        };
        let context = DetectionContext {
            our_label: label,
            from: loaded.range.from,
            earlier_logins: &[],
            disabled: &disabled,
            own_changes: own.as_deref(),
        };
        let alerts = detect(&log, &context);
        let selection = query.filter.select(&log, &alerts, label);
        let counts = count_events(&log, &selection.indices, zone);
        let limit = (query.format == Format::Json).then_some(query.limit);
        let page = paginate_events(&log, &selection.indices, limit, query.after.as_ref());
        let start = page.indices.first().and_then(|first| selection.indices.iter().position(|place| place == first));
        let start = start.unwrap_or(selection.indices.len());
        let (next, shown) = (page.next, start..start + page.indices.len());
        let cut =
            (alerts.list().len() > MOST_ALERTS).then(|| Warning::alerts_truncated(alerts.list().len(), MOST_ALERTS));
        let warnings_of_period =
            Warning::unknown_actions(&count_unknown_actions(&log)).into_iter().chain(cut).collect();
        let (meta, period, places) = (meta(loaded.read_at, selection.hidden), loaded.range, selection.indices);
        drop(log);
        Some(Self { alerts, places, shown, next, counts, period, meta, warnings_of_period, window })
    }

    /// A hash of everything that the reply is made of.
    pub(crate) fn version(&self) -> impl std::hash::Hash {
        let ids: Vec<_> = self.shown().iter().map(|place| self.event(*place).id()).collect();
        let alerts: Vec<_> = self
            .alerts
            .list()
            .iter()
            .map(|alert| (alert.rule.name(), alert.user.clone(), alert.count, alert.last_at))
            .collect();
        let meta = (self.meta.as_of, self.meta.stale, self.meta.hidden, self.meta.warnings.clone());
        (self.period, ids, self.counts.total, alerts, meta, self.warnings_of_period.clone())
    }

    fn events(&self) -> &WindowEvents {
        match &*self.window {
            LoadedWindow::Events(window) => window,
            LoadedWindow::TooLarge { .. } => unreachable!("an answer is made of a window that was read"),
        }
    }

    fn event(&self, place: u32) -> &Event {
        &self.events().fetched.events[place as usize]
    }

    /// The places of the events of this page, newest first.
    pub(crate) fn shown(&self) -> &[u32] {
        &self.places[self.shown.clone()]
    }

    pub(crate) fn parsed_event(&self, place: u32) -> ParsedEvent<'_> {
        ParsedEvent::new(self.event(place))
    }
}

fn disabled(people: &Roster) -> Vec<DisabledAccount<'_>> {
    let disabled = people.people.iter().filter(|person| person.is_disabled());
    disabled.map(|person| DisabledAccount { email: person.email(), since: None }).collect()
}

fn warnings(window: &slot::CacheRead<LoadedWindow>) -> impl Iterator<Item = Warning> {
    let notices = match &*window.value {
        LoadedWindow::Events(window) => window.fetched.warnings.as_slice(),
        LoadedWindow::TooLarge { .. } => &[],
    };
    let refresh = window.failure.as_ref().map(|error| Warning::refresh_failed("events", error));
    notices.iter().map(|notice| Warning::of_events(*notice)).chain(refresh)
}
