//! Pagination of event lists while newer events arrive at the top. Knows no text form of a position.

use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};

use crate::{audit::EventLog, domain::EventId};

/// The end of a page: its last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPosition {
    /// The time of the event.
    pub at: DateTime<Utc>,
    /// The id of the event.
    pub id: EventId,
}

/// One page of an event list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventListPage<'l> {
    /// Indices into the log, newest event first.
    pub indices: &'l [u32],
    /// The end of this page; `None` on the last page.
    pub next: Option<EventPosition>,
}

/// Returns at most `limit` events after a position; from the newest if `after` is `None`, all if `limit` is `None`.
///
/// `indices` are a list of events of this log, newest first. If the event of the position no longer exists, the page
/// begins with all events of its second: an auditor would rather see an event twice than miss one.
pub fn paginate_events<'l>(
    log: &EventLog<'_>,
    indices: &'l [u32],
    limit: Option<NonZeroUsize>,
    after: Option<&EventPosition>,
) -> EventListPage<'l> {
    let start = after.map_or(0, |after| {
        let second = indices.partition_point(|index| log.event(*index).at() > after.at);
        let in_second = indices[second..].iter().take_while(|index| log.event(**index).at() == after.at);
        let before = in_second.enumerate().find(|(_, index)| log.event(**index).id() == after.id);
        before.map_or(second, |(before, _)| second + before + 1)
    });
    let end = limit.map_or(indices.len(), |limit| indices.len().min(start.saturating_add(limit.get())));
    let next = (start < end && end < indices.len()).then(|| {
        let last = log.event(indices[end - 1]);
        EventPosition { at: last.at(), id: last.id() }
    });
    EventListPage { indices: &indices[start..end], next }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::{EventListPage, EventPosition, paginate_events};
    use crate::audit::{
        EventLog,
        test_events::{TestEvents, at, id},
    };

    fn log_of(times: &[i64]) -> Vec<crate::domain::Event> {
        times.iter().fold(TestEvents::default(), |log, at| log.event(*at, "", "", "", "")).finish()
    }

    #[test]
    fn a_page_starts_after_the_position() {
        let events = log_of(&[9, 7, 7, 7, 3]);
        let log = EventLog::new(&events);
        let check = |seconds, index, expected: &[u32]| {
            let after = EventPosition { at: at(seconds), id: id(index) };
            assert_eq!(
                paginate_events(&log, log.newest_first(), None, Some(&after)).indices,
                expected,
                "{seconds} {index}"
            );
        };
        check(7, 2, &[3, 4]);
        check(9, 0, &[1, 2, 3, 4]);
        check(3, 4, &[]);
        // An event that no longer exists, or never did.
        check(7, 99, &[1, 2, 3, 4]);
        check(8, 99, &[1, 2, 3, 4]);
        check(1, 99, &[]);
    }

    proptest! {
        #[test]
        fn pages_cover_the_whole_list_while_newer_events_arrive(
            mut times in prop::collection::vec(0_i64..6, 0..25),
            newer in prop::collection::vec(6_i64..9, 0..5),
            limit in 1_usize..6,
        ) {
            times.sort_unstable_by(|left, right| right.cmp(left));
            let before = log_of(&times);
            // The same events, and newer ones above them.
            let newer = newer.iter().fold(TestEvents::default(), |log, at| log.event(*at, "new", "", "", ""));
            let after: Vec<_> = newer.finish().into_iter().map(|event| {
                crate::domain::Event::new(id(1_000), event.at(), false, event.fields())
            }).chain(before.iter().cloned()).collect();
            let (before, after) = (EventLog::new(&before), EventLog::new(&after));
            let ids = |log: &EventLog<'_>, indices: &[u32]| indices.iter().map(|index| log.event(*index).id()).collect::<Vec<_>>();
            let limit = NonZeroUsize::new(limit);
            let EventListPage { indices, mut next } = paginate_events(&before, before.newest_first(), limit, None);
            let mut paged = ids(&before, indices);
            while let Some(position) = next {
                let following = paginate_events(&after, after.newest_first(), limit, Some(&position));
                prop_assert!(!following.indices.is_empty());
                paged.extend(ids(&after, following.indices));
                next = following.next;
            }
            prop_assert_eq!(paged, ids(&before, before.newest_first()));
        }
    }
}
