//! The parameters `from` and `to`: a moment, or a whole day of LastPass's zone.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

const FORM: &str = "must be a time such as 2026-12-01T00:00:00Z, or a date such as 2026-12-01";

/// The beginning: the moment itself, or the first moment of the day.
pub(crate) fn from(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match day(text) {
        Some(day) => sensible(start_of(day, zone)),
        None => moment(text),
    }
}

/// The end, which is not part of the period: the moment itself, or the first moment after the day.
pub(crate) fn to(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match day(text) {
        Some(day) => sensible(start_of(day.checked_add_days(Days::new(1)).ok_or(Cow::Borrowed(FORM))?, zone)),
        None => moment(text),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

/// A time with a year of four digits, as all texts of times that are compared have.
fn sensible(time: DateTime<Utc>) -> Result<DateTime<Utc>, Cow<'static, str>> {
    // Events are told to the second: a part of one ends with it, as a leap second does.
    let second = time.trunc_subsecs(0);
    let time = if second < time { second + TimeDelta::seconds(1) } else { second };
    if (1970..=9999).contains(&time.year()) { Ok(time) } else { Err(Cow::Borrowed("must be from 1970 to 9999")) }
}

fn moment(text: &str) -> Result<DateTime<Utc>, Cow<'static, str>> {
    // A `+` that was not escaped arrives as a blank.
    let text = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&text).map_err(|_| Cow::Borrowed(FORM)).and_then(|time| sensible(time.to_utc()))
}

/// The first moment of a day: where clocks are set forward at midnight, the day begins later.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = (0..=24 * 4).find_map(|quarter| {
        match zone.from_local_datetime(&(midnight + TimeDelta::minutes(15 * quarter))) {
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
        check(Tz::UTC, "2026-11-24T12:00:00.5Z", "2026-11-24T12:00:01Z", "2026-11-24T12:00:01Z");
        check(Tz::UTC, "2026-11-24T12:00:00 01:00", "2026-11-24T11:00:00Z", "2026-11-24T11:00:00Z");
        for text in [
            "",
            "+12026-01-01",
            "2026-1-1",
            "0000-01-01",
            "yesterday",
            "2026-13-01",
            "2026-11-24T12:00:00",
            "2026-11-24 12:00",
        ] {
            assert!(from(text, Tz::UTC).is_err(), "{text}");
        }
        assert!(to("9999-12-31", Tz::UTC).is_err() && to("9999-12-30", Tz::UTC).is_ok());
    }
}
