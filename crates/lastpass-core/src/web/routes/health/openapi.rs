//! What the OpenAPI document says about health.

use http::Method;

use crate::web::{
    operation::{Operation, Tag, object::ObjectSchema},
    routes::health::{HealthJson, NAME},
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let schema = || ObjectSchema::of::<HealthJson<'_>>("Health");
    let health = Operation {
        tag: Tag::Operations,
        summary: "Whether everything works, and what to do if not",
        description: include_str!("openapi.md"),
        ..Operation::public(NAME, Method::GET, "getHealth")
    };
    vec![
        health
            .uncached(200, "Requests are answered, though a part may have a problem (`degraded`).", schema())
            .uncached(503, "A part without which no route works is down.", schema()),
    ]
}
