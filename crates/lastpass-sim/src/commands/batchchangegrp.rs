//! `batchchangegrp`: who is in which group. Groups come and go with their members.

use serde_json::Value;

use crate::{
    commands::{
        record,
        replies::{Extent, extent},
    },
    request::{Dialect, Request, text, texts},
    world::World,
};

pub(crate) fn answer(world: &mut World, request: &Request) -> String {
    let mut errors = Vec::new();
    let mut outcome = Extent::None;
    let moves = moves(request);
    for Move { username, mut add, mut del } in moves {
        let Some(position) = world.position_of(&username) else {
            errors.push(format!("{username} does not exist"));
            continue;
        };
        outcome = Extent::Some;
        for groups in [&mut add, &mut del] {
            groups.retain(|group| {
                let locked = world.company.sso_groups.contains(group);
                if locked {
                    errors.push(locked_error(group, &username));
                }
                !locked
            });
        }
        let before = record::groups_of(&world.company, position);
        world.change_user(position, |user| {
            user.groups.retain(|group| !del.contains(group));
            user.join(add);
        });
        record::groups(world, request, &username, &before, &record::groups_of(&world.company, position));
    }
    if outcome == Extent::None && errors.is_empty() {
        errors.push("No users to change".to_owned());
    }
    extent(request.dialect, outcome, "errors", &errors)
}

/// Made up: the vendor only says that such groups cannot be managed this way.
fn locked_error(group: &str, username: &str) -> String {
    format!("Group {group} is managed by SSO, not changed for {username}")
}

/// What is asked for one person.
struct Move {
    username: String,
    add: Vec<String>,
    del: Vec<String>,
}

/// The guide sends each group with the addresses to add, or the enterprise entries as a list.
fn moves(request: &Request) -> Vec<Move> {
    let groups = request.argument("groups").and_then(Value::as_object);
    if let (Dialect::Guide, Some(groups)) = (request.dialect, groups) {
        let mut moves: Vec<Move> = Vec::new();
        for (group, usernames) in groups {
            for username in texts(usernames) {
                match moves.iter_mut().find(|known| known.username == username) {
                    Some(known) => known.add.push(group.clone()),
                    None => moves.push(Move { username, add: vec![group.clone()], del: Vec::new() }),
                }
            }
        }
        return moves;
    }
    let entries = request.entries().into_iter();
    let groups = |entry: &Value, name: &str| entry.get(name).map(texts).unwrap_or_default();
    let parse = |entry: &Value| Move {
        username: entry.get("username").and_then(text).unwrap_or_default(),
        add: groups(entry, "add"),
        del: groups(entry, "del"),
    };
    entries.map(parse).collect()
}
