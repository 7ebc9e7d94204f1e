//! The parameters `from` and `to`: a moment, or a whole day of LastPass's zone.

use std::borrow::Cow;

use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

const FORM: &str = "must be a time such as 2026-12-01T00:00:00Z, or a date such as 2026-12-01";

/// The beginning: the moment itself, or the first moment of the day.
pub(super) fn from(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => Ok(start_of(day, zone)),
        Err(_) => moment(text),
    }
}

/// The end, which is not part of the period: the moment itself, or the first moment after the day.
pub(super) fn to(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => day.checked_add_days(Days::new(1)).map(|next| start_of(next, zone)).ok_or(Cow::Borrowed(FORM)),
        Err(_) => moment(text),
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, Cow<'static, str>> {
    // A `+` that was not escaped arrives as a blank.
    let text = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc()).map_err(|_| Cow::Borrowed(FORM))
}

/// The first moment of a day: where clocks are set forward at midnight, the day begins later.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = (0..=24 * 4).find_map(|quarter| {
        match zone.from_local_datetime(&(midnight + chrono::TimeDelta::minutes(15 * quarter))) {
            MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => Some(time.to_utc()),
            MappedLocalTime::None => None,
        }
    });
    first.unwrap_or_else(|| midnight.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_zones_own_and_both_ends_are_included() {
        let check = |zone: Tz, text: &str, start: &str, end: &str| {
            let time = |time: DateTime<Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            assert_eq!(from(text, zone).map(time), Ok(start.to_owned()));
            assert_eq!(to(text, zone).map(time), Ok(end.to_owned()));
        };
        check(Tz::America__New_York, "2026-11-24", "2026-11-24T05:00:00Z", "2026-11-25T05:00:00Z");
        check(Tz::America__New_York, "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
        check(Tz::Africa__Cairo, "2026-04-24", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z");
        check(Tz::UTC, "2026-11-24T12:00:00+01:00", "2026-11-24T11:00:00Z", "2026-11-24T11:00:00Z");
        check(Tz::UTC, "2026-11-24T12:00:00 01:00", "2026-11-24T11:00:00Z", "2026-11-24T11:00:00Z");
        for text in ["", "yesterday", "2026-13-01", "2026-11-24T12:00:00", "2026-11-24 12:00"] {
            assert!(from(text, Tz::UTC).is_err(), "{text}");
        }
    }
}
