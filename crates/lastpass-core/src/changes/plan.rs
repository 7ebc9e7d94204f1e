//! From a change and what LastPass shows to the planned steps, or the reason for which there are none. Pure.

use crate::{
    changes::{
        Change, ChangeError, ChangeRequest, Details, KnownGroups, NewPerson, Step, StepCommand,
        user_state::{Evidence, UserState},
    },
    domain::{EmailAddress, PersonAction, Role, normalize_name},
    lastpass::Dialect,
};

/// The steps to send, and the details to record.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) details: Details,
    pub(crate) steps: Vec<Step>,
}

/// Checks what can be checked before anything is read.
///
/// # Errors
/// Returns an error if the caller would off-board itself or may not give a group, or the dialect has no command for the
/// change.
pub(crate) fn check_request(request: &ChangeRequest, dialect: Dialect, known: &KnownGroups) -> Result<(), ChangeError> {
    let ChangeRequest { change, actor, role, .. } = request;
    if *role != Role::Admin {
        let granting = named_groups(change).into_iter().flat_map(|named| {
            let groups = named.groups.iter().filter(|group| known.grants_role(group));
            groups.map(move |group| (named.field, group.clone()))
        });
        let groups: Vec<_> = granting.collect();
        if !groups.is_empty() {
            return Err(ChangeError::GroupNeedsAdmin { groups });
        }
    }
    let commands = match change {
        Change::Provision(_) => Vec::new(),
        Change::Groups { remove, .. } => remove.iter().cloned().map(remove_from_group).collect(),
        Change::Person { email, action, .. } => {
            if action.is_offboarding() && email.matches(actor) {
                return Err(ChangeError::CannotChangeSelf);
            }
            vec![StepCommand::Person { action: *action }]
        }
    };
    let details = Details::default();
    let check = |command: &StepCommand| command.to_lastpass(change.email().as_str(), &details).check_supported(dialect);
    commands.iter().try_for_each(check).map_err(|_| ChangeError::NotInDialect)
}

/// The steps of a change to a user in a state. `listed` is the groups that LastPass lists.
///
/// # Errors
/// Returns the reason if the change is not possible in this state, or names unknown groups.
pub(crate) fn plan(
    change: &Change,
    user: &UserState,
    listed: &[Box<str>],
    known: &KnownGroups,
) -> Result<Plan, ChangeError> {
    match change {
        Change::Provision(person) => {
            check_absent(user)?;
            let memberships = group_commands(&named_groups(change), listed, known)?;
            let commands = std::iter::once(StepCommand::CreateAccount).chain(memberships);
            Ok(Plan { details: details(person), steps: commands.map(|command| planned(command, user)).collect() })
        }
        Change::Groups { .. } => {
            if *user == UserState::Absent {
                return Err(ChangeError::UnknownUser);
            }
            let commands = group_commands(&named_groups(change), listed, known)?;
            let steps = commands.into_iter().map(|command| planned(command, user)).collect();
            Ok(Plan { details: Details::default(), steps })
        }
        Change::Person { action, .. } => {
            check_applicable(*action, user)?;
            let steps = vec![planned(StepCommand::Person { action: *action }, user)];
            Ok(Plan { details: Details::default(), steps })
        }
    }
}

/// Checks that an account can be created.
fn check_absent(user: &UserState) -> Result<(), ChangeError> {
    match user {
        UserState::Account { .. } => Err(ChangeError::AccountExists),
        UserState::Invited => Err(ChangeError::InvitationExists),
        UserState::Absent => Ok(()),
    }
}

fn details(person: &NewPerson) -> Details {
    Details {
        name: Some(person.name.clone()),
        department: Some(person.department.clone()),
        manager: person.manager.clone(),
        manager_email: person.manager_email.as_ref().map(EmailAddress::to_string),
        start_date: person.start_date.clone(),
    }
}

fn planned(command: StepCommand, user: &UserState) -> Step {
    let already_applied = user.evidence_of(&command) == Evidence::Applied;
    Step::planned(command, already_applied)
}

/// Checks that an action applies to a user in a state.
fn check_applicable(action: PersonAction, user: &UserState) -> Result<(), ChangeError> {
    match (action, user) {
        (_, UserState::Absent) => Err(ChangeError::UnknownUser),
        (PersonAction::Uninvite, UserState::Account { .. })
        | (PersonAction::Reinvite, UserState::Account { has_logged_in: true, .. }) => Err(ChangeError::NotInvited),
        (PersonAction::Uninvite | PersonAction::Reinvite, UserState::Invited)
        | (PersonAction::Reinvite, UserState::Account { has_logged_in: false, .. }) => Ok(()),
        (
            PersonAction::Deactivate
            | PersonAction::Restore
            | PersonAction::Remove
            | PersonAction::Delete
            | PersonAction::RequirePasswordChange
            | PersonAction::SendPasswordReset
            | PersonAction::DisableMfa,
            user,
        ) => match user {
            UserState::Account { .. } => Ok(()),
            UserState::Invited | UserState::Absent => Err(ChangeError::InvitationPending),
        },
    }
}

/// Groups that one field of the request names, as the caller or the settings spell them.
struct NamedGroups<'a> {
    field: &'static str,
    groups: &'a [String],
    /// The command for one of the groups.
    command: fn(String) -> StepCommand,
}

/// The groups of a change, by the fields that name them.
fn named_groups(change: &Change) -> Vec<NamedGroups<'_>> {
    let to_add = |field, groups| NamedGroups { field, groups, command: add_to_group };
    match change {
        Change::Provision(person) => vec![
            to_add("department", std::slice::from_ref(&person.department_group)),
            to_add("additionalGroups", &person.additional_groups),
        ],
        Change::Groups { add, remove, .. } => {
            vec![to_add("add", add), NamedGroups { field: "remove", groups: remove, command: remove_from_group }]
        }
        Change::Person { .. } => Vec::new(),
    }
}

fn add_to_group(group: String) -> StepCommand {
    StepCommand::AddToGroup { group }
}

fn remove_from_group(group: String) -> StepCommand {
    StepCommand::RemoveFromGroup { group }
}

/// One command for each requested group, which is spelled as LastPass spells it. The first field that names a group
/// determines the command.
fn group_commands(
    named: &[NamedGroups<'_>],
    listed: &[Box<str>],
    known: &KnownGroups,
) -> Result<Vec<StepCommand>, ChangeError> {
    let mut commands: Vec<StepCommand> = Vec::new();
    let mut unknown = Vec::new();
    for NamedGroups { field, groups, command } in named {
        for group in *groups {
            let Some(found) = known.find(group, listed) else {
                unknown.push((*field, group.clone()));
                continue;
            };
            let mut earlier = commands.iter().filter_map(StepCommand::group);
            if !earlier.any(|group| normalize_name(group) == normalize_name(found)) {
                commands.push(command(found.to_owned()));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ChangeError::UnknownGroups { groups: unknown });
    }
    Ok(commands)
}
