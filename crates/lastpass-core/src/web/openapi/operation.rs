//! One operation in the document.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::web::{
    openapi::{headers, schemas::Schemas, security},
    operation::{
        AFTER_A_CHANGE, Operation, OperationReply, ReplyContent, ReplyHeader, object::reference, parameters::Parameter,
    },
    response::problem::ProblemCode,
    routes::Audience,
};

/// The operation; its schemas are added to `schemas`.
pub(crate) fn operation(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut replies: BTreeMap<u16, Value> = BTreeMap::new();
    for reply in &operation.replies {
        replies.insert(reply.status, success(reply, schemas));
    }
    for (status, codes) in by_status(&operation.problems) {
        let problem = problem(operation, status, &codes);
        match replies.get_mut(&status) {
            // `health` reports that a part is down with a status that problems have as well.
            Some(reply) => reply["content"][PROBLEM] = problem["content"][PROBLEM].clone(),
            None => drop(replies.insert(status, problem)),
        }
    }
    let mut document = json!({
        "operationId": operation.id,
        "tags": [operation.tag.name()],
        "summary": operation.summary,
        "description": description(operation),
        "security": security::of(operation),
        "parameters": parameters(operation),
    });
    if let Some(body) = &operation.body {
        schemas.insert(body.name, body.schema.clone());
        document["requestBody"] = json!({
            "required": true,
            "content": { "application/json": {
                "schema": { "$ref": reference(body.name) },
                "example": body.example,
            } },
        });
    }
    document["responses"] = replies.into_iter().map(|(status, reply)| (status.to_string(), reply)).collect();
    document
}

const PROBLEM: &str = "application/problem+json";

fn description(operation: &Operation) -> String {
    let roles = match operation.route.audience(&operation.method) {
        Some(Audience::Roles { roles, .. }) => roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", "),
        Some(Audience::Scheduler { roles, .. }) => {
            let roles = roles.iter().map(|role| role.name());
            std::iter::once("the platform's scheduler").chain(roles).collect::<Vec<_>>().join(", ")
        }
        Some(Audience::Anyone) | None => "none is needed".to_owned(),
    };
    format!("{}\n\n**Roles:** {roles}.", operation.description)
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut parameters: Vec<_> = operation.parameters.iter().map(parameter).collect();
    if operation.is_revalidated() {
        parameters.push(headers::request("If-None-Match"));
    }
    if operation.is_authenticated() {
        parameters.push(headers::request("Lastpass-Read-After"));
    }
    if operation.is_change() {
        parameters.push(headers::request("Idempotency-Key"));
    }
    parameters
}

fn parameter(parameter: &Parameter) -> Value {
    let mut value = json!({
        "name": parameter.name, "in": "query", "description": parameter.description, "schema": parameter.schema,
    });
    if parameter.is_list {
        (value["style"], value["explode"]) = ("form".into(), false.into());
    }
    value
}

fn success(reply: &OperationReply, schemas: &mut Schemas) -> Value {
    let mut value = json!({ "description": reply.description, "headers": header_map(&reply.headers) });
    if let Some(ReplyContent { schema, files }) = &reply.content {
        schemas.insert_object(schema);
        let json = json!({ "schema": { "$ref": reference(schema.name) } });
        value["content"] = json!({ "application/json": json });
        for file in files {
            value["content"][file.content_type] =
                json!({ "schema": { "type": "string", "description": file.description } });
        }
    }
    value
}

/// The problems of one status.
fn problem(operation: &Operation, status: u16, codes: &[ProblemCode]) -> Value {
    let when: Vec<_> = codes.iter().map(|code| format!("- `{}`: {}", code.name(), code.when())).collect();
    let names: Vec<_> = codes.iter().map(|code| code.name()).collect();
    let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let mut headers = match status {
        401 => vec![ReplyHeader::Always("WWW-Authenticate")],
        409 | 503 => vec![ReplyHeader::Sometimes("Retry-After")],
        429 => vec![ReplyHeader::Always("Retry-After")],
        _ => Vec::new(),
    };
    if status >= 500 && operation.is_change() {
        headers.push(ReplyHeader::Sometimes("Idempotency-Replayed"));
        headers.extend(AFTER_A_CHANGE);
    }
    let narrowed = json!({
        "type": "object",
        "required": ["code", "status"],
        "properties": { "code": { "type": "string", "enum": names }, "status": { "const": status } },
    });
    json!({
        "description": format!("{title}\n\n{}", when.join("\n")),
        "headers": header_map(&headers),
        "content": { PROBLEM: { "schema": { "allOf": [{ "$ref": reference("Problem") }, narrowed] } } },
    })
}

fn header_map(headers: &[ReplyHeader]) -> Map<String, Value> {
    let every = headers::EVERY_REPLY.iter().copied();
    let all = headers.iter().copied().chain(every);
    all.map(|header| (header.name().to_owned(), headers::reference(header))).collect()
}

fn by_status(codes: &[ProblemCode]) -> BTreeMap<u16, Vec<ProblemCode>> {
    let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(*code);
    }
    by_status
}
