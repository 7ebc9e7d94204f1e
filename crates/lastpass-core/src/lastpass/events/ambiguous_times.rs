//! Decides at which of two instants an event of a repeated hour happened.

use std::cmp::Reverse;

use crate::{
    domain::OwnedEventFields,
    lastpass::events::raw_event::{RawEvent, sort_newest_first},
};

/// An event with the instant at which it happened.
#[derive(Debug)]
pub(crate) struct ResolvedEvent {
    /// The instant, in Unix seconds.
    pub(crate) at: i64,
    pub(crate) is_ambiguous: bool,
    /// The second within which equal events are numbered for their ids. It is the same for both occurrences of a
    /// repeated hour.
    pub(crate) id_scope: i64,
    pub(crate) fields: OwnedEventFields,
}

/// Resolves the times of events. Returns the newest first.
///
/// An ambiguous local time takes the occurrence of the repeated hour that keeps LastPass's order: if local times rise
/// once from the newest event of the hour to the oldest, clocks were set back at that point. If they do not rise, the
/// order shows nothing; if they rise more often, there is no order. Then all events belong to the first occurrence.
pub(crate) fn resolve_times(mut events: Vec<RawEvent>) -> Vec<ResolvedEvent> {
    sort_newest_first(&mut events);
    let mut times = Vec::with_capacity(events.len());
    for run in events.chunk_by(|newer, older| newer.instants.hour() == older.instants.hour()) {
        let (second, first) = run.split_at(second_occurrence_length(run));
        times.extend(second.iter().map(|event| event.instants.latest()));
        times.extend(first.iter().map(|event| event.instants.earliest()));
    }
    let mut resolved: Vec<ResolvedEvent> = events
        .into_iter()
        .zip(times)
        .map(|(RawEvent { instants, fields }, at)| {
            let hour = instants.hour();
            let id_scope = hour.map_or(at, |hour| hour.transition());
            ResolvedEvent { at, is_ambiguous: hour.is_some(), id_scope, fields }
        })
        .collect();
    resolved.sort_by_key(|event| Reverse(event.at));
    resolved
}

/// Returns how many events of a repeated hour belong to its second occurrence.
fn second_occurrence_length(run: &[RawEvent]) -> usize {
    let rises = |pair: &[RawEvent]| pair[0].instants.earliest() < pair[1].instants.earliest();
    let mut rising = run.windows(2).enumerate().filter(|(_, pair)| rises(pair)).map(|(index, _)| index + 1);
    match (rising.next(), rising.next()) {
        (Some(index), None) => index,
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
            let instants = LocalTimes::new(New_York).instants(&time).unwrap();
            RawEvent { instants, fields: OwnedEventFields::new(EventFields { time: &time, ..EventFields::default() }) }
        };
        let resolved = resolve_times(local.iter().map(event).collect());
        let at = |event: &ResolvedEvent| DateTime::from_timestamp(event.at, 0).unwrap().format("%H:%M").to_string();
        assert_eq!(resolved.iter().map(at).collect::<Vec<_>>(), expected, "{local:?}");
        assert!(resolved.iter().zip(resolved.iter().skip(1)).all(|(newer, older)| newer.at >= older.at));
    }

    #[test]
    fn the_replys_order_decides() {
        check(&["02:10", "01:10", "01:50", "00:30"], &["07:10", "06:10", "05:50", "04:30"]);
        check(&["01:10", "01:10", "01:50", "01:50"], &["06:10", "06:10", "05:50", "05:50"]);
        check(&["01:50", "01:10", "01:40", "01:20"], &["06:50", "06:10", "05:40", "05:20"]);
    }

    #[test]
    fn without_a_clear_order_all_events_belong_to_the_first_occurrence() {
        check(&["02:10", "01:30", "00:30"], &["07:10", "05:30", "04:30"]);
        check(&["01:50", "01:50", "01:10"], &["05:50", "05:50", "05:10"]);
        check(&["01:10", "01:50", "01:10", "01:50"], &["05:50", "05:50", "05:10", "05:10"]);
    }

    #[test]
    fn a_reply_with_the_oldest_first_is_reversed() {
        check(&["00:30", "01:50", "01:10", "02:10"], &["07:10", "06:10", "05:50", "04:30"]);
        check(&["00:30", "02:10", "01:10", "02:40"], &["07:40", "07:10", "05:10", "04:30"]);
    }
}
