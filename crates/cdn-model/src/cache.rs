//! What is kept, under which key, and what a request gets of it.

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
    client::send_on,
    lifetime,
    rules::{takes_part, vary},
};

/// The longest body that is kept, in bytes: a streamed one may be twice as long as others, and functions in Rust stream.
const LONGEST: usize = 20 * 1024 * 1024;

/// The cache of one region and one deployment.
#[derive(Default)]
pub struct Cache(HashMap<Key, Vec<Entry>>);

/// What is found for a request.
#[derive(Debug)]
pub enum Lookup {
    /// A fresh reply: it is the answer.
    Hit(Response<Bytes>),
    /// A reply past its freshness: it is the answer, and the function is asked for a new one meanwhile.
    Stale(Response<Bytes>),
    /// Nothing: the function answers, and its reply may be kept.
    Miss,
    /// A reply past its freshness, which the client does not want: the function answers, and its reply may be kept.
    Revalidated,
    /// The cache takes no part.
    Bypass,
}

/// Cookies are no part of it: whoever asks for the same gets the same.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    method: Method,
    host: Vec<HeaderValue>,
    /// As it was spelled, its query included.
    uri: String,
    accept: Vec<HeaderValue>,
    accept_encoding: Vec<HeaderValue>,
}

struct Entry {
    /// The headers that the reply depends on, as its request had them.
    varies: Vec<(HeaderName, Vec<HeaderValue>)>,
    kept_at: DateTime<Utc>,
    lifetime: Lifetime,
    response: Response<Bytes>,
}

impl Cache {
    /// Looks for a reply to a request that comes at `now`.
    pub fn request(&self, now: DateTime<Utc>, request: &request::Parts) -> Lookup {
        if takes_part(request).is_err() {
            return Lookup::Bypass;
        }
        let Some(entry) = self.find(request) else { return Lookup::Miss };
        let age = now - entry.kept_at;
        let Lifetime { fresh, while_revalidating, .. } = entry.lifetime;
        if age < fresh {
            return Lookup::Hit(entry.answer(now, CacheStatus::Hit));
        }
        if age >= fresh + while_revalidating {
            return Lookup::Miss;
        }
        if request.headers.get(PRAGMA).is_some_and(|pragma| pragma.as_bytes().eq_ignore_ascii_case(b"no-cache")) {
            return Lookup::Revalidated;
        }
        Lookup::Stale(entry.answer(now, CacheStatus::Stale))
    }

    /// Keeps a reply that came whole at `now`, where it may be kept. Its age counts from then on, though it may have
    /// been made earlier: that is the longest that any cache would keep it. What may not be kept leaves alone what is.
    pub fn store(&mut self, now: DateTime<Utc>, request: &request::Parts, response: &response::Parts, body: Bytes) {
        let Ok(lifetime) = lifetime(request, response) else { return };
        if body.len() > LONGEST {
            return;
        }
        let names = vary(&response.headers).into_iter().filter_map(|name| HeaderName::try_from(name).ok());
        let varies = names.map(|name| (name.clone(), values(&request.headers, &name))).collect();
        let entry = Entry { varies, kept_at: now, lifetime, response: Response::from_parts(response.clone(), body) };
        let entries = self.0.entry(Key::of(request)).or_default();
        entries.retain(|known| known.varies != entry.varies);
        entries.push(entry);
        self.0.retain(|_, entries| {
            entries.retain(|entry| now - entry.kept_at < entry.lifetime.whole());
            !entries.is_empty()
        });
    }

    /// What is served in the place of an error of the function: a reply that allows it by `stale-if-error`.
    pub fn instead_of_error(&self, now: DateTime<Utc>, request: &request::Parts) -> Option<Response<Bytes>> {
        takes_part(request).ok()?;
        let entry = self.find(request)?;
        let is_allowed = now - entry.kept_at < entry.lifetime.fresh + entry.lifetime.on_error;
        is_allowed.then(|| entry.answer(now, CacheStatus::Stale))
    }

    fn find(&self, request: &request::Parts) -> Option<&Entry> {
        let mut entries = self.0.get(&Key::of(request))?.iter();
        entries.find(|entry| entry.varies.iter().all(|(name, sent)| values(&request.headers, name) == *sent))
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
    fn answer(&self, now: DateTime<Utc>, status: CacheStatus) -> Response<Bytes> {
        let mut response = self.response.clone();
        send_on(response.headers_mut(), status);
        let age = (now - self.kept_at).max(TimeDelta::zero()).num_seconds();
        response.headers_mut().insert(AGE, HeaderValue::from(age));
        response
    }
}

impl Lifetime {
    /// When nothing of it is served any more, whatever happens.
    fn whole(self) -> TimeDelta {
        self.fresh + self.while_revalidating.max(self.on_error)
    }
}

fn values(headers: &HeaderMap, name: &HeaderName) -> Vec<HeaderValue> {
    headers.get_all(name).iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const KEPT: [(&str, &str); 1] =
        [("vercel-cdn-cache-control", "s-maxage=10, stale-while-revalidate=20, stale-if-error=60")];

    /// A cache, and a clock that begins at nought.
    #[derive(Default)]
    struct Edge(Cache);

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn parts(request: request::Builder) -> request::Parts {
        request.body(()).expect("a request").into_parts().0
    }

    fn get(uri: &str) -> request::Builder {
        Request::get(uri).header("host", "example.com")
    }

    impl Edge {
        /// The function answers a request with a body and headers.
        fn answered(&mut self, at: i64, request: request::Builder, body: &'static str, headers: &[(&str, &str)]) {
            let mut response = Response::builder();
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            let (response, ()) = response.body(()).expect("a response").into_parts();
            self.0.store(second(at), &parts(request), &response, Bytes::from(body));
        }

        /// What is found: where it comes from, and the body where it is kept.
        fn found(&self, at: i64, request: request::Builder) -> (&'static str, Option<String>) {
            let lookup = self.0.request(second(at), &parts(request));
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
            let (found, kept) = self.found(at, request);
            assert_eq!((found, kept.as_deref()), (status, body), "second {at}");
        }
    }

    #[test]
    fn a_reply_is_fresh_then_stale_then_gone() {
        let mut edge = Edge::default();
        edge.check(0, get("/x"), "MISS", None);
        edge.answered(0, get("/x"), "one", &KEPT);
        for (at, status, body) in [(0, "HIT", true), (9, "HIT", true), (10, "STALE", true), (29, "STALE", true)] {
            edge.check(at, get("/x"), status, body.then_some("one"));
        }
        edge.check(30, get("/x"), "MISS", None);
        edge.answered(25, get("/x"), "two", &KEPT);
        edge.check(30, get("/x"), "HIT", Some("two"));
    }

    #[test]
    fn a_slow_reply_is_as_old_as_its_arrival() {
        let mut edge = Edge::default();
        edge.answered(60, get("/x"), "asked for at nought", &KEPT);
        edge.check(69, get("/x"), "HIT", Some("asked for at nought"));
        let Lookup::Hit(response) = edge.0.request(second(69), &parts(get("/x"))) else { panic!("it is fresh") };
        assert_eq!(response.headers()["age"], "9");
    }

    #[test]
    fn a_client_may_refuse_what_is_stale_and_not_what_is_fresh() {
        let mut edge = Edge::default();
        edge.answered(0, get("/x"), "one", &KEPT);
        edge.check(9, get("/x").header("pragma", "no-cache"), "HIT", Some("one"));
        edge.check(10, get("/x").header("pragma", "no-cache"), "REVALIDATED", None);
        edge.check(10, get("/x").header("cache-control", "no-cache"), "STALE", Some("one"));
        edge.check(30, get("/x").header("pragma", "no-cache"), "MISS", None);
    }

    #[test]
    fn an_error_is_replaced_as_long_as_that_is_allowed() {
        let mut edge = Edge::default();
        let instead = |edge: &Edge, at, request| edge.0.instead_of_error(second(at), &parts(request)).is_some();
        assert!(!instead(&edge, 0, get("/x")));
        edge.answered(0, get("/x"), "one", &KEPT);
        assert!(instead(&edge, 69, get("/x")));
        assert!(!instead(&edge, 70, get("/x")));
        assert!(!instead(&edge, 5, get("/x").header("authorization", "x")));
        edge.answered(0, get("/y"), "one", &[("cache-control", "s-maxage=10")]);
        assert!(!instead(&edge, 10, get("/y")));
    }

    #[test]
    fn the_key_is_method_host_address_and_what_is_accepted_and_no_cookie() {
        let mut edge = Edge::default();
        edge.answered(0, get("/x?a=1").header("cookie", "session=ann"), "ann's", &KEPT);
        for same in [get("/x?a=1"), get("/x?a=1").header("cookie", "session=bob").header("x-api-key", "k")] {
            edge.check(0, same, "HIT", Some("ann's"));
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
            edge.check(0, other, "MISS", None);
        }
    }

    #[test]
    fn vary_parts_what_one_key_would_join() {
        let mut edge = Edge::default();
        let varying = [KEPT[0], ("vary", "X-Country")];
        let from = |country: &str| get("/x").header("x-country", country);
        edge.answered(0, from("AT"), "servus", &varying);
        edge.answered(0, from("DE"), "hallo", &varying);
        edge.check(1, from("AT"), "HIT", Some("servus"));
        edge.check(1, from("DE"), "HIT", Some("hallo"));
        edge.check(1, from("CH"), "MISS", None);
        edge.check(1, get("/x"), "MISS", None);
    }

    #[test]
    fn authorization_passes_by_and_neither_takes_nor_leaves_anything() {
        let mut edge = Edge::default();
        let authorized = || get("/x").header("authorization", "Bearer k");
        edge.answered(0, authorized(), "hers", &KEPT);
        edge.check(0, get("/x"), "MISS", None);
        edge.answered(0, get("/x"), "everybody's", &KEPT);
        edge.check(0, authorized(), "BYPASS", None);
        edge.check(0, get("/x").header("range", "bytes=0-"), "BYPASS", None);
        edge.check(0, Request::post("/x").header("host", "example.com"), "BYPASS", None);
    }

    #[test]
    fn what_may_not_be_kept_leaves_alone_what_is() {
        let mut edge = Edge::default();
        edge.answered(0, get("/x"), "one", &KEPT);
        edge.answered(5, get("/x"), "two", &[("vercel-cdn-cache-control", "private, no-store")]);
        edge.check(15, get("/x"), "STALE", Some("one"));
    }
}
