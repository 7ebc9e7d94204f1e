//! A fake log for tests: events in pages, with the documented and the possible quirks of LastPass's log.

use std::{cmp::Reverse, fmt::Write};

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::lastpass::{
    error::EventsError,
    events::{
        collector::{EventCollector, EventLimits, FetchedEvents, NextStep},
        decode::decode,
        window::EventWindow,
    },
    read_command::EventQuery,
};

const MICROSECONDS: i64 = 1_000_000;

pub(crate) fn utc(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("in range")
}

pub(crate) fn second_of(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("a time").timestamp()
}

/// An event with its time in microseconds, which LastPass knows and does not return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoggedEvent {
    pub(crate) at: i64,
    pub(crate) data: String,
}

impl LoggedEvent {
    pub(crate) fn second(&self) -> i64 {
        self.at.div_euclid(MICROSECONDS)
    }

    pub(crate) fn local(&self, zone: Tz) -> NaiveDateTime {
        utc(self.second()).with_timezone(&zone).naive_local()
    }
}

/// How LastPass interprets the ends of a window, which is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowEnds {
    /// Both seconds are part of the window.
    Included,
    /// Neither second is part of the window.
    Excluded,
    /// The window is from the start of the first second to the start of the last.
    Instants,
}

/// Which event `next` is the time of, which is not documented either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextEvent {
    LastOfThisReply,
    FirstOfNextReply,
}

/// How LastPass interprets an ambiguous local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occurrence {
    First,
    Second,
}

#[derive(Debug, Clone)]
pub(crate) struct FakeLog {
    pub(crate) zone: Tz,
    pub(crate) events: Vec<LoggedEvent>,
    pub(crate) page: usize,
    pub(crate) ends: WindowEnds,
    pub(crate) next_event: NextEvent,
    pub(crate) occurrence: Occurrence,
}

impl FakeLog {
    /// Reads a window. After each call except the last, one of the late events is logged.
    pub(crate) fn read(
        &self,
        (from, to): (i64, i64),
        late: &[LoggedEvent],
        limits: EventLimits,
    ) -> Result<FetchedEvents, EventsError> {
        let mut log = self.clone();
        let mut late = late.iter();
        let mut collector = EventCollector::new(log.zone, EventWindow::new(utc(from), utc(to)), limits);
        loop {
            let page = decode(&log.reply(collector.query()), log.zone)?;
            if collector.add(page)? == NextStep::Finish {
                return collector.finish();
            }
            log.events.extend(late.next().cloned());
        }
    }

    /// Returns the reply to a request.
    pub(crate) fn reply(&self, query: EventQuery<'_>) -> Vec<u8> {
        let (from, to) = (self.microsecond(query.from), self.microsecond(query.to));
        let limit: i64 = query.next.map_or(i64::MAX, |next| next.get().parse().expect("a number of this log"));
        let is_requested = |event: &&LoggedEvent| {
            let second = event.second() * MICROSECONDS;
            let is_inside = match self.ends {
                WindowEnds::Included => from <= second && second <= to,
                WindowEnds::Excluded => from < second && second < to,
                WindowEnds::Instants => from <= event.at && event.at <= to,
            };
            is_inside && event.at <= limit
        };
        let mut events: Vec<&LoggedEvent> = self.events.iter().filter(is_requested).collect();
        events.sort_by_key(|event| Reverse(event.at));
        let next_index = match self.next_event {
            NextEvent::LastOfThisReply => self.page - 1,
            NextEvent::FirstOfNextReply => self.page,
        };
        let next = events.get(self.page).and_then(|_| events.get(next_index)).map(|event| event.at);
        events.truncate(self.page);
        let mut json = String::from("{\"status\":\"OK\",\"next\":");
        json.push_str(&next.map_or("null".to_owned(), |next| next.to_string()));
        json.push_str(",\"data\":");
        if events.is_empty() {
            json.push_str("[]}");
            return json.into_bytes();
        }
        for (index, event) in events.into_iter().enumerate() {
            json.push(if index == 0 { '{' } else { ',' });
            let time = event.local(self.zone).format("%Y-%m-%d %H:%M:%S");
            write!(json, "\"Event{}\":{{\"Time\":\"{time}\",\"Data\":\"{}\"}}", index + 1, event.data).expect("memory");
        }
        json.push_str("}}");
        json.into_bytes()
    }

    fn microsecond(&self, local: NaiveDateTime) -> i64 {
        let second = match (self.zone.from_local_datetime(&local), self.occurrence) {
            (LocalResult::Single(time), _) => time,
            (LocalResult::Ambiguous(time, _), Occurrence::First)
            | (LocalResult::Ambiguous(_, time), Occurrence::Second) => time,
            (LocalResult::None, _) => panic!("{local} was requested, which does not exist in {}", self.zone),
        };
        second.timestamp() * MICROSECONDS
    }
}
