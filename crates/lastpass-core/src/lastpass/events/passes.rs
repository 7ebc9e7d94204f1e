//! When events of an hour that comes twice happened.

use std::cmp::Reverse;

use crate::{
    domain::OwnedEventFields,
    lastpass::events::{Sent, newest_first},
};

/// An event with the moment at which it happened.
#[derive(Debug)]
pub(crate) struct Placed {
    /// In Unix seconds.
    pub(crate) at: i64,
    pub(crate) is_ambiguous: bool,
    /// Its second, or one that stands for both passes of its hour.
    pub(crate) stretch: i64,
    pub(crate) text: OwnedEventFields,
}

/// Places events, newest first.
///
/// A local time that exists twice takes the hour that keeps LastPass's order: where times of such an hour rise once
/// on the way from the newest event to the oldest, there clocks were set back. Where they do not rise, nothing
/// tells; where they rise more often, it is no order. Then all belong to the first pass.
pub(crate) fn placed(mut events: Vec<Sent>) -> Vec<Placed> {
    newest_first(&mut events);
    let mut moments = Vec::with_capacity(events.len());
    for run in events.chunk_by(|newer, older| newer.moments.hour() == older.moments.hour()) {
        let (second_pass, first_pass) = run.split_at(length_of_second_pass(run));
        moments.extend(second_pass.iter().map(|event| event.moments.latest()));
        moments.extend(first_pass.iter().map(|event| event.moments.earliest()));
    }
    let mut placed: Vec<Placed> = events
        .into_iter()
        .zip(moments)
        .map(|(Sent { moments, text }, at)| {
            let hour = moments.hour();
            Placed { at, is_ambiguous: hour.is_some(), stretch: hour.map_or(at, |hour| hour.turn()), text }
        })
        .collect();
    placed.sort_by_key(|event| Reverse(event.at));
    placed
}

/// How many events of an hour that comes twice are told to be of its second pass.
fn length_of_second_pass(run: &[Sent]) -> usize {
    let rises = |pair: &[Sent]| pair[0].moments.earliest() < pair[1].moments.earliest();
    let mut places = run.windows(2).enumerate().filter(|(_, pair)| rises(pair)).map(|(place, _)| place + 1);
    match (places.next(), places.next()) {
        (Some(place), None) => place,
        (None, _) | (Some(_), Some(_)) => 0,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono_tz::America::New_York;

    use super::*;
    use crate::{domain::EventFields, lastpass::local_time::LocalTimes};

    fn check(local: &[&str], expected: &[&str]) {
        let event = |time: &&str| {
            let time = format!("2026-11-01 {time}:00");
            let moments = LocalTimes::new(New_York).moments(&time).unwrap();
            Sent { moments, text: OwnedEventFields::new(EventFields { time: &time, ..EventFields::default() }) }
        };
        let placed = placed(local.iter().map(event).collect());
        let at = |event: &Placed| DateTime::from_timestamp(event.at, 0).unwrap().format("%H:%M").to_string();
        assert_eq!(placed.iter().map(at).collect::<Vec<_>>(), expected, "{local:?}");
        assert!(placed.iter().zip(placed.iter().skip(1)).all(|(newer, older)| newer.at >= older.at));
    }

    #[test]
    fn the_replys_order_tells_the_passes() {
        check(&["02:10", "01:10", "01:50", "00:30"], &["07:10", "06:10", "05:50", "04:30"]);
        check(&["01:10", "01:10", "01:50", "01:50"], &["06:10", "06:10", "05:50", "05:50"]);
        check(&["01:50", "01:10", "01:40", "01:20"], &["06:50", "06:10", "05:40", "05:20"]);
    }

    #[test]
    fn where_it_does_not_tell_all_belong_to_the_first_pass() {
        check(&["02:10", "01:30", "00:30"], &["07:10", "05:30", "04:30"]);
        check(&["01:50", "01:50", "01:10"], &["05:50", "05:50", "05:10"]);
        check(&["01:10", "01:50", "01:10", "01:50"], &["05:50", "05:50", "05:10", "05:10"]);
    }

    #[test]
    fn an_order_with_the_oldest_first_is_turned_round() {
        check(&["00:30", "01:50", "01:10", "02:10"], &["07:10", "06:10", "05:50", "04:30"]);
        check(&["00:30", "02:10", "01:10", "02:40"], &["07:40", "07:10", "05:10", "04:30"]);
    }
}
