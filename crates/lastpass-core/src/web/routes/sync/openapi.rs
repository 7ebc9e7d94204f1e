//! What the OpenAPI document says about the sync.

use http::Method;

use crate::web::{
    operation::{
        Operation, Tag,
        object::ObjectSchema,
        problems::{AUTHENTICATED, DATABASE, ROLE_LOOKUP},
    },
    response::problem::ProblemCode,
    routes::sync::{NAME, SyncJson},
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let schema = || ObjectSchema::of::<SyncJson>("Sync");
    let codes: &[&[ProblemCode]] =
        &[AUTHENTICATED, ROLE_LOOKUP, DATABASE, &[ProblemCode::SyncRunning, ProblemCode::SyncIncomplete]];
    let by_scheduler = Operation {
        tag: Tag::Operations,
        summary: "Store users and figures, by the scheduler",
        description: include_str!("openapi.md"),
        ..Operation::public(NAME, Method::GET, "runScheduledSync")
    };
    let by_admin = Operation {
        tag: Tag::Operations,
        summary: "Store users and figures now",
        description: include_str!("openapi.md"),
        ..Operation::public(NAME, Method::POST, "runSync")
    };
    vec![
        by_scheduler.uncached(200, "No part failed.", schema()).problems(codes),
        by_admin
            .uncached(200, "No part failed.", schema())
            .problems(codes)
            .problems(&[&[ProblemCode::InvalidBody, ProblemCode::CrossSite]]),
    ]
}
