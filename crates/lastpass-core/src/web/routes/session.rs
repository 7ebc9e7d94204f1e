//! `/api/session`: GET reports who the caller is and may do, POST signs in with a dashboard key, DELETE signs out.

use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode, header::SET_COOKIE};
use serde::Serialize;

use crate::{
    auth::{AuthError, Caller, CredentialError, SignInMethod},
    domain::Role,
    settings::SettingError,
    web::{
        app::App,
        authentication,
        endpoint::{Endpoint, Handler, PublicRequest},
        request::json_body::JsonBody,
        response::{body::Body, problem::Problem, reply::Reply},
        routes::ROUTES,
    },
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The endpoint of the dashboard's own session. Anyone may use it.
pub static SESSION: Endpoint = Endpoint {
    get: Some(Handler::Public(|app, request| get(app, request).boxed())),
    post: Some(Handler::Public(|app, request| post(app, request).boxed())),
    delete: Some(Handler::Public(|app, request| delete(app, request).boxed())),
    ..Endpoint::new("session")
};

async fn get(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    request.parameters.finish()?;
    let user = match &app.sign_in {
        Ok(sign_in) => authentication::user(request.headers, sign_in, request.context).await.ok(),
        Err(_) => None,
    };
    let name = user.as_ref().and_then(|user| user.name().map(str::to_owned));
    let is_signed_in = user.is_some();
    let caller = match user {
        // A role that cannot be looked up counts as none here; the other routes report why.
        Some(user) => authentication::caller(app, user, request.context).await.ok().flatten(),
        None => None,
    };
    if let Some(caller) = &caller {
        request.context.set_role(caller.role());
    }
    let actor = caller.as_ref().map(Caller::actor).or(name);
    Ok(session_reply(app, is_signed_in, actor.as_deref(), caller.as_ref().map(Caller::role)))
}

async fn post(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    request.parameters.finish()?;
    let mut body = JsonBody::parse(&request.body)?;
    let key = body.required_text("key");
    body.finish()?;
    let sign_in = app.sign_in.as_ref()?;
    let missing = |variable, without: &str| Problem::NotConfigured(vec![SettingError::unset(variable, without)]);
    let keys =
        sign_in.keys.as_ref().ok_or_else(|| missing("DASHBOARD_KEYS", "without it no one can sign in with a key"))?;
    let sessions = sign_in
        .sessions
        .as_ref()
        .ok_or_else(|| missing("SIGNING_SECRET", "it signs the session that replaces the key"))?;
    let signed_in = sessions
        .issue(keys, key.as_bytes(), request.context.received_at)
        .ok_or(Problem::Unauthenticated(AuthError::Invalid(CredentialError::UnknownKey)))?;
    let caller = signed_in.user.with_role(None).ok_or(Problem::Internal)?;
    let mut reply = session_reply(app, true, Some(&caller.actor()), Some(caller.role()));
    if let Ok(cookie) = HeaderValue::try_from(signed_in.set_cookie) {
        reply.headers.insert(SET_COOKIE, cookie);
    }
    Ok(reply)
}

async fn delete(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    request.parameters.finish()?;
    let mut reply = Reply::new(StatusCode::NO_CONTENT, Body::empty());
    reply.headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    let sessions = app.sign_in.as_ref().ok().and_then(|sign_in| sign_in.sessions.as_ref());
    if let Some(Ok(cookie)) = sessions.map(|sessions| HeaderValue::try_from(sessions.cookie().clear())) {
        reply.headers.insert(SET_COOKIE, cookie);
    }
    Ok(reply)
}

/// What a front end needs to decide what to show.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionJson<'a> {
    signed_in: bool,
    actor: Option<&'a str>,
    role: Option<&'static str>,
    /// The routes of which the role may use at least one method.
    may: Vec<&'static str>,
    /// The configured sign-in methods.
    ways: Vec<&'static str>,
    demo: bool,
}

fn session_reply(app: &App, signed_in: bool, actor: Option<&str>, role: Option<Role>) -> Reply {
    let permitted = ROUTES.iter().filter(|route| role.is_some_and(|role| route.is_permitted_to(role)));
    let session = SessionJson {
        signed_in,
        actor,
        role: role.map(Role::name),
        may: permitted.map(|route| route.name).collect(),
        ways: app.sign_in.iter().flat_map(|sign_in| sign_in.configured().map(SignInMethod::name)).collect(),
        demo: app.upstream().is_ok_and(|upstream| upstream.is_demo),
    };
    Reply::uncached_json(StatusCode::OK, &session)
}
