//! How far an action has come: what a reading shows of each step, and what is to be done next. Pure.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{EmailAddress, People, fold},
    lastpass::Command,
};

use super::{Details, PersonAction};

/// After so long, what a reading does not show was not done.
const LATEST_EFFECT: TimeDelta = TimeDelta::seconds(60);

/// One thing that is done at LastPass by one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase")]
pub enum Deed {
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
        step: PersonAction,
    },
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
pub enum Trouble {
    /// LastPass said no.
    Refused {
        /// Its words.
        words: String,
    },
    /// LastPass did some of it, or had something to say about it.
    Complained {
        /// Its words.
        words: String,
    },
    /// LastPass does not accept our credentials.
    Credentials,
    /// LastPass was out of reach.
    Unreachable,
    /// No reading showed it in time.
    NotShown,
}

/// One step of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is done.
    #[serde(flatten)]
    pub deed: Deed,
    /// How far it has come.
    pub state: StepState,
    /// When it came there, in UTC; nothing as long as it is planned.
    pub at: Option<DateTime<Utc>>,
    /// When it was sent, from which its time runs out.
    pub sent_at: Option<DateTime<Utc>>,
    /// What stood in its way.
    pub trouble: Option<Trouble>,
}

/// What a reading shows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is neither account nor invitation.
    Nobody,
    /// An invitation is pending, of which LastPass shows no groups.
    Invited,
    /// There is an account.
    Account {
        is_disabled: bool,
        is_admin: bool,
        has_logged_in: bool,
        must_change_password: bool,
        has_mfa: bool,
        /// The groups, as they are compared.
        groups: HashSet<String>,
    },
}

impl Standing {
    pub(super) fn of(email: &EmailAddress, people: &People) -> Self {
        let Some(person) = people.iter().find(|person| email.is(person.email())) else { return Self::Nobody };
        if !person.is_entry() {
            return Self::Invited;
        }
        Self::Account {
            is_disabled: person.is_disabled(),
            is_admin: person.is_admin(),
            has_logged_in: !person.never_logged_in(),
            must_change_password: person.must_change_password(),
            has_mfa: person.mfa().is_some(),
            groups: person.groups().map(|group| fold(group).into_owned()).collect(),
        }
    }
}

/// Whether a reading shows that something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
    /// No reading can.
    Never,
}

impl Shown {
    fn when(is_shown: bool) -> Self {
        if is_shown { Self::Yes } else { Self::No }
    }
}

impl Deed {
    /// Whether any reading shows it.
    fn is_readable(&self) -> bool {
        match self {
            Self::CreateAccount | Self::AddToGroup { .. } | Self::RemoveFromGroup { .. } => true,
            Self::Person { step } => !matches!(step, PersonAction::Reinvite | PersonAction::SendPasswordReset),
        }
    }

    fn shown(&self, standing: &Standing) -> Shown {
        match (self, standing) {
            (Self::CreateAccount, Standing::Account { .. } | Standing::Invited) => Shown::Yes,
            (Self::CreateAccount, Standing::Nobody) => Shown::No,
            (Self::AddToGroup { group }, Standing::Account { groups, .. }) => {
                Shown::when(groups.contains(fold(group).as_ref()))
            }
            (Self::AddToGroup { .. }, Standing::Nobody) => Shown::No,
            (Self::RemoveFromGroup { group }, Standing::Account { groups, .. }) => {
                Shown::when(!groups.contains(fold(group).as_ref()))
            }
            (Self::RemoveFromGroup { .. }, Standing::Nobody) => Shown::Yes,
            (Self::AddToGroup { .. } | Self::RemoveFromGroup { .. }, Standing::Invited) => Shown::Never,
            (Self::Person { step }, _) => step.shown(standing),
        }
    }

    /// The command that does it.
    pub(super) fn command<'a>(&'a self, email: &'a EmailAddress, details: &'a Details) -> Command<'a> {
        let email = email.as_str();
        match self {
            Self::CreateAccount => {
                let (name, department) = details.name_and_department();
                Command::Create { email, name, department }
            }
            Self::AddToGroup { group } => Command::AddToGroup { email, group },
            Self::RemoveFromGroup { group } => Command::RemoveFromGroup { email, group },
            Self::Person { step } => Command::Person(step.command(), email),
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

impl PersonAction {
    fn shown(self, standing: &Standing) -> Shown {
        match (self, standing) {
            (Self::Reinvite | Self::SendPasswordReset, _) => Shown::Never,
            (Self::Remove | Self::Delete, Standing::Account { .. }) => Shown::No,
            (Self::Remove | Self::Delete, Standing::Invited | Standing::Nobody) => Shown::Yes,
            (Self::Uninvite, _) => Shown::when(*standing == Standing::Nobody),
            (Self::Deactivate, Standing::Account { is_disabled, .. }) => Shown::when(*is_disabled),
            (Self::Restore, Standing::Account { is_disabled, .. }) => Shown::when(!is_disabled),
            (Self::RequirePasswordChange, Standing::Account { must_change_password, .. }) => {
                Shown::when(*must_change_password)
            }
            (Self::DisableMfa, Standing::Account { has_mfa, .. }) => Shown::when(!has_mfa),
            (
                Self::Deactivate | Self::Restore | Self::RequirePasswordChange | Self::DisableMfa,
                Standing::Invited | Standing::Nobody,
            ) => Shown::No,
        }
    }
}

impl Step {
    /// A step of which nothing was sent.
    pub(super) fn planned(deed: Deed) -> Self {
        Self { deed, state: StepState::Planned, at: None, sent_at: None, trouble: None }
    }

    pub(super) fn reach(&mut self, state: StepState, at: DateTime<Utc>, trouble: Option<Trouble>) {
        if state == StepState::Sending {
            self.sent_at = Some(at);
        }
        (self.state, self.at, self.trouble) = (state, Some(at), trouble);
    }

    /// Whether it was done, as far as anybody can tell.
    pub fn is_done(&self) -> bool {
        matches!(self.state, StepState::Sent | StepState::Confirmed)
    }

    fn settle(&mut self, standing: &Standing, now: DateTime<Utc>) -> Wait {
        let is_late = self.sent_at.is_none_or(|sent_at| now - sent_at >= LATEST_EFFECT);
        let complaint = self.trouble.clone();
        match (self.state, self.deed.shown(standing)) {
            (StepState::Sending | StepState::Sent, Shown::Yes) => self.reach(StepState::Confirmed, now, None),
            // LastPass itself said that something went wrong, and no reading says otherwise.
            (StepState::Sent, Shown::No | Shown::Never) if complaint.is_some() => {
                self.reach(StepState::Failed, now, complaint);
            }
            (StepState::Sending | StepState::Sent, Shown::No) if is_late => {
                self.reach(StepState::Failed, now, Some(Trouble::NotShown));
            }
            (StepState::Sending, Shown::Never) if is_late => self.reach(StepState::Unknown, now, None),
            (StepState::Sent, Shown::No) => return Wait::Accepted,
            (StepState::Sending, Shown::No | Shown::Never) => return Wait::Lost,
            (StepState::Sent, Shown::Never)
            | (StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown, _) => {}
        }
        Wait::Over
    }
}

/// What there is to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wait {
    /// Nothing.
    Over,
    /// A command of which no answer came may still have an effect.
    Lost,
    /// LastPass said that it did something, and does not show it yet.
    Accepted,
}

/// Takes in what a reading shows, and tells whether there is something to wait for.
pub(super) fn settle(steps: &mut [Step], standing: &Standing, now: DateTime<Utc>) -> Wait {
    steps.iter_mut().map(|step| step.settle(standing, now)).max().unwrap_or(Wait::Over)
}

/// The next step that may be sent: memberships wait for the account that they are of.
pub(super) fn next(steps: &[Step]) -> Option<usize> {
    let has_account = |step: &Step| step.deed != Deed::CreateAccount || step.is_done();
    let next = steps.iter().position(|step| step.state == StepState::Planned)?;
    steps[..next].iter().all(has_account).then_some(next)
}

/// Whether a reading could tell more.
pub(super) fn needs_reading(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step.state {
        StepState::Sending => true,
        StepState::Sent => step.deed.is_readable(),
        StepState::Planned | StepState::Confirmed | StepState::Failed | StepState::Unknown => false,
    })
}
