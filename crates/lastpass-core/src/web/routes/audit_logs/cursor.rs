//! The cursors of the audit log: opaque to callers, parsed strictly. A cursor contains the range of time, so that events
//! that are logged meanwhile do not move the pages.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};

use crate::{audit::EventPosition, cache::event_windows::TimeRange, domain::EventId};

/// Encodes a position in a range.
pub(crate) fn encode(range: TimeRange, position: &EventPosition) -> String {
    let seconds = [range.from, range.to, position.at].map(|time| time.timestamp().to_string());
    URL_SAFE_NO_PAD.encode(format!("{}.{}", seconds.join("."), position.id))
}

/// Decodes a cursor; `None` if [`encode`] did not make it.
pub(crate) fn decode(cursor: &str) -> Option<(TimeRange, EventPosition)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.split('.');
    let mut time = || -> Option<DateTime<Utc>> { DateTime::from_timestamp(parts.next()?.parse().ok()?, 0) };
    let (from, to, at) = (time()?, time()?, time()?);
    let mut id = EventId([0; 12]);
    hex::decode_to_slice(parts.next()?, &mut id.0).ok()?;
    let is_valid = [from, to, at].iter().all(|time| (1970..=9999).contains(&time.year())) && from <= at && at < to;
    let position = (TimeRange { from, to }, EventPosition { at, id });
    // Only the encoding of `encode` is accepted.
    (is_valid && encode(position.0, &position.1) == cursor).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_decodes_to_its_position_and_other_text_is_rejected() {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let range = TimeRange { from: time(1_700_000_000), to: time(1_700_600_000) };
        let position = EventPosition { at: time(1_700_300_000), id: EventId([7; 12]) };
        let cursor = encode(range, &position);
        assert_eq!(decode(&cursor), Some((range, position)));
        for text in ["", "x", &cursor[1..], &format!("{cursor}A"), &URL_SAFE_NO_PAD.encode("1.2.3.é0")] {
            assert_eq!(decode(text), None, "{text}");
        }
        for seconds in ["+1.3.2", "-8334601228800.0.0", "1.300000000000.2", "1.3.3", "2.3.1"] {
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(format!("{seconds}.{}", "07".repeat(12)))), None, "{seconds}");
        }
    }
}
