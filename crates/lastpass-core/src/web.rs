//! HTTP: from the bytes of a request to the bytes of its response.

mod all_endpoints;
mod app;
mod authentication;
mod endpoint;
#[cfg(feature = "openapi")]
mod openapi;
#[cfg(feature = "openapi")]
mod operation;
mod request;
mod response;
mod routes;
mod serve;

pub use all_endpoints::*;
pub use app::App;
pub use endpoint::Endpoint;
#[cfg(feature = "openapi")]
pub use openapi::openapi_document;
pub use request::body::{MAX_REQUEST_BODY, RequestBodyError, read_request_body};
pub use response::body::{Body, ResponseBodyError};
pub use routes::{Audience, ROUTES, Route};
pub use serve::{UnsendableReply, not_found, serve, unsendable_reply};

pub use crate::request_context::{Background, RequestContext};
