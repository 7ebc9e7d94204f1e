//! What the OpenAPI document says about creating accounts.

use serde_json::json;

use crate::web::{
    operation::{
        Operation, Tag,
        body::{BodySchema, email, flag, groups, name, text},
        object::ObjectSchema,
    },
    request::validator::{MAX_GROUPS, MAX_NAME},
    response::{change::ChangeJson, problem::ProblemCode},
    routes::provision_user::NAME,
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let provision = Operation {
        tag: Tag::Accounts,
        summary: "Create an account",
        description: "Creates an account, or sends an invitation, and adds the user to the department's group and to further \
                      groups. The change is recorded before it is sent, and read back from LastPass afterwards.",
        body: Some(body()),
        ..Operation::change(NAME, "provisionUser")
    };
    let schema = |name| ObjectSchema::of::<ChangeJson<'_>>(name).without(&["impact"]).required(&["invitation"]);
    vec![
        provision
            .changed(200, "What would be done: a dry run.", schema("ProvisionedUser"))
            .changed(201, "The account was created.", schema("ProvisionedUser"))
            .problems(&[&[ProblemCode::AlreadyExists, ProblemCode::GroupNeedsAdmin]]),
    ]
}

fn body() -> BodySchema {
    let members = vec![
        name("firstName", MAX_NAME, "The first name.").required(),
        name("lastName", MAX_NAME, "The last name.").required(),
        email("email", "The address, of a domain in `ALLOWED_EMAIL_DOMAINS` if that is set.").required(),
        text("department", "A department of `DEPARTMENT_GROUPS`, in any letter case; `GET session` lists them.")
            .required(),
        groups("additionalGroups", MAX_GROUPS, "Groups besides the department's."),
        name("manager", MAX_NAME, "The manager's name, kept in the audit record."),
        email("managerEmail", "The manager's address, kept in the audit record."),
        text("startDate", "The first day, such as `2026-12-01`, kept in the audit record."),
        flag("dryRun", "`true` returns what would be done, and does nothing."),
    ];
    let example = json!({
        "firstName": "Ann", "lastName": "Lee", "email": "ann.lee@example.com", "department": "Sales",
        "additionalGroups": ["All Staff"],
    });
    BodySchema::new("ProvisionUserBody", members, example)
}
