//! What holds for every stream of events, however it is cut into replies.

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
        EventsError,
        events::{
            Assembly, EventWarning, EventWindow, FetchedEvents, Limits, Next, decode,
            model::{Ends, LastPass, Logged, NextNames, Pass, moment, second_of},
        },
    },
};

const LIMITS: Limits = Limits { events: 200_000, held: 300_000, calls: 10_000, text: usize::MAX };

/// Zones, and moments at which their clocks are changed, back and forth.
const TURNS: [(Tz, &str); 9] = [
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

/// Seconds from a change of clocks, crowded at the edges of the hours before and after.
fn near() -> impl Strategy<Value = i64> {
    (prop::sample::select(vec![-7200_i64, -3600, -1800, 0, 1800, 3600, 7200]), -3_i64..=3).prop_map(|(a, b)| a + b)
}

#[derive(Debug, Clone, Copy)]
enum Likeness {
    /// No two events are equal.
    Distinct,
    /// Many are.
    Alike,
}

fn stream(likeness: Likeness) -> impl Strategy<Value = LastPass> {
    let ends = prop::sample::select(vec![Ends::Included, Ends::Excluded, Ends::Instants]);
    let next_names = prop::sample::select(vec![NextNames::LastOfThisReply, NextNames::FirstOfTheNextReply]);
    let pass = prop::sample::select(vec![Pass::First, Pass::Second]);
    let turn = prop::sample::select(TURNS.to_vec());
    let events = vec((near(), 0_u8..2), 0..70);
    (turn, events, 3_usize..10, ends, next_names, pass).prop_map(
        move |((zone, turn), events, page, ends, next_names, pass)| LastPass {
            zone,
            events: logged(second_of(turn), &events, likeness),
            page,
            ends,
            next_names,
            pass,
        },
    )
}

/// No two events fall into one microsecond; the first of a second falls onto its beginning.
fn logged(turn: i64, events: &[(i64, u8)], likeness: Likeness) -> Vec<Logged> {
    let mut counts = HashMap::<i64, i64>::new();
    let mut logged = Vec::new();
    for (number, (offset, letter)) in events.iter().enumerate() {
        let count = counts.entry(*offset).or_default();
        let data = match likeness {
            Likeness::Distinct => format!("{number}"),
            Likeness::Alike => format!("{letter}"),
        };
        logged.push(Logged { at: (turn + offset) * 1_000_000 + *count, data });
        *count += 1;
    }
    logged
}

/// The events of a window as they should be read: second and data.
fn expected(lastpass: &LastPass, (from, to): (i64, i64)) -> Vec<(i64, String)> {
    let mut events = lastpass.events.clone();
    events.sort_by_key(|event| Reverse(event.at));
    let passes = |event: &Logged| match lastpass.zone.from_local_datetime(&event.local(lastpass.zone)) {
        LocalResult::Ambiguous(first, second) => Some((first.timestamp(), second.timestamp())),
        LocalResult::Single(_) | LocalResult::None => None,
    };
    let of_pass = |is_second: bool| {
        let events = events.iter().filter_map(|event| Some((event, passes(event)?)));
        events.filter(move |(event, (first, _))| (event.second() != *first) == is_second).map(|(_, (first, _))| first)
    };
    // The order tells where clocks were set back, if what came after it shows an earlier time than what came before.
    let is_told = of_pass(true).min().zip(of_pass(false).max()).is_some_and(|(after, before)| after < before);
    let at = |event: &Logged| match passes(event) {
        Some((first, _)) if !is_told => first,
        Some(_) | None => event.second(),
    };
    let mut placed: Vec<_> = events.iter().map(|event| (at(event), event.data.clone())).collect();
    placed.sort_by_key(|(at, _)| Reverse(*at));
    placed.retain(|(at, _)| (from..to).contains(at));
    placed
}

fn told(reading: &FetchedEvents) -> Vec<(i64, String)> {
    reading.events.iter().map(|event| (event.at().timestamp(), event.fields().data.to_owned())).collect()
}

fn counts<'a>(events: impl Iterator<Item = &'a String>) -> HashMap<&'a str, usize> {
    events.fold(HashMap::new(), |mut counts, event| {
        *counts.entry(event).or_default() += 1;
        counts
    })
}

fn window(lastpass: &LastPass, a: i64, b: i64) -> (i64, i64) {
    let turn = TURNS.iter().find(|(zone, turn)| {
        let is_near = |event: &Logged| (event.second() - second_of(turn)).abs() < 10_000;
        *zone == lastpass.zone && lastpass.events.first().is_none_or(is_near)
    });
    let turn = second_of(turn.unwrap().1);
    (turn + a.min(b), turn + a.max(b) + 1)
}

/// The most events that fell into one second.
fn most_in_a_second(lastpass: &LastPass) -> usize {
    let mut counts = HashMap::<i64, usize>::new();
    for event in &lastpass.events {
        *counts.entry(event.second()).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_event_is_read_once_in_order(lastpass in stream(Likeness::Distinct), a in near(), b in near()) {
        let (from, to) = window(&lastpass, a, b);
        match lastpass.read((from, to), &[], LIMITS) {
            Ok(reading) => prop_assert_eq!(told(&reading), expected(&lastpass, (from, to))),
            Err(EventsError::WindowTooLarge { from: fits }) => {
                // To the microsecond, one event of the second that was asked with takes a place.
                prop_assert!(most_in_a_second(&lastpass) + 1 >= lastpass.page);
                let fits = (fits.timestamp(), to);
                prop_assert!(from < fits.0 && fits.0 <= to);
                prop_assert_eq!(told(&lastpass.read(fits, &[], LIMITS).unwrap()), expected(&lastpass, fits));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn equal_events_are_lost_at_most_where_the_notice_says_so(lastpass in stream(Likeness::Alike)) {
        let (from, to) = window(&lastpass, -20_000, 20_000);
        let Ok(reading) = lastpass.read((from, to), &[], LIMITS) else { return Ok(()) };
        let ids: HashSet<_> = reading.events.iter().map(|event| event.id()).collect();
        prop_assert_eq!(ids.len(), reading.events.len());
        if !reading.warnings.contains(&EventWarning::RepeatedHour) {
            prop_assert_eq!(told(&reading), expected(&lastpass, (from, to)));
            return Ok(());
        }
        let time = |event: &Logged| event.local(lastpass.zone).format("%Y-%m-%d %H:%M:%S").to_string();
        let logged: Vec<_> = lastpass.events.iter().map(|event| time(event) + &event.data).collect();
        let line = |event: &Event| event.fields().time.to_owned() + event.fields().data;
        let told: Vec<_> = reading.events.iter().map(line).collect();
        let (logged, told) = (counts(logged.iter()), counts(told.iter()));
        prop_assert_eq!(logged.len(), told.len(), "one of each is left");
        prop_assert!(told.iter().all(|(event, count)| *count <= logged[event]));
    }

    #[test]
    fn an_event_has_the_same_id_and_time_through_every_window(
        lastpass in stream(Likeness::Alike), page in 3_usize..10, a in near(), b in near(),
    ) {
        let (from, to) = window(&lastpass, a, b);
        let other = LastPass { page, ..lastpass.clone() };
        let (Ok(wide), Ok(narrow)) =
            (lastpass.read((from - 20_000, to + 20_000), &[], LIMITS), other.read((from, to), &[], LIMITS))
        else {
            return Ok(());
        };
        if wide.warnings.is_empty() && narrow.warnings.is_empty() {
            let inside = wide.events.into_iter().filter(|event| (from..to).contains(&event.at().timestamp()));
            prop_assert_eq!(inside.collect::<Vec<_>>(), narrow.events);
        }
    }

    #[test]
    fn what_comes_in_while_it_is_read_disturbs_nothing(
        lastpass in stream(Likeness::Distinct), late in vec(near(), 0..30), a in near(), b in near(),
    ) {
        let window = window(&lastpass, a, b);
        let turn = window.0 - a.min(b);
        let comes = |(number, offset): (usize, &i64)| {
            Logged { at: (turn + offset) * 1_000_000 + 500_000 + number as i64, data: format!("late {number}") }
        };
        let late: Vec<_> = late.iter().enumerate().map(comes).collect();
        let Ok(reading) = lastpass.read(window, &late, LIMITS) else { return Ok(()) };
        let told = told(&reading);
        let counts = counts(told.iter().map(|(_, data)| data));
        prop_assert!(counts.values().all(|count| *count == 1), "an event came twice");
        prop_assert!(told.is_sorted_by_key(|(at, _)| Reverse(*at)));
        let is_plain = |second: &i64| {
            let local = lastpass.zone.from_utc_datetime(&moment(*second).naive_utc()).naive_local();
            matches!(lastpass.zone.from_local_datetime(&local), LocalResult::Single(_))
        };
        for (at, data) in expected(&lastpass, window).into_iter().filter(|(at, _)| is_plain(at)) {
            prop_assert!(told.contains(&(at, data.clone())), "{data} is missing");
        }
    }

    #[test]
    fn a_window_of_too_many_events_names_one_that_fits(
        lastpass in stream(Likeness::Distinct), most in 1_usize..40, a in near(), b in near(),
    ) {
        let (from, to) = window(&lastpass, a, b);
        let limits = Limits { events: most, ..LIMITS };
        let all = expected(&lastpass, (from, to));
        match lastpass.read((from, to), &[], limits) {
            Ok(reading) => prop_assert_eq!(told(&reading), all),
            Err(EventsError::WindowTooLarge { from: fits }) => {
                let fits = (fits.timestamp(), to);
                prop_assert!(from < fits.0 && fits.0 <= to);
                prop_assert_eq!(told(&lastpass.read(fits, &[], limits).unwrap()), expected(&lastpass, fits));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn a_hostile_upstream_comes_to_an_end(
        pages in vec((vec((0_u32..4, 0_u32..60), 0..12), 0_u8..5), 1..6), a in near(), b in near(),
    ) {
        let zone = chrono_tz::America::New_York;
        for day in ["2026-11-01", "2026-03-08"] {
            let noon = second_of(&format!("{day}T06:30:00Z"));
            let (from, to) = (noon + a.min(b), noon + a.max(b) + 1);
            let limits = Limits { events: 50, held: 80, calls: 20, text: usize::MAX };
            let mut assembly = Assembly::new(zone, EventWindow::new(moment(from), moment(to)), limits);
            for calls in 0.. {
                prop_assert!(calls < limits.calls, "it would go on for ever");
                let _ = assembly.query();
                let (events, next) = &pages[calls % pages.len()];
                let event = |(hour, minute): &(u32, u32)| format!(r#"{{"Time":"{day} {hour:02}:{minute:02}:00"}}"#);
                let events = events.iter().map(event).collect::<Vec<_>>().join(",");
                let next = if *next == 0 { "null".to_owned() } else { next.to_string() };
                let page = decode(format!(r#"{{"next":{next},"data":[{events}]}}"#).as_bytes(), zone).unwrap();
                match assembly.take(page) {
                    Ok(Next::Ask) => {}
                    Ok(Next::Finish) => {
                        if let Ok(reading) = assembly.finish() {
                            let told = told(&reading);
                            prop_assert!(told.iter().all(|(at, _)| (from..to).contains(at)));
                            prop_assert!(told.is_sorted_by_key(|(at, _)| Reverse(*at)));
                        }
                        break;
                    }
                    Err(_) => break,
                }
            }
        }
    }
}
