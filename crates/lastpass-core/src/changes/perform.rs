//! From a request for a change to what became of it.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::{
    changes::{
        Change, ChangeError, Impact, KnownGroups, Operation,
        impact::{self, FolderAccess},
        plan::{self, Plan},
        progress::UserState,
    },
    domain::{EmailAddress, People, PersonAction, Role},
    lastpass::{CallContext, CallMeter, Client, Error},
    store::{self, Claim, ClaimOutcome, OffboardingLimit, Store},
};

/// How long a claim holds without a sign of life: longer than any request can run.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How long before the end nothing is sent any more, and how long after it the database may still be told: a request
/// has ten seconds between its deadline and the platform's.
const DEADLINE_MARGIN: Duration = Duration::from_secs(5);

/// How long a dry run waits for a database that it can do without.
const DRY_RUN_DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// The one path of every change.
pub struct Changes {
    pub(crate) client: Client,
    pub(crate) store: Option<Arc<Store>>,
    groups: KnownGroups,
    limit: u32,
}

/// Who asks for a change, and how.
#[derive(Debug, Clone)]
pub struct ChangeRequest {
    /// Who asks, as the record has it.
    pub actor: String,
    /// The caller's role.
    pub role: Role,
    /// The caller's Idempotency-Key, if any.
    pub key: Option<IdempotencyKey>,
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
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of a caller on a route.
    pub fn new(caller: &str, route: &str, key: &str) -> Self {
        let text = [caller, route, key].map(|part| format!("{}:{part}", part.len())).concat();
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        Self(hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What became of a change that was not refused.
#[derive(Debug, Clone)]
pub struct ChangeResult {
    /// The change as it stands.
    pub operation: Operation,
    /// Whether it has come to its end.
    pub completion: Completion,
    /// When that was so, in UTC.
    pub as_of: DateTime<Utc>,
    /// Why it has not come to its end, for the log: our own words.
    pub cause: Option<String>,
    /// Whether it was begun by an earlier request with the same key.
    pub is_repeat: bool,
}

/// Whether a change has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Nothing was to be done, and nothing was.
    DryRun,
    /// It has.
    Finished,
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
    pub async fn perform(&self, change: Change, request: &ChangeRequest) -> Result<ChangeResult, ChangeError> {
        plan::check_request(&change, &request.actor, self.client.dialect())?;
        let start = Instant::now();
        let now = || request.at + TimeDelta::from_std(start.elapsed()).unwrap_or_default();
        if request.is_dry_run {
            return self.dry_run(&change, request, &now).await;
        }
        let store = self.store.as_ref().ok_or(ChangeError::Database(store::Error::NoTables))?;
        let claim = self.claim(&change, request);
        loop {
            match request.timed(store.claim(&claim, now(), now() + LEASE)).await? {
                ClaimOutcome::Granted => break,
                ClaimOutcome::Repeat { action_id } => {
                    let done = self.go_on(store, &action_id, request, &now).await?;
                    return Ok(ChangeResult { is_repeat: true, ..done });
                }
                // Whoever was at it is gone: it comes to its end first.
                ClaimOutcome::Open { action_id } => {
                    let done = self.go_on(store, &action_id, request, &now).await?;
                    if done.completion != Completion::Finished {
                        return Err(ChangeError::Busy);
                    }
                }
                ClaimOutcome::KeyReused => return Err(ChangeError::KeyReused),
                ClaimOutcome::Busy => return Err(ChangeError::Busy),
                ClaimOutcome::OverLimit { retry_after } => return Err(ChangeError::OffboardingLimit { retry_after }),
            }
        }
        let looked = self.look(&change, request, now(), &claim).await;
        let begun = match looked {
            Ok((plan, impact)) => {
                self.run(store, operation(&change, request, claim.action_id.clone(), plan, impact), None, request, &now)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        if begun.is_err() {
            // Where the database is gone, too, the claim ends with its lease.
            let _ = request.timed(store.abandon(&claim.action_id)).await;
        }
        begun
    }

    /// What the change would do; nothing is claimed, recorded or sent.
    async fn dry_run(
        &self,
        change: &Change,
        request: &ChangeRequest,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<ChangeResult, ChangeError> {
        let claim = Claim { key: None, ..self.claim(change, request) };
        if let Some(store) = &self.store {
            // A dry run needs no database; where there is one, it tells what would be refused.
            let asking =
                tokio::time::timeout(DRY_RUN_DATABASE_TIMEOUT, request.timed(store.preview_claim(&claim, now())));
            match asking.await.unwrap_or(Err(store::Error::Unreachable("no answer in time"))) {
                Ok(ClaimOutcome::Busy) => return Err(ChangeError::Busy),
                Ok(ClaimOutcome::OverLimit { retry_after }) => {
                    return Err(ChangeError::OffboardingLimit { retry_after });
                }
                // An open action would come to its end first.
                Ok(
                    ClaimOutcome::Granted
                    | ClaimOutcome::Open { .. }
                    | ClaimOutcome::Repeat { .. }
                    | ClaimOutcome::KeyReused,
                )
                | Err(_) => {}
            }
        }
        let (plan, impact) = self.look(change, request, now(), &claim).await?;
        let operation = operation(change, request, claim.action_id, plan, impact);
        Ok(ChangeResult { operation, completion: Completion::DryRun, as_of: now(), cause: None, is_repeat: false })
    }

    fn claim(&self, change: &Change, request: &ChangeRequest) -> Claim {
        let actions = PersonAction::RATE_LIMITED.map(PersonAction::name);
        let is_limited = matches!(change, Change::Person { action, .. } if action.is_rate_limited());
        Claim {
            action_id: new_action_id(request.at),
            email: change.email().to_string(),
            action: change.name(),
            key: request.key.as_ref().map(|IdempotencyKey(key)| key.clone()),
            body: request.body.clone(),
            limit: is_limited.then_some(OffboardingLimit { actions, max: self.limit }),
        }
    }

    /// Looks at LastPass, and decides.
    async fn look(
        &self,
        change: &Change,
        request: &ChangeRequest,
        now: DateTime<Utc>,
        claim: &Claim,
    ) -> Result<(Plan, Option<Impact>), ChangeError> {
        let email = change.email();
        let budget = &request.budget;
        let groups = match change {
            // Which groups there are, only a reading of everybody tells.
            Change::Provision(_) | Change::Groups { .. } => Some(self.client.people(now, budget).await?.people),
            Change::Person { .. } => None,
        };
        // A list of everybody may lack somebody while it moves: whether this one is there is asked for itself, last.
        let person = self.client.person(email, now, budget).await?;
        let groups = groups.as_ref().map(People::group_names).unwrap_or_default();
        let plan = plan::plan(change, &UserState::of(email, &person), groups, &self.groups, request.role)?;
        let Change::Person { action, allow_orphans, .. } = change else { return Ok((plan, None)) };
        if !action.is_offboarding() {
            return Ok((plan, None));
        }
        let leaving = match &self.store {
            Some(store) => match request.timed(store.leaving(&claim.action_id)).await {
                Ok(leaving) => leaving,
                Err(_) if request.is_dry_run => Vec::new(),
                Err(error) => return Err(error.into()),
            },
            None => Vec::new(),
        };
        let stays = |other: &str| !leaving.iter().any(|leaver| leaver == other) && !email.matches(other);
        if matches!(UserState::of(email, &person), UserState::Account { is_admin: true, .. }) {
            let admins = self.client.admins(now, budget).await?;
            if !impact::active_people(&admins, |person| person.is_admin()).iter().any(|admin| stays(admin)) {
                return Err(ChangeError::LastAdmin);
            }
        }
        match self.impact(email, &person, request, now, stays).await {
            Ok(impact) if !impact.orphaned_folders.is_empty() && !allow_orphans && !request.is_dry_run => {
                let orphans = impact.folders.into_iter().filter(|folder| folder.only_administrator);
                Err(ChangeError::OrphansFolders { folders: orphans.map(|folder| (folder.id, folder.name)).collect() })
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
        request: &ChangeRequest,
        now: DateTime<Utc>,
        stays: impl Fn(&str) -> bool,
    ) -> Result<Impact, ChangeError> {
        let budget = &request.budget;
        let mut held = Vec::new();
        let notices =
            self.client.for_each_shared_folder(budget, |folder| held.extend(FolderAccess::of(folder, email))).await?;
        if !notices.is_empty() {
            // A list that LastPass complained of, or that cannot be read whole, may lack a folder that nobody would
            // administer any more.
            return Err(ChangeError::LastPass(Error::Refused));
        }
        let active = if held.iter().any(FolderAccess::is_administered) {
            impact::active_people(&self.client.people(now, budget).await?.people, |_| true)
        } else {
            std::collections::HashSet::new()
        };
        let person = leaver.iter().find(|person| email.matches(person.email()));
        let groups = person.into_iter().flat_map(|person| person.groups()).map(str::to_owned).collect();
        Ok(impact::impact(groups, held, |other| active.contains(other) && stays(other)))
    }
}

impl ChangeRequest {
    /// Counts the time that the database takes, and does not wait longer for it than anybody waits for the answer.
    pub(crate) async fn timed<T>(
        &self,
        work: impl Future<Output = Result<T, store::Error>>,
    ) -> Result<T, store::Error> {
        let start = Instant::now();
        let result = tokio::time::timeout_at(self.budget.deadline + DEADLINE_MARGIN, work).await;
        self.database.add(start.elapsed());
        result.unwrap_or(Err(store::Error::Unreachable("no time is left")))
    }

    /// Whether there is time left to send something and hear of it.
    pub(crate) fn has_time(&self) -> bool {
        Instant::now() + DEADLINE_MARGIN < self.budget.deadline
    }
}

fn operation(change: &Change, request: &ChangeRequest, id: String, plan: Plan, impact: Option<Impact>) -> Operation {
    Operation {
        id,
        version: 0,
        at: request.at,
        actor: request.actor.clone(),
        action: change.name().to_owned(),
        email: change.email().clone(),
        request_id: request.request_id.clone(),
        details: plan.details,
        steps: plan.steps,
        impact,
    }
}

/// A new id, whose order is that of time.
pub fn new_action_id(at: DateTime<Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(time).to_string()
}
