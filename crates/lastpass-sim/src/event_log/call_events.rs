//! The events of calls, kept apart from the log so that a read locks nothing else.

use std::collections::VecDeque;

use crate::event_log::{LogEvent, TimestampRange};

const CAPACITY: usize = 50_000;

/// The newest events of calls, in chronological order.
#[derive(Default)]
pub(crate) struct CallEvents(VecDeque<LogEvent>);

impl CallEvents {
    /// Adds an event, and removes the oldest one if the capacity is exceeded.
    pub(crate) fn add(&mut self, event: LogEvent) {
        // Events arrive in order unless the clock is set back.
        let position = match self.0.back() {
            Some(last) if last.at > event.at => self.0.partition_point(|earlier| earlier.at <= event.at),
            Some(_) | None => self.0.len(),
        };
        self.0.insert(position, event);
        if self.0.len() > CAPACITY {
            self.0.pop_front();
        }
    }

    pub(crate) fn within(&self, range: TimestampRange) -> impl DoubleEndedIterator<Item = &LogEvent> {
        self.0.range(range.positions(|before| self.0.partition_point(before)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn the_newest_events_are_kept_in_chronological_order() {
        let mut call_events = CallEvents::default();
        let event = |second, data: &str| {
            LogEvent::new(DateTime::from_timestamp(second, 0).expect("in range"), "", "", "Reporting", data)
        };
        for second in 0..=50_000 {
            call_events.add(event(second, ""));
        }
        call_events.add(event(40_000, "late"));
        let range = |first, last| TimestampRange { first, last };
        assert_eq!(call_events.within(range(0, 2)).count(), 1);
        assert_eq!(call_events.within(range(0, 99_999)).count(), CAPACITY);
        let late: Vec<&str> = call_events.within(range(40_000, 40_001)).map(|event| &*event.data).collect();
        assert_eq!(late, ["", "late", ""]);
        assert_eq!(call_events.within(range(9, 3)).count(), 0);
    }
}
