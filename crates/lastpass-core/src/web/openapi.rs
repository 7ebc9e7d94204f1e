//! The OpenAPI document, built from the route table, the operations that routes describe, and the types that are
//! serialized. It is for tools and tests: no function is built with it.

mod headers;
mod operation;
mod schemas;
mod security;
mod values;

use serde_json::{Map, Value, json};

use crate::web::{
    openapi::schemas::Schemas,
    operation::{Operation, Tag},
    routes::{
        self, ROUTES, actions, audit_logs, groups, health, provision_user, security_report, session, shared_folders,
        sync, users,
    },
};

/// The document, without examples.
pub fn openapi_document() -> Value {
    let operations = operations();
    let (mut schemas, mut paths) = (Schemas::default(), Map::new());
    for route in &ROUTES {
        let mut item = Map::new();
        for (method, _) in route.methods {
            let described = operations.iter().find(|operation| is_of(operation, route) && operation.method == *method);
            let operation = described.unwrap_or_else(|| panic!("{method} {} is not described", route.name));
            item.insert(method.as_str().to_lowercase(), operation::operation(operation, &mut schemas));
        }
        paths.insert(format!("/api/lastpass/{}", route.name), item.into());
    }
    let paths = Value::Object(paths);
    let headers = headers::components(&paths);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "LastPass functions",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "LastPass Enterprise for a company's own admin dashboard",
            "description": include_str!("openapi/description.md"),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document" }],
        "tags": Tag::ALL.map(|tag| json!({ "name": tag.name(), "description": tag.description() })),
        "security": security::with_role(),
        "paths": paths,
        "components": {
            "securitySchemes": security::schemes(),
            "headers": headers,
            "schemas": schemas.into_value(),
        },
    })
}

/// Every operation, each by the route that has it.
fn operations() -> Vec<Operation> {
    let of_routes: [Vec<Operation>; 10] = [
        security_report::openapi::operations(),
        audit_logs::openapi::operations(),
        provision_user::openapi::operations(),
        users::openapi::operations(),
        groups::openapi::operations(),
        shared_folders::openapi::operations(),
        actions::openapi::operations(),
        session::openapi::operations(),
        health::openapi::operations(),
        sync::openapi::operations(),
    ];
    of_routes.into_iter().flatten().collect()
}

fn is_of(operation: &Operation, route: &routes::Route) -> bool {
    std::ptr::eq(operation.route, route)
}
