//! LastPass's log (`reporting`): every event of a stretch of time, each exactly once, newest first.
//!
//! LastPass gives at most 10,000 events a reply, to the second, in local times without a zone, and
//! names no event. What follows from that is decided here and seen nowhere else.

mod assembly;
mod decode;
mod id;
mod overlap;
mod passes;
mod window;

use crate::{
    domain::{Event, OwnedEventFields},
    lastpass::local_time::Moments,
};

pub use window::EventWindow;

pub(crate) use assembly::{Assembly, Limits, Next};
pub(crate) use decode::decode;

/// The events of a stretch of time, and what the reading of them has to say.
#[derive(Debug, Default)]
pub struct FetchedEvents {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// What somebody who relies on them should know.
    pub warnings: Vec<EventWarning>,
}

/// The newest events of a stretch of time, as many as one reply holds.
#[derive(Debug)]
pub struct NewestEvents {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// Whether there are older ones.
    pub is_truncated: bool,
}

/// Something about a reading of the log that somebody who relies on it should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWarning {
    /// Two replies met within an hour that comes twice: identical events where they met may be counted once.
    RepeatedHour,
    /// Entries without a time that can be read, or that are no entries at all, were left out.
    Unreadable {
        /// How many.
        entries: u64,
    },
    /// LastPass complained beside its data.
    UpstreamWarning,
    /// Events that one reply held did not come again with the next, which was asked for them.
    MissingEvents,
}

/// An event as it was sent, with the moments at which it may have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    moments: Moments,
    text: OwnedEventFields,
}

/// Puts events in order, newest first. Those of one second, and those of an hour that comes twice, keep the
/// reply's order: only it may tell which pass they belong to.
///
/// A vendor page shows a reply with the oldest event first, recordings the newest: one that starts older than it
/// ends is turned round.
fn newest_first(events: &mut [Sent]) {
    if let [first, .., last] = events
        && first.moments.latest() < last.moments.earliest()
    {
        events.reverse();
    }
    events.sort_by_key(|event| {
        std::cmp::Reverse(event.moments.hour().map_or(event.moments.earliest(), |hour| hour.turn()))
    });
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
