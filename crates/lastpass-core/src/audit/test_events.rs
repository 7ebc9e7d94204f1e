//! Events for the tests of `audit`, and the sample log of Elastic's integration.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::{Event, EventFields, EventId};

/// A time in seconds after midnight UTC of the day that all test events share.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
}

/// The id of the test event at an index.
pub(crate) fn id(index: u32) -> EventId {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&index.to_be_bytes());
    EventId(bytes)
}

/// Builds a list of events, in the order in which they are added.
#[derive(Default)]
pub(crate) struct TestEvents(Vec<Event>);

impl TestEvents {
    /// Adds an event, `seconds` after midnight.
    pub(crate) fn event(mut self, seconds: i64, user: &str, ip: &str, action: &str, data: &str) -> Self {
        let time = at(seconds).format("%Y-%m-%d %H:%M:%S").to_string();
        let fields = EventFields { time: &time, username: user, ip_address: ip, action, data };
        let index = u32::try_from(self.0.len()).expect("a test has few events");
        self.0.push(Event::new(id(index), at(seconds), false, fields));
        self
    }

    pub(crate) fn finish(self) -> Vec<Event> {
        self.0
    }
}

/// The 94 events of Elastic's sample log, taken from live data: 47 in Title Case, then the same in sentence case.
pub(crate) fn sample_log() -> Vec<Event> {
    let log = include_str!("../../../../tests/samples/elastic/test-event-report.log");
    log.lines()
        .fold(TestEvents::default(), |events, line| {
            // No value in this file contains a quotation mark or an escape sequence.
            let field = |name: &str| {
                let (_, rest) = line.split_once(&format!("\"{name}\":\"")).expect("each line has all five fields");
                rest.split_once('"').expect("the string is terminated").0
            };
            events.event(0, field("Username"), field("IP_Address"), field("Action"), field("Data"))
        })
        .finish()
}
