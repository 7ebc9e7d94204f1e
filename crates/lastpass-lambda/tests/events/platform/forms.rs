//! One request in each form that the platform has for it, made of recorded events, and the reply out of each.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// A request, before it has a form.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
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
    /// Text that the platform sends as base64, as it does with what it does not know to be text.
    Encoded(&'a str),
    /// Said to be base64, and none.
    Broken,
}

/// Who calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Rest,
    Http,
    /// An HTTP API whose stage has a name.
    HttpStage,
    FunctionUrl,
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Rest, Self::Http, Self::HttpStage, Self::FunctionUrl];

    /// The event as it was recorded.
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
    pub(crate) fn event(self, asked: &Asked<'_>) -> Value {
        let mut event = self.recorded();
        (event["body"], event["isBase64Encoded"]) = match asked.content {
            Content::Nothing => (Value::Null, false.into()),
            Content::Text(text) => (text.into(), false.into()),
            Content::Encoded(text) => (STANDARD.encode(text).into(), true.into()),
            Content::Broken => ("no base64!".into(), true.into()),
        };
        match self {
            Self::Rest => put_into_form_1(&mut event, asked),
            Self::Http | Self::FunctionUrl => put_into_form_2(&mut event, asked, asked.path),
            Self::HttpStage => {
                let stage = event["requestContext"]["stage"].as_str().expect("a stage").to_owned();
                put_into_form_2(&mut event, asked, &format!("/{stage}{}", asked.path));
            }
        }
        event
    }

    /// What the caller gets to see of the function's reply.
    pub(crate) fn read(self, sent: &[u8]) -> Seen {
        if self == Self::FunctionUrl {
            let end = sent.windows(8).position(|window| window == [0; 8]).expect("eight zeros end the prelude");
            let prelude: Value = serde_json::from_slice(&sent[..end]).expect("JSON");
            return Seen { body: Bytes::copy_from_slice(&sent[end + 8..]), ..head(&prelude) };
        }
        assert!(sent.len() <= 6 * 1024 * 1024, "the platform refuses {} bytes", sent.len());
        let reply: Value = serde_json::from_slice(sent).expect("JSON");
        let body = reply["body"].as_str().unwrap_or_default();
        let is_base64 = reply["isBase64Encoded"].as_bool().expect("it is said");
        let body = if is_base64 { STANDARD.decode(body).expect("base64") } else { body.into() };
        Seen { body: body.into(), ..head(&reply) }
    }
}

/// What a caller sees of a reply.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What every reply to the same request has in common: of ids, times and the tag, which has the moment in it, only
    /// that they are there.
    pub(crate) fn lasting(&self) -> (StatusCode, BTreeMap<&str, String>, Value, usize) {
        let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &self.headers {
            let is_passing = ["etag", "server-timing", "x-request-id"].contains(&name.as_str());
            let value = if is_passing { "some" } else { value.to_str().expect("text") };
            headers.entry(name.as_str()).or_default().push(value);
        }
        // One line or several with the same name are the same.
        let headers = headers.into_iter().map(|(name, values)| (name, values.join(", "))).collect();
        let mut json = self.json();
        if let Some(members) = json.as_object_mut() {
            members.remove("requestId");
        }
        (self.status, headers, json, self.body.len())
    }
}

fn put_into_form_1(event: &mut Value, asked: &Asked<'_>) {
    event["httpMethod"] = asked.method.into();
    event["path"] = asked.path.into();
    let pairs: Vec<_> = url::form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
    let (single, lists) = single_and_lists(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    (event["queryStringParameters"], event["multiValueQueryStringParameters"]) = (single, lists);
    forget_content_type(event);
    let (single, lists) = single_and_lists(asked.headers.iter().copied());
    merge(&mut event["headers"], single);
    merge(&mut event["multiValueHeaders"], lists);
}

fn put_into_form_2(event: &mut Value, asked: &Asked<'_>, path: &str) {
    event["requestContext"]["http"]["method"] = asked.method.into();
    event["requestContext"]["http"]["path"] = path.into();
    event["rawPath"] = path.into();
    event["rawQueryString"] = asked.query.into();
    forget_content_type(event);
    let (_, lists) = single_and_lists(asked.headers.iter().copied());
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

fn forget_content_type(event: &mut Value) {
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
fn head(reply: &Value) -> Seen {
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
    Seen { status, headers, body: Bytes::new() }
}
