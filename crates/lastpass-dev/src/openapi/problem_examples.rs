//! The requests whose refusals are examples of the problems that many operations have in common.

use lastpass_core::{
    domain::Role,
    web::{Audience, ROUTES},
};
use serde_json::{Value, json};

use crate::openapi::demo::{Example, ExampleRequest};

const ADMIN: &str = "demo-admin";
const OTHER_ROLES: [(Role, &str); 3] =
    [(Role::Manager, "demo-manager"), (Role::Auditor, "demo-auditor"), (Role::Provisioner, "demo-provisioner")];

/// Requests that are refused before LastPass is read.
pub(crate) fn of_requests(document: &Value) -> Vec<Example> {
    let mut examples = Vec::new();
    for (audience, request) in operations(document) {
        let unknown = ExampleRequest { path: format!("{}?foo=1", request.path), ..request.clone() };
        examples.push(allowed("unknownParameter", audience, unknown));
        let mut text = ExampleRequest { body: Some(json!({})), ..request.clone() };
        text.headers.push(("content-type", "text/plain".to_owned()));
        examples.push(allowed("notJson", audience, text));
        if let Audience::Roles { roles, .. } | Audience::Scheduler { roles, .. } = audience {
            examples.push(Example { name: "noCredential", key: "", request: request.clone() });
            if let Some((_, key)) = OTHER_ROLES.iter().find(|(role, _)| !roles.contains(role)) {
                examples.push(Example { name: "forbidden", key, request });
            }
        }
    }
    examples
}

/// A request to each operation that names a code.
pub(crate) fn of_code(document: &Value, name: &'static str, code: &str) -> Vec<Example> {
    let names_it = |(_, request): &(Audience, ExampleRequest)| {
        let path = format!("/api/lastpass/{}", request.path);
        let operation = &document["paths"][path][request.method.as_str().to_lowercase()];
        operation["responses"].to_string().contains(&format!("\"{code}\""))
    };
    let requests = operations(document).into_iter().filter(names_it);
    requests.map(|(audience, request)| allowed(name, audience, request)).collect()
}

/// A request of an admin, or of the scheduler if it alone may send it.
fn allowed(name: &'static str, audience: Audience, request: ExampleRequest) -> Example {
    let example = Example { name, key: ADMIN, request };
    match audience {
        Audience::Scheduler { roles: [], .. } => example.by_scheduler(),
        Audience::Scheduler { .. } | Audience::Roles { .. } | Audience::Anyone => example,
    }
}

/// Every operation, with a request that an admin may send from a page of this site. A change is a dry run.
fn operations(document: &Value) -> Vec<(Audience, ExampleRequest)> {
    let mut operations = Vec::new();
    for route in &ROUTES {
        for (method, audience) in route.methods {
            let path = format!("/api/lastpass/{}", route.name);
            let operation = &document["paths"][path][method.as_str().to_lowercase()];
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            let mut body = Some(example.clone()).filter(|example| !example.is_null());
            if let (Some(body), Audience::Roles { .. }) = (&mut body, audience) {
                body["dryRun"] = json!(true);
            }
            let headers = vec![("sec-fetch-site", "same-origin".to_owned())];
            let request = ExampleRequest { method: method.clone(), path: route.name.to_owned(), headers, body };
            operations.push((*audience, request));
        }
    }
    operations
}
