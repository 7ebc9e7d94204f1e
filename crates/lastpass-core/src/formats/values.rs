//! Values that several formats write alike: numbers, times and optional text.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};

use crate::domain::Score;

/// The text without surrounding white space; `None` if nothing is left.
pub(crate) fn non_blank(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A number that is written as an integer if it is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CompactNumber(pub(crate) f64);

impl CompactNumber {
    pub(crate) fn of(score: Score) -> Self {
        Self(score.value())
    }
}

impl Serialize for CompactNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < 1e9 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// A time in RFC 3339: UTC, in whole seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl Timestamp {
    /// Writes the text digit by digit: `chrono`'s formatter takes half as long as the whole row.
    fn write_to(self, buffer: &mut [u8; 20]) -> &str {
        let time = self.0;
        *buffer = *b"0000-00-00T00:00:00Z";
        let year = time.year().clamp(0, 9_999).unsigned_abs();
        let parts = [(0, 4, year), (5, 2, time.month()), (8, 2, time.day())];
        let clock = [(11, 2, time.hour()), (14, 2, time.minute()), (17, 2, time.second())];
        for (start, digits, mut number) in parts.into_iter().chain(clock) {
            for place in (start..start + digits).rev() {
                buffer[place] += (number % 10) as u8;
                number /= 10;
            }
        }
        std::str::from_utf8(buffer).expect("ASCII is UTF-8")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write_to(&mut [0; 20]))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write_to(&mut [0; 20]))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, SecondsFormat};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Timestamp;

    proptest! {
        #[test]
        fn a_timestamp_is_written_as_chrono_writes_rfc_3339(second in 0_i64..100_000_000_000) {
            let time = DateTime::from_timestamp(second, 0).expect("in range");
            let mut buffer = [0; 20];
            prop_assert_eq!(Timestamp(time).write_to(&mut buffer), time.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
    }
}
