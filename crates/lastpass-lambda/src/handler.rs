//! Handles one event: from the platform's event to the reply in the platform's format. Every event gets a reply.

use chrono::{DateTime, Utc};
use http::{Method, Request, Response, Uri};
use http_body_util::Full;
use lastpass_core::web::{
    App, Body, RequestContext, endpoint_at, not_found, read_request_body, serve, unsendable_reply,
};

use crate::{
    event::{Event, IncomingRequest, ReplyFormat},
    reply::{self, Envelope, FunctionReply},
};

/// Handles one event, received at `received_at`.
pub(crate) async fn handle(app: &App, event: Event, received_at: DateTime<Utc>) -> FunctionReply {
    let request = IncomingRequest::from(event);
    let (format, method, headers) = (request.reply_format, request.method.clone(), request.headers.clone());
    let mut response = respond(app, request, received_at).await;
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    let envelope = match format {
        ReplyFormat::Streamed => return reply::streamed(response),
        ReplyFormat::Rest => Envelope::Rest,
        ReplyFormat::Http => Envelope::Http,
    };
    let reply_headers = response.headers().clone();
    match reply::buffered(response, envelope).await {
        Ok(reply) => reply,
        Err(reason) => {
            let problem = unsendable_reply(app, &headers, &reply_headers, reason);
            reply::buffered(problem, envelope).await.unwrap_or_else(|_| unreachable!("a problem is short and complete"))
        }
    }
}

async fn respond(app: &App, incoming: IncomingRequest, received_at: DateTime<Utc>) -> Response<Body> {
    let Some(endpoint) = endpoint_at(&incoming.path) else { return not_found() };
    let body = match incoming.body {
        Ok(body) => read_request_body(Full::new(body)).await,
        Err(error) => Err(error),
    };
    let mut request = Request::new(body);
    *request.method_mut() = incoming.method;
    *request.headers_mut() = incoming.headers;
    match Uri::try_from(format!("{}?{}", incoming.path, incoming.query)) {
        Ok(uri) => *request.uri_mut() = uri,
        // Only a query that makes the URI longer than 64 KiB is refused.
        Err(_) => return not_found(),
    }
    serve(app, endpoint, request, RequestContext::new(received_at, None)).await
}
