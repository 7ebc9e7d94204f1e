//! JSON schemas of values whose type does not say which values there are. Knows no type of this crate.

use utoipa::openapi::{
    Ref,
    schema::{ObjectBuilder, Schema, Type},
};

/// One of several texts. The document has this description in place of the member's comment.
pub(crate) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>, description: &str) -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some(description));
    text.enum_values(Some(names)).build().into()
}

/// The component with the codes of warnings.
pub(crate) fn warning_code() -> Ref {
    Ref::from_schema_name("WarningCode")
}
