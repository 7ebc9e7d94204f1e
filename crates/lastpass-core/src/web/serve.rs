//! The pipeline of one request, from its bytes to a response. Every request gets a response; an error or a panic becomes a
//! problem.

use std::{panic::AssertUnwindSafe, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header::REFERRER_POLICY, request::Parts};
use uuid::Uuid;

use crate::{
    auth::{CredentialSource, credential_source},
    domain::Role,
    request_context::RequestContext,
    web::{
        app::App,
        authentication,
        endpoint::{AuthenticatedRequest, Endpoint, Handler, LinkHandler, PublicRequest, ScheduledRequest, Sender},
        request::{body::RequestBodyError, content_type::require_json, parameters::Parameters},
        response::{body::Body, edge_link, problem::Problem, reply::Reply},
        routes::{Audience, Route},
    },
};

/// Answers one request by the endpoint of its route.
pub async fn serve(
    app: &App,
    endpoint: &Endpoint,
    request: http::Request<Result<Bytes, RequestBodyError>>,
    context: RequestContext<'_>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let link_handler = endpoint.link.filter(|_| edge_link::is_link(head.uri.query()));
    // The reply to a link is the same for every caller.
    let named_changes = match link_handler {
        Some(_) => Vec::new(),
        None => app.read_after.named_changes(&head.headers, context.received_at),
    };
    let changes_known_at = app.known_changes.add_named(&named_changes, context.received_at);
    let context = &context.with_deadline(endpoint.route.deadline).with_changes_known_at(changes_known_at);
    let request_id = context.request_id.as_str();

    let handling = AssertUnwindSafe(handle(app, endpoint, link_handler, &head, body, context)).catch_unwind();
    let outcome = handling.await.unwrap_or(Err(Problem::Internal));

    let problem = outcome.as_ref().err().map(|problem| (problem.code().name(), problem.cause()));
    let mut response = outcome.unwrap_or_else(|problem| problem.reply(request_id)).into_response();
    set_common_headers(response.headers_mut(), request_id, &server_timing(context));
    if let Some(change) = context.change() {
        let (source, now) = (credential_source(&head.headers), context.now());
        app.read_after.set_headers(response.headers_mut(), change, &named_changes, source, now);
    }
    // The reply to a link is the same for every page; a shared cache would keep the headers for one of them.
    if link_handler.is_none() {
        app.origins.set_cors_headers(&head.headers, response.headers_mut());
    }
    if head.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    log_request(endpoint.route, &head.method, &response, context, problem);
    response
}

/// The response for a path that has no route.
pub fn not_found() -> Response<Body> {
    let request_id = Uuid::now_v7().to_string();
    let mut response = Problem::NotFound.reply(&request_id).into_response();
    set_common_headers(response.headers_mut(), &request_id, NO_CALLS);
    response
}

/// Why a host cannot send a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsendableReply {
    /// It is longer than the platform allows.
    TooLong,
    /// Its body ended with an error.
    Broken,
}

/// The response in place of one that cannot be sent, with the same request id.
pub fn unsendable_reply(app: &App, request: &HeaderMap, reply: &HeaderMap, reason: UnsendableReply) -> Response<Body> {
    let request_id = reply.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let problem = match reason {
        UnsendableReply::TooLong => Problem::ReplyTooLong,
        UnsendableReply::Broken => Problem::Internal,
    };
    let mut response = problem.reply(request_id).into_response();
    set_common_headers(response.headers_mut(), request_id, NO_CALLS);
    app.origins.set_cors_headers(request, response.headers_mut());
    tracing::warn!(status = response.status().as_u16(), request_id, error = problem.code().name(), "not sent");
    response
}

/// Passes the request to the handler of its method, if the method, the credential, the role and the content type allow
/// it.
///
/// # Errors
/// Returns the problem that refuses the request, or the handler's own.
async fn handle(
    app: &App,
    endpoint: &Endpoint,
    link_handler: Option<LinkHandler>,
    head: &Parts,
    body: Result<Bytes, RequestBodyError>,
    context: &RequestContext<'_>,
) -> Result<Reply, Problem> {
    let route = endpoint.route;
    if link_handler.is_none()
        && let Some(reply) = preflight(app, route, head)
    {
        return Ok(reply);
    }
    let allowed = route.audience(&head.method).zip(endpoint.handler(&head.method));
    let (audience, handler) = allowed.ok_or_else(|| Problem::MethodNotAllowed { allowed: route.allow() })?;
    let body = body.map_err(|error| match error {
        RequestBodyError::TooLong => Problem::BodyTooLong,
        RequestBodyError::Incomplete => Problem::BodyIncomplete,
    })?;
    if let Some(handler) = link_handler {
        // Credentials beside the link are ignored, as a shared cache ignores them.
        let link = app.edge_keys.check(&head.uri, context.received_at)?;
        return handler(app, link, context).await;
    }
    match (audience, handler) {
        (Audience::Anyone, Handler::Public(handler)) => {
            let request = public_request(app, head, body, context)?;
            handler(app, request).await
        }
        (Audience::Roles { roles, refusal }, Handler::Authenticated(handler)) => {
            let request = authenticated_request(app, route, head, body, context).await?;
            require_role(&request, roles, refusal)?;
            handler(app, request).await
        }
        (Audience::Scheduler { roles, refusal }, Handler::Scheduled(handler)) => {
            if app.is_scheduler(&head.headers) {
                return handler(app, scheduler_request(head, body, context)?).await;
            }
            let request = authenticated_request(app, route, head, body, context).await;
            if roles.is_empty() && matches!(request, Err(Problem::Unauthenticated { .. })) {
                app.require_scheduler()?;
            }
            let request = request?;
            require_role(&request, roles, refusal)?;
            let AuthenticatedRequest { parameters, body, .. } = request;
            handler(app, ScheduledRequest { sender: Sender::Caller, parameters, body, context }).await
        }
        // A test rules this out for every endpoint.
        (Audience::Anyone, Handler::Authenticated(_) | Handler::Scheduled(_))
        | (Audience::Scheduler { .. }, Handler::Authenticated(_) | Handler::Public(_))
        | (Audience::Roles { .. }, Handler::Public(_) | Handler::Scheduled(_)) => Err(Problem::Internal),
    }
}

/// The reply to a CORS preflight request; `None` for any other request, and for an origin that is not allowed.
fn preflight(app: &App, route: &Route, head: &Parts) -> Option<Reply> {
    if head.method != Method::OPTIONS {
        return None;
    }
    let mut reply = Reply::new(StatusCode::NO_CONTENT, Body::empty());
    reply.headers = app.origins.preflight(&head.headers, &route.allow())?;
    Some(reply)
}

/// The request for a public handler.
///
/// # Errors
/// Returns [`Problem::CrossSite`] for a change without evidence of the page that sent it, and
/// [`Problem::UnsupportedMediaType`] for a body that is not JSON.
fn public_request<'a>(
    app: &App,
    head: &'a Parts,
    body: Bytes,
    context: &'a RequestContext<'a>,
) -> Result<PublicRequest<'a>, Problem> {
    // Signing in or out changes the browser's state, whatever credential comes along.
    if is_change(&head.method) {
        app.origins.require_trusted_origin(&head.headers)?;
    }
    require_json(&head.headers, &body)?;
    let parameters = Parameters::parse(head.uri.query());
    Ok(PublicRequest { parameters, headers: &head.headers, body, context })
}

/// The request of the platform's scheduler.
///
/// # Errors
/// Returns [`Problem::UnsupportedMediaType`] for a body that is not JSON.
fn scheduler_request<'a>(
    head: &'a Parts,
    body: Bytes,
    context: &'a RequestContext<'a>,
) -> Result<ScheduledRequest<'a>, Problem> {
    require_json(&head.headers, &body)?;
    let parameters = Parameters::parse(head.uri.query());
    Ok(ScheduledRequest { sender: Sender::Scheduler, parameters, body, context })
}

fn require_role(request: &AuthenticatedRequest<'_>, roles: &[Role], refusal: &'static str) -> Result<(), Problem> {
    if roles.contains(&request.caller.role()) { Ok(()) } else { Err(Problem::Forbidden { detail: refusal }) }
}

/// The request for an authenticated handler: authenticates the caller and looks up its role.
///
/// # Errors
/// Returns a problem if the caller has no accepted credential or no role, or the request is refused as in
/// [`public_request`].
async fn authenticated_request<'a>(
    app: &App,
    route: &'static Route,
    head: &'a Parts,
    body: Bytes,
    context: &'a RequestContext<'a>,
) -> Result<AuthenticatedRequest<'a>, Problem> {
    let headers = &head.headers;
    let sign_in = app.sign_in.as_ref()?;
    let user = authentication::user(headers, sign_in, context).await?;
    // A browser attaches a cookie to the requests of any page.
    let is_by_cookie = user.credential_source() == CredentialSource::Cookie;
    if is_by_cookie && is_change(&head.method) {
        app.origins.require_trusted_origin(headers)?;
    }
    let caller = authentication::caller(app, user, context).await?.ok_or(Problem::NoRole)?;
    context.set_role(caller.role());
    require_json(headers, &body)?;
    let parameters = Parameters::parse(head.uri.query());
    let takes_body = head.method != Method::HEAD;
    Ok(AuthenticatedRequest { route, caller, parameters, headers, body, takes_body, context })
}

fn is_change(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::DELETE)
}

/// The `Server-Timing` of a response that needed no calls.
const NO_CALLS: &str = "lastpass;dur=0.0";

/// The value of `Server-Timing`: what the request cost.
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

/// Sets the headers that every response has.
fn set_common_headers(headers: &mut HeaderMap, request_id: &str, timing: &str) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    for (name, value) in [("x-request-id", request_id), ("server-timing", timing)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// Writes the request's one log line. It holds no personal data and no text from outside.
fn log_request(
    route: &Route,
    method: &Method,
    response: &Response<Body>,
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
                route = route.name,
                method,
                status = response.status().as_u16(),
                role = context.role().map(|role| role.name()),
                duration_ms = milliseconds(context.elapsed()),
                lastpass_calls = context.lastpass_meter.calls(),
                lastpass_ms = milliseconds(context.lastpass_meter.time()),
                database_ms = milliseconds(context.database_meter.time()),
                parts = context.parts(),
                cache = context.cache_state().map(|state| state.name()),
                request_id = context.request_id,
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

/// Milliseconds with the fraction down to microseconds.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
