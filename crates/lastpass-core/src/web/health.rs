//! `/api/health`: whether the function lives. Served by the function of the session; says nothing private.

use futures_util::FutureExt;
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};

use super::{
    App, Body, Endpoint,
    problem::Problem,
    reply::Reply,
    serve::{Methods, Visit},
};

/// The endpoint of the liveness; open to anybody.
pub static HEALTH: Endpoint = Endpoint {
    name: "health",
    methods: Methods::Open { get: |app, visit| get(app, visit).boxed(), post: None, delete: None },
};

async fn get(_: &App, visit: Visit<'_>) -> Result<Reply, Problem> {
    visit.parameters.finish()?;
    let mut reply = Reply::new(StatusCode::OK, Body::from(br#"{"status":"ok"}"#.to_vec()));
    reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(reply)
}
