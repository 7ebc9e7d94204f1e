//! Converts LastPass's dates: local times without a zone (`2022-06-02 09:20:59`), and Unix seconds in the guide's
//! dialect. Fractions of a second, `T`, slashes and zones, which integrations read as well, are accepted.

use std::{collections::HashMap, ops::Range};

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::lastpass::lenient_json::Scalar;

/// The range of a valid date in Unix seconds, from 1973 to 5138. Outside of it are a database's zero date
/// (`0000-00-00`), milliseconds, and years that RFC 3339 cannot represent.
const PLAUSIBLE: Range<f64> = 1e8..1e11;

/// Converts local times of one zone to UTC, quickly if many are in the same weeks.
#[derive(Debug)]
pub(crate) struct LocalTimes {
    zone: Tz,
    /// The offset from UTC in seconds by week, counted from the year 1. `None` for a week in which it changes.
    offsets: HashMap<i32, Option<i64>>,
}

/// The instant of a local time, in Unix seconds, or both instants of an ambiguous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instants {
    Single(i64),
    /// A local time of the hour that is repeated at the end of daylight saving time.
    Ambiguous {
        first: i64,
        hour: RepeatedHour,
    },
}

impl Instants {
    pub(crate) fn earliest(self) -> i64 {
        match self {
            Self::Single(second) | Self::Ambiguous { first: second, .. } => second,
        }
    }

    pub(crate) fn latest(self) -> i64 {
        match self {
            Self::Single(second) => second,
            Self::Ambiguous { first, hour } => first + hour.length,
        }
    }

    pub(crate) fn hour(self) -> Option<RepeatedHour> {
        match self {
            Self::Single(_) => None,
            Self::Ambiguous { hour, .. } => Some(hour),
        }
    }
}

/// The time, usually an hour, that clocks show twice when they are set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatedHour {
    /// The second at which clocks are set back.
    transition: i64,
    /// By how many seconds they are set back.
    length: i64,
}

impl RepeatedHour {
    /// Returns the repeated hour that contains an instant, in its first or second occurrence.
    pub(crate) fn containing(zone: Tz, second: i64) -> Option<Self> {
        Self::of_local(zone, local(zone, second)?)
    }

    fn of_local(zone: Tz, local: NaiveDateTime) -> Option<Self> {
        let (first, second) = match zone.from_local_datetime(&local) {
            LocalResult::Ambiguous(first, second) => (first.timestamp(), second.timestamp()),
            LocalResult::Single(_) | LocalResult::None => return None,
        };
        let offset = |second| Some(zone.offset_from_utc_datetime(&utc(second)?).fix());
        let (before, mut earlier, mut transition) = (offset(first)?, first, second);
        while transition - earlier > 1 {
            let middle = earlier + (transition - earlier) / 2;
            if offset(middle)? == before { earlier = middle } else { transition = middle }
        }
        Some(Self { transition, length: second - first })
    }

    /// The first second of the first occurrence.
    pub(crate) fn start(self) -> i64 {
        self.transition - self.length
    }

    /// The second at which clocks are set back: the first of the second occurrence.
    pub(crate) fn transition(self) -> i64 {
        self.transition
    }

    /// The first second after the second occurrence.
    pub(crate) fn end(self) -> i64 {
        self.transition + self.length
    }
}

/// Returns the local time of an instant. `None` if it is out of chrono's range.
pub(crate) fn local(zone: Tz, second: i64) -> Option<NaiveDateTime> {
    Some(zone.from_utc_datetime(&utc(second)?).naive_local())
}

fn utc(second: i64) -> Option<NaiveDateTime> {
    Some(DateTime::from_timestamp(second, 0)?.naive_utc())
}

impl LocalTimes {
    pub(crate) fn new(zone: Tz) -> Self {
        Self { zone, offsets: HashMap::new() }
    }

    /// Returns the instant of a value. `None` if it is not a date.
    pub(crate) fn instant(&mut self, value: &Scalar<'_>) -> Option<DateTime<Utc>> {
        match value {
            Scalar::Text(text) => self.text(text.trim()),
            Scalar::Number(seconds) => unix(*seconds),
            Scalar::Bool(_) | Scalar::Missing => None,
        }
    }

    /// Returns the instant of a text, or both if it is ambiguous. `None` if it is not a date.
    pub(crate) fn instants(&mut self, text: &str) -> Option<Instants> {
        let text = text.trim();
        let first = self.text(text)?.timestamp();
        let local = parse(text).filter(|(_, offset)| offset.is_none()).map(|(local, _)| local);
        let hour = local.and_then(|local| match self.offsets.get(&week_of(local)) {
            Some(Some(_)) => None,
            Some(None) | None => RepeatedHour::of_local(self.zone, local),
        });
        Some(hour.map_or(Instants::Single(first), |hour| Instants::Ambiguous { first, hour }))
    }

    fn text(&mut self, text: &str) -> Option<DateTime<Utc>> {
        match parse(text) {
            Some((local, None)) => self.utc(local),
            Some((local, Some(offset))) => DateTime::from_timestamp(local.and_utc().timestamp() - offset, 0),
            None => text.parse().ok().and_then(unix),
        }
    }

    /// Returns the first instant with this local time. In a gap, the offset before the gap applies.
    fn utc(&mut self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zone = self.zone;
        let week = week_of(local);
        let offset = *self.offsets.entry(week).or_insert_with(|| offset_of_week(zone, week));
        match offset {
            Some(offset) => DateTime::from_timestamp(local.and_utc().timestamp() - offset, 0),
            None => match zone.from_local_datetime(&local) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time.to_utc()),
                // Samoa once skipped a whole day.
                LocalResult::None => [3, 27].map(TimeDelta::hours).into_iter().find_map(|step| {
                    let before = zone.from_local_datetime(&(local - step)).earliest()?;
                    Some(before.to_utc() + step)
                }),
            },
        }
    }
}

fn week_of(local: NaiveDateTime) -> i32 {
    local.date().num_days_from_ce().div_euclid(7)
}

/// Returns the offset of a week, if it is the same an hour before the week and an hour after it. Then it does not
/// change within the week either, since no zone changes its offset and changes back within a week.
fn offset_of_week(zone: Tz, week: i32) -> Option<i64> {
    let start = NaiveDate::from_num_days_from_ce_opt(week.checked_mul(7)?)?.and_time(NaiveTime::MIN);
    let end = start + TimeDelta::days(7) + TimeDelta::hours(1);
    let offset =
        |local: NaiveDateTime| Some(zone.from_local_datetime(&local).single()?.offset().fix().local_minus_utc());
    let (first, last) = (offset(start - TimeDelta::hours(1))?, offset(end)?);
    (first == last).then_some(first.into())
}

/// Whether a value means that something never happened: it is blank, zero, or a zero date of a database.
pub(crate) fn means_never(value: &Scalar<'_>) -> bool {
    const ZERO_DATES: [&str; 4] = ["0000-00-00", "0001-01-01", "1969-12-31", "1970-01-01"];
    let text = value.as_text().map(str::trim).unwrap_or_default();
    value.is_blank()
        || value.number().is_some_and(|seconds| seconds < PLAUSIBLE.start)
        || ZERO_DATES.iter().any(|date| text.starts_with(date))
        || text.eq_ignore_ascii_case("never")
}

/// Parses a local time, and its offset from UTC in seconds if there is one. A fraction of a second is dropped.
fn parse(text: &str) -> Option<(NaiveDateTime, Option<i64>)> {
    const LENGTH: usize = "YYYY-MM-DD HH:MM:SS".len();
    let (time, rest) = text.split_at_checked(LENGTH)?;
    let local = parse_fixed_positions(time)?;
    if rest.is_empty() {
        return Some((local, None));
    }
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            fraction.strip_prefix(|c: char| c.is_ascii_digit())?.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        None => rest,
    };
    Some((local, parse_offset(rest.trim_start())?))
}

/// Parses an offset from UTC: none, `Z`, `UTC`, `GMT`, `+HH:MM`, `+HHMM` or `+HH`.
fn parse_offset(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["Z", "UTC", "GMT"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Some(Some(0));
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let number: i64 = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten()?;
    let (hours, minutes) = match digits.len() {
        2 => (number, 0),
        4 => (number / 100, number % 100),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3_600 + minutes * 60)))
}

/// Parses `YYYY-MM-DD HH:MM:SS` at fixed positions: a format parser takes a third of the time of the whole report.
fn parse_fixed_positions(text: &str) -> Option<NaiveDateTime> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let separators = (bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]);
    if !matches!(separators, (b'-', b'-', b' ' | b'T' | b't', b':', b':') | (b'/', b'/', b' ', b':', b':')) {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let date = NaiveDate::from_ymd_opt(number(0, 4)?.try_into().ok()?, number(5, 7)?, number(8, 10)?)?;
    let time = NaiveTime::from_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?;
    let local = date.and_time(time);
    PLAUSIBLE.contains(&(local.and_utc().timestamp() as f64)).then_some(local)
}

fn unix(seconds: f64) -> Option<DateTime<Utc>> {
    // Zero means never.
    if PLAUSIBLE.contains(&seconds) { DateTime::from_timestamp(seconds as i64, 0) } else { None }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::{Strategy, prop_assert_eq, proptest};

    use super::*;

    fn check(zone: Tz, json: &str, expected: Option<&str>) {
        let value: Scalar<'_> = serde_json::from_str(json).expect("JSON");
        let instant = LocalTimes::new(zone).instant(&value);
        assert_eq!(instant.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).as_deref(), expected, "{json}");
    }

    #[test]
    fn local_times_are_converted_to_utc() {
        let new_york = chrono_tz::America::New_York;
        // A recording of 2022-06-21 22:02:09Z shows a login of 17:58:11 on that day.
        check(new_york, "\"2022-06-21 17:58:11\"", Some("2022-06-21T21:58:11Z"));
        check(new_york, "\"2026-01-15 12:00:00\"", Some("2026-01-15T17:00:00Z"));
        check(chrono_tz::UTC, "\"2026-01-15T12:00:00\"", Some("2026-01-15T12:00:00Z"));
        check(new_york, "\"2026-01-15T12:00:00+01:00\"", Some("2026-01-15T11:00:00Z"));
        check(new_york, "\"2026-01-15T12:00:00Z\"", Some("2026-01-15T12:00:00Z"));
        for local in
            ["2026-01-15 12:00:00.123456", "2026-01-15T12:00:00,5", "2026/01/15 12:00:00", "2026-01-15t12:00:00.000"]
        {
            check(new_york, &format!("\"{local}\""), Some("2026-01-15T17:00:00Z"));
        }
        for utc in ["Z", ".5z", " UTC", " gmt", "+00:00", " +0000", ".999+00", "-00:00"] {
            check(new_york, &format!("\"2026-01-15 12:00:00{utc}\""), Some("2026-01-15T12:00:00Z"));
        }
        check(new_york, "\"2026-01-15 12:00:00.123-0330\"", Some("2026-01-15T15:30:00Z"));
    }

    #[test]
    fn the_first_of_ambiguous_times_and_the_offset_before_a_gap_apply() {
        let new_york = chrono_tz::America::New_York;
        check(new_york, "\"2026-11-01 01:30:00\"", Some("2026-11-01T05:30:00Z"));
        check(new_york, "\"2026-11-01 00:30:00\"", Some("2026-11-01T04:30:00Z"));
        check(new_york, "\"2026-11-01 02:00:00\"", Some("2026-11-01T07:00:00Z"));
        check(new_york, "\"2026-03-08 01:59:59\"", Some("2026-03-08T06:59:59Z"));
        check(new_york, "\"2026-03-08 02:30:00\"", Some("2026-03-08T07:30:00Z"));
        check(new_york, "\"2026-03-08 03:00:00\"", Some("2026-03-08T07:00:00Z"));
        check(chrono_tz::Australia::Lord_Howe, "\"2026-04-05 01:45:00\"", Some("2026-04-04T14:45:00Z"));
        check(chrono_tz::America::Sao_Paulo, "\"2018-11-04 00:30:00\"", Some("2018-11-04T03:30:00Z"));
    }

    #[test]
    fn ambiguous_times_have_their_repeated_hour() {
        let check = |zone, text: &str, first: &str, start: &str, end: &str| {
            let second = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp();
            let instants = LocalTimes::new(zone).instants(text).unwrap();
            let hour = instants.hour().unwrap();
            assert_eq!((instants.earliest(), hour.start(), hour.end()), (second(first), second(start), second(end)));
            assert_eq!(instants.latest() - instants.earliest(), hour.end() - hour.transition());
            for (second, expected) in
                [(hour.start() - 1, None), (hour.start(), Some(hour)), (hour.end() - 1, Some(hour)), (hour.end(), None)]
            {
                assert_eq!(RepeatedHour::containing(zone, second), expected, "{zone} {second}");
            }
        };
        let new_york = chrono_tz::America::New_York;
        let (first, start, end) = ("2026-11-01T05:30:00Z", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z");
        check(new_york, " 2026-11-01 01:30:00", first, start, end);
        let (first, start, end) = ("2026-04-04T14:45:00Z", "2026-04-04T14:30:00Z", "2026-04-04T15:30:00Z");
        check(chrono_tz::Australia::Lord_Howe, "2026-04-05 01:45:00", first, start, end);
        check(
            new_york,
            "2026-11-01 01:30:00.25",
            "2026-11-01T05:30:00Z",
            "2026-11-01T05:00:00Z",
            "2026-11-01T07:00:00Z",
        );
        for single in [
            "2026-11-01 01:30:00-0500",
            "2026-11-01 02:00:00",
            "2026-11-01 00:59:59",
            "2026-11-01T05:30:00Z",
            "1793511000",
        ] {
            assert_eq!(LocalTimes::new(new_york).instants(single).unwrap().hour(), None, "{single}");
        }
    }

    #[test]
    fn in_a_skipped_day_the_offset_before_it_applies() {
        check(chrono_tz::Pacific::Apia, "\"2011-12-30 12:00:00\"", Some("2011-12-30T22:00:00Z"));
    }

    #[test]
    fn unix_seconds_of_the_guides_dialect_are_converted() {
        for json in ["1735689600", "\"1735689600\"", "1735689600.7"] {
            check(chrono_tz::America::New_York, json, Some("2025-01-01T00:00:00Z"));
        }
    }

    #[test]
    fn values_that_are_not_dates_are_unknown() {
        for json in [
            "\"\"",
            "null",
            "0",
            "\"0\"",
            "-5",
            "\"0000-00-00 00:00:00\"",
            "\"2026-02-30 00:00:00\"",
            "\"soon\"",
            "[]",
            "true",
            "1735689600000",
            "\"9999-12-31 23:59:59\"",
            "\"0001-01-01T00:00:00Z\"",
            "\"20261120\"",
            "\"2026-01-15 12:00:00.\"",
            "\"2026-01-15 12:00:00.x\"",
            "\"2026-01-15 12:00:00 +25:00\"",
            "\"2026-01-15 12:00:00+1\"",
            "\"2026-01-15 12:00:00++1\"",
            "\"2026-01-15 12:00:00 EST\"",
            "\"2026/01-15 12:00:00\"",
            "\"2026-01-15 12:00:0é\"",
        ] {
            check(chrono_tz::America::New_York, json, None);
        }
    }

    #[test]
    fn values_that_mean_never_are_not_unreadable_times() {
        let check = |json: &str, expected| {
            assert_eq!(means_never(&serde_json::from_str(json).expect("JSON")), expected, "{json}");
        };
        for json in ["null", "\"\"", "0", "\"0\"", "-1", "\"0000-00-00\"", "\"1970-01-01T00:00:00Z\"", "\" Never\""] {
            check(json, true);
        }
        for json in ["\"soon\"", "1735689600", "1735689600000", "\"2026-02-30 00:00:00\"", "true"] {
            check(json, false);
        }
    }

    proptest! {
        #[test]
        fn the_offsets_by_week_agree_with_the_zone(
            zone in (0..chrono_tz::TZ_VARIANTS.len()).prop_map(|place| chrono_tz::TZ_VARIANTS[place]),
            second in 100_000_000_i64..4_000_000_000,
        ) {
            let local = DateTime::from_timestamp(second, 0).expect("in range").naive_utc();
            let expected = zone.from_local_datetime(&local).earliest();
            if let Some(expected) = expected {
                prop_assert_eq!(LocalTimes::new(zone).utc(local), Some(expected.to_utc()));
            }
        }
    }
}
