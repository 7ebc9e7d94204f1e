//! What is asked of the log in turn, by examples: of the assembly, and of the client over a transport.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDateTime;
use chrono_tz::America::New_York;
use futures_util::future::{BoxFuture, FutureExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::{Duration, Instant};

use crate::lastpass::{
    Account, CallContext, Client, Dialect, Error, EventsError, InvalidReply, Transport, TransportError,
    dialect::EventQuery,
    events::{
        Assembly, EventWindow, FetchedEvents, Limits, Next, decode,
        model::{Ends, LastPass, Logged, NextNames, Pass, moment, second_of},
    },
};

const DAY: &str = "2026-01-15";
const END_OF_SUMMER: &str = "2026-11-01";

/// A log with one event at each of the times of the day, in UTC.
fn log(day: &str, times: &[&str], ends: Ends) -> LastPass {
    let event = |(number, time): (usize, &&str)| Logged {
        at: second_of(&format!("{day}T{time}Z")) * 1_000_000 + number as i64,
        data: number.to_string(),
    };
    let events = times.iter().enumerate().map(event).collect();
    LastPass { zone: New_York, events, page: 3, ends, next_names: NextNames::LastOfThisReply, pass: Pass::First }
}

fn window(day: &str, from: &str, to: &str) -> EventWindow {
    let moment = |time: &str| moment(second_of(&format!("{day}T{time}Z")));
    EventWindow::new(moment(from), moment(to))
}

/// What is asked, as `from/to`, with `next` where it is followed, and how it ends: the events' data, or an error.
fn check(lastpass: &LastPass, window: EventWindow, asked: &[&str], expected: Result<&str, EventsError>) {
    let mut assembly = Assembly::new(lastpass.zone, window, Limits::default());
    let mut queries = Vec::new();
    let result = loop {
        let query = assembly.query();
        let time = |time: NaiveDateTime| time.format("%H:%M:%S").to_string();
        let next = query.next.map_or("", |_| " next");
        queries.push(format!("{}/{}{next}", time(query.from), time(query.to)));
        match assembly.take(decode(&lastpass.reply(query), lastpass.zone).unwrap()) {
            Ok(Next::Ask) => {}
            Ok(Next::Finish) => break assembly.finish(),
            Err(error) => break Err(error),
        }
    };
    assert_eq!(queries, asked);
    let data = |reading: FetchedEvents| reading.events.iter().map(|event| event.fields().data).collect::<String>();
    assert_eq!(result.map(data), expected.map(str::to_owned));
}

fn too_large(day: &str, from: &str) -> Result<&'static str, EventsError> {
    Err(EventsError::WindowTooLarge { from: moment(second_of(&format!("{day}T{from}Z"))) })
}

#[test]
fn the_oldest_second_is_dropped_and_asked_for_again() {
    let times = ["12:00:00", "12:00:05", "12:00:05", "12:00:07", "12:00:09"];
    for ends in [Ends::Included, Ends::Excluded, Ends::Instants] {
        let asked = ["06:59:59/08:00:00", "06:59:59/07:00:06"];
        check(&log(DAY, &times, ends), window(DAY, "12:00:00", "13:00:00"), &asked, Ok("43210"));
    }
}

#[test]
fn a_second_that_is_known_does_not_stand_in_the_way_of_the_one_before() {
    let times = ["12:00:00", "12:00:04", "12:00:04", "12:00:05", "12:00:05"];
    let all = window(DAY, "12:00:00", "13:00:00");
    let asked = ["06:59:59/08:00:00", "06:59:59/07:00:05", "06:59:59/07:00:04"];
    check(&log(DAY, &times, Ends::Included), all, &asked, Ok("43210"));
    check(&log(DAY, &times, Ends::Excluded), all, &asked[..2], Ok("43210"));
}

#[test]
fn a_second_that_fills_a_reply_ends_the_window_that_can_be_had() {
    let times = ["12:00:00", "12:00:04", "12:00:04", "12:00:04", "12:00:05"];
    let asked = ["06:59:59/08:00:00", "06:59:59/07:00:05"];
    let lastpass = log(DAY, &times, Ends::Excluded);
    check(&lastpass, window(DAY, "12:00:00", "13:00:00"), &asked, too_large(DAY, "12:00:05"));
    check(&lastpass, window(DAY, "12:00:00", "12:00:05"), &["06:59:59/07:00:05"], too_large(DAY, "12:00:05"));
}

#[test]
fn what_is_named_instead_of_a_window_that_is_too_large_leaves_room_for_events_to_come() {
    let times: Vec<_> = (0..120).map(|second| format!("12:{:02}:{:02}", second / 60, second % 60)).collect();
    let times: Vec<_> = times.iter().map(String::as_str).collect();
    let lastpass = LastPass { page: 1_000, ..log(DAY, &times, Ends::Included) };
    let limits = Limits { events: 100, ..Limits::default() };
    let (from, to) = (second_of("2026-01-15T12:00:00Z"), second_of("2026-01-15T12:02:00Z"));
    let Err(EventsError::WindowTooLarge { from: fits }) = lastpass.read((from, to), &[], limits) else { panic!("120") };
    let read = lastpass.read((fits.timestamp(), to), &[], limits).unwrap();
    assert_eq!(read.events.len(), 98);
}

#[test]
fn in_an_hour_that_comes_twice_next_is_followed() {
    let times = ["05:10:00", "05:50:00", "06:10:00", "06:50:00", "07:10:00"];
    let lastpass = log(END_OF_SUMMER, &times, Ends::Included);
    let asked = ["23:59:59/03:00:00", "23:59:59/03:00:00 next"];
    check(&lastpass, window(END_OF_SUMMER, "04:00:00", "08:00:00"), &asked, Ok("43210"));
    let whole = ["00:59:59/02:00:00", "00:59:59/02:00:00 next"];
    check(&lastpass, window(END_OF_SUMMER, "05:30:00", "06:30:00"), &whole, Ok("21"));
}

#[test]
fn a_crowded_second_after_that_hour_is_passed_by_next() {
    let times = ["05:50:00", "06:10:00", "07:00:00", "07:00:00", "07:00:00"];
    let lastpass = log(END_OF_SUMMER, &times, Ends::Included);
    let asked = ["00:59:59/02:00:00", "00:59:59/02:00:00 next"];
    check(&lastpass, window(END_OF_SUMMER, "05:30:00", "06:30:00"), &asked, Ok("10"));
}

#[test]
fn a_reply_that_says_more_and_brings_none_makes_no_sense() {
    let senseless = EventsError::LastPass(Error::InvalidReply(InvalidReply::Shape));
    let reply = |json: &str| {
        let mut assembly = Assembly::new(New_York, window(DAY, "12:00:00", "13:00:00"), Limits::default());
        assembly.take(decode(json.as_bytes(), New_York).unwrap())
    };
    assert_eq!(reply(r#"{"next":"1","data":[]}"#), Err(senseless.clone()));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 09:00:00"}]}"#), Err(senseless));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 06:00:00"}]}"#), Ok(Next::Finish));
    assert_eq!(reply(r#"{"next":"1","data":[{"Time":"2026-01-15 07:30:00"}]}"#), Ok(Next::Ask));
}

/// Questions as either dialect writes them, answered by the model.
impl Transport for LastPass {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        #[derive(Deserialize)]
        struct Stretch {
            from: String,
            to: String,
            user: String,
            next: Option<Box<RawValue>>,
        }
        #[derive(Deserialize)]
        struct Nested {
            data: Stretch,
        }
        let body = request.body();
        let stretch = match serde_json::from_slice::<Nested>(body) {
            Ok(Nested { data }) => data,
            Err(_) => serde_json::from_slice(body).expect("a question in one of the dialects"),
        };
        assert_eq!(stretch.user, "allusers");
        let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a local time");
        let query = EventQuery { from: time(&stretch.from), to: time(&stretch.to), next: stretch.next.as_deref() };
        let reply = http::Response::new(Bytes::from(self.reply(query)));
        async move { Ok(reply) }.boxed()
    }
}

#[tokio::test]
async fn the_client_reads_the_log_in_both_dialects() {
    let times = ["05:10:00", "05:50:00", "06:10:00", "06:50:00", "07:10:00", "07:10:00", "07:10:01"];
    for dialect in [Dialect::Enterprise, Dialect::Guide] {
        let lastpass = Arc::new(log(END_OF_SUMMER, &times, Ends::Included));
        let account = Account {
            number: "123".to_owned(),
            provisioning_hash: "h".into(),
            url: "https://lastpass.com/enterpriseapi.php".parse().unwrap(),
            dialect,
            label: "us".to_owned(),
        };
        let client = Client::new(lastpass, account, New_York);
        let budget = CallContext { deadline: Instant::now() + Duration::from_secs(60), meter: Arc::default() };
        let reading = client.events(window(END_OF_SUMMER, "04:00:00", "08:00:00"), &budget).await.unwrap();
        let data: String = reading.events.iter().map(|event| event.fields().data).collect();
        assert_eq!((data.as_str(), budget.meter.calls()), ("6543210", 5));
        let nothing = client.events(window(END_OF_SUMMER, "08:00:00", "08:00:00"), &budget).await.unwrap();
        assert_eq!((nothing.events.len(), budget.meter.calls()), (0, 5), "an empty window needs no call");
    }
}
