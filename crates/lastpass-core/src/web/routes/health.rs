//! `GET /api/health`: whether everything that responses depend on works, and what to do if not. Anyone may read the
//! status, an admin the status of each part. Served by the function of `session`.

mod clock_skew;
mod database;
mod lastpass;
mod part;
mod probes;
mod settings;

use futures_util::FutureExt;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::{
    request_context::RequestContext,
    web::{
        app::App,
        authentication,
        endpoint::{Endpoint, Handler, PublicRequest},
        request::permissions::Admin,
        response::{problem::Problem, reply::Reply},
        routes::health::part::{HealthPart, HealthStatus, PartName},
    },
};

pub(crate) use probes::HealthProbes;

/// The endpoint of `health`, open to anyone.
pub static HEALTH: Endpoint =
    Endpoint { get: Some(Handler::Public(|app, request| get(app, request).boxed())), ..Endpoint::new("health") };

async fn get(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    let PublicRequest { parameters, headers, context, .. } = request;
    parameters.finish()?;
    let admin = admin(app, headers, context).await;
    let (lastpass, database) = tokio::join!(lastpass::parts(app, context), database::parts(app, admin, context));
    let mut parts = vec![settings::part(app.setting_errors())];
    parts.extend(lastpass.into_iter().chain(database));
    parts.push(HealthPart::off(PartName::Sync, "figures are computed on request; nothing is stored on a schedule"));
    let status = part::overall(&parts);
    if status == HealthStatus::Down {
        // Only an admin gets the parts, and without a sign-in method no one is an admin.
        let down = parts.iter().filter(|part| part.status == HealthStatus::Down);
        context.set_cause(down.map(|part| part.detail.as_ref()).collect::<Vec<_>>().join("; "));
    }
    Ok(reply(status, admin.map(|_| parts.as_slice())))
}

/// The proof that the caller is an admin, if so.
async fn admin(app: &App, headers: &HeaderMap, context: &RequestContext<'_>) -> Option<Admin> {
    let sign_in = app.sign_in.as_ref().ok()?;
    let user = authentication::user(headers, sign_in, context).await.ok()?;
    let caller = authentication::caller(app, user, context).await.ok()??;
    context.set_role(caller.role());
    Admin::of(&caller)
}

#[derive(Serialize)]
struct HealthJson<'a> {
    status: HealthStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<&'a [HealthPart]>,
}

fn reply(status: HealthStatus, parts: Option<&[HealthPart]>) -> Reply {
    let code = match status {
        HealthStatus::Ok | HealthStatus::Degraded | HealthStatus::Off => StatusCode::OK,
        HealthStatus::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    Reply::uncached_json(code, &HealthJson { status, parts })
}
