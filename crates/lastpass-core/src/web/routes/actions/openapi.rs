//! What the OpenAPI document says about the audit record.

use crate::{
    changes::Outcome,
    web::{
        operation::{
            FileFormat, Operation, Tag,
            object::ObjectSchema,
            parameters::{Parameter, flag, format, one_of, paging, text, time},
            problems::DATABASE,
        },
        response::action::action_names,
        routes::actions::{NAME, json::ActionsPage},
    },
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let read = Operation {
        tag: Tag::Record,
        summary: "The audit record of changes and exports",
        description: include_str!("openapi.md"),
        parameters: parameters(),
        ..Operation::read(NAME, "getActions")
    };
    let file = FileFormat::csv("Every action of the filter, one a line, with the members of `actions` as columns.");
    let schema = ObjectSchema::of::<ActionsPage<'_>>("ActionList");
    vec![read.revalidated("A page of actions, or every action as a file.", schema, vec![file]).problems(&[DATABASE])]
}

fn parameters() -> Vec<Parameter> {
    let mut parameters = vec![
        text("email", "Actions on the user with this address."),
        text("actor", "Actions of this caller, in any letter case."),
        one_of("action", action_names(), "Actions of this kind."),
        one_of("outcome", Outcome::ALL.map(Outcome::name), "Actions with this outcome."),
        time("from", "The start: a time, or a day of `LASTPASS_TIME_ZONE` from its beginning."),
        time("to", "The end: a time, which is excluded, or a day, which is included."),
        flag("verify", "`true` verifies the chain (admin and auditor). Not with `format=csv`."),
    ];
    parameters.extend(paging());
    parameters.push(format(&["csv"], "The format; `csv` has every action and takes no `limit` and no `cursor`."));
    parameters
}
