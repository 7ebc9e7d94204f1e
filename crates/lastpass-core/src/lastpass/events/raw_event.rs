//! An event before its time is certain, and the order of such events.

use std::cmp::Reverse;

use crate::{domain::OwnedEventFields, lastpass::local_time::Instants};

/// An event of a reply, with the instants at which it may have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawEvent {
    pub(crate) instants: Instants,
    pub(crate) fields: OwnedEventFields,
}

/// Sorts events, the newest first. Events of the same second, and those of a repeated hour, keep the reply's order:
/// only that order shows to which occurrence of the hour they belong.
///
/// A vendor page shows a reply with the oldest event first, recordings show the newest first. A reply that starts with
/// an older event than it ends with is reversed.
pub(crate) fn sort_newest_first(events: &mut [RawEvent]) {
    if let [first, .., last] = events
        && first.instants.latest() < last.instants.earliest()
    {
        events.reverse();
    }
    events.sort_by_key(|event| {
        Reverse(event.instants.hour().map_or(event.instants.earliest(), |hour| hour.transition()))
    });
}
