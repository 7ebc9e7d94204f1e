//! One person as the report shows them, in JSON and in CSV.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use crate::{
    domain::{Person, Score},
    report::{Rules, Status},
};

/// A member of `users`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) email: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) security_score: Option<Figure>,
    pub(super) weak_passwords: Option<u32>,
    pub(super) reused_passwords: Option<u32>,
    pub(super) last_login: Option<Moment>,
    pub(super) is_disabled: bool,
    pub(super) is_admin: bool,
    pub(super) risk: Option<&'static str>,
    pub(super) status: &'static str,
    pub(super) department: Option<&'a str>,
    #[serde(serialize_with = "groups")]
    pub(super) groups: Person<'a>,
    pub(super) vault_score: Option<Figure>,
    /// `none` where an entry has no method; nothing where only an invitation is known.
    pub(super) mfa: Option<&'a str>,
    pub(super) password_last_changed: Option<Moment>,
}

impl<'a> Row<'a> {
    pub(super) fn of(person: Person<'a>, rules: &Rules<'a>) -> Self {
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
            risk: rules.risk(person).map(|risk| risk.name()),
            status: Status::of(person).name(),
            department: rules.department(person),
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
pub(super) struct Figure(pub(super) f64);

impl Figure {
    fn of(score: Score) -> Self {
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
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}
