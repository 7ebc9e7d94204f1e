//! `GET /api/health`: whether everything that responses depend on works, and what to do if not. Anyone may read the
//! status, and which settings may keep everyone from signing in; an admin the status of each part. Served by the function
//! of `session`.

mod clock_skew;
mod database;
mod lastpass;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod part;
mod probes;
mod settings;
mod sync;

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
        routes::health::part::{HealthPart, HealthStatus},
    },
};

pub(crate) use probes::HealthProbes;

const NAME: &str = "health";

/// The endpoint of `health`, open to anyone.
pub static HEALTH: Endpoint =
    Endpoint { get: Some(Handler::Public(|app, request| get(app, request).boxed())), ..Endpoint::new(NAME) };

async fn get(app: &App, request: PublicRequest<'_>) -> Result<Reply, Problem> {
    let PublicRequest { parameters, headers, context, .. } = request;
    parameters.finish()?;
    let admin = admin(app, headers, context).await;
    let (lastpass, database) = tokio::join!(lastpass::parts(app, context), database::parts(app, admin, context));
    let mut parts = vec![settings::part(app.setting_errors())];
    parts.extend(lastpass.into_iter().chain(database));
    let status = part::overall(&parts);
    if status == HealthStatus::Down {
        // Only an admin gets the parts, and without a sign-in method no one is an admin.
        let down = parts.iter().filter(|part| part.status == HealthStatus::Down);
        context.set_cause(down.map(|part| part.detail.as_ref()).collect::<Vec<_>>().join("; "));
    }
    if admin.is_none() {
        parts = public_parts(app);
    }
    Ok(reply(status, &parts))
}

/// The parts that anyone may see: an admin who cannot sign in has to see why.
fn public_parts(app: &App) -> Vec<HealthPart> {
    let of_sign_in = app.sign_in.as_ref().err().map_or(&[][..], Vec::as_slice);
    let errors = app.setting_errors().of_sign_in(of_sign_in);
    if errors.all().next().is_none() { Vec::new() } else { vec![settings::part(&errors)] }
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Health))]
pub(crate) struct HealthJson<'a> {
    /// Of all parts together.
    status: HealthStatus,
    /// For an admin; for anyone the settings that keep everyone from signing in.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    parts: &'a [HealthPart],
}

fn reply(status: HealthStatus, parts: &[HealthPart]) -> Reply {
    let code = match status {
        HealthStatus::Ok | HealthStatus::Degraded | HealthStatus::Off => StatusCode::OK,
        HealthStatus::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    Reply::uncached_json(code, &HealthJson { status, parts })
}
