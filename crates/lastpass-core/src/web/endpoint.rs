//! What handles the requests of one route. Knows no route file.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method};

use crate::{
    auth::Caller,
    request_context::RequestContext,
    web::{
        app::App,
        request::parameters::Parameters,
        response::{edge_link::CheckedLink, problem::Problem, reply::Reply},
        routes::Route,
    },
};

/// A route and its handlers. Each is a static of its route's file, so that a function links no handlers but its own.
pub struct Endpoint {
    /// The row of the route table.
    pub route: &'static Route,
    /// Handles GET, and HEAD, whose reply is sent without its body.
    pub(crate) get: Option<Handler>,
    /// Handles POST.
    pub(crate) post: Option<Handler>,
    /// Handles DELETE.
    pub(crate) delete: Option<Handler>,
    /// Handles GET and HEAD by an edge link.
    pub(crate) link: Option<LinkHandler>,
}

/// Handles the requests of one method.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// For callers with a role.
    Authenticated(for<'a> fn(&'a App, AuthenticatedRequest<'a>) -> BoxFuture<'a, Result<Reply, Problem>>),
    /// For the platform's scheduler, and callers with a role.
    Scheduled(for<'a> fn(&'a App, ScheduledRequest<'a>) -> BoxFuture<'a, Result<Reply, Problem>>),
    /// For anyone.
    Public(for<'a> fn(&'a App, PublicRequest<'a>) -> BoxFuture<'a, Result<Reply, Problem>>),
}

/// Handles requests by an edge link. It gets no caller and no headers: the reply depends on the link alone.
pub(crate) type LinkHandler =
    for<'a> fn(&'a App, CheckedLink, &'a RequestContext<'a>) -> BoxFuture<'a, Result<Reply, Problem>>;

/// A request of an authenticated caller whose role may use the method.
pub(crate) struct AuthenticatedRequest<'a> {
    pub(crate) route: &'static Route,
    pub(crate) caller: Caller,
    pub(crate) parameters: Parameters,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the caller gets the reply's body; false for HEAD.
    pub(crate) takes_body: bool,
    pub(crate) context: &'a RequestContext<'a>,
}

/// A request that starts a job.
pub(crate) struct ScheduledRequest<'a> {
    pub(crate) sender: Sender,
    pub(crate) parameters: Parameters,
    pub(crate) body: Bytes,
    pub(crate) context: &'a RequestContext<'a>,
}

/// Who starts a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The platform's scheduler, by its secret.
    Scheduler,
    /// An authenticated caller whose role may use the method.
    Caller,
}

/// A request of anyone; its credentials have not been checked.
pub(crate) struct PublicRequest<'a> {
    pub(crate) parameters: Parameters,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) context: &'a RequestContext<'a>,
}

impl Endpoint {
    /// The endpoint of a route, without handlers.
    pub(crate) const fn new(route: &'static str) -> Self {
        Self { route: Route::named(route), get: None, post: None, delete: None, link: None }
    }

    /// The handler of a method.
    pub(crate) fn handler(&self, method: &Method) -> Option<Handler> {
        match *method {
            Method::GET | Method::HEAD => self.get,
            Method::POST => self.post,
            Method::DELETE => self.delete,
            _ => None,
        }
    }
}
