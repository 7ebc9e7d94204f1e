//! The schemas of values: their names are those of the types of the inner layers, which know no JSON.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, RefOr, SchemaFormat,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use crate::{
    audit::{AlertRule, EventKind, EventOutcome, Severity},
    auth::SignInMethod,
    changes::{Outcome, StepCommand, StepState},
    domain::{FolderRights, PersonAction, Role},
    formats::values::{CompactNumber, Timestamp},
    report::{AccountStatus, Risk},
    schema::one_of,
};

/// Implements the schema of types with a list of all values and their names.
macro_rules! named {
    ($($type:ty, $name:literal, $description:literal;)*) => {
        $(
            impl PartialSchema for $type {
                fn schema() -> RefOr<Schema> {
                    let values: Vec<_> = Self::ALL.into_iter().map(Self::name).collect();
                    names(values, $description)
                }
            }

            impl ToSchema for $type {
                fn name() -> Cow<'static, str> {
                    $name.into()
                }
            }
        )*
    };
}

named! {
    AccountStatus, "AccountStatus", "`disabled`, else `invited`, else `neverLoggedIn`, else `active`.";
    AlertRule, "AlertRule", "The rule that raised an alert.";
    EventKind, "EventType", "The type of an event of LastPass's log; `other` is an action that is not known.";
    EventOutcome, "EventOutcome", "Whether what an event reports succeeded.";
    FolderRights, "FolderRights", "Rights in a shared folder, each including those before it.";
    Outcome, "ActionOutcome", "How an action of the audit record ended, or stands.";
    PersonAction, "UserAction", "What an admin can do to a user.";
    Risk, "Risk", "By the unrounded score: `high` below 50, `low` above 75, else `medium`.";
    Role, "Role", "The role of a caller, which decides which routes it may use.";
    Severity, "Severity", "How urgent an alert is.";
    SignInMethod, "SignInMethod", "A way to sign in that is configured.";
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        text().format(Some(format)).description(Some("A time in UTC: RFC 3339 with `Z`, in whole seconds.")).into()
    }
}

impl ToSchema for Timestamp {}

impl PartialSchema for CompactNumber {
    fn schema() -> RefOr<Schema> {
        RefOr::T(ObjectBuilder::new().schema_type(Type::Number).build().into())
    }
}

impl ToSchema for CompactNumber {}

impl PartialSchema for StepCommand {
    fn schema() -> RefOr<Schema> {
        let names = ["createAccount", "addToGroup", "removeFromGroup"];
        let names = names.into_iter().chain(PersonAction::ALL.map(PersonAction::name));
        let object = ObjectBuilder::new()
            .property("step", one_of(names, "What is sent to LastPass."))
            .required("step")
            .property("group", text().description(Some("The group, as LastPass spells it.")));
        RefOr::T(object.build().into())
    }
}

impl ToSchema for StepCommand {}

impl PartialSchema for StepState {
    /// A step that is being sent is shown as unknown.
    fn schema() -> RefOr<Schema> {
        let shown = [Self::Planned, Self::Sent, Self::Confirmed, Self::Failed, Self::Unknown, Self::NotSent];
        let shown = shown.map(|state| serde_json::to_value(state).expect("a name").as_str().map(str::to_owned));
        names(
            shown.iter().flatten().map(String::as_str),
            "`confirmed`: LastPass shows the effect. `sent`: LastPass accepted it, and no read can show it. `failed`: it was \
             not applied. `unknown`: a later read decides. `planned`: nothing was sent yet. `notSent`: it was given up.",
        )
    }
}

impl ToSchema for StepState {}

/// One of several names.
fn names<'a>(names: impl IntoIterator<Item = &'a str>, description: &str) -> RefOr<Schema> {
    text().enum_values(Some(names)).description(Some(description)).into()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}
