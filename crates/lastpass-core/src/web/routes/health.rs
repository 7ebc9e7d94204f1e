//! `GET /api/health`: whether everything works that answers need, and what to do where it does not. Anybody reads the
//! status alone, an admin how each part is. Served by the function of the session.

mod database;
mod lastpass;
mod look;
mod part;
mod settings;
mod sight;

use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;

use crate::{
    request_context::RequestContext,
    web::{
        app::App,
        authentication,
        endpoint::{Endpoint, Handler, PublicRequest},
        request::permissions::Admin,
        response::{body::Body, problem::Problem, reply::Reply},
    },
};

pub(crate) use look::HealthProbes;

use part::{Name, Part, Status};

/// The endpoint of the health; open to anybody.
pub static HEALTH: Endpoint =
    Endpoint { get: Some(Handler::Public(|app, request| get(app, request).boxed())), ..Endpoint::new("health") };

async fn get(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    let PublicRequest { parameters, headers, context, .. } = request;
    parameters.finish()?;
    let admin = admin(app, headers, context).await;
    let (lastpass, database) = tokio::join!(lastpass::parts(app, context), database::parts(app, admin, context));
    let mut parts = vec![settings::part(app.setting_errors())];
    parts.extend(lastpass.into_iter().chain(database));
    parts.push(Part::off(Name::Sync, "figures are read when they are asked for; nothing takes them down by schedule"));
    let status = part::overall(&parts);
    if status == Status::Down {
        // What nobody is told who is no admin, and nobody is one where the ways in are missing.
        let down = parts.iter().filter(|part| part.status == Status::Down);
        context.set_cause(down.map(|part| part.detail.as_ref()).collect::<Vec<_>>().join("; "));
    }
    Ok(document(status, admin.map(|_| parts.as_slice())))
}

/// The proof of who asks, where it is an admin.
async fn admin(app: &App, headers: &HeaderMap, context: &RequestContext<'_>) -> Option<Admin> {
    let sign_in = app.sign_in.as_ref().ok()?;
    let user = authentication::user(headers, sign_in, context).await.ok()?;
    let caller = authentication::caller(app, user, context).await.ok()??;
    context.set_role(caller.role());
    Admin::of(&caller)
}

#[derive(Serialize)]
struct Document<'a> {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<&'a [Part]>,
}

fn document(status: Status, parts: Option<&[Part]>) -> Reply {
    let body = serde_json::to_vec(&Document { status, parts }).expect("texts are JSON");
    let code = match status {
        Status::Ok | Status::Degraded | Status::Off => StatusCode::OK,
        Status::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut reply = Reply::new(code, Body::from(body));
    reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}
