//! The log of an account: events in chronological order. Knows nothing of how a demo log is generated.

pub(crate) mod actions;
pub(crate) mod call_events;

use std::fmt;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};

/// One event. Events share their strings.
///
/// The time may have a fraction of a second: it determines the order, and replies omit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// The time of the event.
    pub at: DateTime<Utc>,
    /// The acting user; empty for most events of the API.
    pub username: Arc<str>,
    /// The source IP address.
    pub ip: Arc<str>,
    /// The action, in sentence case.
    pub action: Arc<str>,
    /// The object of the action, in a format that depends on the action.
    pub data: Arc<str>,
}

impl LogEvent {
    /// Creates an event.
    pub fn new(at: DateTime<Utc>, username: &str, ip: &str, action: &str, data: &str) -> Self {
        Self { at, username: username.into(), ip: ip.into(), action: action.into(), data: data.into() }
    }
}

/// A range of Unix timestamps in seconds; both ends are included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimestampRange {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl TimestampRange {
    pub(crate) const ALL: Self = Self { first: i64::MIN, last: i64::MAX };

    /// The positions of the events in this range, given the partition point function of a sorted list.
    fn positions(self, partition_point: impl Fn(&dyn Fn(&LogEvent) -> bool) -> usize) -> std::ops::Range<usize> {
        let start = partition_point(&|event| event.at.timestamp() < self.first);
        let end = partition_point(&|event| event.at.timestamp() <= self.last);
        start..end.max(start)
    }
}

/// The log of an account, without the events of calls. A generated log is created when it is first read.
#[derive(Clone)]
pub struct EventLog {
    generate: Arc<dyn Fn() -> Vec<LogEvent> + Send + Sync>,
    /// Always in chronological order.
    events: OnceLock<Vec<LogEvent>>,
}

impl EventLog {
    /// Creates a log of these events, in any order.
    pub fn new(mut events: Vec<LogEvent>) -> Self {
        events.sort_by_key(|event| event.at);
        Self { generate: Arc::new(Vec::new), events: events.into() }
    }

    /// Creates a log whose events are generated when they are first read. They must be in chronological order.
    pub(crate) fn lazy(generate: impl Fn() -> Vec<LogEvent> + Send + Sync + 'static) -> Self {
        Self { generate: Arc::new(generate), events: OnceLock::new() }
    }

    /// All events, oldest first.
    pub fn events(&self) -> &[LogEvent] {
        self.events.get_or_init(|| (self.generate)())
    }

    /// Adds an event in chronological order, after events of the same time.
    pub fn add(&mut self, event: LogEvent) {
        self.events();
        if let Some(events) = self.events.get_mut() {
            let position = events.partition_point(|earlier| earlier.at <= event.at);
            events.insert(position, event);
        }
    }

    pub(crate) fn within(&self, range: TimestampRange) -> &[LogEvent] {
        let events = self.events();
        &events[range.positions(|before| events.partition_point(before))]
    }
}

impl PartialEq for EventLog {
    fn eq(&self, other: &Self) -> bool {
        self.events() == other.events()
    }
}

impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.events.get() {
            Some(events) => write!(f, "EventLog({} events)", events.len()),
            None => f.write_str("EventLog(not yet generated)"),
        }
    }
}
