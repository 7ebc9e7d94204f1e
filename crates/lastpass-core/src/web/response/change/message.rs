//! What a change did, as one sentence for a person. Pure; knows no HTTP.

use crate::{
    changes::{Operation, Step, StepCommand, StepState},
    domain::PersonAction,
};

/// The sentence about an action that has ended successfully, or about a dry run. It names the groups that failed.
pub(crate) fn change_message(operation: &Operation, is_dry_run: bool) -> String {
    if is_dry_run {
        return "Dry run: nothing was changed.".to_owned();
    }
    let groups = GroupsByResult::of(&operation.steps);
    let done = operation.steps.iter().filter(|step| step.is_done());
    let mut clauses: Vec<_> = done.filter_map(main_effect).map(str::to_owned).collect();
    if clauses.is_empty() {
        let changes = [clause("added to", &groups.added), clause("removed from", &groups.removed)];
        let changes = changes.into_iter().flatten().collect::<Vec<_>>().join(" and ");
        clauses.push(if changes.is_empty() { "No group was changed".to_owned() } else { format!("User {changes}") });
    }
    clauses.extend(clause("the user was already in", &groups.already_in));
    clauses.extend(clause("the user was already not in", &groups.already_out));
    clauses.extend(clause("the user was not added to", &groups.not_added));
    clauses.extend(clause("the user was not removed from", &groups.not_removed));
    clauses.extend(clause("it is not known whether the user was added to", &groups.perhaps_added));
    clauses.extend(clause("it is not known whether the user was removed from", &groups.perhaps_removed));
    format!("{}.", clauses.join("; "))
}

/// What a step did, if it is not about a group.
fn main_effect(step: &Step) -> Option<&'static str> {
    let action = match &step.command {
        StepCommand::AddToGroup { .. } | StepCommand::RemoveFromGroup { .. } => return None,
        StepCommand::CreateAccount => return Some("Account created; LastPass sends the invitation"),
        StepCommand::Person { action } => *action,
    };
    let unchanged = step.already_applied.then(|| unchanged(action)).flatten();
    Some(unchanged.unwrap_or(match action {
        PersonAction::Deactivate => "Account deactivated; the user can no longer log in, and data and groups stay",
        PersonAction::Restore => "Account restored; the user can log in again",
        PersonAction::Remove => "User removed from the company; the personal account stays",
        PersonAction::Delete => "Account deleted permanently",
        PersonAction::Reinvite => "LastPass sends the invitation again",
        PersonAction::Uninvite => "Invitation withdrawn",
        PersonAction::RequirePasswordChange => "The user must set a new master password at the next login",
        PersonAction::SendPasswordReset => "LastPass sends the e-mail to reset the master password",
        PersonAction::DisableMfa => "Multifactor authentication disabled",
    }))
}

/// What an action found whose effect was there before. `None` for actions that need what they take away, and those whose
/// effect no read shows.
fn unchanged(action: PersonAction) -> Option<&'static str> {
    match action {
        PersonAction::Deactivate => Some("Nothing was changed: the account was deactivated already"),
        PersonAction::Restore => Some("Nothing was changed: the account was not deactivated"),
        PersonAction::RequirePasswordChange => {
            Some("Nothing was changed: the user had to set a new master password already")
        }
        PersonAction::DisableMfa => Some("Nothing was changed: multifactor authentication was off already"),
        PersonAction::Remove
        | PersonAction::Delete
        | PersonAction::Reinvite
        | PersonAction::Uninvite
        | PersonAction::SendPasswordReset => None,
    }
}

/// The groups of a change by what became of them.
#[derive(Default)]
struct GroupsByResult<'a> {
    added: Vec<&'a str>,
    removed: Vec<&'a str>,
    already_in: Vec<&'a str>,
    already_out: Vec<&'a str>,
    not_added: Vec<&'a str>,
    not_removed: Vec<&'a str>,
    perhaps_added: Vec<&'a str>,
    perhaps_removed: Vec<&'a str>,
}

impl<'a> GroupsByResult<'a> {
    fn of(steps: &'a [Step]) -> Self {
        let mut groups = Self::default();
        for step in steps {
            let (group, [done, already, not_done, perhaps_done]) = match &step.command {
                StepCommand::AddToGroup { group } => (
                    group,
                    [&mut groups.added, &mut groups.already_in, &mut groups.not_added, &mut groups.perhaps_added],
                ),
                StepCommand::RemoveFromGroup { group } => (
                    group,
                    [
                        &mut groups.removed,
                        &mut groups.already_out,
                        &mut groups.not_removed,
                        &mut groups.perhaps_removed,
                    ],
                ),
                StepCommand::CreateAccount | StepCommand::Person { .. } => continue,
            };
            let list = match step.state {
                StepState::Sent | StepState::Confirmed if step.already_applied => already,
                StepState::Sent | StepState::Confirmed => done,
                StepState::Planned | StepState::Failed | StepState::NotSent => not_done,
                StepState::Sending | StepState::Unknown => perhaps_done,
            };
            list.push(group);
        }
        groups
    }
}

/// A clause that ends in a list of groups; `None` without groups.
fn clause(beginning: &str, groups: &[&str]) -> Option<String> {
    match groups {
        [] => None,
        [group] => Some(format!("{beginning} {group}")),
        [groups @ .., last] => Some(format!("{beginning} {} and {last}", groups.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::changes::Details;

    fn add(group: &str) -> StepCommand {
        StepCommand::AddToGroup { group: group.to_owned() }
    }

    fn remove(group: &str) -> StepCommand {
        StepCommand::RemoveFromGroup { group: group.to_owned() }
    }

    fn check(steps: Vec<(StepCommand, StepState)>, is_dry_run: bool, expected: &str) {
        let step = |(command, state)| Step { state, ..Step::planned(command, false) };
        check_steps(steps.into_iter().map(step).collect(), is_dry_run, expected);
    }

    fn check_steps(steps: Vec<Step>, is_dry_run: bool, expected: &str) {
        let operation = Operation {
            id: "1".to_owned(),
            version: 1,
            at: DateTime::UNIX_EPOCH,
            actor: "admin@example.com".to_owned(),
            action: "any".to_owned(),
            email: "ann@example.com".parse().expect("an address"),
            listed_email: None,
            request_id: String::new(),
            details: Details::default(),
            steps,
            impact: None,
        };
        assert_eq!(change_message(&operation, is_dry_run), expected);
    }

    #[test]
    fn each_action_has_its_sentence() {
        use PersonAction::*;
        let deactivated = "Account deactivated; the user can no longer log in, and data and groups stay.";
        for (action, state, expected) in [
            (Deactivate, StepState::Confirmed, deactivated),
            (Restore, StepState::Confirmed, "Account restored; the user can log in again."),
            (Remove, StepState::Confirmed, "User removed from the company; the personal account stays."),
            (Delete, StepState::Confirmed, "Account deleted permanently."),
            (Reinvite, StepState::Sent, "LastPass sends the invitation again."),
            (Uninvite, StepState::Confirmed, "Invitation withdrawn."),
            (RequirePasswordChange, StepState::Confirmed, "The user must set a new master password at the next login."),
            (SendPasswordReset, StepState::Sent, "LastPass sends the e-mail to reset the master password."),
            (DisableMfa, StepState::Confirmed, "Multifactor authentication disabled."),
        ] {
            check(vec![(StepCommand::Person { action }, state)], false, expected);
            check(vec![(StepCommand::Person { action }, StepState::Planned)], true, "Dry run: nothing was changed.");
        }
    }

    #[test]
    fn groups_that_failed_are_named() {
        use StepState::{Confirmed, Failed, NotSent, Planned, Sent, Unknown};
        let created = || (StepCommand::CreateAccount, Confirmed);
        for (steps, expected) in [
            (vec![created()], "Account created; LastPass sends the invitation."),
            (vec![created(), (add("A"), Confirmed)], "Account created; LastPass sends the invitation."),
            (
                vec![created(), (add("A"), Confirmed), (add("B"), Failed), (add("C"), NotSent)],
                "Account created; LastPass sends the invitation; the user was not added to B and C.",
            ),
            (
                vec![created(), (add("A"), Unknown), (add("B"), Failed)],
                "Account created; LastPass sends the invitation; the user was not added to B; it is not known whether \
                 the user was added to A.",
            ),
            (vec![(add("A"), Confirmed), (add("B"), Sent), (add("C"), Confirmed)], "User added to A, B and C."),
            (vec![(remove("A"), Confirmed)], "User removed from A."),
            (vec![(add("A"), Confirmed), (remove("B"), Confirmed)], "User added to A and removed from B."),
            (
                vec![(add("A"), Confirmed), (remove("B"), Failed), (remove("C"), Unknown)],
                "User added to A; the user was not removed from B; it is not known whether the user was removed from C.",
            ),
            (vec![], "No group was changed."),
        ] {
            check(steps, false, expected);
        }
        let planned = vec![(StepCommand::CreateAccount, Planned), (add("A"), Planned)];
        check(planned, true, "Dry run: nothing was changed.");
    }

    #[test]
    fn what_was_so_already_is_not_claimed() {
        let already = |command| Step { state: StepState::Confirmed, ..Step::planned(command, true) };
        for (action, expected) in [
            (PersonAction::Deactivate, "Nothing was changed: the account was deactivated already."),
            (PersonAction::Restore, "Nothing was changed: the account was not deactivated."),
            (
                PersonAction::RequirePasswordChange,
                "Nothing was changed: the user had to set a new master password already.",
            ),
            (PersonAction::DisableMfa, "Nothing was changed: multifactor authentication was off already."),
        ] {
            check_steps(vec![already(StepCommand::Person { action })], false, expected);
        }
        let groups = || vec![already(add("A")), already(add("B")), already(remove("C"))];
        let unchanged = "the user was already in A and B; the user was already not in C.";
        check_steps(groups(), false, &format!("No group was changed; {unchanged}"));
        let added = Step { state: StepState::Confirmed, ..Step::planned(add("D"), false) };
        let failed = Step { state: StepState::Failed, ..already(remove("E")) };
        let expected = "User added to D; the user was already in A and B; the user was already not in C; the user was not \
                        removed from E.";
        check_steps([groups(), vec![added, failed]].concat(), false, expected);
    }
}
