//! From a request to its response: authenticate, ask, compute, render. There is always a response.

use std::{panic::AssertUnwindSafe, sync::Arc};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response,
    header::{CONTENT_TYPE, REFERRER_POLICY},
};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    auth::{Caller, Refusal, authenticate},
    domain::Role,
    lastpass::Meter,
};

use super::{
    App, Body, Invocation, UnreadBody, cached::CacheState, parameters::Parameters, problem::Problem, reply::Reply,
};

/// What answers a method of an endpoint.
pub(super) type Handler = for<'a> fn(&'a App, Asked<'a>) -> BoxFuture<'a, Result<Reply, Problem>>;

/// One function: its name, and what answers each method. A value rather than a variant, so
/// that a function links no handler but its own.
pub struct Endpoint {
    /// The name in the path, `/api/NAME`.
    pub name: &'static str,
    /// What answers each method.
    pub(super) methods: Methods,
}

/// The methods that an endpoint answers.
pub(super) enum Methods {
    /// GET, and HEAD without the body.
    Read(Handler),
    /// POST, with a JSON body.
    Change(Handler),
}

impl Methods {
    /// The handler of a method.
    fn find(&self, method: &Method) -> Result<Handler, Problem> {
        match (self, method) {
            (Self::Read(handler), &Method::GET | &Method::HEAD) | (Self::Change(handler), &Method::POST) => {
                Ok(*handler)
            }
            (Self::Read(_), _) => Err(Problem::MethodNotAllowed { allowed: "GET, HEAD" }),
            (Self::Change(_), _) => Err(Problem::MethodNotAllowed { allowed: "POST" }),
        }
    }
}

/// A request that a handler answers.
pub(super) struct Asked<'a> {
    pub(super) caller: Caller,
    pub(super) parameters: Parameters,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: Bytes,
    pub(super) request_id: &'a str,
    pub(super) invocation: Invocation<'a>,
    pub(super) trace: &'a Trace,
}

/// What a request leaves behind for its log line and its `Server-Timing`.
#[derive(Default)]
pub(super) struct Trace {
    /// The calls to LastPass.
    pub(super) meter: Arc<Meter>,
    /// The calls to the database.
    pub(super) database: Arc<Meter>,
    cache: std::sync::OnceLock<CacheState>,
    role: std::sync::OnceLock<Role>,
}

impl Trace {
    /// Counts a call to the database.
    pub(super) async fn database<T>(&self, work: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let result = work.await;
        self.database.add(start.elapsed());
        result
    }

    /// Notes where the answer came from, once.
    pub(super) fn cache(&self, state: CacheState) {
        self.cache.get_or_init(|| state);
    }
}

/// Answers one request. There is always an answer: an error or a panic becomes one.
pub async fn serve(
    app: &App,
    endpoint: &Endpoint,
    request: http::Request<Result<Bytes, UnreadBody>>,
    invocation: Invocation<'_>,
) -> Response<Body> {
    let start = Instant::now();
    let id = Uuid::now_v7().to_string();
    let trace = Trace::default();
    let (head, body) = request.into_parts();
    let answering = AssertUnwindSafe(answer(app, endpoint, &head, body, &id, invocation, &trace)).catch_unwind();
    let outcome = answering.await.unwrap_or(Err(Problem::Internal));
    let problem = outcome.as_ref().err().map(|problem| (problem.code(), problem.cause()));
    let reply = outcome.unwrap_or_else(|problem| problem.reply(&id));
    let mut response = reply.into_response();
    dress(response.headers_mut(), &id, &trace);
    if head.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    log(endpoint, &head.method, &response, &id, &trace, start, problem);
    response
}

/// Answers an address under which there is nothing.
pub fn not_found() -> Response<Body> {
    let id = Uuid::now_v7().to_string();
    let mut response = Problem::NotFound.reply(&id).into_response();
    dress(response.headers_mut(), &id, &Trace::default());
    response
}

async fn answer(
    app: &App,
    endpoint: &Endpoint,
    head: &http::request::Parts,
    body: Result<Bytes, UnreadBody>,
    request_id: &str,
    invocation: Invocation<'_>,
    trace: &Trace,
) -> Result<Reply, Problem> {
    let handler = endpoint.methods.find(&head.method)?;
    let body = body.map_err(|unread| match unread {
        UnreadBody::TooLong => Problem::BodyTooLong,
        UnreadBody::Broken => Problem::BodyBroken,
    })?;
    let ways = app.sign_in.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })?;
    let claimant = authenticate(&head.headers, ways, invocation.at)
        .await
        .map_err(|refusal| Problem::Unauthenticated { wrong: refusal != Refusal::Missing })?;
    let caller = claimant.settle(None).ok_or(Problem::Forbidden { detail: "you have no role here" })?;
    trace.role.get_or_init(|| caller.role());
    let parameters = Parameters::parse(head.uri.query());
    if head.method == Method::POST && !is_json(&head.headers) {
        return Err(Problem::UnsupportedMediaType);
    }
    handler(app, Asked { caller, parameters, headers: &head.headers, body, request_id, invocation, trace }).await
}

/// Whether a body is said to be JSON, in UTF-8. A page of another site can send no such request without being asked
/// first.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next().and_then(|value| value.to_str().ok()), types.next()) else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(|part| part.is_empty() || part.eq_ignore_ascii_case("charset=utf-8"))
}

/// The headers that every reply carries.
fn dress(headers: &mut HeaderMap, id: &str, trace: &Trace) {
    let mut timing = format!("lastpass;dur={:.1}", trace.meter.time().as_secs_f64() * 1e3);
    if trace.database.calls() > 0 {
        timing.push_str(&format!(", db;dur={:.1}", trace.database.time().as_secs_f64() * 1e3));
    }
    if let Some(state) = trace.cache.get() {
        timing.push_str(&format!(", cache;desc={}", state.name()));
    }
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    for (name, value) in [("x-request-id", id), ("server-timing", &timing)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// The one line a request: nothing personal, and no text of anybody's but ours.
fn log(
    endpoint: &Endpoint,
    method: &Method,
    response: &Response<Body>,
    id: &str,
    trace: &Trace,
    start: Instant,
    problem: Option<(&'static str, Option<String>)>,
) {
    let method = if matches!(*method, Method::GET | Method::HEAD | Method::POST) { method.as_str() } else { "other" };
    let (code, cause) = problem.unzip();
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                route = endpoint.name,
                method,
                status = response.status().as_u16(),
                role = trace.role.get().map(|role| role.name()),
                duration_ms = milliseconds(start.elapsed()),
                lastpass_calls = trace.meter.calls(),
                lastpass_ms = milliseconds(trace.meter.time()),
                database_ms = milliseconds(trace.database.time()),
                cache = trace.cache.get().map(|state| state.name()),
                request_id = id,
                error = code,
                cause = cause.flatten(),
                "request"
            )
        };
    }
    if response.status().is_server_error() {
        line!(error);
    } else {
        line!(info);
    }
}

/// Milliseconds, to the microsecond.
fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
