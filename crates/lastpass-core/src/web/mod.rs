//! Bytes in, bytes out: one file per endpoint, and what all of them share.

mod background;
mod body;

pub use background::{Background, Invocation};
pub use body::{Body, REQUEST_LIMIT, UnreadBody, read};

use bytes::Bytes;

/// One function: its name and what answers each method.
pub struct Endpoint {
    /// The name in the path, `/api/NAME`.
    pub name: &'static str,
}

/// `GET /api/security-report`.
pub static SECURITY_REPORT: Endpoint = Endpoint { name: "security-report" };

/// What a function holds from its cold start on: settings, the client, what was read.
pub struct App {}

impl App {
    /// Builds everything once, from the variables that `lookup` knows.
    pub fn new(_lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self {}
    }
}

/// Answers one request. There is always an answer: an error or a panic becomes one.
pub async fn serve(
    _app: &App,
    _endpoint: &Endpoint,
    _request: http::Request<Result<Bytes, UnreadBody>>,
    _invocation: Invocation<'_>,
) -> http::Response<Body> {
    http::Response::new(Body::empty())
}
