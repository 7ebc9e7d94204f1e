//! Carries out a planned action, or goes on with one: each step is recorded before it is sent, and read back after.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    changes::{
        ChangeError, ChangeRequest, ChangeResult, Changes, Operation, Outcome,
        perform::{Completion, LEASE},
        progress::{self, Step, StepError, StepState, UserState, Wait},
    },
    lastpass::{CommandOutcome, Error, UpstreamMessage},
    store::{self, Lease, Store},
};

/// When LastPass is looked at again for what it said it did and does not show yet.
const READ_BACK_DELAYS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

impl Changes {
    /// Goes on with an action that was begun before, unless somebody is at it.
    pub(crate) async fn go_on(
        &self,
        store: &Store,
        action_id: &str,
        request: &ChangeRequest,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<ChangeResult, ChangeError> {
        let until = now() + LEASE;
        let is_ours = request.timed(store.take_over(action_id, now(), until)).await?;
        let entry = request.timed(store.action(action_id)).await?;
        let state = entry.as_ref().and_then(Operation::from_entry);
        let operation = state.ok_or(ChangeError::Database(store::Error::InvalidRow))?;
        if is_ours {
            return self.run(store, operation, Some(until), request, now).await;
        }
        if request.timed(store.is_open(action_id)).await? {
            return Err(ChangeError::Busy);
        }
        // It may have ended between the two looks: what is shown is what stands now.
        let entry = request.timed(store.action(action_id)).await?;
        let operation = entry.as_ref().and_then(Operation::from_entry).unwrap_or(operation);
        Ok(ChangeResult { operation, completion: Completion::Finished, as_of: now(), cause: None, is_repeat: false })
    }

    /// Sends what is planned, one step after the other, and reads back what was sent. `lease` is until when the claim is
    /// ours, of an action that was recorded before.
    pub(crate) async fn run(
        &self,
        store: &Store,
        operation: Operation,
        lease: Option<DateTime<Utc>>,
        request: &ChangeRequest,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<ChangeResult, ChangeError> {
        if operation.version == 0 && !request.has_time() {
            return Err(ChangeError::LastPass(Error::Timeout));
        }
        let mut run = Run { store, request, recorded: operation.clone(), operation, lease, cause: None };
        let completion = match self.carry_out(&mut run, now).await {
            Ok(end) => end,
            // Nothing of it was recorded, so nothing of it was sent.
            Err(error) if run.recorded.version == 0 => {
                return Err(if error == store::Error::Superseded { ChangeError::Busy } else { error.into() });
            }
            // What was sent stays recorded as being sent, and whoever comes next looks.
            Err(error) => {
                run.cause = Some(error.to_string());
                Completion::Open
            }
        };
        Ok(ChangeResult { operation: run.operation, completion, as_of: now(), cause: run.cause, is_repeat: false })
    }

    async fn carry_out(
        &self,
        run: &mut Run<'_>,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<Completion, store::Error> {
        let mut look = 0;
        // Whoever goes on with an action looks first: what was being sent may have been done.
        let mut may_send = run.recorded.version == 0;
        loop {
            if may_send && let Some(next) = run.next(now()) {
                if run.recorded.version > 0 && !run.request.has_time() {
                    run.cause = Some("no time is left for the next step".to_owned());
                    run.pause().await?;
                    return Ok(Completion::Open);
                }
                self.send(run, next, now).await?;
                continue;
            }
            if may_send && !progress::needs_reading(&run.operation.steps) {
                break;
            }
            let operation = &mut run.operation;
            let wait = match self.client.person(&operation.email, now(), &run.request.budget).await {
                Ok(people) => {
                    let state = UserState::of(&operation.email, &people);
                    may_send = true;
                    progress::settle(&mut operation.steps, &state, now(), look)
                }
                Err(error) => {
                    run.cause = Some(error.to_string());
                    Wait::Lost
                }
            };
            if may_send && run.next(now()).is_some() {
                continue;
            }
            match (wait, READ_BACK_DELAYS.get(look)) {
                (Wait::Over, _) => break,
                (Wait::Accepted, Some(pause)) if run.request.has_time() => {
                    look += 1;
                    tokio::time::sleep(*pause).await;
                }
                (Wait::Accepted | Wait::Lost, _) => {
                    run.pause().await?;
                    return Ok(Completion::Open);
                }
            }
        }
        run.end().await?;
        Ok(Completion::Finished)
    }

    /// Records that a step is being sent, then sends it.
    async fn send(
        &self,
        run: &mut Run<'_>,
        place: usize,
        now: &(impl Fn() -> DateTime<Utc> + Sync),
    ) -> Result<(), store::Error> {
        run.operation.steps[place].reach(StepState::Sending, now(), None);
        run.record(Lease::Until(now() + LEASE)).await?;
        let Operation { email, details, steps, .. } = &run.operation;
        let command = &steps[place].command;
        let answer = self.client.send_command(command.command(email, details), &run.request.budget).await;
        let message = |words: UpstreamMessage| words.as_str().to_owned();
        let (state, error) = match answer {
            CommandOutcome::Accepted => (StepState::Sent, None),
            // What no reading shows was not done as asked, as far as anybody can tell.
            CommandOutcome::AcceptedWithWarning(said) => {
                let state = if command.is_observable() { StepState::Sent } else { StepState::Failed };
                (state, Some(StepError::Warning { message: message(said) }))
            }
            CommandOutcome::Refused(said) => (StepState::Failed, Some(StepError::Refused { message: message(said) })),
            CommandOutcome::NotSent(Error::Credentials) => (StepState::Failed, Some(StepError::Credentials)),
            CommandOutcome::NotSent(_) => (StepState::Failed, Some(StepError::Unreachable)),
            CommandOutcome::Unknown(error) => {
                run.cause = Some(error.to_string());
                return Ok(());
            }
        };
        run.operation.steps[place].reach(state, now(), error);
        Ok(())
    }
}

/// An action on its way, and as the record has it.
struct Run<'a> {
    store: &'a Store,
    request: &'a ChangeRequest,
    recorded: Operation,
    operation: Operation,
    /// Until when the claim is ours.
    lease: Option<DateTime<Utc>>,
    /// Why it is not at its end, in our own words.
    cause: Option<String>,
}

impl Run<'_> {
    /// The step that is to be sent next.
    fn next(&self, now: DateTime<Utc>) -> Option<usize> {
        progress::next(&self.operation.steps, self.operation.at, now)
    }

    /// Adds a row: the action as it stands now.
    async fn record(&mut self, lease: Lease) -> Result<(), store::Error> {
        self.operation.version = self.recorded.version + 1;
        let entry = self.operation.entry(match lease {
            Lease::Ended | Lease::Forgotten => self.operation.outcome(),
            // However it looks now, it has not ended.
            Lease::Until(_) | Lease::Released => Outcome::Unknown,
        });
        self.request.timed(self.store.append(&entry, lease)).await?;
        if let Lease::Until(until) = lease {
            self.lease = Some(until);
        }
        self.recorded = self.operation.clone();
        Ok(())
    }

    /// Leaves the action as it is, for whoever comes next.
    async fn pause(&mut self) -> Result<(), store::Error> {
        if self.operation.steps == self.recorded.steps {
            let Some(until) = self.lease else { return Ok(()) };
            return self.request.timed(self.store.release(&self.operation.id, until)).await;
        }
        self.record(Lease::Released).await
    }

    async fn end(&mut self) -> Result<(), store::Error> {
        let is_sent = |step: &Step| match (step.state, &step.error) {
            (StepState::Planned, _) | (StepState::Failed, Some(StepError::Credentials | StepError::Unreachable)) => {
                false
            }
            (
                StepState::Sending | StepState::Sent | StepState::Confirmed | StepState::Failed | StepState::Unknown,
                _,
            ) => true,
        };
        // What ended before anything was sent keeps no key.
        let lease = if self.operation.steps.iter().any(is_sent) { Lease::Ended } else { Lease::Forgotten };
        self.record(lease).await
    }
}
