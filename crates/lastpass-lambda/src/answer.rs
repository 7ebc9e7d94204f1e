//! From an event to the reply in the platform's form. There is always one.

use chrono::{DateTime, Utc};
use http::{Method, Request, Response, Uri};
use http_body_util::Full;
use lastpass_core::web::{
    App, Body, RequestContext, endpoint_at, not_found, read_request_body, serve, unsendable_reply,
};

use crate::{
    event::{Asked, Event, Way},
    reply::{self, Envelope, Reply},
};

/// Answers one event.
pub(crate) async fn answer(app: &App, event: Event, at: DateTime<Utc>) -> Reply {
    let asked = Asked::from(event);
    let (way, method, headers) = (asked.way, asked.method.clone(), asked.headers.clone());
    let mut response = respond(app, asked, at).await;
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    let envelope = match way {
        Way::Streamed => return reply::streamed(response),
        Way::Rest => Envelope::Rest,
        Way::Http => Envelope::Http,
    };
    let unsent = response.headers().clone();
    match reply::whole(response, envelope).await {
        Ok(reply) => reply,
        Err(why) => {
            let instead = reply::whole(unsendable_reply(app, &headers, &unsent, why), envelope).await;
            instead.unwrap_or_else(|_| unreachable!("a problem is short and whole"))
        }
    }
}

async fn respond(app: &App, asked: Asked, at: DateTime<Utc>) -> Response<Body> {
    let Some(endpoint) = endpoint_at(&asked.path) else { return not_found() };
    let body = match asked.body {
        Ok(body) => read_request_body(Full::new(body)).await,
        Err(unread) => Err(unread),
    };
    let mut request = Request::new(body);
    *request.method_mut() = asked.method;
    *request.headers_mut() = asked.headers;
    match Uri::try_from(format!("/api/{}?{}", endpoint.route.name, asked.query)) {
        Ok(uri) => *request.uri_mut() = uri,
        // Only for its length, 64 KiB: there is nothing at such an address.
        Err(_) => return not_found(),
    }
    serve(app, endpoint, request, RequestContext::new(at, None)).await
}
