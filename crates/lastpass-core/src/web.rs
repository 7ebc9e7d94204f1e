//! HTTP: from the bytes of a request to the bytes of its response.

mod all_endpoints;
mod app;
mod authentication;
mod endpoint;
mod request;
mod response;
mod routes;
mod serve;

pub use all_endpoints::{endpoint_at, endpoint_named};
pub use app::App;
pub use endpoint::Endpoint;
pub use request::body::{MAX_REQUEST_BODY, RequestBodyError, read_request_body};
pub use response::{
    body::{Body, ResponseBodyError},
    problem::{FieldError, Problem},
};
pub use routes::{
    Audience, ROUTES, Route, actions::ACTIONS, audit_logs::AUDIT_LOGS, groups::GROUPS, health::HEALTH,
    provision_user::PROVISION_USER, security_report::SECURITY_REPORT, session::SESSION, shared_folders::SHARED_FOLDERS,
    users::USERS,
};
pub use serve::{UnsendableReply, not_found, serve, unsendable_reply};

pub use crate::request_context::{Background, RequestContext};
