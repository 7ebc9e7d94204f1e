//! One person as the report shows them, in JSON and in CSV.

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};

use crate::{
    domain::{Person, Score},
    report::{AccountStatus, ReportContext},
};

/// A member of `users`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) email: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) security_score: Option<Figure>,
    pub(crate) weak_passwords: Option<u32>,
    pub(crate) reused_passwords: Option<u32>,
    pub(crate) last_login: Option<Moment>,
    pub(crate) is_disabled: bool,
    pub(crate) is_admin: bool,
    pub(crate) risk: Option<&'static str>,
    pub(crate) status: &'static str,
    pub(crate) department: Option<&'a str>,
    #[serde(serialize_with = "groups")]
    pub(crate) groups: Person<'a>,
    pub(crate) vault_score: Option<Figure>,
    /// `none` where an entry has no method; nothing where only an invitation is known.
    pub(crate) mfa: Option<&'a str>,
    pub(crate) password_last_changed: Option<Moment>,
}

impl<'a> Row<'a> {
    pub(crate) fn of(person: Person<'a>, context: &ReportContext<'a>) -> Self {
        Self {
            id: person.id(),
            email: person.email(),
            name: person.name(),
            security_score: person.master_password_strength().map(Figure::of),
            weak_passwords: person.weak_passwords(),
            reused_passwords: person.reused_passwords(),
            last_login: person.last_login().map(Moment),
            is_disabled: person.is_disabled(),
            is_admin: person.is_admin(),
            risk: context.risk(person).map(|risk| risk.name()),
            status: AccountStatus::of(person).name(),
            department: context.department(person),
            groups: person,
            vault_score: person.vault_score().map(Figure::of),
            mfa: person.mfa().or(person.is_entry().then_some("none")),
            password_last_changed: person.password_last_changed().map(Moment),
        }
    }
}

fn groups<S: Serializer>(person: &Person<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(person.groups())
}

/// A figure that prints as a whole number where it is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure(pub(crate) f64);

impl Figure {
    pub(crate) fn of(score: Score) -> Self {
        Self(score.value())
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < 1e9 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// A moment, as RFC 3339 in UTC, to the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) DateTime<Utc>);

impl Moment {
    /// The text, written digit by digit: a formatter takes half the time that a row does.
    pub(crate) fn text(self, buffer: &mut [u8; 20]) -> &str {
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
        std::str::from_utf8(buffer).expect("digits and signs are text")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut [0; 20]))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, SecondsFormat};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Moment;

    proptest! {
        #[test]
        fn moments_are_written_as_rfc_3339_writes_them(second in 0_i64..100_000_000_000) {
            let time = DateTime::from_timestamp(second, 0).expect("in range");
            let mut buffer = [0; 20];
            prop_assert_eq!(Moment(time).text(&mut buffer), time.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
    }
}
