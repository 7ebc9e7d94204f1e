//! LastPass's dates: local, without a zone (`2022-06-02 09:20:59`), and Unix seconds in the guide's dialect.

use std::{collections::HashMap, ops::Range};

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::lastpass::lenient::Scalar;

/// Unix seconds that a date here can have, from 1973 to 5138. Outside lie a database's zero date
/// (`0000-00-00`), milliseconds, and years that RFC 3339 cannot write.
const PLAUSIBLE: Range<f64> = 1e8..1e11;

/// Turns local times of one zone into UTC, quickly where many lie in the same weeks.
#[derive(Debug)]
pub(crate) struct LocalTimes {
    zone: Tz,
    /// The offset from UTC in seconds by week, counted from the year 1; nothing for a week in which it changes.
    offsets: HashMap<i32, Option<i64>>,
}

/// The moments, in Unix seconds, that a text may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moments {
    Once(i64),
    /// A local time of the hour that comes twice at the end of daylight saving.
    Twice {
        first: i64,
        hour: RepeatedHour,
    },
}

impl Moments {
    pub(crate) fn earliest(self) -> i64 {
        match self {
            Self::Once(second) | Self::Twice { first: second, .. } => second,
        }
    }

    pub(crate) fn latest(self) -> i64 {
        match self {
            Self::Once(second) => second,
            Self::Twice { first, hour } => first + hour.length,
        }
    }

    pub(crate) fn hour(self) -> Option<RepeatedHour> {
        match self {
            Self::Once(_) => None,
            Self::Twice { hour, .. } => Some(hour),
        }
    }
}

/// The stretch, mostly an hour, that clocks show twice when they are set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatedHour {
    /// The second at which clocks are set back.
    turn: i64,
    /// How far, in seconds.
    length: i64,
}

impl RepeatedHour {
    /// The one that holds the moment, in either of its passes.
    pub(crate) fn around(zone: Tz, second: i64) -> Option<Self> {
        Self::of_local(zone, local(zone, second)?)
    }

    fn of_local(zone: Tz, local: NaiveDateTime) -> Option<Self> {
        let (first, second) = match zone.from_local_datetime(&local) {
            LocalResult::Ambiguous(first, second) => (first.timestamp(), second.timestamp()),
            LocalResult::Single(_) | LocalResult::None => return None,
        };
        let offset = |second| Some(zone.offset_from_utc_datetime(&utc(second)?).fix());
        let (before, mut earlier, mut turn) = (offset(first)?, first, second);
        while turn - earlier > 1 {
            let middle = earlier + (turn - earlier) / 2;
            if offset(middle)? == before { earlier = middle } else { turn = middle }
        }
        Some(Self { turn, length: second - first })
    }

    /// The first second of the first pass.
    pub(crate) fn start(self) -> i64 {
        self.turn - self.length
    }

    /// The second in which clocks are set back: the middle.
    pub(crate) fn turn(self) -> i64 {
        self.turn
    }

    /// The first second after the second pass.
    pub(crate) fn end(self) -> i64 {
        self.turn + self.length
    }
}

/// What clocks of the zone show at a moment; nothing for one that no clock shows.
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

    /// The moment that a value names; nothing where it names none.
    pub(crate) fn moment(&mut self, value: &Scalar<'_>) -> Option<DateTime<Utc>> {
        match value {
            Scalar::Text(text) => self.text(text.trim()),
            Scalar::Number(seconds) => unix(*seconds),
            Scalar::Flag(_) | Scalar::Nothing => None,
        }
    }

    /// The moments that a text may name; nothing where it names none.
    pub(crate) fn moments(&mut self, text: &str) -> Option<Moments> {
        let text = text.trim();
        let first = self.text(text)?.timestamp();
        let hour = fixed_positions(text).and_then(|local| match self.offsets.get(&week_of(local)) {
            Some(Some(_)) => None,
            Some(None) | None => RepeatedHour::of_local(self.zone, local),
        });
        Some(hour.map_or(Moments::Once(first), |hour| Moments::Twice { first, hour }))
    }

    fn text(&mut self, text: &str) -> Option<DateTime<Utc>> {
        if let Some(local) = fixed_positions(text) {
            return self.utc(local);
        }
        match text.parse::<f64>() {
            Ok(seconds) => unix(seconds),
            Err(_) => DateTime::parse_from_rfc3339(text).ok().and_then(|time| unix(time.timestamp() as f64)),
        }
    }

    /// The first moment that had this local time; in a gap, the time that clocks would have shown without it.
    fn utc(&mut self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zone = self.zone;
        let week = week_of(local);
        let offset = *self.offsets.entry(week).or_insert_with(|| offset_of_week(zone, week));
        match offset {
            Some(offset) => DateTime::from_timestamp(local.and_utc().timestamp() - offset, 0),
            None => match zone.from_local_datetime(&local) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time.to_utc()),
                // Samoa left out a whole day once.
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

/// The week's offset, where it is the same at both ends of the week and for an hour beyond: then it
/// does not change within it either, since no zone changes and changes back within a week.
fn offset_of_week(zone: Tz, week: i32) -> Option<i64> {
    let start = NaiveDate::from_num_days_from_ce_opt(week.checked_mul(7)?)?.and_time(NaiveTime::MIN);
    let end = start + TimeDelta::days(7) + TimeDelta::hours(1);
    let offset =
        |local: NaiveDateTime| Some(zone.from_local_datetime(&local).single()?.offset().fix().local_minus_utc());
    let (first, last) = (offset(start - TimeDelta::hours(1))?, offset(end)?);
    (first == last).then_some(first.into())
}

/// `YYYY-MM-DD HH:MM:SS`, read at fixed positions: a format parser takes a third of the whole report.
fn fixed_positions(text: &str) -> Option<NaiveDateTime> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let separators = (bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]);
    if !matches!(separators, (b'-', b'-', b' ' | b'T', b':', b':')) {
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
    // Zero stands for never.
    if PLAUSIBLE.contains(&seconds) { DateTime::from_timestamp(seconds as i64, 0) } else { None }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::{Strategy, prop_assert_eq, proptest};

    use super::*;

    fn check(zone: Tz, json: &str, expected: Option<&str>) {
        let value: Scalar<'_> = serde_json::from_str(json).expect("JSON");
        let moment = LocalTimes::new(zone).moment(&value);
        assert_eq!(moment.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).as_deref(), expected, "{json}");
    }

    #[test]
    fn local_times_become_utc() {
        let new_york = chrono_tz::America::New_York;
        // A recording of 2022-06-21 22:02:09Z shows a login of 17:58:11 on that day.
        check(new_york, "\"2022-06-21 17:58:11\"", Some("2022-06-21T21:58:11Z"));
        check(new_york, "\"2026-01-15 12:00:00\"", Some("2026-01-15T17:00:00Z"));
        check(chrono_tz::UTC, "\"2026-01-15T12:00:00\"", Some("2026-01-15T12:00:00Z"));
        check(new_york, "\"2026-01-15T12:00:00+01:00\"", Some("2026-01-15T11:00:00Z"));
        check(new_york, "\"2026-01-15T12:00:00Z\"", Some("2026-01-15T12:00:00Z"));
    }

    #[test]
    fn an_hour_that_comes_twice_means_its_first_pass_and_a_missing_one_the_clock_before() {
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
    fn a_local_time_that_exists_twice_is_told_with_its_hour() {
        let check = |zone, text: &str, first: &str, start: &str, end: &str| {
            let second = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp();
            let moments = LocalTimes::new(zone).moments(text).unwrap();
            let hour = moments.hour().unwrap();
            assert_eq!((moments.earliest(), hour.start(), hour.end()), (second(first), second(start), second(end)));
            assert_eq!(moments.latest() - moments.earliest(), hour.end() - hour.turn());
            for (place, expected) in
                [(hour.start() - 1, None), (hour.start(), Some(hour)), (hour.end() - 1, Some(hour)), (hour.end(), None)]
            {
                assert_eq!(RepeatedHour::around(zone, place), expected, "{zone} {place}");
            }
        };
        let new_york = chrono_tz::America::New_York;
        let (first, start, end) = ("2026-11-01T05:30:00Z", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z");
        check(new_york, " 2026-11-01 01:30:00", first, start, end);
        let (first, start, end) = ("2026-04-04T14:45:00Z", "2026-04-04T14:30:00Z", "2026-04-04T15:30:00Z");
        check(chrono_tz::Australia::Lord_Howe, "2026-04-05 01:45:00", first, start, end);
        for once in ["2026-11-01 02:00:00", "2026-11-01 00:59:59", "2026-11-01T05:30:00Z", "1793511000"] {
            assert_eq!(LocalTimes::new(new_york).moments(once).unwrap().hour(), None, "{once}");
        }
    }

    #[test]
    fn a_day_that_was_left_out_is_read_by_the_clock_before() {
        check(chrono_tz::Pacific::Apia, "\"2011-12-30 12:00:00\"", Some("2011-12-30T22:00:00Z"));
    }

    #[test]
    fn the_guides_dialect_has_unix_seconds() {
        for json in ["1735689600", "\"1735689600\"", "1735689600.7"] {
            check(chrono_tz::America::New_York, json, Some("2025-01-01T00:00:00Z"));
        }
    }

    #[test]
    fn what_is_no_date_is_unknown() {
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
        ] {
            check(chrono_tz::America::New_York, json, None);
        }
    }

    proptest! {
        #[test]
        fn the_table_of_weeks_agrees_with_the_zone(
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
