//! `deluser`: the four ways in which a person leaves.

use crate::{
    commands::{
        record,
        replies::{no_such_user, ok, refusal, with_status},
    },
    request::{Dialect, Request},
    world::World,
};

#[derive(Clone, Copy)]
enum Action {
    /// The login is blocked; everything else stays.
    Deactivate,
    /// The person keeps the account, as a personal one.
    Remove,
    /// The account is gone.
    Delete,
    /// A pending invitation is taken back.
    Uninvite,
}

impl Action {
    /// What the log calls it; for an invitation taken back that is assumed.
    fn logged(self) -> &'static str {
        match self {
            Self::Deactivate => "Deactivated user",
            Self::Remove => "Remove user from company",
            Self::Delete | Self::Uninvite => "Employee account deleted",
        }
    }

    fn parse(request: &Request) -> Option<Self> {
        match (request.dialect, request.text("action"), request.text("deleteaction")) {
            // The guide has no word for the last one.
            (Dialect::Guide, Some(action), _) => match action.as_str() {
                "deactivate" => Some(Self::Deactivate),
                "remove" => Some(Self::Remove),
                "delete" => Some(Self::Delete),
                "uninvite" => Some(Self::Uninvite),
                _ => None,
            },
            (_, _, Some(number)) => match number.as_str() {
                "0" => Some(Self::Deactivate),
                "1" => Some(Self::Remove),
                "2" => Some(Self::Delete),
                "3" => Some(Self::Uninvite),
                _ => None,
            },
            (_, _, None) => None,
        }
    }
}

/// The texts about actions and invitations are made up; the others were recorded.
pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let dialect = request.dialect;
    let username = request.text("username").unwrap_or_default();
    let Some(action) = Action::parse(request) else {
        return refusal(dialect, "Invalid deleteaction");
    };
    match (action, world.position_of(&username)) {
        (Action::Uninvite, _) => {
            let Some(place) = world.invitation_of(&username) else {
                return refusal(dialect, &format!("No pending invitation: {username}"));
            };
            world.uninvite(place);
        }
        (Action::Deactivate | Action::Remove | Action::Delete, None) => return no_such_user(dialect, &username),
        (Action::Deactivate, Some(position)) => {
            if !world.change_user(position, |user| user.disabled = true) {
                return with_status("OK", "error", &format!("User already disabled: {username}"));
            }
        }
        (Action::Remove, Some(position)) => {
            let user = world.remove_user(position);
            world.company.personal_accounts.push(user.username);
        }
        (Action::Delete, Some(position)) => {
            world.remove_user(position);
        }
    }
    record::change(world, request, action.logged(), &username);
    ok()
}
