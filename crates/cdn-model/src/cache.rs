//! The stored replies, their keys, and the lookup of a request.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{
    HeaderMap, HeaderValue, Method, Response,
    header::{ACCEPT, ACCEPT_ENCODING, AGE, HOST, HeaderName, PRAGMA},
    request, response,
};

use crate::{
    CacheStatus, Lifetime,
    client::client_headers,
    lifetime,
    rules::{check_request, vary},
};

/// The longest body that is stored, in bytes: the limit of streamed replies, which is twice that of others. Functions in
/// Rust stream.
const MAX_BODY_LENGTH: usize = 20 * 1024 * 1024;

/// The cache of one region and one deployment.
#[derive(Default)]
pub struct Cache(HashMap<Key, Vec<Entry>>);

/// The result of looking up a request.
#[derive(Debug)]
pub enum Lookup {
    /// A fresh reply, which is served.
    Hit(Response<Bytes>),
    /// A stale reply, which is served while the function is called for a new one.
    Stale(Response<Bytes>),
    /// No reply: the function is called, and its reply may be stored.
    Miss,
    /// A stale reply that the client refuses: the function is called, and its reply may be stored.
    Revalidated,
    /// The cache does not handle the request.
    Bypass,
}

/// Without cookies: requests that differ only in cookies share a reply.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    method: Method,
    host: Vec<HeaderValue>,
    /// As written, including the query.
    uri: String,
    accept: Vec<HeaderValue>,
    accept_encoding: Vec<HeaderValue>,
}

struct Entry {
    /// The request headers that the reply varies by, with the values of its request.
    vary: Vec<(HeaderName, Vec<HeaderValue>)>,
    stored_at: DateTime<Utc>,
    lifetime: Lifetime,
    response: Response<Bytes>,
}

impl Cache {
    /// Looks up the reply to a request received at `now`.
    pub fn lookup(&self, now: DateTime<Utc>, request: &request::Parts) -> Lookup {
        if check_request(request).is_err() {
            return Lookup::Bypass;
        }
        let Some(entry) = self.find(request) else { return Lookup::Miss };
        let age = now - entry.stored_at;
        let Lifetime { fresh, stale_while_revalidate, .. } = entry.lifetime;
        if age < fresh {
            return Lookup::Hit(entry.response(now, CacheStatus::Hit));
        }
        if age >= fresh + stale_while_revalidate {
            return Lookup::Miss;
        }
        if request.headers.get(PRAGMA).is_some_and(|pragma| pragma.as_bytes().eq_ignore_ascii_case(b"no-cache")) {
            return Lookup::Revalidated;
        }
        Lookup::Stale(entry.response(now, CacheStatus::Stale))
    }

    /// Stores a reply whose last byte arrived at `now`, if it may be stored. Its age counts from then, although it was
    /// generated earlier: no cache would store it longer. A reply that may not be stored does not replace a stored one.
    pub fn store(&mut self, now: DateTime<Utc>, request: &request::Parts, response: &response::Parts, body: Bytes) {
        let Ok(lifetime) = lifetime(request, response) else { return };
        if body.len() > MAX_BODY_LENGTH {
            return;
        }
        let names = vary(&response.headers).into_iter().filter_map(|name| HeaderName::try_from(name).ok());
        let vary = names.map(|name| (name.clone(), values(&request.headers, &name))).collect();
        let entry = Entry { vary, stored_at: now, lifetime, response: Response::from_parts(response.clone(), body) };
        let entries = self.0.entry(Key::of(request)).or_default();
        entries.retain(|known| known.vary != entry.vary);
        entries.push(entry);
        self.0.retain(|_, entries| {
            entries.retain(|entry| now - entry.stored_at < entry.lifetime.total());
            !entries.is_empty()
        });
    }

    /// The reply that is served in place of an error of the function, if a stored one allows it by `stale-if-error`.
    pub fn instead_of_error(&self, now: DateTime<Utc>, request: &request::Parts) -> Option<Response<Bytes>> {
        check_request(request).ok()?;
        let entry = self.find(request)?;
        let is_allowed = now - entry.stored_at < entry.lifetime.fresh + entry.lifetime.stale_if_error;
        is_allowed.then(|| entry.response(now, CacheStatus::Stale))
    }

    fn find(&self, request: &request::Parts) -> Option<&Entry> {
        let mut entries = self.0.get(&Key::of(request))?.iter();
        entries.find(|entry| entry.vary.iter().all(|(name, sent)| values(&request.headers, name) == *sent))
    }
}

impl Lookup {
    /// Where the reply comes from.
    pub fn status(&self) -> CacheStatus {
        match self {
            Self::Hit(_) => CacheStatus::Hit,
            Self::Stale(_) => CacheStatus::Stale,
            Self::Miss => CacheStatus::Miss,
            Self::Revalidated => CacheStatus::Revalidated,
            Self::Bypass => CacheStatus::Bypass,
        }
    }
}

impl Key {
    fn of(request: &request::Parts) -> Self {
        Self {
            method: request.method.clone(),
            host: values(&request.headers, &HOST),
            uri: request.uri.to_string(),
            accept: values(&request.headers, &ACCEPT),
            accept_encoding: values(&request.headers, &ACCEPT_ENCODING),
        }
    }
}

impl Entry {
    fn response(&self, now: DateTime<Utc>, status: CacheStatus) -> Response<Bytes> {
        let mut response = self.response.clone();
        client_headers(response.headers_mut(), status);
        let age = (now - self.stored_at).max(TimeDelta::zero()).num_seconds();
        response.headers_mut().insert(AGE, HeaderValue::from(age));
        response
    }
}

impl Lifetime {
    /// How long it is served at most.
    fn total(self) -> TimeDelta {
        self.fresh + self.stale_while_revalidate.max(self.stale_if_error)
    }
}

fn values(headers: &HeaderMap, name: &HeaderName) -> Vec<HeaderValue> {
    headers.get_all(name).iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const STORED: [(&str, &str); 1] =
        [("vercel-cdn-cache-control", "s-maxage=10, stale-while-revalidate=20, stale-if-error=60")];

    /// A cache whose clock starts at second 0.
    #[derive(Default)]
    struct TestCache(Cache);

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn parts(request: request::Builder) -> request::Parts {
        request.body(()).expect("a request").into_parts().0
    }

    fn get(uri: &str) -> request::Builder {
        Request::get(uri).header("host", "example.com")
    }

    impl TestCache {
        /// Stores the function's reply to a request.
        fn store(&mut self, at: i64, request: request::Builder, body: &'static str, headers: &[(&str, &str)]) {
            let mut response = Response::builder();
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            let (response, ()) = response.body(()).expect("a response").into_parts();
            self.0.store(second(at), &parts(request), &response, Bytes::from(body));
        }

        /// The status of a lookup, and the body of a stored reply.
        fn lookup(&self, at: i64, request: request::Builder) -> (&'static str, Option<String>) {
            let lookup = self.0.lookup(second(at), &parts(request));
            let status = lookup.status().name();
            match lookup {
                Lookup::Hit(response) | Lookup::Stale(response) => {
                    assert_eq!(response.headers()["x-vercel-cache"], status);
                    assert!(!response.headers().contains_key("vercel-cdn-cache-control"));
                    (status, Some(String::from_utf8(response.into_body().to_vec()).expect("text")))
                }
                Lookup::Miss | Lookup::Revalidated | Lookup::Bypass => (status, None),
            }
        }

        #[track_caller]
        fn check(&self, at: i64, request: request::Builder, status: &str, body: Option<&str>) {
            let (found, stored) = self.lookup(at, request);
            assert_eq!((found, stored.as_deref()), (status, body), "second {at}");
        }
    }

    #[test]
    fn a_reply_is_fresh_then_stale_then_expired() {
        let mut cache = TestCache::default();
        cache.check(0, get("/x"), "MISS", None);
        cache.store(0, get("/x"), "one", &STORED);
        for (at, status, body) in [(0, "HIT", true), (9, "HIT", true), (10, "STALE", true), (29, "STALE", true)] {
            cache.check(at, get("/x"), status, body.then_some("one"));
        }
        cache.check(30, get("/x"), "MISS", None);
        cache.store(25, get("/x"), "two", &STORED);
        cache.check(30, get("/x"), "HIT", Some("two"));
    }

    #[test]
    fn the_age_of_a_reply_counts_from_its_arrival() {
        let mut cache = TestCache::default();
        cache.store(60, get("/x"), "requested at second 0", &STORED);
        cache.check(69, get("/x"), "HIT", Some("requested at second 0"));
        let Lookup::Hit(response) = cache.0.lookup(second(69), &parts(get("/x"))) else { panic!("it is fresh") };
        assert_eq!(response.headers()["age"], "9");
    }

    #[test]
    fn a_client_may_refuse_a_stale_reply_but_not_a_fresh_one() {
        let mut cache = TestCache::default();
        cache.store(0, get("/x"), "one", &STORED);
        cache.check(9, get("/x").header("pragma", "no-cache"), "HIT", Some("one"));
        cache.check(10, get("/x").header("pragma", "no-cache"), "REVALIDATED", None);
        cache.check(10, get("/x").header("cache-control", "no-cache"), "STALE", Some("one"));
        cache.check(30, get("/x").header("pragma", "no-cache"), "MISS", None);
    }

    #[test]
    fn stale_if_error_limits_how_long_an_error_is_replaced() {
        let mut cache = TestCache::default();
        let instead = |cache: &TestCache, at, request| cache.0.instead_of_error(second(at), &parts(request)).is_some();
        assert!(!instead(&cache, 0, get("/x")));
        cache.store(0, get("/x"), "one", &STORED);
        assert!(instead(&cache, 69, get("/x")));
        assert!(!instead(&cache, 70, get("/x")));
        assert!(!instead(&cache, 5, get("/x").header("authorization", "x")));
        cache.store(0, get("/y"), "one", &[("cache-control", "s-maxage=10")]);
        assert!(!instead(&cache, 10, get("/y")));
    }

    #[test]
    fn the_key_is_method_host_uri_and_accept_headers_without_cookies() {
        let mut cache = TestCache::default();
        cache.store(0, get("/x?a=1").header("cookie", "session=ann"), "ann's", &STORED);
        for same in [get("/x?a=1"), get("/x?a=1").header("cookie", "session=bob").header("x-api-key", "k")] {
            cache.check(0, same, "HIT", Some("ann's"));
        }
        for other in [
            Request::head("/x?a=1").header("host", "example.com"),
            Request::get("/x?a=1").header("host", "example.org"),
            get("/x?a=2"),
            get("/x?a=%31"),
            get("/x?a=1&"),
            get("/x"),
            get("/x?a=1").header("accept", "text/html"),
            get("/x?a=1").header("accept-encoding", "gzip"),
        ] {
            cache.check(0, other, "MISS", None);
        }
    }

    #[test]
    fn vary_separates_replies_with_the_same_key() {
        let mut cache = TestCache::default();
        let varying = [STORED[0], ("vary", "X-Country")];
        let from = |country: &str| get("/x").header("x-country", country);
        cache.store(0, from("AT"), "servus", &varying);
        cache.store(0, from("DE"), "hallo", &varying);
        cache.check(1, from("AT"), "HIT", Some("servus"));
        cache.check(1, from("DE"), "HIT", Some("hallo"));
        cache.check(1, from("CH"), "MISS", None);
        cache.check(1, get("/x"), "MISS", None);
    }

    #[test]
    fn requests_with_authorization_are_neither_served_nor_stored() {
        let mut cache = TestCache::default();
        let authorized = || get("/x").header("authorization", "Bearer k");
        cache.store(0, authorized(), "hers", &STORED);
        cache.check(0, get("/x"), "MISS", None);
        cache.store(0, get("/x"), "shared", &STORED);
        cache.check(0, authorized(), "BYPASS", None);
        cache.check(0, get("/x").header("range", "bytes=0-"), "BYPASS", None);
        cache.check(0, Request::post("/x").header("host", "example.com"), "BYPASS", None);
    }

    #[test]
    fn a_reply_that_may_not_be_stored_does_not_replace_a_stored_one() {
        let mut cache = TestCache::default();
        cache.store(0, get("/x"), "one", &STORED);
        cache.store(5, get("/x"), "two", &[("vercel-cdn-cache-control", "private, no-store")]);
        cache.check(15, get("/x"), "STALE", Some("one"));
    }
}
