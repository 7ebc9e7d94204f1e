//! The parameters `from` and `to`: a time, or a whole day in LastPass's time zone.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::web::request::parameters::Parameters;

const EXPECTED: &str = "must be a time such as 2026-12-01T00:00:00Z, or a date such as 2026-12-01";

/// Takes `from`, the start of a range: the time itself, or the start of the day.
pub(crate) fn take_from(parameters: &mut Parameters, zone: Tz) -> Option<DateTime<Utc>> {
    parameters.take("from", |text| parse_from(text, zone))
}

/// Takes `to`, the exclusive end of a range: the time itself, or the end of the day.
pub(crate) fn take_to(parameters: &mut Parameters, zone: Tz) -> Option<DateTime<Utc>> {
    parameters.take("to", |text| parse_to(text, zone))
}

fn parse_from(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match parse_day(text) {
        Some(day) => normalize(start_of_day(day, zone)),
        None => parse_time(text),
    }
}

fn parse_to(text: &str, zone: Tz) -> Result<DateTime<Utc>, Cow<'static, str>> {
    match parse_day(text) {
        Some(day) => {
            let next = day.checked_add_days(Days::new(1)).ok_or(Cow::Borrowed(EXPECTED))?;
            normalize(start_of_day(next, zone))
        }
        None => parse_time(text),
    }
}

fn parse_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

fn parse_time(text: &str) -> Result<DateTime<Utc>, Cow<'static, str>> {
    // A `+` that is not percent-encoded arrives as a space.
    let text = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&text).map_err(|_| Cow::Borrowed(EXPECTED)).and_then(|time| normalize(time.to_utc()))
}

/// Rounds a time up to whole seconds, the resolution of events, which also ends a leap second. Its year must have four
/// digits, since times are compared as text.
fn normalize(time: DateTime<Utc>) -> Result<DateTime<Utc>, Cow<'static, str>> {
    let second = time.trunc_subsecs(0);
    let time = if second < time { second + TimeDelta::seconds(1) } else { second };
    if (1970..=9999).contains(&time.year()) { Ok(time) } else { Err("must be between the years 1970 and 9999".into()) }
}

/// The first time of a day, which is later than midnight if clocks are set forward at midnight.
fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
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
    fn a_day_is_that_of_the_time_zone_and_both_ends_are_included() {
        let check = |zone: Tz, text: &str, start: &str, end: &str| {
            let time = |time: DateTime<Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            assert_eq!(parse_from(text, zone).map(time), Ok(start.to_owned()));
            assert_eq!(parse_to(text, zone).map(time), Ok(end.to_owned()));
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
            assert!(parse_from(text, Tz::UTC).is_err(), "{text}");
        }
        assert!(parse_to("9999-12-31", Tz::UTC).is_err() && parse_to("9999-12-30", Tz::UTC).is_ok());
    }
}
