//! From what is asked for, and what LastPass shows, to the steps that will be sent; or why there are none. Pure.

use crate::{
    changes::{
        Change, Details, KnownGroups, NewPerson, Refusal,
        progress::{Deed, Standing, Step},
    },
    domain::{EmailAddress, PersonAction, Role, fold},
    lastpass::Dialect,
};

/// What will be done.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) details: Details,
    pub(crate) steps: Vec<Step>,
}

/// Whom it may be refused to before anything is looked at.
pub(crate) fn may_be_asked(change: &Change, actor: &str, dialect: Dialect) -> Result<(), Refusal> {
    let deeds = match change {
        Change::Provision(_) => Vec::new(),
        Change::Groups { remove, .. } => {
            remove.iter().map(|group| Deed::RemoveFromGroup { group: group.clone() }).collect()
        }
        Change::Person { email, action, .. } => {
            if action.is_off_boarding() && email.is(actor) {
                return Err(Refusal::Yourself);
            }
            vec![Deed::Person { step: *action }]
        }
    };
    let sayable = |deed: &Deed| deed.command(change.email(), &Details::default()).check_supported(dialect);
    deeds.iter().try_for_each(sayable).map_err(|_| Refusal::NotInDialect)
}

/// The steps of a change, of a person who stands so, where LastPass lists these groups.
pub(crate) fn plan(
    change: &Change,
    standing: &Standing,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, Refusal> {
    match change {
        Change::Provision(person) => provision(person, standing, listed, known, role),
        Change::Groups { add, remove, .. } => {
            if *standing == Standing::Nobody {
                return Err(Refusal::UnknownUser);
            }
            let add = Named { field: "add", groups: add };
            let remove = Named { field: "remove", groups: remove };
            let found = find(&[add, remove], listed, known, role)?;
            let steps = found.into_iter().map(|(field, group)| {
                let is_added = field == "add";
                let deed = if is_added { Deed::AddToGroup { group } } else { Deed::RemoveFromGroup { group } };
                Step::planned(deed, standing)
            });
            Ok(Plan { details: Details::default(), steps: steps.collect() })
        }
        Change::Person { action, .. } => {
            applies(*action, standing)?;
            let steps = vec![Step::planned(Deed::Person { step: *action }, standing)];
            Ok(Plan { details: Details::default(), steps })
        }
    }
}

fn provision(
    person: &NewPerson,
    standing: &Standing,
    listed: &[Box<str>],
    known: &KnownGroups,
    role: Role,
) -> Result<Plan, Refusal> {
    match standing {
        Standing::Account { .. } => return Err(Refusal::AccountExists),
        Standing::Invited => return Err(Refusal::InvitationExists),
        Standing::Nobody => {}
    }
    let of_department = Named { field: "department", groups: std::slice::from_ref(&person.department_group) };
    let additional = Named { field: "additionalGroups", groups: &person.additional_groups };
    let groups = find(&[of_department, additional], listed, known, role)?;
    let deeds = groups.into_iter().map(|(_, group)| Deed::AddToGroup { group });
    let details = Details {
        name: Some(person.name.clone()),
        department: Some(person.department.clone()),
        manager: person.manager.clone(),
        manager_email: person.manager_email.as_ref().map(EmailAddress::to_string),
        start_date: person.start_date.clone(),
    };
    let deeds = std::iter::once(Deed::CreateAccount).chain(deeds);
    Ok(Plan { details, steps: deeds.map(|deed| Step::planned(deed, standing)).collect() })
}

/// Whether the action makes sense for somebody who stands so.
fn applies(action: PersonAction, standing: &Standing) -> Result<(), Refusal> {
    match (action, standing) {
        (_, Standing::Nobody) => Err(Refusal::UnknownUser),
        (PersonAction::Uninvite, Standing::Account { .. })
        | (PersonAction::Reinvite, Standing::Account { has_logged_in: true, .. }) => Err(Refusal::NotInvited),
        (PersonAction::Uninvite | PersonAction::Reinvite, Standing::Invited)
        | (PersonAction::Reinvite, Standing::Account { has_logged_in: false, .. }) => Ok(()),
        (
            PersonAction::Deactivate
            | PersonAction::Restore
            | PersonAction::Remove
            | PersonAction::Delete
            | PersonAction::RequirePasswordChange
            | PersonAction::SendPasswordReset
            | PersonAction::DisableMfa,
            standing,
        ) => match standing {
            Standing::Account { .. } => Ok(()),
            Standing::Invited | Standing::Nobody => Err(Refusal::OnlyInvited),
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
) -> Result<Vec<(&'static str, String)>, Refusal> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut unknown = Vec::new();
    for Named { field, groups } in named {
        for group in *groups {
            match known.find(group, listed) {
                None => unknown.push((*field, group.clone())),
                Some(known) if found.iter().any(|(_, group)| fold(group) == fold(known)) => {}
                Some(known) => found.push((field, known.to_owned())),
            }
        }
    }
    if !unknown.is_empty() {
        return Err(Refusal::UnknownGroups { groups: unknown });
    }
    let given = found.iter().map(|(_, group)| group).find(|group| known.gives_a_role(group));
    match given {
        Some(group) if role != Role::Admin => Err(Refusal::GroupNeedsAdmin { group: group.clone() }),
        _ => Ok(found),
    }
}
