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
pub(crate) fn check_request(request: &ChangeRequest, dialect: Dialect) -> Result<(), ChangeError> {
    let ChangeRequest { change, actor, .. } = request;
    let commands = match change {
        Change::Provision(_) => Vec::new(),
        Change::Groups { remove, .. } => {
            remove.iter().map(|group| StepCommand::RemoveFromGroup { group: group.clone() }).collect()
        }
        Change::Person { email, action, .. } => {
            if action.is_offboarding() && email.matches(actor) {
                return Err(ChangeError::CannotChangeSelf);
            }
            vec![StepCommand::Person { action: *action }]
        }
    };
    let details = Details::default();
    let check = |command: &StepCommand| command.to_lastpass(change.email(), &details).check_supported(dialect);
    commands.iter().try_for_each(check).map_err(|_| ChangeError::NotInDialect)
}

/// The steps of a change to a user in a state. `listed` is the groups that LastPass lists.
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
            let add = RequestedGroups { field: "add", groups: add };
            let remove = RequestedGroups { field: "remove", groups: remove };
            let found = find_groups(&[add, remove], listed, known, role)?;
            let steps = found.into_iter().map(|(field, group)| {
                let is_added = field == "add";
                let command =
                    if is_added { StepCommand::AddToGroup { group } } else { StepCommand::RemoveFromGroup { group } };
                planned(command, user)
            });
            Ok(Plan { details: Details::default(), steps: steps.collect() })
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
    let of_department = RequestedGroups { field: "department", groups: std::slice::from_ref(&person.department_group) };
    let additional = RequestedGroups { field: "additionalGroups", groups: &person.additional_groups };
    let groups = find_groups(&[of_department, additional], listed, known, role)?;
    let commands = groups.into_iter().map(|(_, group)| StepCommand::AddToGroup { group });
    let details = Details {
        name: Some(person.name.clone()),
        department: Some(person.department.clone()),
        manager: person.manager.clone(),
        manager_email: person.manager_email.as_ref().map(EmailAddress::to_string),
        start_date: person.start_date.clone(),
    };
    let commands = std::iter::once(StepCommand::CreateAccount).chain(commands);
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
}

/// The requested groups, each once and as LastPass spells it, with the field that names it first.
fn find_groups(
    requested: &[RequestedGroups<'_>],
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Vec<(&'static str, String)>, ChangeError> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut unknown = Vec::new();
    for RequestedGroups { field, groups } in requested {
        for group in *groups {
            match known.find(group, listed) {
                None => unknown.push((*field, group.clone())),
                Some(known) if found.iter().any(|(_, group)| normalize_name(group) == normalize_name(known)) => {}
                Some(known) => found.push((field, known.to_owned())),
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ChangeError::UnknownGroups { groups: unknown });
    }
    let granting = found.iter().map(|(_, group)| group).find(|group| known.grants_role(group));
    match granting {
        Some(group) if role != Role::Admin => Err(ChangeError::GroupNeedsAdmin { group: group.clone() }),
        _ => Ok(found),
    }
}
