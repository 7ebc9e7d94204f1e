//! The path of a change from the request to its result.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    changes::{
        Change, ChangeContext, ChangeError, ChangeRequest, ChangeResult, Completion, KnownGroups,
        execute::{Executor, LEASE, OpenActionSteps},
        new_action_id, plan,
        prepare::Preparation,
    },
    domain::PersonAction,
    known_changes::KnownChanges,
    lastpass::Client,
    request_context::RequestContext,
    store::{self, Claim, ClaimOutcome, OffboardingLimit, Store},
};

/// How long a dry run waits for the database, which it does not depend on.
const DRY_RUN_DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// Makes the changes of one company.
pub(crate) struct ChangeService {
    client: Client,
    store: Option<Arc<Store>>,
    groups: Arc<KnownGroups>,
    offboarding_limit: u32,
    known_changes: Arc<KnownChanges>,
}

impl ChangeService {
    /// A service for one company. Without a store only dry runs are possible.
    pub(crate) fn new(
        client: Client,
        store: Option<Arc<Store>>,
        groups: Arc<KnownGroups>,
        offboarding_limit: u32,
        known_changes: Arc<KnownChanges>,
    ) -> Self {
        Self { client, store, groups, offboarding_limit, known_changes }
    }

    /// Makes a change, or resumes the action that the request's key belongs to. Runs in the background, so that a caller
    /// who disconnects does not stop it halfway.
    ///
    /// # Errors
    /// Returns an error if no action was started, or the action that the key belongs to could not be resumed.
    pub(crate) async fn perform(
        self: &Arc<Self>,
        request: ChangeRequest,
        context: &RequestContext<'_>,
    ) -> Result<ChangeResult, ChangeError> {
        let (service, change_context) = (Arc::clone(self), ChangeContext::start(context));
        let run = async move { service.run(&request, &change_context).await };
        let result = context.run_to_end(run).await.unwrap_or(Err(ChangeError::Aborted));
        if let Some(change) = result.as_ref().ok().and_then(|result| result.operation.digest()) {
            context.set_change(change);
        }
        result
    }

    async fn run(&self, request: &ChangeRequest, context: &ChangeContext) -> Result<ChangeResult, ChangeError> {
        plan::check_request(request, self.client.dialect(), &self.groups)?;
        let claim = self.claim(request, context);
        if request.is_dry_run {
            return self.dry_run(request, Claim { key: None, ..claim }, context).await;
        }

        let store = self.store.as_ref().ok_or(ChangeError::Database(store::Error::NoTables))?;
        let executor = self.executor(store, OpenActionSteps::Send, context);
        loop {
            match context.database(store.claim(&claim, context.now(), context.now() + LEASE)).await? {
                ClaimOutcome::Granted => break,
                ClaimOutcome::Repeat { action_id } => {
                    let result = executor.resume(&action_id).await?;
                    return Ok(ChangeResult { is_repeat: true, ..result });
                }
                // The request that started it has ended: it has to be finished before another change may start.
                ClaimOutcome::Open { action_id } => {
                    let earlier = executor.resume(&action_id).await?;
                    if earlier.completion != Completion::Finished {
                        return Err(ChangeError::Busy);
                    }
                }
                ClaimOutcome::KeyReused => return Err(ChangeError::KeyReused),
                ClaimOutcome::Busy => return Err(ChangeError::Busy),
                ClaimOutcome::OverLimit { retry_after } => return Err(ChangeError::OffboardingLimit { retry_after }),
            }
        }

        let result = match self.preparation(request, context).prepare(claim.action_id.clone()).await {
            Ok(operation) => executor.start(operation).await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            // Nothing was recorded. If the database fails here as well, the claim expires with its lease.
            let _ = context.database(store.abandon(&claim.action_id)).await;
        }
        result
    }

    /// Finishes an open action, if LastPass shows what became of it.
    ///
    /// # Errors
    /// Returns [`ChangeError::Busy`] if a request is working on the action, and an error if the database fails.
    pub(crate) async fn settle(
        &self,
        action_id: &str,
        steps: OpenActionSteps,
        context: &ChangeContext,
    ) -> Result<ChangeResult, ChangeError> {
        let store = self.store.as_ref().ok_or(ChangeError::Database(store::Error::NoTables))?;
        self.executor(store, steps, context).resume(action_id).await
    }

    fn executor<'a>(&'a self, store: &'a Store, steps: OpenActionSteps, context: &'a ChangeContext) -> Executor<'a> {
        Executor { client: &self.client, store, context, known_changes: &self.known_changes, steps }
    }

    /// Reports what a change would do; claims, records and sends nothing.
    async fn dry_run(
        &self,
        request: &ChangeRequest,
        claim: Claim,
        context: &ChangeContext,
    ) -> Result<ChangeResult, ChangeError> {
        if let Some(store) = &self.store {
            // A dry run works without a database; with one, it reports what the claim would be refused for.
            let preview = context.database(store.preview_claim(&claim, context.now()));
            let preview = timeout(DRY_RUN_DATABASE_TIMEOUT, preview).await;
            match preview.unwrap_or(Err(store::Error::Unreachable("no answer in time"))) {
                Ok(ClaimOutcome::Busy) => return Err(ChangeError::Busy),
                Ok(ClaimOutcome::OverLimit { retry_after }) => {
                    return Err(ChangeError::OffboardingLimit { retry_after });
                }
                // An open action would be finished first.
                Ok(
                    ClaimOutcome::Granted
                    | ClaimOutcome::Open { .. }
                    | ClaimOutcome::Repeat { .. }
                    | ClaimOutcome::KeyReused,
                )
                | Err(_) => {}
            }
        }
        let operation = self.preparation(request, context).prepare(claim.action_id).await?;
        let completion = Completion::DryRun;
        Ok(ChangeResult { operation, completion, as_of: context.now(), cause: None, is_repeat: false })
    }

    fn claim(&self, request: &ChangeRequest, context: &ChangeContext) -> Claim {
        let change = &request.change;
        let actions = PersonAction::RATE_LIMITED.map(PersonAction::name);
        let is_limited = matches!(change, Change::Person { action, .. } if action.is_rate_limited());
        Claim {
            action_id: new_action_id(context.received_at),
            email: change.email().to_string(),
            action: change.name(),
            key: request.key.as_ref().map(|key| key.as_str().to_owned()),
            body: request.body_fingerprint.clone(),
            limit: is_limited.then_some(OffboardingLimit { actions, max: self.offboarding_limit }),
        }
    }

    fn preparation<'a>(&'a self, request: &'a ChangeRequest, context: &'a ChangeContext) -> Preparation<'a> {
        Preparation { client: &self.client, store: self.store.as_deref(), groups: &self.groups, request, context }
    }
}
