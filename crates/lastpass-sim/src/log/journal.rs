//! The events that calls leave behind, under a lock of their own so that questions need no other.

use std::collections::VecDeque;

use crate::log::{LogEvent, Span};

const MOST_KEPT: usize = 50_000;

/// The newest events made by calls, in the order of time.
#[derive(Default)]
pub(crate) struct Journal(VecDeque<LogEvent>);

impl Journal {
    /// Takes an event down; beyond the most that are kept, the oldest goes.
    pub(crate) fn add(&mut self, event: LogEvent) {
        // A clock may be set back; as a rule the place is the end.
        let place = match self.0.back() {
            Some(last) if last.at > event.at => self.0.partition_point(|earlier| earlier.at <= event.at),
            Some(_) | None => self.0.len(),
        };
        self.0.insert(place, event);
        if self.0.len() > MOST_KEPT {
            self.0.pop_front();
        }
    }

    pub(crate) fn within(&self, span: Span) -> impl DoubleEndedIterator<Item = &LogEvent> {
        self.0.range(span.range(|before| self.0.partition_point(before)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn the_newest_are_kept_in_the_order_of_time() {
        let mut journal = Journal::default();
        let event = |second, data: &str| {
            LogEvent::new(DateTime::from_timestamp(second, 0).expect("in range"), "", "", "Reporting", data)
        };
        for second in 0..=50_000 {
            journal.add(event(second, ""));
        }
        journal.add(event(40_000, "late"));
        let span = |first, last| Span { first, last };
        assert_eq!(journal.within(span(0, 2)).count(), 1);
        assert_eq!(journal.within(span(0, 99_999)).count(), MOST_KEPT);
        let late: Vec<&str> = journal.within(span(40_000, 40_001)).map(|event| &*event.data).collect();
        assert_eq!(late, ["", "late", ""]);
        assert_eq!(journal.within(span(9, 3)).count(), 0);
    }
}
