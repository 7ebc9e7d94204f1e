//! The events of a window, newest first. The one place that knows their order.

use std::cmp::Reverse;

use crate::{
    audit::{Action, Reading},
    domain::Event,
};

/// Events with their order and their actions, found out once.
#[derive(Debug)]
pub struct Log<'a> {
    events: &'a [Event],
    /// Places in `events`, newest first.
    order: Vec<u32>,
    actions: Vec<Option<&'static Action>>,
}

impl<'a> Log<'a> {
    /// A log of `events` as LastPass's replies have them, the newest first; within a second that order stays.
    pub fn new(events: &'a [Event]) -> Self {
        let count = u32::try_from(events.len()).expect("a window is limited far below four billion events");
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|place| Reverse(events[*place as usize].at()));
        let actions = events.iter().map(|event| Action::find(event.fields().action)).collect();
        Self { events, order, actions }
    }

    /// The places of all events, newest first.
    pub fn newest_first(&self) -> &[u32] {
        &self.order
    }

    /// The event at a place.
    ///
    /// # Panics
    /// Where the place is not one of [`Log::newest_first`].
    pub fn event(&self, place: u32) -> &'a Event {
        &self.events[place as usize]
    }

    /// The reading of the event at a place.
    ///
    /// # Panics
    /// Where the place is not one of [`Log::newest_first`].
    pub fn reading(&self, place: u32) -> Reading<'a> {
        Reading::with_action(self.event(place), self.actions[place as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::Log;
    use crate::audit::example::Example;

    #[test]
    fn newest_first_and_within_a_second_as_sent() {
        let events =
            [3, 5, 3, 9].into_iter().fold(Example::default(), |log, at| log.event(at, "", "", "", "")).finish();
        assert_eq!(Log::new(&events).newest_first(), [3, 1, 0, 2]);
    }
}
