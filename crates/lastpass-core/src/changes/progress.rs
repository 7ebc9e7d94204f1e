//! How far an action has come: what a reading shows of each step, and what is to be done next. Pure.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    changes::Details,
    domain::{EmailAddress, People, PersonAction, normalize_name},
    lastpass::ChangeCommand,
};

/// After so long, what a reading does not show was not done.
const LATEST_EFFECT: TimeDelta = TimeDelta::seconds(60);
/// After so long, a step of which nothing was sent is not sent any more: what was meant then may not be meant now.
const LATEST_START: TimeDelta = TimeDelta::hours(1);

/// One thing that is done at LastPass by one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase")]
pub enum StepCommand {
    /// An account is made, or an invitation sent.
    CreateAccount,
    /// Somebody is put into a group.
    AddToGroup {
        /// The group, as LastPass spells it.
        group: String,
    },
    /// Somebody is taken out of a group.
    RemoveFromGroup {
        /// The group, as LastPass spells it.
        group: String,
    },
    /// Something is done to one person.
    #[serde(untagged)]
    Person {
        /// What.
        #[serde(rename = "step", with = "by_name")]
        action: PersonAction,
    },
}

/// An action on one person in the record: by its name.
mod by_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::domain::PersonAction;

    pub(crate) fn serialize<S: Serializer>(action: &PersonAction, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(action.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PersonAction, D::Error> {
        let name = String::deserialize(deserializer)?;
        let action = PersonAction::ALL.into_iter().find(|action| action.name() == name);
        action.ok_or_else(|| D::Error::custom("no action of this name"))
    }
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Nothing was sent.
    Planned,
    /// It was recorded that it is about to be sent; whether it was, only a reading can tell.
    Sending,
    /// LastPass said that it did it.
    Sent,
    /// A reading shows it.
    Confirmed,
    /// It was not done.
    Failed,
    /// Whether it was done cannot be known.
    Unknown,
}

/// What stood in a step's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum StepError {
    /// LastPass refused the command.
    Refused {
        /// LastPass's message.
        #[serde(rename = "words")]
        message: String,
    },
    /// LastPass carried out a part of the command, or added a warning.
    #[serde(rename = "complained")]
    Warning {
        /// LastPass's message.
        #[serde(rename = "words")]
        message: String,
    },
    /// LastPass does not accept our credentials.
    Credentials,
    /// LastPass was out of reach.
    Unreachable,
    /// No read showed the effect in time.
    #[serde(rename = "notShown")]
    NotApplied,
}

/// One step of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is done.
    #[serde(flatten)]
    pub command: StepCommand,
    /// How far it has come.
    pub state: StepState,
    /// When it came there, in UTC; nothing as long as it is planned.
    pub at: Option<DateTime<Utc>>,
    /// When it was sent, from which its time runs out.
    pub sent_at: Option<DateTime<Utc>>,
    /// What stood in its way.
    #[serde(rename = "trouble")]
    pub error: Option<StepError>,
    /// Whether it was so before anything was sent: then a reading that shows it does not tell that the command will
    /// not act any more.
    #[serde(rename = "was_so", default, skip_serializing_if = "std::ops::Not::not")]
    pub already_applied: bool,
}

/// What a reading shows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UserState {
    /// There is neither account nor invitation.
    Absent,
    /// An invitation is pending, of which LastPass shows no groups.
    Invited,
    /// There is an account.
    Account {
        is_disabled: bool,
        is_admin: bool,
        has_logged_in: bool,
        must_change_password: bool,
        has_mfa: bool,
        /// The groups, as they are compared; with each whether all entries of the address are in it.
        groups: HashMap<String, bool>,
    },
}

impl UserState {
    pub(crate) fn of(email: &EmailAddress, people: &People) -> Self {
        let entries: Vec<_> = people.iter().filter(|person| email.matches(person.email())).collect();
        let accounts: Vec<_> = entries.iter().filter(|person| person.is_entry()).collect();
        if accounts.is_empty() {
            return if entries.is_empty() { Self::Absent } else { Self::Invited };
        }
        // Where LastPass has an address twice, what is asked for is done when it is done to both.
        let mut groups: HashMap<String, usize> = HashMap::new();
        for group in accounts.iter().flat_map(|person| person.groups()) {
            *groups.entry(normalize_name(group).into_owned()).or_default() += 1;
        }
        Self::Account {
            is_disabled: accounts.iter().all(|person| person.is_disabled()),
            is_admin: accounts.iter().any(|person| person.is_admin()),
            has_logged_in: accounts.iter().any(|person| !person.never_logged_in()),
            must_change_password: accounts.iter().all(|person| person.must_change_password()),
            has_mfa: accounts.iter().any(|person| person.mfa().is_some()),
            groups: groups.into_iter().map(|(group, count)| (group, count == accounts.len())).collect(),
        }
    }
}

/// Whether a reading shows that something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    Applied,
    NotApplied,
    /// No reading can.
    Unobservable,
}

impl Evidence {
    fn when(is_shown: bool) -> Self {
        if is_shown { Self::Applied } else { Self::NotApplied }
    }
}

impl StepCommand {
    /// Whether any reading shows it.
    pub(crate) fn is_observable(&self) -> bool {
        match self {
            Self::CreateAccount | Self::AddToGroup { .. } | Self::RemoveFromGroup { .. } => true,
            Self::Person { action } => !matches!(action, PersonAction::Reinvite | PersonAction::SendPasswordReset),
        }
    }

    fn shown(&self, state: &UserState) -> Evidence {
        match (self, state) {
            (Self::CreateAccount, UserState::Account { .. } | UserState::Invited) => Evidence::Applied,
            (Self::CreateAccount, UserState::Absent) => Evidence::NotApplied,
            (Self::AddToGroup { group }, UserState::Account { groups, .. }) => {
                Evidence::when(groups.get(normalize_name(group).as_ref()) == Some(&true))
            }
            (Self::AddToGroup { .. }, UserState::Absent) => Evidence::NotApplied,
            (Self::RemoveFromGroup { group }, UserState::Account { groups, .. }) => {
                Evidence::when(!groups.contains_key(normalize_name(group).as_ref()))
            }
            (Self::RemoveFromGroup { .. }, UserState::Absent) => Evidence::Applied,
            (Self::AddToGroup { .. } | Self::RemoveFromGroup { .. }, UserState::Invited) => Evidence::Unobservable,
            (Self::Person { action }, _) => shown_of(*action, state),
        }
    }

    /// The command that does it.
    pub(crate) fn command<'a>(&'a self, email: &'a EmailAddress, details: &'a Details) -> ChangeCommand<'a> {
        let email = email.as_str();
        match self {
            Self::CreateAccount => {
                let (name, department) = details.name_and_department();
                ChangeCommand::CreateUser { email, name, department }
            }
            Self::AddToGroup { group } => ChangeCommand::AddToGroup { email, group },
            Self::RemoveFromGroup { group } => ChangeCommand::RemoveFromGroup { email, group },
            Self::Person { action } => ChangeCommand::Person(*action, email),
        }
    }

    /// The group that it is about.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::AddToGroup { group } | Self::RemoveFromGroup { group } => Some(group),
            Self::CreateAccount | Self::Person { .. } => None,
        }
    }
}

fn shown_of(action: PersonAction, state: &UserState) -> Evidence {
    match (action, state) {
        (PersonAction::Reinvite | PersonAction::SendPasswordReset, _) => Evidence::Unobservable,
        (PersonAction::Remove | PersonAction::Delete, UserState::Account { .. }) => Evidence::NotApplied,
        (PersonAction::Remove | PersonAction::Delete, UserState::Invited | UserState::Absent) => Evidence::Applied,
        (PersonAction::Uninvite, _) => Evidence::when(*state == UserState::Absent),
        (PersonAction::Deactivate, UserState::Account { is_disabled, .. }) => Evidence::when(*is_disabled),
        (PersonAction::Restore, UserState::Account { is_disabled, .. }) => Evidence::when(!is_disabled),
        (PersonAction::RequirePasswordChange, UserState::Account { must_change_password, .. }) => {
            Evidence::when(*must_change_password)
        }
        (PersonAction::DisableMfa, UserState::Account { has_mfa, .. }) => Evidence::when(!has_mfa),
        (
            PersonAction::Deactivate
            | PersonAction::Restore
            | PersonAction::RequirePasswordChange
            | PersonAction::DisableMfa,
            UserState::Invited | UserState::Absent,
        ) => Evidence::NotApplied,
    }
}

impl Step {
    /// A step of which nothing was sent, for a person who stands so.
    pub(crate) fn planned(command: StepCommand, state: &UserState) -> Self {
        let already_applied = command.shown(state) == Evidence::Applied;
        Self { command, state: StepState::Planned, at: None, sent_at: None, error: None, already_applied }
    }

    pub(crate) fn reach(&mut self, state: StepState, at: DateTime<Utc>, error: Option<StepError>) {
        if state == StepState::Sending {
            self.sent_at = Some(at);
        }
        (self.state, self.at, self.error) = (state, Some(at), error);
    }

    /// Whether it was done, as far as anybody can tell.
    pub fn is_done(&self) -> bool {
        matches!(self.state, StepState::Sent | StepState::Confirmed)
    }

    fn settle(&mut self, state: &UserState, now: DateTime<Utc>, look: usize) -> Wait {
        let is_late = self.sent_at.is_none_or(|sent_at| now - sent_at >= LATEST_EFFECT);
        let shown = self.command.shown(state);
        match (self.state, shown, &self.error) {
            // A command that was lost may still act, and undo what somebody else does meanwhile.
            (StepState::Sending, Evidence::Applied, _) if self.already_applied && !is_late => return Wait::Lost,
            (StepState::Sending | StepState::Sent, Evidence::Applied, _) => self.reach(StepState::Confirmed, now, None),
            // LastPass itself said that something went wrong, and a second look does not show it either. Of an
            // account more depends than on anything else: it has its full minute.
            (StepState::Sent, Evidence::NotApplied | Evidence::Unobservable, Some(complaint))
                if is_late || (look > 0 && self.command != StepCommand::CreateAccount) =>
            {
                let complaint = complaint.clone();
                self.reach(StepState::Failed, now, Some(complaint));
            }
            (StepState::Sent, Evidence::NotApplied | Evidence::Unobservable, Some(_)) => return Wait::Accepted,
            (StepState::Sending | StepState::Sent, Evidence::NotApplied, _) if is_late => {
                self.reach(StepState::Failed, now, Some(StepError::NotApplied));
            }
            (StepState::Sending, Evidence::Unobservable, _) if is_late => self.reach(StepState::Unknown, now, None),
            (StepState::Sent, Evidence::NotApplied, None) => return Wait::Accepted,
            (StepState::Sending, Evidence::NotApplied | Evidence::Unobservable, _) => return Wait::Lost,
            (StepState::Sent, Evidence::Unobservable, None)
            | (StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown, _, _) => {}
        }
        Wait::Over
    }
}

/// What there is to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wait {
    /// Nothing.
    Over,
    /// A command of which no answer came may still have an effect.
    Lost,
    /// LastPass said that it did something, and does not show it yet.
    Accepted,
}

/// Takes in what a reading shows, and tells whether there is something to wait for. `look` counts the readings of this
/// run before it.
pub(crate) fn settle(steps: &mut [Step], state: &UserState, now: DateTime<Utc>, look: usize) -> Wait {
    steps.iter_mut().map(|step| step.settle(state, now, look)).max().unwrap_or(Wait::Over)
}

/// The next step that may be sent, of an action that began at `began`: memberships wait for the account that they are
/// of.
pub(crate) fn next(steps: &[Step], began: DateTime<Utc>, now: DateTime<Utc>) -> Option<usize> {
    let has_account =
        |step: &Step| step.command != StepCommand::CreateAccount || (step.is_done() && step.error.is_none());
    let next = steps.iter().position(|step| step.state == StepState::Planned)?;
    (now - began < LATEST_START && steps[..next].iter().all(has_account)).then_some(next)
}

/// Whether a reading could tell more.
pub(crate) fn needs_reading(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step.state {
        StepState::Sending => true,
        StepState::Sent => step.command.is_observable(),
        StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PeopleBuilder, PersonEntry};

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

    fn complaint() -> Option<StepError> {
        Some(StepError::Warning { message: "no".to_owned() })
    }

    /// What becomes of a step that was sent at 0 and is looked at: its state, and what there is to wait for.
    fn check(
        command: StepCommand,
        (state, error): (StepState, Option<StepError>),
        user: &UserState,
        (seconds, look): (i64, usize),
        expected: (StepState, Wait),
    ) {
        let mut step = Step::planned(command, &UserState::Absent);
        step.reach(StepState::Sending, at(0), None);
        step.reach(state, at(0), error);
        let mut steps = [step];
        let wait = settle(&mut steps, user, at(seconds), look);
        assert_eq!((steps[0].state, wait), expected, "{:?} at {seconds} s", steps[0]);
    }

    #[test]
    fn a_reading_settles_what_was_sent() {
        use StepState::{Confirmed, Failed, Planned, Sending, Sent, Unknown};
        let (gone, invited) = (&UserState::Absent, &UserState::Invited);
        let person = |action| StepCommand::Person { action };
        check(StepCommand::CreateAccount, (Sending, None), invited, (1, 0), (Confirmed, Wait::Over));
        check(StepCommand::CreateAccount, (Sending, None), gone, (59, 0), (Sending, Wait::Lost));
        check(StepCommand::CreateAccount, (Sending, None), gone, (60, 0), (Failed, Wait::Over));
        check(StepCommand::CreateAccount, (Sent, None), gone, (59, 2), (Sent, Wait::Accepted));
        check(StepCommand::CreateAccount, (Sent, complaint()), gone, (59, 2), (Sent, Wait::Accepted));
        check(StepCommand::CreateAccount, (Planned, None), invited, (1, 0), (Planned, Wait::Over));
        check(group("A"), (Sent, None), &account(false, &["a"]), (1, 0), (Confirmed, Wait::Over));
        check(group("A"), (Sent, complaint()), &account(false, &[]), (1, 0), (Sent, Wait::Accepted));
        check(group("A"), (Sent, complaint()), &account(false, &[]), (1, 1), (Failed, Wait::Over));
        check(group("A"), (Sent, None), invited, (1, 0), (Sent, Wait::Over));
        check(group("A"), (Sending, None), invited, (59, 0), (Sending, Wait::Lost));
        check(group("A"), (Sending, None), invited, (60, 0), (Unknown, Wait::Over));
        check(person(PersonAction::Deactivate), (Sending, None), &account(true, &[]), (1, 0), (Confirmed, Wait::Over));
        check(person(PersonAction::Delete), (Sending, None), &account(true, &[]), (1, 0), (Sending, Wait::Lost));
        check(person(PersonAction::Reinvite), (Sending, None), invited, (60, 0), (Unknown, Wait::Over));
    }

    #[test]
    fn what_already_applied_before_is_no_proof_for_a_minute() {
        let restore = || {
            let mut step = Step::planned(StepCommand::Person { action: PersonAction::Restore }, &account(false, &[]));
            step.reach(StepState::Sending, at(0), None);
            step
        };
        let mut steps = [restore()];
        assert_eq!(settle(&mut steps, &account(false, &[]), at(59), 0), Wait::Lost);
        assert_eq!(settle(&mut steps, &account(false, &[]), at(60), 0), Wait::Over);
        assert_eq!(steps[0].state, StepState::Confirmed);
        let mut answered = [restore()];
        answered[0].reach(StepState::Sent, at(1), None);
        assert_eq!(settle(&mut answered, &account(false, &[]), at(1), 0), Wait::Over);
    }

    #[test]
    fn an_address_that_lastpass_lists_twice_is_done_when_both_are() {
        let mut people = PeopleBuilder::default();
        let entry = |id, disabled, admin| PersonEntry {
            id: Some(id),
            email: "A@b.co",
            disabled,
            admin,
            ..PersonEntry::default()
        };
        people.add(&entry("1", true, false), ["A", "B"]);
        people.add(&entry("2", false, true), ["a"]);
        let state = UserState::of(&"a@b.co".parse().expect("an address"), &people.finish(at(0)));
        assert!(matches!(state, UserState::Account { is_disabled: false, is_admin: true, .. }));
        assert_eq!((group("A").shown(&state), group("B").shown(&state)), (Evidence::Applied, Evidence::NotApplied));
        let remove = StepCommand::RemoveFromGroup { group: "B".to_owned() };
        assert_eq!(remove.shown(&state), Evidence::NotApplied);
    }

    #[test]
    fn memberships_wait_for_the_account_and_nothing_is_sent_after_an_hour() {
        let mut steps =
            [StepCommand::CreateAccount, group("A")].map(|command| Step::planned(command, &UserState::Absent));
        assert_eq!(next(&steps, at(0), at(1)), Some(0));
        steps[0].reach(StepState::Sending, at(1), None);
        assert_eq!(next(&steps, at(0), at(2)), None);
        steps[0].reach(StepState::Sent, at(2), complaint());
        assert_eq!(next(&steps, at(0), at(3)), None, "LastPass complained of the account");
        steps[0].reach(StepState::Sent, at(2), None);
        assert_eq!(next(&steps, at(0), at(3)), Some(1));
        assert_eq!(next(&steps, at(0), at(3_600)), None);
    }

    #[test]
    fn steps_come_back_from_the_record() {
        for command in
            [StepCommand::CreateAccount, group("A"), StepCommand::Person { action: PersonAction::DisableMfa }]
        {
            let mut step = Step::planned(command, &UserState::Absent);
            step.reach(StepState::Sent, at(5), complaint());
            let text = serde_json::to_string(&step).expect("JSON");
            assert_eq!(serde_json::from_str::<Step>(&text).expect(&text), step);
        }
    }
}
