//! From the steps of an action and a read of the user: which steps are resolved, and which is sent next. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::changes::{
    Step, StepCommand, StepError, StepState,
    user_state::{Evidence, UserState},
};

/// An effect that no read shows after this time did not happen.
const MAX_EFFECT_DELAY: TimeDelta = TimeDelta::seconds(60);
/// A planned step is not sent after this time: the request may be outdated.
const MAX_START_DELAY: TimeDelta = TimeDelta::hours(1);

/// What an action has to wait for; a later variant takes precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wait {
    Nothing,
    /// A command without a reply may still take effect.
    LostReply,
    /// LastPass confirmed a command, and does not show its effect yet.
    Effect,
}

/// Updates the steps by what a read shows. `earlier_reads` is the number of reads before it in this run.
pub(crate) fn reconcile(steps: &mut [Step], user: &UserState, now: DateTime<Utc>, earlier_reads: usize) -> Wait {
    steps.iter_mut().map(|step| reconcile_step(step, user, now, earlier_reads)).max().unwrap_or(Wait::Nothing)
}

fn reconcile_step(step: &mut Step, user: &UserState, now: DateTime<Utc>, earlier_reads: usize) -> Wait {
    let is_late = step.sent_at.is_none_or(|sent_at| now - sent_at >= MAX_EFFECT_DELAY);
    match (step.state, user.evidence_of(&step.command), &step.error) {
        // The effect was visible before: a command whose reply was lost may still act, and undo what others change
        // meanwhile.
        (StepState::Sending, Evidence::Applied, _) if step.already_applied && !is_late => return Wait::LostReply,
        (StepState::Sending | StepState::Sent, Evidence::Applied, _) => {
            step.set_state(StepState::Confirmed, now, None);
        }
        // LastPass sent a warning, and a second read does not show the effect either. An account gets the full time,
        // since the other steps depend on it.
        (StepState::Sent, Evidence::NotApplied | Evidence::Unobservable, Some(warning))
            if is_late || (earlier_reads > 0 && step.command != StepCommand::CreateAccount) =>
        {
            let warning = warning.clone();
            step.set_state(StepState::Failed, now, Some(warning));
        }
        (StepState::Sent, Evidence::NotApplied | Evidence::Unobservable, Some(_)) => return Wait::Effect,
        (StepState::Sending | StepState::Sent, Evidence::NotApplied, _) if is_late => {
            step.set_state(StepState::Failed, now, Some(StepError::NotApplied));
        }
        (StepState::Sending, Evidence::Unobservable, _) if is_late => step.set_state(StepState::Unknown, now, None),
        (StepState::Sent, Evidence::NotApplied, None) => return Wait::Effect,
        (StepState::Sending, Evidence::NotApplied | Evidence::Unobservable, _) => return Wait::LostReply,
        (StepState::Sent, Evidence::Unobservable, None)
        | (
            StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown | StepState::NotSent,
            _,
            _,
        ) => {}
    }
    Wait::Nothing
}

/// The index of the next step to send, in an action that was started at `started_at`. Memberships require that the
/// account was created without a warning.
pub(crate) fn next_step(steps: &[Step], started_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<usize> {
    let has_account =
        |step: &Step| step.command != StepCommand::CreateAccount || (step.is_done() && step.error.is_none());
    let next = steps.iter().position(|step| step.state == StepState::Planned)?;
    (now - started_at < MAX_START_DELAY && steps[..next].iter().all(has_account)).then_some(next)
}

/// Whether a read could change the state of a step.
pub(crate) fn needs_read(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step.state {
        StepState::Sending => true,
        StepState::Sent => step.command.is_observable(),
        StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown | StepState::NotSent => {
            false
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonAction;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn account(is_disabled: bool, groups: &[&str]) -> UserState {
        UserState::Account {
            is_disabled,
            is_admin: false,
            has_logged_in: true,
            must_change_password: false,
            has_mfa: false,
            groups: groups.iter().map(|group| ((*group).to_owned(), true)).collect(),
        }
    }

    fn group(name: &str) -> StepCommand {
        StepCommand::AddToGroup { group: name.to_owned() }
    }

    fn warning() -> Option<StepError> {
        Some(StepError::Warning { message: "no".to_owned() })
    }

    /// The state of a step that was sent at 0, after a read at `seconds`, and what it has to wait for.
    fn check(
        command: StepCommand,
        (state, error): (StepState, Option<StepError>),
        user: &UserState,
        (seconds, earlier_reads): (i64, usize),
        expected: (StepState, Wait),
    ) {
        let mut step = Step::planned(command, false);
        step.set_state(StepState::Sending, at(0), None);
        step.set_state(state, at(0), error);
        let mut steps = [step];
        let wait = reconcile(&mut steps, user, at(seconds), earlier_reads);
        assert_eq!((steps[0].state, wait), expected, "{:?} at {seconds} s", steps[0]);
    }

    #[test]
    fn a_read_resolves_steps_that_were_sent() {
        use StepState::{Confirmed, Failed, Planned, Sending, Sent, Unknown};
        let (absent, invited) = (&UserState::Absent, &UserState::Invited);
        let person = |action| StepCommand::Person { action };
        check(StepCommand::CreateAccount, (Sending, None), invited, (1, 0), (Confirmed, Wait::Nothing));
        check(StepCommand::CreateAccount, (Sending, None), absent, (59, 0), (Sending, Wait::LostReply));
        check(StepCommand::CreateAccount, (Sending, None), absent, (60, 0), (Failed, Wait::Nothing));
        check(StepCommand::CreateAccount, (Sent, None), absent, (59, 2), (Sent, Wait::Effect));
        check(StepCommand::CreateAccount, (Sent, warning()), absent, (59, 2), (Sent, Wait::Effect));
        check(StepCommand::CreateAccount, (Planned, None), invited, (1, 0), (Planned, Wait::Nothing));
        check(group("A"), (Sent, None), &account(false, &["a"]), (1, 0), (Confirmed, Wait::Nothing));
        check(group("A"), (Sent, warning()), &account(false, &[]), (1, 0), (Sent, Wait::Effect));
        check(group("A"), (Sent, warning()), &account(false, &[]), (1, 1), (Failed, Wait::Nothing));
        check(group("A"), (Sent, None), invited, (1, 0), (Sent, Wait::Nothing));
        check(group("A"), (Sending, None), invited, (59, 0), (Sending, Wait::LostReply));
        check(group("A"), (Sending, None), invited, (60, 0), (Unknown, Wait::Nothing));
        check(
            person(PersonAction::Deactivate),
            (Sending, None),
            &account(true, &[]),
            (1, 0),
            (Confirmed, Wait::Nothing),
        );
        check(person(PersonAction::Delete), (Sending, None), &account(true, &[]), (1, 0), (Sending, Wait::LostReply));
        check(person(PersonAction::Reinvite), (Sending, None), invited, (60, 0), (Unknown, Wait::Nothing));
    }

    #[test]
    fn an_effect_that_was_visible_before_proves_nothing_for_a_minute() {
        let enabled = account(false, &[]);
        let restore = || {
            let mut step = Step::planned(StepCommand::Person { action: PersonAction::Restore }, true);
            step.set_state(StepState::Sending, at(0), None);
            step
        };
        let mut steps = [restore()];
        assert_eq!(reconcile(&mut steps, &enabled, at(59), 0), Wait::LostReply);
        assert_eq!(reconcile(&mut steps, &enabled, at(60), 0), Wait::Nothing);
        assert_eq!(steps[0].state, StepState::Confirmed);
        let mut with_reply = [restore()];
        with_reply[0].set_state(StepState::Sent, at(1), None);
        assert_eq!(reconcile(&mut with_reply, &enabled, at(1), 0), Wait::Nothing);
    }

    #[test]
    fn memberships_wait_for_the_account_and_nothing_is_sent_after_an_hour() {
        let mut steps = [StepCommand::CreateAccount, group("A")].map(|command| Step::planned(command, false));
        assert_eq!(next_step(&steps, at(0), at(1)), Some(0));
        steps[0].set_state(StepState::Sending, at(1), None);
        assert_eq!(next_step(&steps, at(0), at(2)), None);
        steps[0].set_state(StepState::Sent, at(2), warning());
        assert_eq!(next_step(&steps, at(0), at(3)), None, "LastPass added a warning to the account");
        steps[0].set_state(StepState::Sent, at(2), None);
        assert_eq!(next_step(&steps, at(0), at(3)), Some(1));
        assert_eq!(next_step(&steps, at(0), at(3_600)), None);
    }
}
