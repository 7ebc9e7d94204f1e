//! Roles by LastPass's groups: asked of LastPass for one person, and kept for a few minutes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{EmailAddress, People, Role, fold},
    lastpass::{Client, Error, Meter},
};

use super::app::role_budget;

/// How long a role is believed.
const KEPT: TimeDelta = TimeDelta::minutes(5);
/// Roles that are kept at most: beyond, those that have gone by are forgotten first.
const MOST_KEPT: usize = 1_000;

/// Which group stands for which role, and who was found to have which.
pub(super) struct GroupRoles {
    /// In the order of the setting: the first that fits counts.
    groups: Vec<(Role, String)>,
    kept: Mutex<HashMap<EmailAddress, Found>>,
}

/// What was found of somebody, and when.
#[derive(Clone, Copy)]
struct Found {
    at: DateTime<Utc>,
    role: Option<Role>,
}

impl GroupRoles {
    pub(super) fn new(groups: Vec<(Role, String)>) -> Self {
        Self { groups, kept: Mutex::default() }
    }

    /// The role of the person with this address; nothing for somebody who is in none of the groups, is disabled, or is
    /// not there.
    ///
    /// # Errors
    /// Where LastPass could not be asked.
    pub(super) async fn of(
        &self,
        email: &EmailAddress,
        client: &Client,
        now: DateTime<Utc>,
        meter: &Arc<Meter>,
    ) -> Result<Option<Role>, Error> {
        if self.groups.is_empty() {
            return Ok(None);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(email).copied();
        if let Some(Found { at, role }) = kept
            && (at..at + KEPT).contains(&now)
        {
            return Ok(role);
        }
        let role = self.among(email, &client.person(email, now, &role_budget(meter)).await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, found| now < found.at + KEPT);
        }
        if kept.len() < MOST_KEPT {
            kept.insert(email.clone(), Found { at: now, role });
        }
        Ok(role)
    }

    fn among(&self, email: &EmailAddress, people: &People) -> Option<Role> {
        let accounts: Vec<_> = people.iter().filter(|person| person.is_entry() && email.is(person.email())).collect();
        // Where LastPass has the address twice, one that is disabled speaks against both.
        if accounts.is_empty() || accounts.iter().any(|person| person.is_disabled()) {
            return None;
        }
        let is_in = |group: &str| accounts.iter().all(|person| person.groups().any(|own| fold(own) == fold(group)));
        self.groups.iter().find(|(_, group)| is_in(group)).map(|(role, _)| *role)
    }
}
