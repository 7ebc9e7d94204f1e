//! Examples of the requests for a window: of the collector, and of the client over a transport.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime};
use chrono_tz::America::New_York;
use futures_util::future::{BoxFuture, FutureExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::Duration;

use crate::lastpass::{
    call_context::CallContext,
    client::Client,
    dialect::{Account, Dialect},
    error::{Error, EventsError, InvalidReply},
    events::{
        collector::{EventCollector, EventLimits, FetchedEvents, NextStep},
        decode::decode,
        fake_log::{FakeLog, LoggedEvent, NextEvent, Occurrence, WindowEnds, second_of, utc},
        window::EventWindow,
    },
    read_command::EventQuery,
    transport::{Transport, TransportError},
};

const DAY: &str = "2026-01-15";
const END_OF_DST: &str = "2026-11-01";

/// Returns a log with one event at each of the times of the day, in UTC.
fn log(day: &str, times: &[&str], ends: WindowEnds) -> FakeLog {
    let event = |(number, time): (usize, &&str)| LoggedEvent {
        at: second_of(&format!("{day}T{time}Z")) * 1_000_000 + number as i64,
        data: number.to_string(),
    };
    let events = times.iter().enumerate().map(event).collect();
    let (next_event, occurrence) = (NextEvent::LastOfThisReply, Occurrence::First);
    FakeLog { zone: New_York, events, page: 3, ends, next_event, occurrence }
}

fn window(day: &str, from: &str, to: &str) -> EventWindow {
    let time = |time: &str| utc(second_of(&format!("{day}T{time}Z")));
    EventWindow::new(time(from), time(to))
}

/// Checks the requests, as `from/to`, with `next` if it is followed, and the result: the events' data, or an error.
fn check(log: &FakeLog, window: EventWindow, requests: &[&str], expected: Result<&str, EventsError>) {
    let mut collector = EventCollector::new(log.zone, window, EventLimits::default());
    let mut sent = Vec::new();
    let result = loop {
        let query = collector.query();
        let time = |time: NaiveDateTime| time.format("%H:%M:%S").to_string();
        let next = query.next.map_or("", |_| " next");
        sent.push(format!("{}/{}{next}", time(query.from), time(query.to)));
        match collector.add(decode(&log.reply(query), log.zone).unwrap()) {
            Ok(NextStep::Fetch) => {}
            Ok(NextStep::Finish) => break collector.finish(),
            Err(error) => break Err(error),
        }
    };
    assert_eq!(sent, requests);
    let data = |fetched: FetchedEvents| fetched.events.iter().map(|event| event.fields().data).collect::<String>();
    assert_eq!(result.map(data), expected.map(str::to_owned));
}

fn too_large(day: &str, from: &str) -> Result<&'static str, EventsError> {
    Err(EventsError::WindowTooLarge { from: utc(second_of(&format!("{day}T{from}Z"))) })
}

#[test]
fn the_oldest_second_is_dropped_and_requested_again() {
    let times = ["12:00:00", "12:00:05", "12:00:05", "12:00:07", "12:00:09"];
    for ends in [WindowEnds::Included, WindowEnds::Excluded, WindowEnds::Instants] {
        let requests = ["06:59:59/08:00:00", "06:59:59/07:00:06"];
        check(&log(DAY, &times, ends), window(DAY, "12:00:00", "13:00:00"), &requests, Ok("43210"));
    }
}

#[test]
fn events_of_a_complete_second_do_not_hide_the_second_before_it() {
    let times = ["12:00:00", "12:00:04", "12:00:04", "12:00:05", "12:00:05"];
    let all = window(DAY, "12:00:00", "13:00:00");
    let requests = ["06:59:59/08:00:00", "06:59:59/07:00:05", "06:59:59/07:00:04"];
    check(&log(DAY, &times, WindowEnds::Included), all, &requests, Ok("43210"));
    check(&log(DAY, &times, WindowEnds::Excluded), all, &requests[..2], Ok("43210"));
}

#[test]
fn a_second_that_fills_a_reply_limits_the_window() {
    let times = ["12:00:00", "12:00:04", "12:00:04", "12:00:04", "12:00:05"];
    let requests = ["06:59:59/08:00:00", "06:59:59/07:00:05"];
    let log = log(DAY, &times, WindowEnds::Excluded);
    check(&log, window(DAY, "12:00:00", "13:00:00"), &requests, too_large(DAY, "12:00:05"));
    check(&log, window(DAY, "12:00:00", "12:00:05"), &["06:59:59/07:00:05"], too_large(DAY, "12:00:05"));
}

#[test]
fn the_suggested_smaller_window_leaves_room_for_more_events() {
    let times: Vec<_> = (0..120).map(|second| format!("12:{:02}:{:02}", second / 60, second % 60)).collect();
    let times: Vec<_> = times.iter().map(String::as_str).collect();
    let log = FakeLog { page: 1_000, ..log(DAY, &times, WindowEnds::Included) };
    let limits = EventLimits { events: 100, ..EventLimits::default() };
    let (from, to) = (second_of("2026-01-15T12:00:00Z"), second_of("2026-01-15T12:02:00Z"));
    let Err(EventsError::WindowTooLarge { from: start }) = log.read((from, to), &[], limits) else { panic!("120") };
    let fetched = log.read((start.timestamp(), to), &[], limits).unwrap();
    assert_eq!(fetched.events.len(), 98);
}

#[test]
fn next_is_followed_in_a_repeated_hour() {
    let times = ["05:10:00", "05:50:00", "06:10:00", "06:50:00", "07:10:00"];
    let log = log(END_OF_DST, &times, WindowEnds::Included);
    let requests = ["23:59:59/03:00:00", "23:59:59/03:00:00 next"];
    check(&log, window(END_OF_DST, "04:00:00", "08:00:00"), &requests, Ok("43210"));
    let whole = ["00:59:59/02:00:00", "00:59:59/02:00:00 next"];
    check(&log, window(END_OF_DST, "05:30:00", "06:30:00"), &whole, Ok("21"));
}

#[test]
fn next_is_followed_past_a_full_second_after_a_repeated_hour() {
    let times = ["05:50:00", "06:10:00", "07:00:00", "07:00:00", "07:00:00"];
    let log = log(END_OF_DST, &times, WindowEnds::Included);
    let requests = ["00:59:59/02:00:00", "00:59:59/02:00:00 next"];
    check(&log, window(END_OF_DST, "05:30:00", "06:30:00"), &requests, Ok("10"));
}

#[test]
fn a_reply_with_next_and_without_events_of_the_window_is_invalid() {
    let invalid = EventsError::LastPass(Error::InvalidReply(InvalidReply::Shape));
    let reply = |json: &str| {
        let window = window(DAY, "12:00:00", "13:00:00");
        let mut collector = EventCollector::new(New_York, window, EventLimits::default());
        collector.add(decode(json.as_bytes(), New_York).unwrap())
    };
    assert_eq!(reply(r#"{"next":"1","data":[]}"#), Err(invalid.clone()));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 09:00:00"}]}"#), Err(invalid));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 06:00:00"}]}"#), Ok(NextStep::Finish));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 07:30:00"}]}"#), Ok(NextStep::Fetch));
}

/// Replies to requests in both dialects.
impl Transport for FakeLog {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        #[derive(Deserialize)]
        struct SentQuery {
            from: String,
            to: String,
            user: String,
            next: Option<Box<RawValue>>,
        }
        #[derive(Deserialize)]
        struct UnderData {
            data: SentQuery,
        }
        let body = request.body();
        let query = match serde_json::from_slice::<UnderData>(body) {
            Ok(UnderData { data }) => data,
            Err(_) => serde_json::from_slice(body).expect("a request in one of the dialects"),
        };
        assert_eq!(query.user, "allusers");
        let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a local time");
        let query = EventQuery { from: time(&query.from), to: time(&query.to), next: query.next.as_deref() };
        let reply = http::Response::new(Bytes::from(self.reply(query)));
        async move { Ok(reply) }.boxed()
    }
}

#[tokio::test]
async fn the_client_fetches_events_in_both_dialects() {
    let times = ["05:10:00", "05:50:00", "06:10:00", "06:50:00", "07:10:00", "07:10:00", "07:10:01"];
    for dialect in [Dialect::Enterprise, Dialect::Guide] {
        let log = Arc::new(log(END_OF_DST, &times, WindowEnds::Included));
        let account = Account {
            number: "123".to_owned(),
            provisioning_hash: "h".into(),
            url: "https://lastpass.com/enterpriseapi.php".parse().unwrap(),
            dialect,
            label: "us".to_owned(),
        };
        let client = Client::new(log, account, New_York);
        let context = CallContext::starting_at(DateTime::UNIX_EPOCH, Duration::from_secs(60));
        let fetched = client.events(window(END_OF_DST, "04:00:00", "08:00:00"), &context).await.unwrap();
        let data: String = fetched.events.iter().map(|event| event.fields().data).collect();
        assert_eq!((data.as_str(), context.meter.calls()), ("6543210", 5));
        let empty = client.events(window(END_OF_DST, "08:00:00", "08:00:00"), &context).await.unwrap();
        assert_eq!((empty.events.len(), context.meter.calls()), (0, 5), "an empty window needs no request");
    }
}
