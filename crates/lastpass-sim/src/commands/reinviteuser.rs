//! `reinviteuser`: the invitation once more, to those who have not come yet.

use crate::{
    commands::{
        record,
        replies::{Extent, extent, refusal},
    },
    mail::MailKind,
    request::{Dialect, Request},
    world::World,
};

/// One address in the enterprise dialect, a list in the guide's.
pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let dialect = request.dialect;
    let usernames = request.usernames();
    if let [username] = usernames.as_slice() {
        return match reinvite(world, request, username) {
            Ok(()) => extent(dialect, Extent::Some, "error", &[]),
            Err(error) => refusal(dialect, &error),
        };
    }
    if usernames.is_empty() || dialect == Dialect::Enterprise {
        return refusal(dialect, "One username is required");
    }
    let mut errors = Vec::new();
    let mut outcome = Extent::None;
    for username in &usernames {
        match reinvite(world, request, username) {
            Ok(()) => outcome = Extent::Some,
            Err(error) => errors.push(error),
        }
    }
    extent(dialect, outcome, "error", &errors)
}

/// The error about people who came is made up: none was recorded.
fn reinvite(world: &mut World, request: &Request, username: &str) -> Result<(), String> {
    if world.invitation_of(username).is_none() {
        let Some(position) = world.position_of(username) else { return Err(format!("No such user: {username}")) };
        if !world.company.users[position].never_logged_in {
            return Err(format!("User already active: {username}"));
        }
    }
    world.send(username, MailKind::Reinvitation);
    record::change(world, request, "Re-invite user", username);
    Ok(())
}
