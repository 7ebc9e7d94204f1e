//! The events of a period with their order and actions. The only module that knows how events are ordered.

use std::cmp::Reverse;

use crate::{
    audit::{EventAction, ParsedEvent},
    domain::Event,
};

/// Events with their order and their actions, both computed once.
#[derive(Debug)]
pub struct EventLog<'a> {
    events: &'a [Event],
    /// Indices into `events`, newest first.
    order: Vec<u32>,
    actions: Vec<Option<&'static EventAction>>,
}

impl<'a> EventLog<'a> {
    /// A log of `events`, which are in the order of LastPass's replies, newest first; events of one second keep that order.
    pub fn new(events: &'a [Event]) -> Self {
        let count = u32::try_from(events.len()).expect("the number of events read is limited far below four billion");
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|index| Reverse(events[*index as usize].at()));
        let actions = events.iter().map(|event| EventAction::find(event.fields().action)).collect();
        Self { events, order, actions }
    }

    /// The indices of all events, newest event first.
    pub fn newest_first(&self) -> &[u32] {
        &self.order
    }

    /// The event at an index.
    ///
    /// # Panics
    /// Panics if `index` is out of range.
    pub fn event(&self, index: u32) -> &'a Event {
        &self.events[index as usize]
    }

    /// The parsed event at an index.
    ///
    /// # Panics
    /// Panics if `index` is out of range.
    pub fn parsed_event(&self, index: u32) -> ParsedEvent<'a> {
        ParsedEvent::with_action(self.event(index), self.actions[index as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::EventLog;
    use crate::audit::test_events::TestEvents;

    #[test]
    fn events_are_newest_first_and_keep_the_order_sent_within_a_second() {
        let events =
            [3, 5, 3, 9].into_iter().fold(TestEvents::default(), |log, at| log.event(at, "", "", "", "")).finish();
        assert_eq!(EventLog::new(&events).newest_first(), [3, 1, 0, 2]);
    }
}
