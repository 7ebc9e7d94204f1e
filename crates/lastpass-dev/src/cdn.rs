//! The model of the platform's shared cache in front of the local routes, so that revalidation can be seen locally.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cdn_model::{Cache, CacheStatus, Lookup, client_headers, lifetime};
use chrono::Utc;
use http::{Response, StatusCode, request::Parts};
use http_body_util::BodyExt;
use lastpass_core::web::Body;

/// The cache of this process.
#[derive(Default)]
pub(crate) struct Cdn(Mutex<Cache>);

/// What the cache holds for a request.
pub(crate) enum Cached {
    /// A reply that is served.
    Fresh(Response<Body>),
    /// A reply that is served while the function is called for a new one.
    Stale(Response<Body>),
    /// No reply: the function is called.
    Missing(CacheStatus),
}

impl Cdn {
    /// Looks up the reply to a request.
    pub(crate) fn lookup(&self, request: &Parts) -> Cached {
        let lookup = self.lock().lookup(Utc::now(), request);
        match lookup {
            Lookup::Hit(reply) => Cached::Fresh(reply.map(body)),
            Lookup::Stale(reply) => Cached::Stale(reply.map(body)),
            Lookup::Miss | Lookup::Revalidated | Lookup::Bypass => Cached::Missing(lookup.status()),
        }
    }

    /// Stores a function's reply if it may be stored, and returns what the client receives. A reply that is not stored
    /// is streamed.
    pub(crate) async fn forward(&self, request: &Parts, reply: Response<Body>, status: CacheStatus) -> Response<Body> {
        let (mut head, mut streamed) = reply.into_parts();
        if head.status.is_server_error()
            && let Some(stored) = self.lock().instead_of_error(Utc::now(), request)
        {
            return stored.map(body);
        }
        if lifetime(request, &head).is_ok() {
            let Ok(whole) = streamed.collect().await else { return bad_gateway() };
            let whole = whole.to_bytes();
            self.lock().store(Utc::now(), request, &head, whole.clone());
            streamed = body(whole);
        }
        client_headers(&mut head.headers, status);
        Response::from_parts(head, streamed)
    }

    /// No code panics while it holds the lock, so the value behind a poisoned one is consistent.
    fn lock(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reply if the function's body ends early: no byte has reached the client yet.
fn bad_gateway() -> Response<Body> {
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

    /// Sends a request to a function that replies with `cache_control`, and returns the cache's status and the body.
    async fn get(cdn: &Cdn, cache_control: &str) -> (String, Option<Bytes>) {
        let (request, ()) = Request::get("/api/x").body(()).expect("a request").into_parts();
        let reply = match cdn.lookup(&request) {
            Cached::Fresh(reply) | Cached::Stale(reply) => reply,
            Cached::Missing(status) => {
                let reply = Response::builder().header("vercel-cdn-cache-control", cache_control);
                let reply = reply.body(Body::from(b"body".to_vec())).expect("a reply");
                cdn.forward(&request, reply, status).await
            }
        };
        assert!(!reply.headers().contains_key("vercel-cdn-cache-control"));
        let status = reply.headers()["x-vercel-cache"].to_str().expect("text").to_owned();
        (status, reply.into_body().collect().await.map(|body| body.to_bytes()).ok())
    }

    #[tokio::test]
    async fn a_shared_reply_is_a_miss_and_then_a_hit_and_a_private_one_is_always_a_miss() {
        let cdn = Cdn::default();
        let body = Some(Bytes::from("body"));
        assert_eq!(get(&cdn, PRIVATE).await, ("MISS".to_owned(), body.clone()));
        assert_eq!(get(&cdn, SHARED).await, ("MISS".to_owned(), body.clone()));
        assert_eq!(get(&cdn, SHARED).await, ("HIT".to_owned(), body));
    }
}
