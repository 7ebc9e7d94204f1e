//! A small LastPass for tests: a stream of events, given in pages, with the quirks that its log has or may have.

use std::{cmp::Reverse, fmt::Write};

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::lastpass::{
    EventsError,
    dialect::EventQuery,
    events::{Assembly, EventWindow, FetchedEvents, Limits, Next, decode},
};

const MICROSECONDS: i64 = 1_000_000;

pub(crate) fn moment(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("in range")
}

pub(crate) fn second_of(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("a time").timestamp()
}

/// An event as LastPass itself knows it: to the microsecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) at: i64,
    pub(crate) data: String,
}

impl Logged {
    pub(crate) fn second(&self) -> i64 {
        self.at.div_euclid(MICROSECONDS)
    }

    pub(crate) fn local(&self, zone: Tz) -> NaiveDateTime {
        moment(self.second()).with_timezone(&zone).naive_local()
    }
}

/// How the ends of a window are read, which is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The seconds that are named belong to the window.
    Included,
    /// They do not.
    Excluded,
    /// The beginnings of the seconds that are named belong to the window, and nothing more of the last.
    Instants,
}

/// What `next` names, which is not documented either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextNames {
    LastOfThisReply,
    FirstOfTheNextReply,
}

/// Which pass LastPass takes a local time for that exists twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    First,
    Second,
}

#[derive(Debug, Clone)]
pub(crate) struct LastPass {
    pub(crate) zone: Tz,
    pub(crate) events: Vec<Logged>,
    pub(crate) page: usize,
    pub(crate) ends: Ends,
    pub(crate) next_names: NextNames,
    pub(crate) pass: Pass,
}

impl LastPass {
    /// Reads a window; after each call but the last, one of the late events comes in.
    pub(crate) fn read(
        &self,
        (from, to): (i64, i64),
        late: &[Logged],
        limits: Limits,
    ) -> Result<FetchedEvents, EventsError> {
        let mut lastpass = self.clone();
        let mut late = late.iter();
        let mut assembly = Assembly::new(lastpass.zone, EventWindow::new(moment(from), moment(to)), limits);
        loop {
            let page = decode(&lastpass.reply(assembly.query()), lastpass.zone)?;
            if assembly.take(page)? == Next::Finish {
                return assembly.finish();
            }
            lastpass.events.extend(late.next().cloned());
        }
    }

    /// The reply to a question.
    pub(crate) fn reply(&self, query: EventQuery<'_>) -> Vec<u8> {
        let (from, to) = (self.microsecond(query.from), self.microsecond(query.to));
        let limit: i64 = query.next.map_or(i64::MAX, |next| next.get().parse().expect("our own number"));
        let is_asked = |event: &&Logged| {
            let second = event.second() * MICROSECONDS;
            let is_inside = match self.ends {
                Ends::Included => from <= second && second <= to,
                Ends::Excluded => from < second && second < to,
                Ends::Instants => from <= event.at && event.at <= to,
            };
            is_inside && event.at <= limit
        };
        let mut events: Vec<&Logged> = self.events.iter().filter(is_asked).collect();
        events.sort_by_key(|event| Reverse(event.at));
        let place = match self.next_names {
            NextNames::LastOfThisReply => self.page - 1,
            NextNames::FirstOfTheNextReply => self.page,
        };
        let next = events.get(self.page).and_then(|_| events.get(place)).map(|event| event.at);
        events.truncate(self.page);
        let mut json = String::from("{\"status\":\"OK\",\"next\":");
        json.push_str(&next.map_or("null".to_owned(), |next| next.to_string()));
        json.push_str(",\"data\":");
        if events.is_empty() {
            json.push_str("[]}");
            return json.into_bytes();
        }
        for (place, event) in events.into_iter().enumerate() {
            json.push(if place == 0 { '{' } else { ',' });
            let time = event.local(self.zone).format("%Y-%m-%d %H:%M:%S");
            write!(json, "\"Event{}\":{{\"Time\":\"{time}\",\"Data\":\"{}\"}}", place + 1, event.data).expect("memory");
        }
        json.push_str("}}");
        json.into_bytes()
    }

    fn microsecond(&self, local: NaiveDateTime) -> i64 {
        let second = match (self.zone.from_local_datetime(&local), self.pass) {
            (LocalResult::Single(time), _) => time,
            (LocalResult::Ambiguous(time, _), Pass::First) | (LocalResult::Ambiguous(_, time), Pass::Second) => time,
            (LocalResult::None, _) => panic!("asked for {local}, which no clock of {} shows", self.zone),
        };
        second.timestamp() * MICROSECONDS
    }
}
