//! Executes a planned action, or resumes one: each step is recorded before it is sent, and read back afterwards.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::sleep;

use crate::{
    changes::{
        ChangeContext, ChangeError, ChangeResult, Completion, Operation, Outcome, Step, StepError, StepState,
        reconcile::{self, Wait},
        user_state::{UserState, listed_spelling},
    },
    known_changes::KnownChanges,
    lastpass::{self, Client, CommandOutcome, Error, UpstreamMessage},
    store::{self, ClaimUpdate, Store},
};

/// How long a claim holds without being extended: longer than any request can run.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// The delays before LastPass is read again for an effect that it has confirmed and does not show yet.
const READ_BACK_DELAYS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// What the execution of actions uses.
#[derive(Clone, Copy)]
pub(crate) struct Executor<'a> {
    pub(crate) client: &'a Client,
    pub(crate) store: &'a Store,
    pub(crate) context: &'a ChangeContext,
    pub(crate) known_changes: &'a KnownChanges,
    pub(crate) steps: OpenActionSteps,
}

/// What happens to the planned steps of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenActionSteps {
    /// They are sent.
    Send,
    /// They stay planned: LastPass is only read.
    ReadOnly,
}

impl Executor<'_> {
    /// Executes a planned action that is claimed and not recorded yet.
    ///
    /// # Errors
    /// Returns an error if nothing was recorded, and therefore nothing sent.
    pub(crate) async fn start(self, operation: Operation) -> Result<ChangeResult, ChangeError> {
        if !self.context.has_time_to_send() {
            return Err(ChangeError::LastPass(Error::Timeout));
        }
        self.execute(operation, None).await
    }

    /// Resumes an action that was recorded before. If it is finished, returns it as it is.
    ///
    /// # Errors
    /// Returns [`ChangeError::Busy`] if another request is working on the action, and an error if the database fails.
    pub(crate) async fn resume(self, action_id: &str) -> Result<ChangeResult, ChangeError> {
        let Self { store, context, .. } = self;
        let until = context.now() + LEASE;
        let is_taken_over = context.database(store.take_over(action_id, context.now(), until)).await?;
        let recorded = context.database(store.action(action_id)).await?;
        let recorded = recorded.ok_or(ChangeError::Database(store::Error::InvalidRow))?;
        let operation = Operation::from_recorded(&recorded);
        let operation = operation.ok_or(ChangeError::Database(store::Error::InvalidRow))?;
        if is_taken_over {
            return self.execute(operation, Some(until)).await;
        }
        if recorded.is_open {
            return Err(ChangeError::Busy);
        }
        Ok(self.result(operation, Completion::Finished, None))
    }

    /// `lease` is the end of the claim's lease, if the action was recorded before.
    async fn execute(self, operation: Operation, lease: Option<DateTime<Utc>>) -> Result<ChangeResult, ChangeError> {
        let mut execution = Execution { executor: self, recorded: operation.clone(), operation, lease, cause: None };
        let completion = match execution.run().await {
            Ok(completion) => completion,
            // Nothing was recorded, so nothing was sent.
            Err(error) if execution.recorded.version == 0 => {
                return Err(if error == store::Error::Superseded { ChangeError::Busy } else { error.into() });
            }
            // A step that was sent is recorded as being sent: the next request reads it back.
            Err(error) => {
                execution.cause = Some(error.to_string());
                Completion::Open
            }
        };
        let Execution { operation, cause, .. } = execution;
        let operation = if completion == Completion::Finished { operation.ended() } else { operation };
        Ok(self.result(operation, completion, cause))
    }

    /// The result of an action, which every later reply of this process shows.
    fn result(self, operation: Operation, completion: Completion, cause: Option<String>) -> ChangeResult {
        let as_of = self.context.now();
        if let Some(change) = operation.digest() {
            self.known_changes.add_own(change, as_of);
        }
        ChangeResult { operation, completion, as_of, cause, is_repeat: false }
    }
}

/// An action that is being executed, and its latest recorded version.
struct Execution<'a> {
    executor: Executor<'a>,
    recorded: Operation,
    operation: Operation,
    /// The end of the claim's lease.
    lease: Option<DateTime<Utc>>,
    /// Why the action is unfinished, for the log.
    cause: Option<String>,
}

impl Execution<'_> {
    /// Sends the planned steps one after the other, reads back what was sent, and closes the action. If it cannot be
    /// finished now, leaves it open for a later request.
    async fn run(&mut self) -> Result<Completion, store::Error> {
        let context = self.executor.context;
        let mut earlier_reads = 0;
        // A resumed action is read back first: a step that is recorded as being sent may have taken effect.
        let mut may_send = self.recorded.version == 0;
        loop {
            if may_send && let Some(step) = self.next_step() {
                if self.recorded.version > 0 && !context.has_time_to_send() {
                    self.cause = Some("no time is left for the next step".to_owned());
                    self.pause().await?;
                    return Ok(Completion::Open);
                }
                self.send(step).await?;
                continue;
            }
            if may_send && !reconcile::needs_read(&self.operation.steps) {
                break;
            }
            let wait = match self.read_back(earlier_reads).await {
                Ok(wait) => {
                    may_send = true;
                    wait
                }
                Err(error) => {
                    self.cause = Some(error.to_string());
                    Wait::LostReply
                }
            };
            if may_send && self.next_step().is_some() {
                continue;
            }
            match (wait, READ_BACK_DELAYS.get(earlier_reads)) {
                (Wait::Nothing, _) => break,
                (Wait::Effect, Some(delay)) if context.has_time_to_send() => {
                    earlier_reads += 1;
                    sleep(*delay).await;
                }
                (Wait::Effect | Wait::LostReply, _) => {
                    self.pause().await?;
                    return Ok(Completion::Open);
                }
            }
        }
        if self.due_step().is_some() {
            self.pause().await?;
            return Ok(Completion::Open);
        }
        self.finish().await?;
        Ok(Completion::Finished)
    }

    /// The index of the step to send next.
    fn next_step(&self) -> Option<usize> {
        self.due_step().filter(|_| self.executor.steps == OpenActionSteps::Send)
    }

    /// The index of the planned step that is due.
    fn due_step(&self) -> Option<usize> {
        reconcile::next_step(&self.operation.steps, self.operation.at, self.executor.context.now())
    }

    /// Records that a step is being sent, then sends it.
    async fn send(&mut self, index: usize) -> Result<(), store::Error> {
        let Executor { client, context, .. } = self.executor;
        self.operation.steps[index].set_state(StepState::Sending, context.now(), None);
        self.record(ClaimUpdate::ExtendTo(context.now() + LEASE)).await?;
        let Operation { email, listed_email, details, steps, .. } = &self.operation;
        let command = &steps[index].command;
        let email = listed_email.as_deref().unwrap_or(email.as_str());
        let outcome = client.send_command(command.to_lastpass(email, details), &context.lastpass).await;
        let text = |message: UpstreamMessage| message.as_str().to_owned();
        let (state, error) = match outcome {
            CommandOutcome::Accepted => (StepState::Sent, None),
            // An effect that no read can show counts as not applied: the warning is all that is known of it.
            CommandOutcome::AcceptedWithWarning(message) => {
                let state = if command.is_observable() { StepState::Sent } else { StepState::Failed };
                (state, Some(StepError::Warning { message: text(message) }))
            }
            CommandOutcome::Refused(message) => {
                (StepState::Failed, Some(StepError::Refused { message: text(message) }))
            }
            CommandOutcome::NotSent(Error::Credentials) => (StepState::Failed, Some(StepError::Credentials)),
            CommandOutcome::NotSent(_) => (StepState::Failed, Some(StepError::Unreachable)),
            CommandOutcome::Unknown(error) => {
                self.cause = Some(error.to_string());
                return Ok(());
            }
        };
        self.operation.steps[index].set_state(state, context.now(), error);
        Ok(())
    }

    /// Reads the user from LastPass and updates the steps by what it shows.
    async fn read_back(&mut self, earlier_reads: usize) -> Result<Wait, lastpass::Error> {
        let Executor { client, context, .. } = self.executor;
        let Operation { email, listed_email, steps, .. } = &mut self.operation;
        let people = client.person(email, context.now(), &context.lastpass).await?;
        *listed_email = listed_spelling(email, &people);
        let user = UserState::of(email, &people);
        Ok(reconcile::reconcile(steps, &user, context.now(), earlier_reads))
    }

    /// Appends the next version of the action to the record.
    async fn record(&mut self, update: ClaimUpdate) -> Result<(), store::Error> {
        self.operation.version = self.recorded.version + 1;
        let entry = self.operation.to_entry(match update {
            ClaimUpdate::Close | ClaimUpdate::Discard => self.operation.outcome(),
            // Unfinished, whatever the steps show so far.
            ClaimUpdate::ExtendTo(_) | ClaimUpdate::Release => Outcome::Unknown,
        });
        self.executor.context.database(self.executor.store.append(&entry, update)).await?;
        if let ClaimUpdate::ExtendTo(until) = update {
            self.lease = Some(until);
        }
        self.recorded = self.operation.clone();
        Ok(())
    }

    /// Leaves the action open for the next request.
    async fn pause(&mut self) -> Result<(), store::Error> {
        if self.operation.steps == self.recorded.steps {
            let Some(until) = self.lease else { return Ok(()) };
            let Executor { store, context, .. } = self.executor;
            return context.database(store.release(&self.operation.id, until)).await;
        }
        self.record(ClaimUpdate::Release).await
    }

    /// Records the outcome and closes the action.
    async fn finish(&mut self) -> Result<(), store::Error> {
        let was_sent = |step: &Step| match (step.state, &step.error) {
            (StepState::Planned | StepState::NotSent, _)
            | (StepState::Failed, Some(StepError::Credentials | StepError::Unreachable)) => false,
            (
                StepState::Sending | StepState::Sent | StepState::Confirmed | StepState::Failed | StepState::Unknown,
                _,
            ) => true,
        };
        // An action of which nothing was sent keeps no key.
        let is_sent = self.operation.steps.iter().any(was_sent);
        self.record(if is_sent { ClaimUpdate::Close } else { ClaimUpdate::Discard }).await
    }
}
