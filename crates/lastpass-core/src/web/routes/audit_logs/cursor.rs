//! A position in the log as text: opaque to callers, parsed strictly. It pins the period, so that events that come
//! meanwhile stay above it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};

use crate::{audit::EventPosition, cache::event_windows::TimeRange, domain::EventId};

pub(crate) fn encode(period: TimeRange, position: &EventPosition) -> String {
    let seconds = [period.from, period.to, position.at].map(|time| time.timestamp().to_string());
    URL_SAFE_NO_PAD.encode(format!("{}.{}", seconds.join("."), position.id))
}

/// The period and position that a cursor stands for; nothing where it is none.
pub(crate) fn decode(cursor: &str) -> Option<(TimeRange, EventPosition)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.split('.');
    let mut time = || -> Option<DateTime<Utc>> { DateTime::from_timestamp(parts.next()?.parse().ok()?, 0) };
    let (from, to, at) = (time()?, time()?, time()?);
    let mut id = EventId([0; 12]);
    let digits = parts.next()?.as_bytes();
    if digits.len() != 2 * id.0.len() {
        return None;
    }
    for (byte, pair) in id.0.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    let is_sensible = [from, to, at].iter().all(|time| (1970..=9999).contains(&time.year())) && from <= at && at < to;
    let found = (TimeRange { from, to }, EventPosition { at, id });
    // One position has one spelling.
    (is_sensible && encode(found.0, &found.1) == cursor).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_nothing_else_is_one() {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let period = TimeRange { from: time(1_700_000_000), to: time(1_700_600_000) };
        let position = EventPosition { at: time(1_700_300_000), id: EventId([7; 12]) };
        let cursor = encode(period, &position);
        assert_eq!(decode(&cursor), Some((period, position)));
        for text in ["", "x", &cursor[1..], &format!("{cursor}A"), &URL_SAFE_NO_PAD.encode("1.2.3.é0")] {
            assert_eq!(decode(text), None, "{text}");
        }
        for seconds in ["+1.3.2", "-8334601228800.0.0", "1.300000000000.2", "1.3.3", "2.3.1"] {
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(format!("{seconds}.{}", "07".repeat(12)))), None, "{seconds}");
        }
    }
}
