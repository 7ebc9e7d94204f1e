//! What LastPass shows of one user, and whether that is the effect of a command. Pure.

use std::collections::HashMap;

use crate::{
    changes::StepCommand,
    domain::{EmailAddress, People, PersonAction, normalize_name},
};

/// What LastPass shows of the user with one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UserState {
    /// Neither an account nor an invitation.
    Absent,
    /// A pending invitation, of which LastPass shows no groups.
    Invited,
    /// An account.
    Account {
        is_disabled: bool,
        is_admin: bool,
        has_logged_in: bool,
        must_change_password: bool,
        has_mfa: bool,
        /// The normalized names of the groups, each with whether all entries of the address are members.
        groups: HashMap<String, bool>,
    },
}

/// The address as LastPass spells it; `None` if it lists no user with it.
pub(crate) fn listed_spelling(email: &EmailAddress, people: &People) -> Option<String> {
    people.iter().map(|person| person.email()).find(|listed| email.matches(listed)).map(str::to_owned)
}

impl UserState {
    pub(crate) fn of(email: &EmailAddress, people: &People) -> Self {
        let entries: Vec<_> = people.iter().filter(|person| email.matches(person.email())).collect();
        let accounts: Vec<_> = entries.iter().filter(|person| person.is_entry()).collect();
        if accounts.is_empty() {
            return if entries.is_empty() { Self::Absent } else { Self::Invited };
        }
        // If LastPass lists an address twice, a command has taken effect once both entries show it.
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

    /// Whether the state shows the effect of a command.
    pub(crate) fn evidence_of(&self, command: &StepCommand) -> Evidence {
        match (command, self) {
            (StepCommand::CreateAccount, Self::Account { .. } | Self::Invited) => Evidence::Applied,
            (StepCommand::CreateAccount, Self::Absent) => Evidence::NotApplied,
            (StepCommand::AddToGroup { group }, Self::Account { groups, .. }) => {
                Evidence::applied_if(groups.get(normalize_name(group).as_ref()) == Some(&true))
            }
            (StepCommand::AddToGroup { .. }, Self::Absent) => Evidence::NotApplied,
            (StepCommand::RemoveFromGroup { group }, Self::Account { groups, .. }) => {
                Evidence::applied_if(!groups.contains_key(normalize_name(group).as_ref()))
            }
            (StepCommand::RemoveFromGroup { .. }, Self::Absent) => Evidence::Applied,
            (StepCommand::AddToGroup { .. } | StepCommand::RemoveFromGroup { .. }, Self::Invited) => {
                Evidence::Unobservable
            }
            (StepCommand::Person { action }, _) => self.evidence_of_action(*action),
        }
    }

    fn evidence_of_action(&self, action: PersonAction) -> Evidence {
        match (action, self) {
            (PersonAction::Reinvite | PersonAction::SendPasswordReset, _) => Evidence::Unobservable,
            (PersonAction::Remove | PersonAction::Delete, Self::Account { .. }) => Evidence::NotApplied,
            (PersonAction::Remove | PersonAction::Delete, Self::Invited | Self::Absent) => Evidence::Applied,
            (PersonAction::Uninvite, _) => Evidence::applied_if(*self == Self::Absent),
            (PersonAction::Deactivate, Self::Account { is_disabled, .. }) => Evidence::applied_if(*is_disabled),
            (PersonAction::Restore, Self::Account { is_disabled, .. }) => Evidence::applied_if(!is_disabled),
            (PersonAction::RequirePasswordChange, Self::Account { must_change_password, .. }) => {
                Evidence::applied_if(*must_change_password)
            }
            (PersonAction::DisableMfa, Self::Account { has_mfa, .. }) => Evidence::applied_if(!has_mfa),
            (
                PersonAction::Deactivate
                | PersonAction::Restore
                | PersonAction::RequirePasswordChange
                | PersonAction::DisableMfa,
                Self::Invited | Self::Absent,
            ) => Evidence::NotApplied,
        }
    }
}

/// Whether a read shows the effect of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    Applied,
    NotApplied,
    /// No read can show it.
    Unobservable,
}

impl Evidence {
    fn applied_if(is_applied: bool) -> Self {
        if is_applied { Self::Applied } else { Self::NotApplied }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::{PeopleBuilder, PersonEntry};

    #[test]
    fn an_address_listed_twice_shows_an_effect_once_both_entries_do() {
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
        let user = UserState::of(&"a@b.co".parse().expect("an address"), &people.finish(DateTime::UNIX_EPOCH));
        assert!(matches!(user, UserState::Account { is_disabled: false, is_admin: true, .. }));
        let added = |group: &str| user.evidence_of(&StepCommand::AddToGroup { group: group.to_owned() });
        assert_eq!((added("A"), added("B")), (Evidence::Applied, Evidence::NotApplied));
        let removed = user.evidence_of(&StepCommand::RemoveFromGroup { group: "B".to_owned() });
        assert_eq!(removed, Evidence::NotApplied);
    }
}
