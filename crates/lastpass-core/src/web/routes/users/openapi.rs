//! What the OpenAPI document says about users.

use serde_json::json;

use crate::{
    domain::PersonAction,
    formats::user_row::UserRow,
    web::{
        operation::{
            Operation, Tag,
            body::{self, BodySchema},
            object::ObjectSchema,
            parameters::{fresh, paging, text, user_filter},
            problems::{CHANGE_OF_A_USER, LASTPASS},
        },
        response::{change::ChangeJson, meta::PageMeta, problem::ProblemCode},
        routes::users::{NAME, detail::UserDetailReply},
    },
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    vec![read(), change()]
}

fn read() -> Operation {
    let mut parameters = vec![
        text("id", "The user with this id of LastPass, in detail. It takes no other parameter but `fresh`."),
        text("email", "The user with this address, in detail. It takes no other parameter but `fresh`."),
    ];
    parameters.extend(user_filter());
    parameters.extend(paging());
    parameters.push(fresh());
    let read = Operation {
        tag: Tag::Accounts,
        summary: "Find users, or read one in detail",
        description: include_str!("openapi.md"),
        parameters,
        ..Operation::read(NAME, "getUsers")
    };
    let list = ObjectSchema::new("UserList")
        .list::<UserRow<'_>>("users", "The users of this page.")
        .members::<PageMeta>()
        .never_null(&["total"]);
    let detail = ObjectSchema::of::<UserDetailReply<'_>>("UserDetailReply");
    read.revalidated("A page of users, or one user in detail.", list.or(detail, "UsersReply"), Vec::new())
        .problems(&[LASTPASS, &[ProblemCode::UnknownUser]])
}

fn change() -> Operation {
    let change = Operation {
        tag: Tag::Accounts,
        summary: "Off-board, restore, reinvite or reset a user",
        description: include_str!("post.md"),
        body: Some(body()),
        ..Operation::change(NAME, "changeUser")
    };
    let schema = ObjectSchema::of::<ChangeJson<'_>>("ChangedUserReply").without(&["invitation"]).optional(&["impact"]);
    change.changed(200, "The action was applied; or, of a dry run, what would be done.", schema).problems(&[
        CHANGE_OF_A_USER,
        &[
            ProblemCode::CannotChangeSelf,
            ProblemCode::InvitationPending,
            ProblemCode::NotInvited,
            ProblemCode::LastAdmin,
            ProblemCode::OrphansFolders,
            ProblemCode::OffboardingLimit,
        ],
    ])
}

fn body() -> BodySchema {
    let members = vec![
        body::email("email", "The address of the user.").required(),
        body::one_of("action", &PersonAction::ALL.map(PersonAction::name), "What to do.").required(),
        body::text("confirm", "For `delete`: the address again."),
        body::flag("allowOrphans", "`true` off-boards even if shared folders are left without an administrator."),
        body::flag("dryRun", "`true` returns what would be done, and does nothing."),
    ];
    let example = json!({ "email": "marcus.obrien@example.com", "action": "deactivate", "dryRun": true });
    BodySchema::new("ChangeUserBody", members, example)
}
