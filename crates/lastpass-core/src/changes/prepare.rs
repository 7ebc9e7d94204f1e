//! Reads from LastPass what a change depends on, and plans its steps. Claims, records and sends nothing.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::{
    changes::{
        Change, ChangeContext, ChangeError, ChangeRequest, Impact, KnownGroups, Operation,
        impact::{self, FolderImpact},
        plan::{self, Plan},
        user_state::{UserState, listed_spelling},
    },
    domain::{EmailAddress, People},
    lastpass::{Client, Error, InvalidReply, ReadWarning},
    store::Store,
};

/// What the preparation of a change uses.
pub(crate) struct Preparation<'a> {
    pub(crate) client: &'a Client,
    pub(crate) store: Option<&'a Store>,
    pub(crate) groups: &'a KnownGroups,
    pub(crate) request: &'a ChangeRequest,
    pub(crate) context: &'a ChangeContext,
}

impl Preparation<'_> {
    /// The planned action of the request.
    ///
    /// # Errors
    /// Returns an error if the change is not possible or not allowed, or LastPass or the database cannot be read.
    pub(crate) async fn prepare(&self, action_id: String) -> Result<Operation, ChangeError> {
        let change = &self.request.change;
        let now = self.context.now();
        let (email, calls) = (change.email(), &self.context.lastpass);
        let groups = match change {
            // Only the list of all users shows which groups exist.
            Change::Provision(_) | Change::Groups { .. } => Some(self.client.people(now, calls).await?.people),
            Change::Person { .. } => None,
        };
        // The list may lack users while it changes: this user is fetched separately, and last.
        let people = self.client.person(email, now, calls).await?;
        let user = UserState::of(email, &people);
        let listed = groups.as_ref().map(People::group_names).unwrap_or_default();
        let plan = plan::plan(change, &user, listed, self.groups)?;
        let impact = match change {
            Change::Person { action, allow_orphans, .. } if action.is_offboarding() => {
                let leaver = Leaver { email, people: &people, state: &user };
                self.check_offboarding(leaver, *allow_orphans, &action_id, now).await?
            }
            Change::Provision(_) | Change::Groups { .. } | Change::Person { .. } => None,
        };
        let listed_email = listed_spelling(email, &people);
        Ok(self.operation(action_id, listed_email, plan, impact))
    }

    fn operation(&self, id: String, listed_email: Option<String>, plan: Plan, impact: Option<Impact>) -> Operation {
        let ChangeRequest { change, actor, .. } = self.request;
        Operation {
            id,
            version: 0,
            at: self.context.received_at,
            actor: actor.clone(),
            action: change.name().to_owned(),
            email: change.email().clone(),
            listed_email,
            request_id: self.context.request_id.clone(),
            details: plan.details,
            steps: plan.steps,
            impact,
        }
    }

    /// Checks that the company keeps an admin and its folders keep administrators. Returns the impact; `None` if it is
    /// unknown and the caller accepts orphaned folders.
    async fn check_offboarding(
        &self,
        leaver: Leaver<'_>,
        allow_orphans: bool,
        action_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Impact>, ChangeError> {
        let others_leaving = match self.store {
            Some(store) => match self.context.database(store.other_offboardings(action_id)).await {
                Ok(addresses) => addresses,
                Err(_) if self.request.is_dry_run => Vec::new(),
                Err(error) => return Err(error.into()),
            },
            None => Vec::new(),
        };
        let stays =
            |other: &str| !others_leaving.iter().any(|address| address == other) && !leaver.email.matches(other);
        if matches!(leaver.state, UserState::Account { is_admin: true, .. }) {
            let admins = self.client.admins(now, &self.context.lastpass).await?;
            if !impact::active_people(&admins, |person| person.is_admin()).iter().any(|admin| stays(admin)) {
                return Err(ChangeError::LastAdmin);
            }
        }
        match self.read_impact(leaver, now, stays).await {
            Ok(impact) if !impact.orphaned_folders.is_empty() && !allow_orphans && !self.request.is_dry_run => {
                let orphans = impact.folders.into_iter().filter(|folder| folder.only_administrator);
                Err(ChangeError::OrphansFolders { folders: orphans.map(|folder| (folder.id, folder.name)).collect() })
            }
            Ok(impact) => Ok(Some(impact)),
            // A caller who accepts orphans can off-board a user while LastPass does not return its folders: it limits
            // the rate of callers who read them (elastic/integrations 9988).
            Err(_) if allow_orphans => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn read_impact(
        &self,
        leaver: Leaver<'_>,
        now: DateTime<Utc>,
        stays: impl Fn(&str) -> bool,
    ) -> Result<Impact, ChangeError> {
        let Leaver { email, people, .. } = leaver;
        let calls = &self.context.lastpass;
        let add = |folders: &mut Vec<_>, folder| folders.extend(FolderImpact::of(folder, email));
        let (folders, warnings) = self.client.shared_folders(calls, add).await.map_err(|error| {
            if let Error::InvalidReply(InvalidReply::Folders { entries }) = error {
                ChangeError::IncompleteFolders { unreadable: entries }
            } else {
                error.into()
            }
        })?;
        if warnings.iter().any(|warning| *warning != ReadWarning::SitesUnavailable) {
            // A list with a warning, or with unreadable entries, may lack a folder that would be orphaned.
            let unreadable = warnings.iter().find_map(|warning| {
                if let ReadWarning::Unreadable { entries } = warning { Some(*entries) } else { None }
            });
            return Err(ChangeError::IncompleteFolders { unreadable: unreadable.unwrap_or_default() });
        }
        let active = if folders.iter().any(FolderImpact::is_administered) {
            impact::active_people(&self.client.people(now, calls).await?.people, |_| true)
        } else {
            HashSet::new()
        };
        let person = people.iter().find(|person| email.matches(person.email()));
        let groups = person.into_iter().flat_map(|person| person.groups()).map(str::to_owned).collect();
        Ok(impact::impact(groups, folders, |other| active.contains(other) && stays(other)))
    }
}

/// The user that is off-boarded, as LastPass lists it.
#[derive(Clone, Copy)]
struct Leaver<'a> {
    email: &'a EmailAddress,
    people: &'a People,
    state: &'a UserState,
}
