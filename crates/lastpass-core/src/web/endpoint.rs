//! One route: what answers each of its methods.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method};

use crate::{
    auth::Caller,
    request_context::RequestContext,
    web::{
        app::App,
        request::parameters::Parameters,
        response::{
            edge_link::{self, CheckedLink},
            problem::Problem,
            reply::Reply,
        },
    },
};

/// What answers somebody who proved who they are.
pub(crate) type Handler = for<'a> fn(&'a App, AuthenticatedRequest<'a>) -> BoxFuture<'a, Result<Reply, Problem>>;

/// What answers anybody.
pub(crate) type PublicHandler = for<'a> fn(&'a App, PublicRequest<'a>) -> BoxFuture<'a, Result<Reply, Problem>>;

/// What answers whoever comes by an edge link. No caller is handed on: a link is judged alone.
pub(crate) type LinkHandler =
    for<'a> fn(&'a App, CheckedLink, &'a RequestContext<'a>) -> BoxFuture<'a, Result<Reply, Problem>>;

/// One route: its name, and what answers each method. A value rather than a variant, so
/// that a function links no handler but its own.
pub struct Endpoint {
    /// The name in the path, `/api/NAME`.
    pub name: &'static str,
    /// What answers each method.
    pub(crate) methods: Methods,
}

/// The methods that an endpoint answers.
pub(crate) enum Methods {
    /// GET, and HEAD without the body.
    Read(Handler),
    /// The same, and through an edge link to whoever has one.
    Shared { read: Handler, through_link: LinkHandler },
    /// POST, with a JSON body.
    Change(Handler),
    /// GET, and HEAD without the body; POST, with a JSON body.
    ReadAndChange {
        /// What answers GET and HEAD.
        get: Handler,
        /// What answers POST.
        post: Handler,
    },
    /// For anybody, without a credential or with any.
    Open {
        /// GET, and HEAD without the body.
        get: PublicHandler,
        /// POST, with a JSON body.
        post: Option<PublicHandler>,
        /// DELETE.
        delete: Option<PublicHandler>,
    },
}

/// What answers a request.
pub(crate) enum Answering {
    Authenticated(Handler),
    Public(PublicHandler),
}

impl Methods {
    /// The handler of a method.
    pub(crate) fn find(&self, method: &Method) -> Result<Answering, Problem> {
        let found = match (self, method) {
            (Self::Read(handler) | Self::Shared { read: handler, .. }, &Method::GET | &Method::HEAD) => {
                Some(Answering::Authenticated(*handler))
            }
            (Self::Change(handler), &Method::POST) => Some(Answering::Authenticated(*handler)),
            (Self::ReadAndChange { get, .. }, &Method::GET | &Method::HEAD) => Some(Answering::Authenticated(*get)),
            (Self::ReadAndChange { post, .. }, &Method::POST) => Some(Answering::Authenticated(*post)),
            (Self::Open { get, .. }, &Method::GET | &Method::HEAD) => Some(Answering::Public(*get)),
            (Self::Open { post, .. }, &Method::POST) => post.map(Answering::Public),
            (Self::Open { delete, .. }, &Method::DELETE) => delete.map(Answering::Public),
            (
                Self::Read(_) | Self::Shared { .. } | Self::Change(_) | Self::ReadAndChange { .. } | Self::Open { .. },
                _,
            ) => None,
        };
        found.ok_or(Problem::MethodNotAllowed { allowed: self.allowed() })
    }

    pub(crate) fn allowed(&self) -> &'static str {
        match self {
            Self::Read(_) | Self::Shared { .. } | Self::Open { post: None, delete: None, .. } => "GET, HEAD",
            Self::Change(_) => "POST",
            Self::ReadAndChange { .. } => "GET, HEAD, POST",
            Self::Open { .. } => "GET, HEAD, POST, DELETE",
        }
    }

    /// The handler of a request by an edge link, a good one or not.
    pub(crate) fn through_link(&self, query: Option<&str>) -> Option<LinkHandler> {
        match self {
            Self::Shared { through_link, .. } if edge_link::is_link(query) => Some(*through_link),
            Self::Shared { .. } | Self::Read(_) | Self::Change(_) | Self::ReadAndChange { .. } | Self::Open { .. } => {
                None
            }
        }
    }
}

/// A request of anybody's.
pub(crate) struct PublicRequest<'a> {
    pub(crate) parameters: Parameters,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) context: &'a RequestContext<'a>,
}

/// A request that a handler answers.
pub(crate) struct AuthenticatedRequest<'a> {
    pub(crate) caller: Caller,
    pub(crate) parameters: Parameters,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the caller gets the reply's body; not so of a HEAD.
    pub(crate) takes_body: bool,
    pub(crate) context: &'a RequestContext<'a>,
}
