//! `updateemail`: another address, which counts once the person logs in with the old one.

use crate::{
    commands::{
        record,
        replies::{no_such_user, ok, refusal},
    },
    mail::MailKind,
    request::Request,
    world::World,
};

/// All texts but that about nobody are made up: none was recorded.
pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let dialect = request.dialect;
    let (old, new) = (request.text("oldemail").unwrap_or_default(), request.text("newemail").unwrap_or_default());
    let Some(position) = world.position_of(&old) else {
        return no_such_user(dialect, &old);
    };
    if !new.contains('@') {
        return refusal(dialect, &format!("{new} is not a valid email address"));
    }
    if world.position_of(&new).is_some() || world.invitation_of(&new).is_some() || world.has_personal_account(&new) {
        return refusal(dialect, &format!("User already exists: {new}"));
    }
    // Other integrations warn that this needs an activated account.
    if world.company.users[position].never_logged_in {
        return refusal(dialect, &format!("User not activated: {old}"));
    }
    if world.change_user(position, |user| user.new_username = Some(new.to_lowercase())) {
        world.send(&old, MailKind::EmailChange);
        // Its grammar is not known; that of other names that change is taken.
        record::change(world, request, "Username changed", &format!("'{old}' '{new}'"));
    }
    ok()
}
