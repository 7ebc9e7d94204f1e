//! What the OpenAPI document says about groups.

use serde_json::json;

use crate::web::{
    operation::{
        Operation, Tag,
        body::{self, BodySchema},
        object::ObjectSchema,
        parameters::{fresh, paging, text},
        problems::{CHANGE_OF_A_USER, LASTPASS},
    },
    request::validator::MAX_GROUPS,
    response::{change::ChangeJson, meta::PageMeta},
    routes::groups::{GroupRow, NAME},
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    vec![read(), change()]
}

fn read() -> Operation {
    let mut parameters = vec![text("q", "Groups with this text in their name.")];
    parameters.extend(paging());
    parameters.push(fresh());
    let read = Operation {
        tag: Tag::Accounts,
        summary: "List groups and their members",
        description: include_str!("openapi.md"),
        parameters,
        ..Operation::read(NAME, "getGroups")
    };
    let list = ObjectSchema::new("GroupList")
        .list::<GroupRow<'_>>("groups", "The groups of this page.")
        .members::<PageMeta>()
        .never_null(&["total"]);
    read.revalidated("A page of groups.", list, Vec::new()).problems(&[LASTPASS])
}

fn change() -> Operation {
    let change = Operation {
        tag: Tag::Accounts,
        summary: "Change the groups of a user",
        description: "Adds a user to groups and removes the user from others. Groups that LastPass refuses are in \
                      `groups.failed`.",
        body: Some(body()),
        ..Operation::change(NAME, "changeGroups")
    };
    let schema = ObjectSchema::of::<ChangeJson<'_>>("ChangedGroupsReply").without(&["invitation", "impact"]);
    change
        .changed(200, "The memberships were changed; or, of a dry run, what would be done.", schema)
        .problems(&[CHANGE_OF_A_USER])
}

fn body() -> BodySchema {
    let members = vec![
        body::email("email", "The address of the user.").required(),
        body::groups("add", MAX_GROUPS, "The groups to add the user to."),
        body::groups("remove", MAX_GROUPS, "The groups to remove the user from. One of the lists must not be empty."),
        body::flag("dryRun", "`true` returns what would be done, and does nothing."),
    ];
    let example = json!({ "email": "marcus.obrien@example.com", "add": ["Sales-Team"], "dryRun": true });
    BodySchema::new("ChangeGroupsBody", members, example)
}
