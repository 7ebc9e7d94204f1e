//! Properties of every log, however it is divided into replies.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use chrono::{LocalResult, TimeZone};
use chrono_tz::Tz;
use proptest::{collection::vec, prelude::*};

use crate::{
    domain::Event,
    lastpass::{
        error::EventsError,
        events::{
            collector::{EventCollector, EventLimits, EventWarning, FetchedEvents, NextStep},
            decode::decode,
            fake_log::{FakeLog, LoggedEvent, NextEvent, Occurrence, WindowEnds, second_of, utc},
            window::EventWindow,
        },
    },
};

const LIMITS: EventLimits = EventLimits { events: 200_000, held: 300_000, calls: 10_000, text: usize::MAX };

/// Zones, and the instants of their transitions to and from daylight saving time.
const TRANSITIONS: [(Tz, &str); 9] = [
    (chrono_tz::America::New_York, "2026-11-01T06:00:00Z"),
    (chrono_tz::America::New_York, "2026-03-08T07:00:00Z"),
    (chrono_tz::Europe::Berlin, "2026-10-25T01:00:00Z"),
    (chrono_tz::Europe::Berlin, "2026-03-29T01:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2026-04-04T15:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2026-10-03T15:30:00Z"),
    (chrono_tz::America::Sao_Paulo, "2018-02-18T02:00:00Z"),
    (chrono_tz::America::Sao_Paulo, "2018-11-04T03:00:00Z"),
    (chrono_tz::UTC, "2026-01-15T12:00:00Z"),
];

/// Seconds from a transition, near the ends of the hours before and after it.
fn offset() -> impl Strategy<Value = i64> {
    (prop::sample::select(vec![-7200_i64, -3600, -1800, 0, 1800, 3600, 7200]), -3_i64..=3).prop_map(|(a, b)| a + b)
}

#[derive(Debug, Clone, Copy)]
enum Similarity {
    /// No two events are equal.
    Distinct,
    /// Many events are equal.
    Equal,
}

fn any_log(similarity: Similarity) -> impl Strategy<Value = FakeLog> {
    let ends = prop::sample::select(vec![WindowEnds::Included, WindowEnds::Excluded, WindowEnds::Instants]);
    let next_event = prop::sample::select(vec![NextEvent::LastOfThisReply, NextEvent::FirstOfNextReply]);
    let occurrence = prop::sample::select(vec![Occurrence::First, Occurrence::Second]);
    let transition = prop::sample::select(TRANSITIONS.to_vec());
    let events = vec((offset(), 0_u8..2), 0..70);
    (transition, events, 3_usize..10, ends, next_event, occurrence).prop_map(
        move |((zone, transition), events, page, ends, next_event, occurrence)| FakeLog {
            zone,
            events: logged(second_of(transition), &events, similarity),
            page,
            ends,
            next_event,
            occurrence,
        },
    )
}

/// Returns events of different microseconds. The first event of a second is at its start.
fn logged(transition: i64, events: &[(i64, u8)], similarity: Similarity) -> Vec<LoggedEvent> {
    let mut counts = HashMap::<i64, i64>::new();
    let mut logged = Vec::new();
    for (number, (offset, letter)) in events.iter().enumerate() {
        let count = counts.entry(*offset).or_default();
        let data = match similarity {
            Similarity::Distinct => format!("{number}"),
            Similarity::Equal => format!("{letter}"),
        };
        logged.push(LoggedEvent { at: (transition + offset) * 1_000_000 + *count, data });
        *count += 1;
    }
    logged
}

/// Returns the events of a window that have to be read: second and data.
fn expected(log: &FakeLog, (from, to): (i64, i64)) -> Vec<(i64, String)> {
    let mut events = log.events.clone();
    events.sort_by_key(|event| Reverse(event.at));
    let occurrences = |event: &LoggedEvent| match log.zone.from_local_datetime(&event.local(log.zone)) {
        LocalResult::Ambiguous(first, second) => Some((first.timestamp(), second.timestamp())),
        LocalResult::Single(_) | LocalResult::None => None,
    };
    let of_occurrence = |is_second: bool| {
        let events = events.iter().filter_map(|event| Some((event, occurrences(event)?)));
        events.filter(move |(event, (first, _))| (event.second() != *first) == is_second).map(|(_, (first, _))| first)
    };
    // The order shows where clocks were set back if the local times after it start before those before it end.
    let is_clear =
        of_occurrence(true).min().zip(of_occurrence(false).max()).is_some_and(|(after, before)| after < before);
    let at = |event: &LoggedEvent| match occurrences(event) {
        Some((first, _)) if !is_clear => first,
        Some(_) | None => event.second(),
    };
    let mut resolved: Vec<_> = events.iter().map(|event| (at(event), event.data.clone())).collect();
    resolved.sort_by_key(|(at, _)| Reverse(*at));
    resolved.retain(|(at, _)| (from..to).contains(at));
    resolved
}

fn fetched_events(fetched: &FetchedEvents) -> Vec<(i64, String)> {
    fetched.events.iter().map(|event| (event.at().timestamp(), event.fields().data.to_owned())).collect()
}

fn counts<'a>(events: impl Iterator<Item = &'a String>) -> HashMap<&'a str, usize> {
    events.fold(HashMap::new(), |mut counts, event| {
        *counts.entry(event).or_default() += 1;
        counts
    })
}

fn window(log: &FakeLog, a: i64, b: i64) -> (i64, i64) {
    let transition = TRANSITIONS.iter().find(|(zone, transition)| {
        let is_near = |event: &LoggedEvent| (event.second() - second_of(transition)).abs() < 10_000;
        *zone == log.zone && log.events.first().is_none_or(is_near)
    });
    let transition = second_of(transition.unwrap().1);
    (transition + a.min(b), transition + a.max(b) + 1)
}

/// Returns the largest number of events of one second.
fn most_in_a_second(log: &FakeLog) -> usize {
    let mut counts = HashMap::<i64, usize>::new();
    for event in &log.events {
        *counts.entry(event.second()).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_event_is_read_once_in_order(log in any_log(Similarity::Distinct), a in offset(), b in offset()) {
        let (from, to) = window(&log, a, b);
        match log.read((from, to), &[], LIMITS) {
            Ok(fetched) => prop_assert_eq!(fetched_events(&fetched), expected(&log, (from, to))),
            Err(EventsError::WindowTooLarge { from: start }) => {
                // With `WindowEnds::Instants` one event of the last requested second takes a place in the reply.
                prop_assert!(most_in_a_second(&log) + 1 >= log.page);
                let smaller = (start.timestamp(), to);
                prop_assert!(from < smaller.0 && smaller.0 <= to);
                prop_assert_eq!(fetched_events(&log.read(smaller, &[], LIMITS).unwrap()), expected(&log, smaller));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn equal_events_are_merged_only_with_a_warning(log in any_log(Similarity::Equal)) {
        let (from, to) = window(&log, -20_000, 20_000);
        let Ok(fetched) = log.read((from, to), &[], LIMITS) else { return Ok(()) };
        let ids: HashSet<_> = fetched.events.iter().map(|event| event.id()).collect();
        prop_assert_eq!(ids.len(), fetched.events.len());
        if !fetched.warnings.contains(&EventWarning::RepeatedHour) {
            prop_assert_eq!(fetched_events(&fetched), expected(&log, (from, to)));
            return Ok(());
        }
        let time = |event: &LoggedEvent| event.local(log.zone).format("%Y-%m-%d %H:%M:%S").to_string();
        let logged: Vec<_> = log.events.iter().map(|event| time(event) + &event.data).collect();
        let line = |event: &Event| event.fields().time.to_owned() + event.fields().data;
        let fetched: Vec<_> = fetched.events.iter().map(line).collect();
        let (logged, fetched) = (counts(logged.iter()), counts(fetched.iter()));
        prop_assert_eq!(logged.len(), fetched.len(), "one of each remains");
        prop_assert!(fetched.iter().all(|(event, count)| *count <= logged[event]));
    }

    #[test]
    fn an_event_has_the_same_id_and_time_in_every_window(
        log in any_log(Similarity::Equal), page in 3_usize..10, a in offset(), b in offset(),
    ) {
        let (from, to) = window(&log, a, b);
        let other = FakeLog { page, ..log.clone() };
        let (Ok(wide), Ok(narrow)) =
            (log.read((from - 20_000, to + 20_000), &[], LIMITS), other.read((from, to), &[], LIMITS))
        else {
            return Ok(());
        };
        if wide.warnings.is_empty() && narrow.warnings.is_empty() {
            let inside = wide.events.into_iter().filter(|event| (from..to).contains(&event.at().timestamp()));
            prop_assert_eq!(inside.collect::<Vec<_>>(), narrow.events);
        }
    }

    #[test]
    fn events_logged_during_the_read_change_no_other_event(
        log in any_log(Similarity::Distinct), late in vec(offset(), 0..30), a in offset(), b in offset(),
    ) {
        let window = window(&log, a, b);
        let transition = window.0 - a.min(b);
        let late_event = |(number, offset): (usize, &i64)| {
            let at = (transition + offset) * 1_000_000 + 500_000 + number as i64;
            LoggedEvent { at, data: format!("late {number}") }
        };
        let late: Vec<_> = late.iter().enumerate().map(late_event).collect();
        let Ok(fetched) = log.read(window, &late, LIMITS) else { return Ok(()) };
        let fetched_events = fetched_events(&fetched);
        let counts = counts(fetched_events.iter().map(|(_, data)| data));
        prop_assert!(counts.values().all(|count| *count == 1), "an event is duplicated");
        prop_assert!(fetched_events.is_sorted_by_key(|(at, _)| Reverse(*at)));
        let is_unambiguous = |second: &i64| {
            let local = log.zone.from_utc_datetime(&utc(*second).naive_utc()).naive_local();
            matches!(log.zone.from_local_datetime(&local), LocalResult::Single(_))
        };
        for (at, data) in expected(&log, window).into_iter().filter(|(at, _)| is_unambiguous(at)) {
            prop_assert!(fetched_events.contains(&(at, data.clone())), "{data} is missing");
        }
    }

    #[test]
    fn a_window_that_is_too_large_suggests_a_smaller_one(
        log in any_log(Similarity::Distinct), most in 1_usize..40, a in offset(), b in offset(),
    ) {
        let (from, to) = window(&log, a, b);
        let limits = EventLimits { events: most, ..LIMITS };
        let all = expected(&log, (from, to));
        match log.read((from, to), &[], limits) {
            Ok(fetched) => prop_assert_eq!(fetched_events(&fetched), all),
            Err(EventsError::WindowTooLarge { from: start }) => {
                let smaller = (start.timestamp(), to);
                prop_assert!(from < smaller.0 && smaller.0 <= to);
                prop_assert_eq!(fetched_events(&log.read(smaller, &[], limits).unwrap()), expected(&log, smaller));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn reading_an_invalid_log_ends(
        pages in vec((vec((0_u32..4, 0_u32..60), 0..12), 0_u8..5), 1..6), a in offset(), b in offset(),
    ) {
        let zone = chrono_tz::America::New_York;
        for day in ["2026-11-01", "2026-03-08"] {
            let middle = second_of(&format!("{day}T06:30:00Z"));
            let (from, to) = (middle + a.min(b), middle + a.max(b) + 1);
            let limits = EventLimits { events: 50, held: 80, calls: 20, text: usize::MAX };
            let mut collector = EventCollector::new(zone, EventWindow::new(utc(from), utc(to)), limits);
            for calls in 0.. {
                prop_assert!(calls < limits.calls, "it does not end");
                let _ = collector.query();
                let (events, next) = &pages[calls % pages.len()];
                let event = |(hour, minute): &(u32, u32)| format!(r#"{{"Time":"{day} {hour:02}:{minute:02}:00"}}"#);
                let events = events.iter().map(event).collect::<Vec<_>>().join(",");
                let next = if *next == 0 { "null".to_owned() } else { next.to_string() };
                let page = decode(format!(r#"{{"next":{next},"data":[{events}]}}"#).as_bytes(), zone).unwrap();
                match collector.add(page) {
                    Ok(NextStep::Fetch) => {}
                    Ok(NextStep::Finish) => {
                        if let Ok(fetched) = collector.finish() {
                            let fetched_events = fetched_events(&fetched);
                            prop_assert!(fetched_events.iter().all(|(at, _)| (from..to).contains(at)));
                            prop_assert!(fetched_events.is_sorted_by_key(|(at, _)| Reverse(*at)));
                        }
                        break;
                    }
                    Err(_) => break,
                }
            }
        }
    }
}
