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
/// Returns an error if the caller would off-board itself, or the dialect has no command for the change.
pub(crate) fn check_request(request: &ChangeRequest, dialect: Dialect) -> Result<(), ChangeError> {
    let ChangeRequest { change, actor, .. } = request;
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
/// Returns the reason if the change is not possible in this state, or not allowed for the role.
pub(crate) fn plan(
    change: &Change,
    user: &UserState,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, ChangeError> {
    match change {
        Change::Provision(person) => provision(person, user, listed, known, role),
        Change::Groups { add, remove, .. } => {
            if *user == UserState::Absent {
                return Err(ChangeError::UnknownUser);
            }
            let add = RequestedGroups { field: "add", groups: add, command: add_to_group };
            let remove = RequestedGroups { field: "remove", groups: remove, command: remove_from_group };
            let commands = group_commands(&[add, remove], listed, known, role)?;
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

fn provision(
    person: &NewPerson,
    user: &UserState,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, ChangeError> {
    match user {
        UserState::Account { .. } => return Err(ChangeError::AccountExists),
        UserState::Invited => return Err(ChangeError::InvitationExists),
        UserState::Absent => {}
    }
    let department_group = std::slice::from_ref(&person.department_group);
    let of_department = RequestedGroups { field: "department", groups: department_group, command: add_to_group };
    let additional =
        RequestedGroups { field: "additionalGroups", groups: &person.additional_groups, command: add_to_group };
    let memberships = group_commands(&[of_department, additional], listed, known, role)?;
    let details = Details {
        name: Some(person.name.clone()),
        department: Some(person.department.clone()),
        manager: person.manager.clone(),
        manager_email: person.manager_email.as_ref().map(EmailAddress::to_string),
        start_date: person.start_date.clone(),
    };
    let commands = std::iter::once(StepCommand::CreateAccount).chain(memberships);
    Ok(Plan { details, steps: commands.map(|command| planned(command, user)).collect() })
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

/// Groups that one field of the request names, as the caller spells them.
struct RequestedGroups<'a> {
    field: &'static str,
    groups: &'a [String],
    /// The command for one of the groups.
    command: fn(String) -> StepCommand,
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
    requested: &[RequestedGroups<'_>],
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Vec<StepCommand>, ChangeError> {
    let mut commands: Vec<StepCommand> = Vec::new();
    let mut unknown = Vec::new();
    for RequestedGroups { field, groups, command } in requested {
        for group in *groups {
            let Some(found) = known.find(group, listed) else {
                unknown.push((*field, group.clone()));
                continue;
            };
            let mut named = commands.iter().filter_map(StepCommand::group);
            if !named.any(|group| normalize_name(group) == normalize_name(found)) {
                commands.push(command(found.to_owned()));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ChangeError::UnknownGroups { groups: unknown });
    }
    let granting = commands.iter().filter_map(StepCommand::group).find(|group| known.grants_role(group));
    match granting {
        Some(group) if role != Role::Admin => Err(ChangeError::GroupNeedsAdmin { group: group.to_owned() }),
        _ => Ok(commands),
    }
}
