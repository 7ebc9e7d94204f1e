//! Roles by LastPass's groups: fetched for one user at a time, and kept for a few minutes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hashlink::LruCache;

use crate::{
    cache::{freshness::Freshness, slot::Slot},
    domain::{EmailAddress, People, Role, normalize_name},
    lastpass::{Client, Error},
    request_context::RequestContext,
};

/// How long a role is kept.
const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// Shorter than a request's deadline, since the role is needed before the request is handled.
const DEADLINE: Duration = Duration::from_secs(10);
/// How long LastPass is not called again after a call has failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// The most users whose roles are kept.
const MAX_USERS: usize = 1_000;

/// The groups of `ROLE_GROUPS`, and the roles found last.
pub(crate) struct GroupRoles {
    /// In the order of the setting: the first group that a user is in decides.
    groups: Arc<[(Role, String)]>,
    roles: Mutex<LruCache<EmailAddress, Arc<Slot<Option<Role>>>>>,
}

impl GroupRoles {
    pub(crate) fn new(groups: Vec<(Role, String)>) -> Self {
        Self { groups: groups.into(), roles: Mutex::new(LruCache::new(MAX_USERS)) }
    }

    /// The role of the user with this address; `None` if the user is in none of the groups, is disabled or does not
    /// exist.
    ///
    /// # Errors
    /// Returns an error if LastPass does not answer.
    pub(crate) async fn role_of(
        &self,
        email: &EmailAddress,
        client: &Client,
        context: &RequestContext<'_>,
    ) -> Result<Option<Role>, Error> {
        if self.groups.is_empty() {
            return Ok(None);
        }
        let now = context.received_at;
        let load = || {
            let (groups, email, client) = (Arc::clone(&self.groups), email.clone(), client.clone());
            let call = context.lastpass_call(DEADLINE);
            async move { Ok(role_among(&groups, &email, &client.person(&email, now, &call).await?)) }
        };
        let role = self.slot(email).get(Freshness::Default, context, load).await?;
        Ok(*role.value)
    }

    fn slot(&self, email: &EmailAddress) -> Arc<Slot<Option<Role>>> {
        let mut roles = self.roles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = roles.get(email) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot::new("role by groups", FRESH_FOR, PAUSE_AFTER_FAILURE).without_stale());
        roles.insert(email.clone(), Arc::clone(&slot));
        slot
    }
}

/// The role of the user with this address among `people`.
fn role_among(groups: &[(Role, String)], email: &EmailAddress, people: &People) -> Option<Role> {
    let accounts: Vec<_> = people.iter().filter(|person| person.is_entry() && email.matches(person.email())).collect();
    // If LastPass lists the address twice, one disabled account is enough for no role.
    if accounts.is_empty() || accounts.iter().any(|person| person.is_disabled()) {
        return None;
    }
    let is_in = |group: &str| {
        let group = normalize_name(group);
        accounts.iter().all(|person| person.groups().any(|own| normalize_name(own) == group))
    };
    groups.iter().find(|(_, group)| is_in(group)).map(|(role, _)| *role)
}
