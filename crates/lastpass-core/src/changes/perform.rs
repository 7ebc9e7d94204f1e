//! From a request for a change to what became of it.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::{
    changes::{
        Change, Impact, KnownGroups, Operation, Refusal,
        impact::{self, Held},
        plan::{self, Plan},
        progress::Standing,
    },
    domain::{EmailAddress, People, PersonAction, Role},
    lastpass::{CallContext, CallMeter, Client, Error},
    store::{self, BlastLimit, Claim, Claimed, Store},
};

/// How long a claim holds without a sign of life: longer than any request can run.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How long before the end nothing is sent any more, and how long after it the database may still be told: a request
/// has ten seconds between its deadline and the platform's.
const LAST_WORD: Duration = Duration::from_secs(5);

/// How long a dry run waits for a database that it can do without.
const A_MOMENT: Duration = Duration::from_secs(1);

/// The one path of every change.
pub struct Changes {
    pub(crate) client: Client,
    pub(crate) store: Option<Arc<Store>>,
    groups: KnownGroups,
    limit: u32,
}

/// Who asks for a change, and how.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Who asks, as the record has it.
    pub actor: String,
    /// The caller's role.
    pub role: Role,
    /// The caller's Idempotency-Key, if any.
    pub key: Option<OwnedKey>,
    /// What the body says, in one spelling.
    pub body: String,
    /// The request's id.
    pub request_id: String,
    /// Whether nothing is to be done.
    pub is_dry_run: bool,
    /// When the request came.
    pub at: DateTime<Utc>,
    /// What the request may cost.
    pub budget: CallContext,
    /// Where time spent on the database is counted.
    pub database: Arc<CallMeter>,
}

/// An Idempotency-Key, made the caller's and the route's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedKey(String);

impl OwnedKey {
    /// The key of a caller on a route.
    pub fn new(caller: &str, route: &str, key: &str) -> Self {
        let text = [caller, route, key].map(|part| format!("{}:{part}", part.len())).concat();
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        Self(hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What became of a change that was not refused.
#[derive(Debug, Clone)]
pub struct Done {
    /// The change as it stands.
    pub operation: Operation,
    /// Whether it has come to its end.
    pub end: End,
    /// When that was so, in UTC.
    pub as_of: DateTime<Utc>,
    /// Why it has not come to its end, for the log: our own words.
    pub cause: Option<String>,
    /// Whether it was begun by an earlier request with the same key.
    pub is_repeat: bool,
}

/// Whether a change has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing was to be done, and nothing was.
    Rehearsed,
    /// It has.
    Ended,
    /// It has not: the same key again goes on with it.
    Open,
}

impl Changes {
    /// The path for one organisation. Without a store nothing but dry runs can be asked for.
    pub fn new(client: Client, store: Option<Arc<Store>>, groups: KnownGroups, limit: u32) -> Self {
        Self { client, store, groups, limit }
    }

    /// Carries out a change, or goes on with the one that the key belongs to.
    ///
    /// # Errors
    /// Where nothing was begun, or an action that was begun before could not be gone on with.
    pub async fn perform(&self, change: Change, errand: &Errand) -> Result<Done, Refusal> {
        plan::may_be_asked(&change, &errand.actor, self.client.dialect())?;
        let start = Instant::now();
        let now = || errand.at + TimeDelta::from_std(start.elapsed()).unwrap_or_default();
        if errand.is_dry_run {
            return self.rehearse(&change, errand, &now).await;
        }
        let store = self.store.as_ref().ok_or(Refusal::Database(store::Error::NoTables))?;
        let claim = self.claim(&change, errand);
        loop {
            match errand.timed(store.claim(&claim, now(), now() + LEASE)).await? {
                Claimed::Granted => break,
                Claimed::Known { action_id } => {
                    let done = self.go_on(store, &action_id, errand, &now).await?;
                    return Ok(Done { is_repeat: true, ..done });
                }
                // Whoever was at it is gone: it comes to its end first.
                Claimed::Open { action_id } => {
                    let done = self.go_on(store, &action_id, errand, &now).await?;
                    if done.end != End::Ended {
                        return Err(Refusal::Busy);
                    }
                }
                Claimed::KeyReused => return Err(Refusal::KeyReused),
                Claimed::Busy => return Err(Refusal::Busy),
                Claimed::OverLimit { retry_after } => return Err(Refusal::BlastGuard { retry_after }),
            }
        }
        let looked = self.look(&change, errand, now(), &claim).await;
        let begun = match looked {
            Ok((plan, impact)) => {
                self.run(store, operation(&change, errand, claim.action_id.clone(), plan, impact), None, errand, &now)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        if begun.is_err() {
            // Where the database is gone, too, the claim ends with its lease.
            let _ = errand.timed(store.give_up(&claim.action_id)).await;
        }
        begun
    }

    /// What the change would do; nothing is claimed, recorded or sent.
    async fn rehearse(
        &self,
        change: &Change,
        errand: &Errand,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<Done, Refusal> {
        let claim = Claim { key: None, ..self.claim(change, errand) };
        if let Some(store) = &self.store {
            // A dry run needs no database; where there is one, it tells what would be refused.
            let asking = tokio::time::timeout(A_MOMENT, errand.timed(store.would_grant(&claim, now())));
            match asking.await.unwrap_or(Err(store::Error::Unreachable("no answer in time"))) {
                Ok(Claimed::Busy) => return Err(Refusal::Busy),
                Ok(Claimed::OverLimit { retry_after }) => return Err(Refusal::BlastGuard { retry_after }),
                // An open action would come to its end first.
                Ok(Claimed::Granted | Claimed::Open { .. } | Claimed::Known { .. } | Claimed::KeyReused) | Err(_) => {}
            }
        }
        let (plan, impact) = self.look(change, errand, now(), &claim).await?;
        let operation = operation(change, errand, claim.action_id, plan, impact);
        Ok(Done { operation, end: End::Rehearsed, as_of: now(), cause: None, is_repeat: false })
    }

    fn claim(&self, change: &Change, errand: &Errand) -> Claim {
        let actions = PersonAction::LIMITED.map(PersonAction::name);
        let is_limited = matches!(change, Change::Person { action, .. } if action.is_limited());
        Claim {
            action_id: action_id(errand.at),
            email: change.email().to_string(),
            action: change.name(),
            key: errand.key.as_ref().map(|OwnedKey(key)| key.clone()),
            body: errand.body.clone(),
            limit: is_limited.then_some(BlastLimit { actions, most: self.limit }),
        }
    }

    /// Looks at LastPass, and decides.
    async fn look(
        &self,
        change: &Change,
        errand: &Errand,
        now: DateTime<Utc>,
        claim: &Claim,
    ) -> Result<(Plan, Option<Impact>), Refusal> {
        let email = change.email();
        let budget = &errand.budget;
        let groups = match change {
            // Which groups there are, only a reading of everybody tells.
            Change::Provision(_) | Change::Groups { .. } => Some(self.client.people(now, budget).await?.people),
            Change::Person { .. } => None,
        };
        // A list of everybody may lack somebody while it moves: whether this one is there is asked for itself, last.
        let person = self.client.person(email, now, budget).await?;
        let groups = groups.as_ref().map(People::group_names).unwrap_or_default();
        let plan = plan::plan(change, &Standing::of(email, &person), groups, &self.groups, errand.role)?;
        let Change::Person { action, allow_orphans, .. } = change else { return Ok((plan, None)) };
        if !action.is_off_boarding() {
            return Ok((plan, None));
        }
        let leaving = match &self.store {
            Some(store) => match errand.timed(store.leaving(&claim.action_id)).await {
                Ok(leaving) => leaving,
                Err(_) if errand.is_dry_run => Vec::new(),
                Err(error) => return Err(error.into()),
            },
            None => Vec::new(),
        };
        let stays = |other: &str| !leaving.iter().any(|leaver| leaver == other) && !email.is(other);
        if matches!(Standing::of(email, &person), Standing::Account { is_admin: true, .. }) {
            let admins = self.client.admins(now, budget).await?;
            if !impact::active_people(&admins, |person| person.is_admin()).iter().any(|admin| stays(admin)) {
                return Err(Refusal::LastAdmin);
            }
        }
        match self.impact(email, &person, errand, now, stays).await {
            Ok(impact) if !impact.orphaned_folders.is_empty() && !allow_orphans && !errand.is_dry_run => {
                let orphans = impact.folders.into_iter().filter(|folder| folder.only_administrator);
                Err(Refusal::OrphansFolders { folders: orphans.map(|folder| (folder.id, folder.name)).collect() })
            }
            Ok(impact) => Ok((plan, Some(impact))),
            // Who accepts orphans can let somebody go while LastPass keeps its folders to itself, which it does: it
            // limits callers who ask for them (elastic/integrations 9988).
            Err(_) if *allow_orphans => Ok((plan, None)),
            Err(error) => Err(error),
        }
    }

    async fn impact(
        &self,
        email: &EmailAddress,
        leaver: &People,
        errand: &Errand,
        now: DateTime<Utc>,
        stays: impl Fn(&str) -> bool,
    ) -> Result<Impact, Refusal> {
        let budget = &errand.budget;
        let mut held = Vec::new();
        let notices = self.client.for_each_shared_folder(budget, |folder| held.extend(Held::of(folder, email))).await?;
        if !notices.is_empty() {
            // A list that LastPass complained of, or that cannot be read whole, may lack a folder that nobody would
            // administer any more.
            return Err(Refusal::LastPass(Error::Refused));
        }
        let active = if held.iter().any(Held::is_administered) {
            impact::active_people(&self.client.people(now, budget).await?.people, |_| true)
        } else {
            std::collections::HashSet::new()
        };
        let person = leaver.iter().find(|person| email.is(person.email()));
        let groups = person.into_iter().flat_map(|person| person.groups()).map(str::to_owned).collect();
        Ok(impact::impact(groups, held, |other| active.contains(other) && stays(other)))
    }
}

impl Errand {
    /// Counts the time that the database takes, and does not wait longer for it than anybody waits for the answer.
    pub(crate) async fn timed<T>(
        &self,
        work: impl Future<Output = Result<T, store::Error>>,
    ) -> Result<T, store::Error> {
        let start = Instant::now();
        let result = tokio::time::timeout_at(self.budget.deadline + LAST_WORD, work).await;
        self.database.add(start.elapsed());
        result.unwrap_or(Err(store::Error::Unreachable("no time is left")))
    }

    /// Whether there is time left to send something and hear of it.
    pub(crate) fn has_time(&self) -> bool {
        Instant::now() + LAST_WORD < self.budget.deadline
    }
}

fn operation(change: &Change, errand: &Errand, id: String, plan: Plan, impact: Option<Impact>) -> Operation {
    Operation {
        id,
        version: 0,
        at: errand.at,
        actor: errand.actor.clone(),
        action: change.name().to_owned(),
        email: change.email().clone(),
        request_id: errand.request_id.clone(),
        details: plan.details,
        steps: plan.steps,
        impact,
    }
}

/// A new id, whose order is that of time.
pub fn action_id(at: DateTime<Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(time).to_string()
}
