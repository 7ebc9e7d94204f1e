//! Roles by LastPass's groups: asked of LastPass for one person, and kept for a few minutes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    cache::slot::{Cached, Demand},
    domain::{EmailAddress, People, Role, normalize_name},
    lastpass::{Client, Error},
    request_context::RequestContext,
};

/// How long a role is believed.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Somebody who waits to be let in is told sooner that it cannot be known.
const DEADLINE: Duration = Duration::from_secs(10);
/// How long LastPass is left in peace that could not tell somebody's role.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// People whose roles are kept at most: beyond, those are forgotten who did not ask for longest.
const MOST_KEPT: usize = 1_000;

/// Which group stands for which role, and who was found to have which.
pub(crate) struct GroupRoles {
    groups: Arc<[(Role, String)]>,
    /// Those who asked last at the end.
    kept: Mutex<Vec<Person>>,
}

/// Somebody's role, a question of its own: asked by one flight at a time.
struct Person {
    email: EmailAddress,
    role: Arc<Cached<Option<Role>>>,
}

impl GroupRoles {
    /// The groups in the order of the setting: the first that fits counts.
    pub(crate) fn new(groups: Vec<(Role, String)>) -> Self {
        Self { groups: groups.into(), kept: Mutex::default() }
    }

    /// The role of the person with this address; nothing for somebody who is in none of the groups, is disabled, or is
    /// not there.
    ///
    /// # Errors
    /// Where LastPass could not be asked.
    pub(crate) async fn of(
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
            let (groups, email, client, budget) =
                (Arc::clone(&self.groups), email.clone(), client.clone(), context.lastpass_call(DEADLINE));
            async move { Ok(among(&groups, &email, &client.person(&email, now, &budget).await?)) }
        };
        let role = self.question(email).get(Demand::Usual, context, load).await?;
        Ok(*role.value)
    }

    /// The question for somebody's role.
    fn question(&self, email: &EmailAddress) -> Arc<Cached<Option<Role>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|person| person.email == *email).map(|place| kept.remove(place));
        let person = known.unwrap_or_else(|| Person {
            email: email.clone(),
            role: Arc::new(Cached::new("somebody's role", KEPT, REST_AFTER_FAILURE).never_stale()),
        });
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        let role = Arc::clone(&person.role);
        kept.push(person);
        role
    }
}

fn among(groups: &[(Role, String)], email: &EmailAddress, people: &People) -> Option<Role> {
    let accounts: Vec<_> = people.iter().filter(|person| person.is_entry() && email.matches(person.email())).collect();
    // Where LastPass has the address twice, one that is disabled speaks against both.
    if accounts.is_empty() || accounts.iter().any(|person| person.is_disabled()) {
        return None;
    }
    let is_in = |group: &str| {
        accounts.iter().all(|person| person.groups().any(|own| normalize_name(own) == normalize_name(group)))
    };
    groups.iter().find(|(_, group)| is_in(group)).map(|(role, _)| *role)
}
