//! The platform's shared cache before the routes, as its model has it, so that revalidation can be seen here.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cdn_model::{Cache, CacheStatus, Lookup, lifetime, send_on};
use chrono::Utc;
use http::{Response, StatusCode, request::Parts};
use http_body_util::BodyExt;
use lastpass_core::web::Body;

/// The cache of this process.
#[derive(Default)]
pub(crate) struct Edge(Mutex<Cache>);

/// What the cache has for a request.
pub(crate) enum Found {
    /// The answer.
    Answer(Response<Body>),
    /// The answer, and a new one should be asked for.
    Stale(Response<Body>),
    /// No answer.
    Nothing(CacheStatus),
}

impl Edge {
    /// Looks for a reply to a request.
    pub(crate) fn look(&self, request: &Parts) -> Found {
        let lookup = self.lock().request(Utc::now(), request);
        match lookup {
            Lookup::Hit(reply) => Found::Answer(reply.map(body)),
            Lookup::Stale(reply) => Found::Stale(reply.map(body)),
            Lookup::Miss | Lookup::Revalidated | Lookup::Bypass => Found::Nothing(lookup.status()),
        }
    }

    /// Keeps a function's reply where it may be kept, and makes it what the client gets. What is not kept is streamed.
    pub(crate) async fn pass(&self, request: &Parts, reply: Response<Body>, status: CacheStatus) -> Response<Body> {
        let (mut head, mut streamed) = reply.into_parts();
        if head.status.is_server_error()
            && let Some(instead) = self.lock().instead_of_error(Utc::now(), request)
        {
            return instead.map(body);
        }
        if lifetime(request, &head).is_ok() {
            let Ok(whole) = streamed.collect().await else { return broken_off() };
            let whole = whole.to_bytes();
            self.lock().store(Utc::now(), request, &head, whole.clone());
            streamed = body(whole);
        }
        send_on(&mut head.headers, status);
        Response::from_parts(head, streamed)
    }

    /// Nothing panics while the lock is held, so that what a poisoned one guards is whole all the same.
    fn lock(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing has reached the client yet, so that it can be told.
fn broken_off() -> Response<Body> {
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = StatusCode::BAD_GATEWAY;
    reply
}

fn body(whole: Bytes) -> Body {
    Body::from(Vec::from(whole))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const SHARED: &str = "s-maxage=60";
    const PRIVATE: &str = "private, no-store";

    async fn asked(edge: &Edge, says: &str) -> (String, Option<Bytes>) {
        let (request, ()) = Request::get("/api/x").body(()).expect("a request").into_parts();
        let reply = match edge.look(&request) {
            Found::Answer(reply) | Found::Stale(reply) => reply,
            Found::Nothing(status) => {
                let reply = Response::builder().header("vercel-cdn-cache-control", says);
                let reply = reply.body(Body::from(b"body".to_vec())).expect("a reply");
                edge.pass(&request, reply, status).await
            }
        };
        assert!(!reply.headers().contains_key("vercel-cdn-cache-control"));
        let status = reply.headers()["x-vercel-cache"].to_str().expect("text").to_owned();
        (status, reply.into_body().collect().await.map(|body| body.to_bytes()).ok())
    }

    #[tokio::test]
    async fn a_shared_reply_is_a_miss_and_then_a_hit_and_a_private_one_is_never() {
        let edge = Edge::default();
        let body = Some(Bytes::from("body"));
        assert_eq!(asked(&edge, PRIVATE).await, ("MISS".to_owned(), body.clone()));
        assert_eq!(asked(&edge, SHARED).await, ("MISS".to_owned(), body.clone()));
        assert_eq!(asked(&edge, SHARED).await, ("HIT".to_owned(), body));
    }
}
