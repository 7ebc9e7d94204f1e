//! Derives the ids of events, since LastPass has none.

use std::collections::HashMap;

use aws_lc_rs::digest;

use crate::domain::{EventFields, EventId};

/// Derives ids, from the oldest event to the newest.
///
/// An id is a digest of the five fields and of the number of older equal events. Equal events have the same local
/// second, and a second is always read completely, so that an event has the same id in every reply.
#[derive(Debug, Default)]
pub(crate) struct EventIds<'a> {
    /// How often each event occurred in the scope.
    counts: HashMap<[&'a str; 5], u32>,
    scope: Option<i64>,
}

impl<'a> EventIds<'a> {
    /// Returns the id of the next event. `scope` is its second, or one second for all events of a repeated hour.
    pub(crate) fn next(&mut self, scope: i64, fields: EventFields<'a>) -> EventId {
        if self.scope.replace(scope) != Some(scope) {
            self.counts.clear();
        }
        let EventFields { time, username, ip_address, action, data } = fields;
        let fields = [time, username, ip_address, action, data];
        let count = self.counts.entry(fields).or_default();
        let id = digest_of(fields, *count);
        *count += 1;
        id
    }
}

fn digest_of(fields: [&str; 5], count: u32) -> EventId {
    let mut digest = digest::Context::new(&digest::SHA256);
    for field in fields {
        // The lengths distinguish fields that are equal when concatenated.
        digest.update(&(field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.update(&count.to_be_bytes());
    let digest = digest.finish();
    EventId(*digest.as_ref().first_chunk().expect("a SHA-256 digest is longer than an id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(username: &'static str, action: &'static str) -> EventFields<'static> {
        EventFields { time: "2026-11-24 07:00:00", username, ip_address: "::1", action, data: "" }
    }

    #[test]
    fn an_id_never_changes() {
        let mut ids = EventIds::default();
        assert_eq!(ids.next(7, event("ann", "Log in")).to_string(), "5cb9e93899ae345042fe8983");
        assert_eq!(ids.next(7, event("ann", "Log in")).to_string(), "83e374397338cb3c35d6b771");
    }

    #[test]
    fn equal_events_are_numbered_within_a_second() {
        let mut ids = EventIds::default();
        let first = ids.next(7, event("ann", "Log in"));
        assert_ne!(ids.next(7, event("ann", "Log in")), first);
        assert_ne!(ids.next(7, event("an", "nLog in")), first);
        assert_eq!(ids.next(8, event("ann", "Log in")), first, "each second starts at zero");
    }
}
