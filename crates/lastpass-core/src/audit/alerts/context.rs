//! What detection uses besides the events of the period. Knows no event.

use chrono::{DateTime, Utc};

use crate::{audit::OwnChangeMatches, domain::People};

/// What is known besides the events of the period.
#[derive(Debug, Clone, Copy)]
pub struct DetectionContext<'a> {
    /// The label under which we call the Enterprise API.
    pub our_label: &'a str,
    /// The start of the period.
    pub from: DateTime<Utc>,
    /// Stored logins. Those at or after `from` are ignored, since the log contains them.
    pub earlier_logins: &'a [EarlierLogin<'a>],
    /// The accounts that are disabled now.
    pub disabled: &'a [DisabledAccount<'a>],
    /// The events that our own changes caused. `None` without an audit record; then no change under our label is an
    /// alert.
    pub own_changes: Option<&'a OwnChangeMatches>,
}

/// A login before the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierLogin<'a> {
    /// The user's e-mail address, in any letter case.
    pub user: &'a str,
    /// The IP address.
    pub ip_address: &'a str,
    /// The time of the login.
    pub at: DateTime<Utc>,
}

/// An account that is disabled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisabledAccount<'a> {
    /// The account's e-mail address, in any letter case.
    pub email: &'a str,
    /// When it was disabled. If `None`, the log decides; if the log does not show it either, the whole period counts.
    pub since: Option<DateTime<Utc>>,
}

impl<'a> DisabledAccount<'a> {
    /// The disabled accounts among all users.
    pub fn of_people(people: &'a People) -> Vec<Self> {
        let disabled = people.iter().filter(|person| person.is_disabled());
        disabled.map(|person| Self { email: person.email(), since: None }).collect()
    }
}
