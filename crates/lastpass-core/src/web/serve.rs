//! From a request to its response: authenticate, ask, compute, render. There is always a response.

use std::{panic::AssertUnwindSafe, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_TYPE, REFERRER_POLICY},
};
use uuid::Uuid;

use crate::{
    auth::CredentialSource,
    request_context::RequestContext,
    web::{
        app::App,
        authentication,
        endpoint::{Answering, AuthenticatedRequest, Endpoint, PublicRequest},
        request::{body::RequestBodyError, parameters::Parameters},
        response::{body::Body, problem::Problem, reply::Reply},
    },
};

/// Answers one request. There is always an answer: an error or a panic becomes one.
pub async fn serve(
    app: &App,
    endpoint: &Endpoint,
    request: http::Request<Result<Bytes, RequestBodyError>>,
    context: RequestContext<'_>,
) -> Response<Body> {
    let context = &context;
    let id = context.request_id.as_str();
    let (head, body) = request.into_parts();
    let answering = AssertUnwindSafe(answer(app, endpoint, &head, body, context)).catch_unwind();
    let outcome = answering.await.unwrap_or(Err(Problem::Internal));
    let problem = outcome.as_ref().err().map(|problem| (problem.code(), problem.cause()));
    let reply = outcome.unwrap_or_else(|problem| problem.reply(id));
    let mut response = reply.into_response();
    set_common_headers(response.headers_mut(), id, &server_timing(context));
    // A link's reply is the same for all pages; a cache would keep what one of them may.
    if endpoint.methods.through_link(head.uri.query()).is_none() {
        app.origins.set_cors_headers(&head.headers, response.headers_mut());
    }
    if head.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    log(endpoint, &head.method, &response, id, context, problem);
    response
}

/// Answers an address under which there is nothing.
pub fn not_found() -> Response<Body> {
    let id = Uuid::now_v7().to_string();
    let mut response = Problem::NotFound.reply(&id).into_response();
    set_common_headers(response.headers_mut(), &id, NO_CALLS);
    response
}

/// Why a reply cannot be sent by a platform that takes it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsendableReply {
    /// It is longer than the platform takes.
    TooLong,
    /// It could not be made to its end.
    Broken,
}

/// Answers in place of a reply that cannot be sent, under the same request id.
pub fn unsendable_reply(app: &App, request: &HeaderMap, reply: &HeaderMap, why: UnsendableReply) -> Response<Body> {
    let id = reply.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let problem = match why {
        UnsendableReply::TooLong => Problem::ReplyTooLong,
        UnsendableReply::Broken => Problem::Internal,
    };
    let mut response = problem.reply(id).into_response();
    set_common_headers(response.headers_mut(), id, NO_CALLS);
    app.origins.set_cors_headers(request, response.headers_mut());
    tracing::warn!(status = response.status().as_u16(), request_id = id, error = problem.code(), "not sent");
    response
}

async fn answer(
    app: &App,
    endpoint: &Endpoint,
    head: &http::request::Parts,
    body: Result<Bytes, RequestBodyError>,
    context: &RequestContext<'_>,
) -> Result<Reply, Problem> {
    let by_link = endpoint.methods.through_link(head.uri.query());
    if head.method == Method::OPTIONS
        && by_link.is_none()
        && let Some(headers) = app.origins.preflight(&head.headers, endpoint.methods.allowed())
    {
        let mut reply = Reply::new(StatusCode::NO_CONTENT, Body::empty());
        reply.headers = headers;
        return Ok(reply);
    }
    let answering = endpoint.methods.find(&head.method)?;
    let body = body.map_err(|unread| match unread {
        RequestBodyError::TooLong => Problem::BodyTooLong,
        RequestBodyError::Incomplete => Problem::BodyBroken,
    })?;
    if let Some(through_link) = by_link {
        // Other credentials are ignored, as a cache ignores them.
        let link = app.edge_keys.check(&head.uri, context.received_at).map_err(Problem::BadLink)?;
        return through_link(app, link, context).await;
    }
    let (headers, parameters) = (&head.headers, Parameters::parse(head.uri.query()));
    let changes = matches!(head.method, Method::POST | Method::DELETE);
    match answering {
        Answering::Public(handler) => {
            // Signing somebody in or out is done to the browser, whatever credential comes along.
            if changes && !app.origins.is_trusted_origin(headers) {
                return Err(Problem::CrossSite);
            }
            require_json(&head.method, headers, &body)?;
            handler(app, PublicRequest { parameters, headers, body, context }).await
        }
        Answering::Authenticated(handler) => {
            let sign_in = app.sign_in.as_ref().map_err(|faults| Problem::NotConfigured { faults: faults.clone() })?;
            let user = authentication::user(headers, sign_in, context).await?;
            if changes
                && user.credential_source() == CredentialSource::Cookie
                && !app.origins.is_trusted_origin(headers)
            {
                return Err(Problem::CrossSite);
            }
            let caller = authentication::caller(app, user, context).await?.ok_or(Problem::NoRole)?;
            context.set_role(caller.role());
            require_json(&head.method, headers, &body)?;
            let takes_body = head.method != Method::HEAD;
            let request = AuthenticatedRequest { caller, parameters, headers, body, takes_body, context };
            handler(app, request).await
        }
    }
}

fn require_json(method: &Method, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let has_body = *method == Method::POST || !body.is_empty();
    if has_body && !is_json(headers) { Err(Problem::UnsupportedMediaType) } else { Ok(()) }
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

/// The `Server-Timing` of a response for which nothing was requested.
const NO_CALLS: &str = "lastpass;dur=0.0";

/// What the request cost, as `Server-Timing`.
fn server_timing(context: &RequestContext<'_>) -> String {
    let mut timing = format!("lastpass;dur={:.1}", context.lastpass_meter.time().as_secs_f64() * 1e3);
    if context.database_meter.calls() > 0 {
        timing.push_str(&format!(", db;dur={:.1}", context.database_meter.time().as_secs_f64() * 1e3));
    }
    if let Some(state) = context.cache_state() {
        timing.push_str(&format!(", cache;desc={}", state.name()));
    }
    timing
}

/// The headers that every reply carries.
fn set_common_headers(headers: &mut HeaderMap, id: &str, timing: &str) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    for (name, value) in [("x-request-id", id), ("server-timing", timing)] {
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
    context: &RequestContext<'_>,
    problem: Option<(&'static str, Option<String>)>,
) {
    let method = if matches!(*method, Method::GET | Method::HEAD | Method::POST | Method::DELETE | Method::OPTIONS) {
        method.as_str()
    } else {
        "other"
    };
    let (code, cause) = problem.unzip();
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                route = endpoint.name,
                method,
                status = response.status().as_u16(),
                role = context.role().map(|role| role.name()),
                duration_ms = milliseconds(context.elapsed()),
                lastpass_calls = context.lastpass_meter.calls(),
                lastpass_ms = milliseconds(context.lastpass_meter.time()),
                database_ms = milliseconds(context.database_meter.time()),
                cache = context.cache_state().map(|state| state.name()),
                request_id = id,
                error = code,
                cause = cause.flatten().or_else(|| context.cause().map(str::to_owned)),
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
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
