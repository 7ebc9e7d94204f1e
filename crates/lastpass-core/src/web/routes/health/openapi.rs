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
        description: "Anyone gets `status`; an admin also gets the status of each part, and what to do about it. If settings \
                      keep everyone from signing in, anyone gets those settings' names. A process probes LastPass at most \
                      once a minute, however often this is called.",
        ..Operation::public(NAME, Method::GET, "getHealth")
    };
    vec![
        health
            .uncached(200, "Requests are answered, though a part may have a problem (`degraded`).", schema())
            .uncached(503, "A part without which no route works is down.", schema()),
    ]
}
