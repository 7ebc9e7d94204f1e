//! The platform's event formats: a request in each, made from a recorded event, and the reply read from each.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// A request in no format yet.
#[derive(Clone, Copy)]
pub(crate) struct TestRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) content: Content<'a>,
}

/// A request's body.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Nothing,
    Text(&'a str),
    /// Text that the platform sends as base64, as it does with unknown content types.
    Encoded(&'a str),
    /// Declared as base64, and invalid.
    Broken,
}

/// The format of an event, by what calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventFormat {
    Rest,
    Http,
    /// An HTTP API whose stage has a name.
    HttpStage,
    FunctionUrl,
}

impl EventFormat {
    pub(crate) const ALL: [Self; 4] = [Self::Rest, Self::Http, Self::HttpStage, Self::FunctionUrl];

    /// The recorded event.
    pub(crate) fn recorded(self) -> Value {
        let text = match self {
            Self::Rest => include_str!("../../../../../tests/samples/lambda/rest.json"),
            Self::Http => include_str!("../../../../../tests/samples/lambda/http.json"),
            Self::HttpStage => include_str!("../../../../../tests/samples/lambda/http-stage.json"),
            Self::FunctionUrl => include_str!("../../../../../tests/samples/lambda/function-url.json"),
        };
        serde_json::from_str(text).expect("JSON")
    }

    /// The recorded event, with this request in it.
    pub(crate) fn event(self, request: &TestRequest<'_>) -> Value {
        let mut event = self.recorded();
        (event["body"], event["isBase64Encoded"]) = match request.content {
            Content::Nothing => (Value::Null, false.into()),
            Content::Text(text) => (text.into(), false.into()),
            Content::Encoded(text) => (STANDARD.encode(text).into(), true.into()),
            Content::Broken => ("no base64!".into(), true.into()),
        };
        match self {
            Self::Rest => set_format_1(&mut event, request),
            Self::Http | Self::FunctionUrl => set_format_2(&mut event, request, request.path),
            Self::HttpStage => {
                let stage = event["requestContext"]["stage"].as_str().expect("a stage").to_owned();
                set_format_2(&mut event, request, &format!("/{stage}{}", request.path));
            }
        }
        event
    }

    /// The response that the client gets for the function's reply.
    pub(crate) fn read(self, sent: &[u8]) -> TestResponse {
        if self == Self::FunctionUrl {
            let end = sent.windows(8).position(|window| window == [0; 8]).expect("eight zeros end the prelude");
            let prelude: Value = serde_json::from_slice(&sent[..end]).expect("JSON");
            return TestResponse { body: Bytes::copy_from_slice(&sent[end + 8..]), ..head(&prelude) };
        }
        assert!(sent.len() <= 6 * 1024 * 1024, "the platform refuses {} bytes", sent.len());
        let reply: Value = serde_json::from_slice(sent).expect("JSON");
        let body = reply["body"].as_str().unwrap_or_default();
        let is_base64 = reply["isBase64Encoded"].as_bool().expect("a flag");
        let body = if is_base64 { STANDARD.decode(body).expect("base64") } else { body.into() };
        TestResponse { body: body.into(), ..head(&reply) }
    }
}

/// The response as the client gets it.
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestResponse {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The parts that are equal in every reply to the same request. Of ids, times and the entity tag, which depends on the
    /// time, only their presence counts.
    pub(crate) fn stable_parts(&self) -> (StatusCode, BTreeMap<&str, String>, Value, usize) {
        let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &self.headers {
            let is_variable = ["etag", "server-timing", "x-request-id"].contains(&name.as_str());
            let value = if is_variable { "some" } else { value.to_str().expect("text") };
            headers.entry(name.as_str()).or_default().push(value);
        }
        // One header line with a list equals several lines.
        let headers = headers.into_iter().map(|(name, values)| (name, values.join(", "))).collect();
        let mut json = self.json();
        if let Some(members) = json.as_object_mut() {
            members.remove("requestId");
        }
        (self.status, headers, json, self.body.len())
    }
}

fn set_format_1(event: &mut Value, request: &TestRequest<'_>) {
    event["httpMethod"] = request.method.into();
    event["path"] = request.path.into();
    let pairs: Vec<_> = url::form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
    let (single, lists) = single_and_lists(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    (event["queryStringParameters"], event["multiValueQueryStringParameters"]) = (single, lists);
    remove_content_type(event);
    let (single, lists) = single_and_lists(request.headers.iter().copied());
    merge(&mut event["headers"], single);
    merge(&mut event["multiValueHeaders"], lists);
}

fn set_format_2(event: &mut Value, request: &TestRequest<'_>, path: &str) {
    event["requestContext"]["http"]["method"] = request.method.into();
    event["requestContext"]["http"]["path"] = path.into();
    event["rawPath"] = path.into();
    event["rawQueryString"] = request.query.into();
    remove_content_type(event);
    let (_, lists) = single_and_lists(request.headers.iter().copied());
    for (name, values) in lists.as_object().expect("an object") {
        let values: Vec<&str> = values.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        match name.as_str() {
            "cookie" => event["cookies"] = json!(values.iter().flat_map(|value| value.split("; ")).collect::<Vec<_>>()),
            _ => event["headers"][name] = values.join(",").into(),
        }
    }
}

/// The last value of each name, and all of them.
fn single_and_lists<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> (Value, Value) {
    let (mut single, mut lists) = (Map::new(), Map::new());
    for (name, value) in pairs {
        single.insert(name.to_owned(), value.into());
        let list = lists.entry(name).or_insert_with(|| json!([]));
        list.as_array_mut().expect("a list").push(value.into());
    }
    (single.into(), lists.into())
}

fn remove_content_type(event: &mut Value) {
    for headers in ["headers", "multiValueHeaders"] {
        if let Some(headers) = event[headers].as_object_mut() {
            headers.retain(|name, _| !name.eq_ignore_ascii_case("content-type"));
        }
    }
}

fn merge(into: &mut Value, from: Value) {
    let into = into.as_object_mut().expect("an object");
    into.extend(from.as_object().expect("an object").clone());
}

/// Status and headers, without a body.
fn head(reply: &Value) -> TestResponse {
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &Value| {
        let value = value.as_str().expect("text");
        headers.append(name.parse::<HeaderName>().expect("a name"), HeaderValue::from_str(value).expect("a value"));
    };
    for (name, value) in reply["headers"].as_object().into_iter().flatten() {
        add(name, value);
    }
    for (name, values) in reply["multiValueHeaders"].as_object().into_iter().flatten() {
        values.as_array().into_iter().flatten().for_each(|value| add(name, value));
    }
    reply["cookies"].as_array().into_iter().flatten().for_each(|value| add("set-cookie", value));
    let status = reply["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok()).expect("a status");
    TestResponse { status, headers, body: Bytes::new() }
}
