//! `batchadd`: new people, invitations, and changes to those already there.

use serde_json::Value;

use crate::{
    commands::{
        record,
        replies::{Extent, extent},
    },
    company::User,
    mail::MailKind,
    request::{Request, flag, text, texts},
    world::World,
};

/// The texts of errors are made up: none was recorded.
pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let mut errors = Vec::new();
    let mut outcome = Extent::None;
    let mut newcomers = Newcomers::default();
    for entry in request.entries() {
        match Wanted::parse(entry) {
            Ok(wanted) => {
                outcome = Extent::Some;
                add(world, request, wanted, &mut newcomers, &mut errors);
            }
            Err(error) => errors.push(error),
        }
    }
    if outcome == Extent::None && errors.is_empty() {
        errors.push("No users to add".to_owned());
    }
    for (action, usernames) in
        [("Employee account created", newcomers.created), ("Employee invited", newcomers.invited)]
    {
        if !usernames.is_empty() {
            record::change(world, request, action, &usernames.join(","));
        }
    }
    extent(request.dialect, outcome, "error", &errors)
}

/// The addresses that were not there before; the log has each kind in one event.
#[derive(Default)]
struct Newcomers {
    created: Vec<String>,
    invited: Vec<String>,
}

/// What one entry asks for.
struct Wanted {
    username: String,
    fullname: Option<String>,
    groups: Vec<String>,
    duo_username: Option<String>,
    has_password: bool,
    password_reset_required: bool,
    attributes: Vec<(String, String)>,
}

impl Wanted {
    /// The guide's entries may be bare addresses.
    fn parse(entry: &Value) -> Result<Self, String> {
        let field = |name: &str| entry.get(name).and_then(text);
        let username = text(entry).or_else(|| field("username")).unwrap_or_default();
        if username.is_empty() {
            return Err("username is required".to_owned());
        }
        if !username.contains('@') {
            return Err(format!("{username} is not a valid email address"));
        }
        let attributes = entry.get("attribs").and_then(Value::as_object).into_iter().flatten();
        Ok(Self {
            username: username.to_lowercase(),
            fullname: field("fullname"),
            groups: entry.get("groups").map(texts).unwrap_or_default(),
            duo_username: field("duousername"),
            has_password: field("password").is_some_and(|password| !password.is_empty()),
            password_reset_required: entry.get("password_reset_required").and_then(flag).unwrap_or(true),
            attributes: attributes.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect(),
        })
    }

    fn apply_to(self, user: &mut User) {
        if let Some(fullname) = self.fullname {
            user.fullname = fullname;
        }
        if self.duo_username.is_some() {
            user.duo_username = self.duo_username;
        }
        user.join(self.groups);
        for (name, value) in self.attributes {
            user.set_attribute(&name, value);
        }
    }
}

fn add(world: &mut World, request: &Request, mut wanted: Wanted, newcomers: &mut Newcomers, errors: &mut Vec<String>) {
    wanted.groups.retain(|group| {
        let locked = world.company.sso_groups.contains(group);
        if locked {
            errors.push(format!("{} was not added to {group}: the group is managed by SSO", wanted.username));
        }
        !locked
    });
    let username = wanted.username.clone();
    if let Some(position) = world.position_of(&username) {
        let before = record::groups_of(&world.company, position);
        world.change_user(position, |user| wanted.apply_to(user));
        record::groups(world, request, &username, &before, &record::groups_of(&world.company, position));
        return;
    }
    if world.invitation_of(&username).is_some() {
        world.change_invited(&username, |user| wanted.apply_to(user));
        return;
    }
    let mut user = User::fresh(&username);
    // Without a password there is none to be changed: the person chooses one.
    user.password_reset_required = wanted.has_password && wanted.password_reset_required;
    wanted.apply_to(&mut user);
    if world.has_personal_account(&username) {
        user.password_reset_required = false;
        world.invite(user);
        newcomers.invited.push(username.clone());
    } else {
        world.add_user(user);
        newcomers.created.push(username.clone());
    }
    world.send(&username, MailKind::Invitation);
}
