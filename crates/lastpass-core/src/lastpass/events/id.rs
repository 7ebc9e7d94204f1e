//! What an event is called by, since LastPass does not name it.

use std::collections::HashMap;

use aws_lc_rs::digest;

use crate::domain::{EventFields, EventId};

/// Names events, from the oldest to the newest.
///
/// The id is a digest of the five fields and the count of older equal events. Equal events have the same local
/// second, and a second is always read whole, so that an event has the same id in every reply.
#[derive(Debug, Default)]
pub(crate) struct Ids<'a> {
    /// How often each event came in the second, or in the hour that comes twice.
    counts: HashMap<[&'a str; 5], u32>,
    last: Option<i64>,
}

impl<'a> Ids<'a> {
    /// The next event's id. `stretch` is its second, or a second that stands for both passes of its hour.
    pub(crate) fn next(&mut self, stretch: i64, fields: EventFields<'a>) -> EventId {
        if self.last.replace(stretch) != Some(stretch) {
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
        // The lengths keep apart what would read alike one after the other.
        digest.update(&(field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.update(&count.to_be_bytes());
    let digest = digest.finish();
    EventId(*digest.as_ref().first_chunk().expect("a SHA-256 is longer than an id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(username: &'static str, action: &'static str) -> EventFields<'static> {
        EventFields { time: "2026-11-24 07:00:00", username, ip_address: "::1", action, data: "" }
    }

    #[test]
    fn an_id_never_changes() {
        let mut ids = Ids::default();
        assert_eq!(ids.next(7, event("ann", "Log in")).to_string(), "5cb9e93899ae345042fe8983");
        assert_eq!(ids.next(7, event("ann", "Log in")).to_string(), "83e374397338cb3c35d6b771");
    }

    #[test]
    fn equal_events_are_counted_within_a_second_and_others_do_not_read_alike() {
        let mut ids = Ids::default();
        let first = ids.next(7, event("ann", "Log in"));
        assert_ne!(ids.next(7, event("ann", "Log in")), first);
        assert_ne!(ids.next(7, event("an", "nLog in")), first);
        assert_eq!(ids.next(8, event("ann", "Log in")), first, "a new second counts anew");
    }
}
