//! From what is asked for, and what LastPass shows, to the steps that will be sent; or why there are none. Pure.

use crate::{
    changes::{
        Change, ChangeError, Details, KnownGroups, NewPerson,
        progress::{Step, StepCommand, UserState},
    },
    domain::{EmailAddress, PersonAction, Role, normalize_name},
    lastpass::Dialect,
};

/// What will be done.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) details: Details,
    pub(crate) steps: Vec<Step>,
}

/// Whom it may be refused to before anything is looked at.
pub(crate) fn check_request(change: &Change, actor: &str, dialect: Dialect) -> Result<(), ChangeError> {
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
    let sayable = |command: &StepCommand| command.command(change.email(), &Details::default()).check_supported(dialect);
    commands.iter().try_for_each(sayable).map_err(|_| ChangeError::NotInDialect)
}

/// The steps of a change, of a person who stands so, where LastPass lists these groups.
pub(crate) fn plan(
    change: &Change,
    state: &UserState,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, ChangeError> {
    match change {
        Change::Provision(person) => provision(person, state, listed, known, role),
        Change::Groups { add, remove, .. } => {
            if *state == UserState::Absent {
                return Err(ChangeError::UnknownUser);
            }
            let add = Named { field: "add", groups: add };
            let remove = Named { field: "remove", groups: remove };
            let found = find(&[add, remove], listed, known, role)?;
            let steps = found.into_iter().map(|(field, group)| {
                let is_added = field == "add";
                let command =
                    if is_added { StepCommand::AddToGroup { group } } else { StepCommand::RemoveFromGroup { group } };
                Step::planned(command, state)
            });
            Ok(Plan { details: Details::default(), steps: steps.collect() })
        }
        Change::Person { action, .. } => {
            check_applicable(*action, state)?;
            let steps = vec![Step::planned(StepCommand::Person { action: *action }, state)];
            Ok(Plan { details: Details::default(), steps })
        }
    }
}

fn provision(
    person: &NewPerson,
    state: &UserState,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, ChangeError> {
    match state {
        UserState::Account { .. } => return Err(ChangeError::AccountExists),
        UserState::Invited => return Err(ChangeError::InvitationExists),
        UserState::Absent => {}
    }
    let of_department = Named { field: "department", groups: std::slice::from_ref(&person.department_group) };
    let additional = Named { field: "additionalGroups", groups: &person.additional_groups };
    let groups = find(&[of_department, additional], listed, known, role)?;
    let commands = groups.into_iter().map(|(_, group)| StepCommand::AddToGroup { group });
    let details = Details {
        name: Some(person.name.clone()),
        department: Some(person.department.clone()),
        manager: person.manager.clone(),
        manager_email: person.manager_email.as_ref().map(EmailAddress::to_string),
        start_date: person.start_date.clone(),
    };
    let commands = std::iter::once(StepCommand::CreateAccount).chain(commands);
    Ok(Plan { details, steps: commands.map(|command| Step::planned(command, state)).collect() })
}

/// Whether the action makes sense for somebody who stands so.
fn check_applicable(action: PersonAction, state: &UserState) -> Result<(), ChangeError> {
    match (action, state) {
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
            state,
        ) => match state {
            UserState::Account { .. } => Ok(()),
            UserState::Invited | UserState::Absent => Err(ChangeError::InvitationPending),
        },
    }
}

/// Groups as the caller spells them, in one field of the request.
struct Named<'a> {
    field: &'static str,
    groups: &'a [String],
}

/// The groups, each once and as LastPass spells it, with the field that names it first.
fn find(
    named: &[Named<'_>],
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Vec<(&'static str, String)>, ChangeError> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut unknown = Vec::new();
    for Named { field, groups } in named {
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
    let given = found.iter().map(|(_, group)| group).find(|group| known.grants_role(group));
    match given {
        Some(group) if role != Role::Admin => Err(ChangeError::GroupNeedsAdmin { group: group.clone() }),
        _ => Ok(found),
    }
}
