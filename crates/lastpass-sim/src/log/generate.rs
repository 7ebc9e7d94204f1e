//! Months of believable events out of a seed, a head count and a day.
use super::LogEvent;
use chrono::NaiveDate;
pub(super) fn events(_seed: u64, _people: usize, _today: NaiveDate) -> Vec<LogEvent> {
    Vec::new()
}
