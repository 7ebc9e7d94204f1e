//! What requests may contain: exactly the parameters, values and members that the document names.

use std::collections::BTreeSet;

use http::Request;
use serde_json::{Value, json};

use crate::{
    companies::office,
    database::Database,
    openapi::Operation,
    world::{ADMIN, CRON_SECRET, SIGNING_SECRET, World, fields},
};

/// The header and the credential of someone who may send a request.
pub(crate) fn credential(operation: Operation) -> (&'static str, String) {
    match operation.id() {
        "runScheduledSync" => ("authorization", format!("Bearer {CRON_SECRET}")),
        _ => ("x-api-key", ADMIN.to_owned()),
    }
}

fn world() -> World {
    World::with_database(office(), &Database::sqlite(), &[("CRON_SECRET", CRON_SECRET)])
}

/// A request of an admin's page.
fn request(operation: Operation, query: &str) -> http::request::Builder {
    let uri = format!("/api/lastpass/{}?{query}", operation.route);
    let (header, value) = credential(operation);
    let request = Request::builder().method(operation.http_method()).uri(uri).header(header, value);
    request.header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn a_parameter_is_known_exactly_if_the_document_names_it() {
    let (world, operations) = (world(), Operation::all());
    let names: BTreeSet<_> = operations.iter().flat_map(|operation| operation.parameters()).chain(["foo"]).collect();
    for operation in operations {
        for name in &names {
            let response = world.send_json(request(operation, &format!("{name}=x")), &json!({})).await;
            let about = format!("{} {name}: {}", operation.id(), response.text());
            if matches!(*name, "exp" | "sig") && operation.parameters().contains(name) {
                response.problem(403, "edge-link-invalid");
                continue;
            }
            let is_unknown = response.text().contains("is not a parameter of this route");
            assert_eq!(is_unknown, !operation.parameters().contains(name), "{about}");
            if is_unknown {
                assert_eq!(fields(&response.problem(400, "invalid-parameters")), [*name], "{about}");
            }
        }
    }
}

#[tokio::test]
async fn every_value_that_the_document_names_is_accepted_and_others_are_not() {
    let world = world();
    for operation in Operation::all() {
        for parameter in operation.json["parameters"].as_array().expect("parameters") {
            let (name, schema) = (parameter["name"].as_str().expect("a name"), &parameter["schema"]);
            let values = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
            let flags = [json!("true"), json!("false")];
            let values = if schema["type"] == "boolean" { &flags[..] } else { values.map_or(&[][..], Vec::as_slice) };
            for value in values {
                let query = format!("{name}={}", value.as_str().expect("a text"));
                let response = world.send(request(operation, &query)).await;
                assert_eq!(response.status, 200, "{} {query}: {}", operation.id(), response.text());
            }
            if !values.is_empty() {
                let response = world.send(request(operation, &format!("{name}=no-such-value"))).await;
                assert_eq!(fields(&response.problem(400, "invalid-parameters")), [name], "{}", operation.id());
            }
        }
    }
}

#[tokio::test]
async fn a_limit_is_as_the_document_bounds_it() {
    let world = world();
    for operation in Operation::all() {
        for parameter in operation.json["parameters"].as_array().expect("parameters") {
            let (name, schema) = (parameter["name"].as_str().expect("a name"), &parameter["schema"]);
            if schema["type"] != "integer" {
                continue;
            }
            let bound = |name: &str| schema[name].as_i64().expect("a bound");
            let (least, most) = (bound("minimum"), bound("maximum"));
            for (value, is_valid) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
                let response = world.send(request(operation, &format!("{name}={value}"))).await;
                assert_eq!(response.status == 200, is_valid, "{} {name}={value}", operation.id());
            }
        }
    }
}

#[tokio::test]
async fn a_member_of_a_body_is_known_exactly_if_the_document_names_it() {
    let world = World::with_database(office(), &Database::sqlite(), &[("SIGNING_SECRET", SIGNING_SECRET)]);
    let bodies = || Operation::all().into_iter().filter_map(|operation| Some((operation, operation.body()?)));
    let members = |schema: &'static Value| schema["properties"].as_object().expect("members").keys();
    let names: BTreeSet<_> = bodies().flat_map(|(_, schema)| members(schema)).map(String::as_str).collect();
    for (operation, schema) in bodies() {
        let problem = world.send_json(request(operation, ""), &json!({})).await.problem(400, "invalid-body");
        let required: Vec<_> = schema["required"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
        assert!(required.iter().all(|name| fields(&problem).contains(name)), "{}: {problem}", operation.id());
        for name in names.iter().copied().chain(["foo"]) {
            // No member is a number.
            let response = world.send_json(request(operation, ""), &json!({ name: 1 })).await;
            let problem = response.problem(400, "invalid-body");
            let errors = problem["errors"].as_array().expect("errors").iter();
            let of_name: Vec<_> = errors.filter(|error| error["field"] == name).collect();
            let message = of_name.first().and_then(|error| error["message"].as_str()).unwrap_or_default();
            let is_known = members(schema).any(|known| known == name);
            assert_eq!(message.starts_with("is not a member"), !is_known, "{} {name}: {problem}", operation.id());
            assert_eq!(of_name.len(), 1, "{} {name}: {problem}", operation.id());
        }
    }
}
