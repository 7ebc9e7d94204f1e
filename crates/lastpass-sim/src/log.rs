//! What happened in an account, in the order of time.

pub(crate) mod actions;
mod generate;
mod incidents;
mod journal;
mod staff;
mod work;

use std::fmt;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate, Utc};

pub(crate) use journal::Journal;

/// One line of the log. Its texts are shared with other events.
///
/// The time may have a fraction: it puts events in order, and replies leave it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it; empty for most of what the API does.
    pub username: Arc<str>,
    /// The address it came from.
    pub ip: Arc<str>,
    /// What was done, in sentence case.
    pub action: Arc<str>,
    /// To what or whom, in the grammar of the action.
    pub data: Arc<str>,
}

impl LogEvent {
    /// An event of these texts.
    pub fn new(at: DateTime<Utc>, username: &str, ip: &str, action: &str, data: &str) -> Self {
        Self { at, username: username.into(), ip: ip.into(), action: action.into(), data: data.into() }
    }
}

/// Seconds since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Span {
    pub(crate) const ALL: Self = Self { first: i64::MIN, last: i64::MAX };

    /// The positions of a list's events within the span.
    fn range(self, position_after: impl Fn(&dyn Fn(&LogEvent) -> bool) -> usize) -> std::ops::Range<usize> {
        let start = position_after(&|event| event.at.timestamp() < self.first);
        let end = position_after(&|event| event.at.timestamp() <= self.last);
        start..end.max(start)
    }
}

/// An account's log. A generated one is made when it is first looked at.
#[derive(Clone)]
pub struct EventLog {
    origin: Origin,
    /// Always in the order of time.
    events: OnceLock<Vec<LogEvent>>,
}

/// What the events are made from.
#[derive(Clone, Copy)]
enum Origin {
    /// From nothing: what is in the log was put there.
    Given,
    /// From the arguments of [`crate::Company::generate`].
    Generated { seed: u64, people: usize, today: NaiveDate },
}

impl EventLog {
    /// A log of these events, which are put in the order of time.
    pub fn new(mut events: Vec<LogEvent>) -> Self {
        events.sort_by_key(|event| event.at);
        Self { origin: Origin::Given, events: events.into() }
    }

    /// The log of the company that the same arguments give, whatever has become of it since.
    pub(crate) fn generated(seed: u64, people: usize, today: NaiveDate) -> Self {
        Self { origin: Origin::Generated { seed, people, today }, events: OnceLock::new() }
    }

    /// All events, oldest first; those that calls left are kept elsewhere.
    pub fn events(&self) -> &[LogEvent] {
        self.events.get_or_init(|| match self.origin {
            Origin::Given => Vec::new(),
            Origin::Generated { seed, people, today } => generate::events(seed, people, today),
        })
    }

    /// Adds an event at its place in time, behind others of that very moment.
    pub fn add(&mut self, event: LogEvent) {
        self.events();
        if let Some(events) = self.events.get_mut() {
            let place = events.partition_point(|earlier| earlier.at <= event.at);
            events.insert(place, event);
        }
    }

    pub(crate) fn within(&self, span: Span) -> &[LogEvent] {
        let events = self.events();
        &events[span.range(|before| events.partition_point(before))]
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
            None => f.write_str("EventLog(not made yet)"),
        }
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
