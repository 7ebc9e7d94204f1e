//! The OpenAPI document: every reply of every story is compared with it, and every status and code that it names is given.

mod coverage;
mod requests;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use http::{HeaderMap, Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::tidy::read;

/// The document as it is served.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&read("public/openapi.json")).expect("JSON"));

/// The schemas of bodies, each compiled when a reply of its kind comes first.
static VALIDATORS: Mutex<Option<HashMap<String, Arc<Validator>>>> = Mutex::new(None);

/// One operation of the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// The name of the route.
    pub(crate) route: &'static str,
    pub(crate) method: &'static str,
    json: &'static Value,
}

impl Operation {
    /// Every operation.
    pub(crate) fn all() -> Vec<Self> {
        let paths = DOCUMENT["paths"].as_object().expect("paths");
        let of_path = |(path, methods): (&'static String, &'static Value)| {
            let route = path.strip_prefix("/api/lastpass/").expect("the path of a route");
            let methods = methods.as_object().expect("methods");
            methods.iter().map(move |(method, json)| Self { route, method, json }).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// The operation of a request; `None` if the document has none.
    fn of(method: &Method, path: &str) -> Option<Self> {
        let name = path.strip_prefix("/api/")?;
        let name = name.strip_prefix("lastpass/").unwrap_or(name);
        let name = name.strip_suffix('/').unwrap_or(name);
        let method = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
        Self::all().into_iter().find(|operation| operation.route == name && operation.method == method)
    }

    pub(crate) fn id(self) -> &'static str {
        self.json["operationId"].as_str().expect("a name")
    }

    pub(crate) fn http_method(self) -> Method {
        self.method.to_uppercase().parse().expect("a method")
    }

    /// The names of the query parameters.
    pub(crate) fn parameters(self) -> Vec<&'static str> {
        let parameters = self.json["parameters"].as_array().expect("parameters");
        let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        in_query.map(|parameter| parameter["name"].as_str().expect("a name")).collect()
    }

    /// The schema of the body.
    pub(crate) fn body(self) -> Option<&'static Value> {
        let schema = &self.json["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        DOCUMENT.pointer(schema.as_str()?.strip_prefix('#')?)
    }

    fn replies(self) -> impl Iterator<Item = (u16, &'static Value)> {
        let replies = self.json["responses"].as_object().expect("responses");
        replies.iter().map(|(status, reply)| (status.parse().expect("a status"), reply))
    }

    /// Every status that is no problem, and every status of a problem with each of its codes.
    pub(crate) fn outcomes(self) -> BTreeSet<(u16, &'static str)> {
        let mut outcomes = BTreeSet::new();
        for (status, reply) in self.replies() {
            let narrowed = &reply["content"]["application/problem+json"]["schema"]["allOf"][1];
            let codes = narrowed["properties"]["code"]["enum"].as_array();
            outcomes.extend(codes.into_iter().flatten().map(|code| (status, code.as_str().expect("a code"))));
            if codes.is_none() || !reply["content"]["application/json"].is_null() {
                outcomes.insert((status, ""));
            }
        }
        outcomes
    }
}

/// Checks that a reply is one that the document describes.
pub(crate) fn check(method: &Method, path: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    let about = format!("{method} {path}: {status} {}", String::from_utf8_lossy(body));
    // HEAD has the replies of GET, unless GET starts a job.
    let is_refused_head = *method == Method::HEAD && status == 405;
    let Some(operation) = Operation::of(method, path).filter(|_| !is_refused_head) else {
        let is_preflight = *method == Method::OPTIONS && status == 204;
        assert!(is_preflight || matches!(status.as_u16(), 404 | 405), "the document has no such operation: {about}");
        return;
    };
    let status = status.as_u16();
    let described = operation.replies().find(|(described, _)| *described == status);
    let (_, described) = described.unwrap_or_else(|| panic!("the document does not describe this status: {about}"));
    check_headers(described, headers, &about);
    if *method == Method::HEAD || body.is_empty() {
        return;
    }
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default();
    assert!(!described["content"][content_type].is_null(), "the document does not describe {content_type}: {about}");
    if content_type == "application/x-ndjson" {
        // A line of `format=ocsf` has another schema, which the core crate tests.
        let lines = body.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{\"id\":"));
        for line in lines {
            let event = serde_json::from_slice(line).unwrap_or_else(|error| panic!("{error}: {about}"));
            let schema = json!({ "$ref": "#/components/schemas/Event" });
            check_schema("line of events", || schema, &event, &about);
        }
    }
    if matches!(content_type, "application/json" | "application/problem+json") {
        let reply = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {about}"));
        let key = format!("{} {status} {content_type}", operation.id());
        check_schema(&key, || described["content"][content_type]["schema"].clone(), &reply, &about);
    }
}

/// Checks a value. `key` names its schema, which is compiled once.
fn check_schema(key: &str, schema: impl FnOnce() -> Value, value: &Value, about: &str) {
    let compile = || {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": { "schemas": DOCUMENT["components"]["schemas"] },
            "allOf": [schema()],
        });
        let options = jsonschema::options().should_validate_formats(true);
        Arc::new(options.build(&schema).expect("a JSON Schema"))
    };
    let validator = {
        let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(validators.get_or_insert_default().entry(key.to_owned()).or_insert_with(compile))
    };
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "not what the document describes: {errors:#?} {about}");
}

/// Checks that a reply has the headers that its description requires, and none that another description has.
fn check_headers(described: &Value, reply: &HeaderMap, about: &str) {
    let no_headers = serde_json::Map::new();
    let headers = described["headers"].as_object().unwrap_or(&no_headers);
    for (name, header) in headers {
        let is_optional = header["$ref"].as_str().is_some_and(|target| target.ends_with("-if-any"));
        assert!(is_optional || reply.contains_key(name.as_str()), "without {name}: {about}");
    }
    let known = DOCUMENT["components"]["headers"].as_object().expect("headers");
    for name in known.keys().map(|name| name.strip_suffix("-if-any").unwrap_or(name)) {
        // A header of CORS is appended to `Vary`.
        let is_described = name == "Vary" || headers.contains_key(name);
        assert!(is_described || !reply.contains_key(name), "with {name}, which is not described: {about}");
    }
}
