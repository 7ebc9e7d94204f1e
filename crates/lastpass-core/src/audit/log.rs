//! The events of a window, newest first. The one index that knows their order.

use std::cmp::Reverse;

use crate::{
    audit::{EventAction, ParsedEvent},
    domain::Event,
};

/// Events with their order and their actions, found out once.
#[derive(Debug)]
pub struct EventLog<'a> {
    events: &'a [Event],
    /// Indices into `events`, newest first.
    order: Vec<u32>,
    actions: Vec<Option<&'static EventAction>>,
}

impl<'a> EventLog<'a> {
    /// A log of `events` as LastPass's replies have them, the newest first; within a second that order stays.
    pub fn new(events: &'a [Event]) -> Self {
        let count = u32::try_from(events.len()).expect("a window is limited far below four billion events");
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|index| Reverse(events[*index as usize].at()));
        let actions = events.iter().map(|event| EventAction::find(event.fields().action)).collect();
        Self { events, order, actions }
    }

    /// The indices of all events, newest first.
    pub fn newest_first(&self) -> &[u32] {
        &self.order
    }

    /// The event at an index.
    ///
    /// # Panics
    /// Where the index is not one of [`EventLog::newest_first`].
    pub fn event(&self, index: u32) -> &'a Event {
        &self.events[index as usize]
    }

    /// The reading of the event at an index.
    ///
    /// # Panics
    /// Where the index is not one of [`EventLog::newest_first`].
    pub fn parsed_event(&self, index: u32) -> ParsedEvent<'a> {
        ParsedEvent::with_action(self.event(index), self.actions[index as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::EventLog;
    use crate::audit::test_events::TestEvents;

    #[test]
    fn newest_first_and_within_a_second_as_sent() {
        let events =
            [3, 5, 3, 9].into_iter().fold(TestEvents::default(), |log, at| log.event(at, "", "", "", "")).finish();
        assert_eq!(EventLog::new(&events).newest_first(), [3, 1, 0, 2]);
    }
}
