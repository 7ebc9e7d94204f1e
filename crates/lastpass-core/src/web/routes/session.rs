//! `/api/session`: GET reports who the caller is and may do, POST signs in with a dashboard key, DELETE signs out.

#[cfg(feature = "openapi")]
pub(crate) mod openapi;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode, header::SET_COOKIE};
use serde::Serialize;

use crate::{
    auth::{AuthError, Caller, CredentialError, SignInMethod},
    domain::Role,
    formats::values::Timestamp,
    settings::SettingError,
    web::{
        app::App,
        authentication,
        endpoint::{Endpoint, Handler, PublicRequest},
        request::json_body::JsonBody,
        response::{
            body::Body,
            problem::{Problem, SignInClient},
            reply::Reply,
        },
        routes::ROUTES,
    },
};

const NAME: &str = "session";

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The endpoint of the dashboard's own session. Anyone may use it.
pub static SESSION: Endpoint = Endpoint {
    get: Some(Handler::Public(|app, request| get(app, request).boxed())),
    post: Some(Handler::Public(|app, request| post(app, request).boxed())),
    delete: Some(Handler::Public(|app, request| delete(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn get(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    request.parameters.finish()?;
    let user = match &app.sign_in {
        Ok(sign_in) => authentication::user(request.headers, sign_in, request.context).await.ok(),
        Err(_) => None,
    };
    let Some(user) = user else { return Ok(session_reply(app, None)) };
    let (name, expires_at) = (user.name().map(str::to_owned), user.expires_at());
    // A role that cannot be looked up counts as none here; the other routes report why.
    let caller = authentication::caller(app, user, request.context).await.ok().flatten();
    if let Some(caller) = &caller {
        request.context.set_role(caller.role());
    }
    let session = Session {
        actor: caller.as_ref().map(Caller::actor).or(name),
        role: caller.as_ref().map(Caller::role),
        expires_at,
    };
    Ok(session_reply(app, Some(session)))
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
    let signed_in =
        sessions.issue(keys, key.as_bytes(), request.context.received_at).ok_or(Problem::Unauthenticated {
            error: AuthError::Invalid(CredentialError::UnknownKey),
            client: SignInClient::KeyForm,
        })?;
    let expires_at = signed_in.user.expires_at();
    let caller = signed_in.user.with_role(None).ok_or(Problem::Internal)?;
    let session = Session { actor: Some(caller.actor()), role: Some(caller.role()), expires_at };
    let mut reply = session_reply(app, Some(session));
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
    let cookies = sessions.map(|sessions| [sessions.cookie().clear(), app.read_after.clear_cookie()]);
    for cookie in cookies.iter().flatten().flat_map(HeaderValue::try_from) {
        reply.headers.append(SET_COOKIE, cookie);
    }
    Ok(reply)
}

/// Who is signed in.
struct Session {
    /// The name; `None` for a key without a name whose role is unknown.
    actor: Option<String>,
    role: Option<Role>,
    /// When the credential expires; `None` for a key.
    expires_at: Option<DateTime<Utc>>,
}

/// What a front end needs to decide what to show.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Session))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionJson<'a> {
    /// Whether the credential is accepted.
    signed_in: bool,
    /// The name of the caller, as in `actions`; null if there is none.
    actor: Option<&'a str>,
    /// Null without a role.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Role>))]
    role: Option<&'static str>,
    /// What the role may request, such as `GET users`.
    may: Vec<String>,
    /// The configured sign-in methods.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<SignInMethod>))]
    ways: Vec<&'static str>,
    /// When the credential ends; null for a key.
    expires_at: Option<Timestamp>,
    /// The names of the departments, for forms; empty without a role.
    departments: Vec<&'a str>,
    /// Whether the company is the demo company.
    demo: bool,
}

fn session_reply(app: &App, session: Option<Session>) -> Reply {
    let role = session.as_ref().and_then(|session| session.role);
    // Malformed groups are reported by the routes that need them.
    let groups = app.known_groups().ok().filter(|_| role.is_some());
    let json = SessionJson {
        signed_in: session.is_some(),
        actor: session.as_ref().and_then(|session| session.actor.as_deref()),
        role: role.map(Role::name),
        may: role.map(|role| ROUTES.iter().flat_map(|route| route.permissions(role)).collect()).unwrap_or_default(),
        ways: app.sign_in.iter().flat_map(|sign_in| sign_in.configured().map(SignInMethod::name)).collect(),
        expires_at: session.as_ref().and_then(|session| session.expires_at).map(Timestamp),
        departments: groups.iter().flat_map(|groups| groups.departments.iter().map(|(name, _)| name)).collect(),
        demo: app.upstream().is_ok_and(|upstream| upstream.is_demo),
    };
    Reply::uncached_json(StatusCode::OK, &json)
}
