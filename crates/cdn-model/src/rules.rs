//! Whether a reply may be stored, and for how long: the platform's conditions.

use chrono::TimeDelta;
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, RANGE, SET_COOKIE, VARY},
    request, response,
};

use crate::directives::Directives;

/// The platform's own header, before the one that all CDNs read.
pub(crate) const VERCEL_CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("vercel-cdn-cache-control");
const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");

const MIN_SECONDS: i64 = 1;
const MAX_SECONDS: i64 = 31_536_000;

/// How long a reply is served from the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// How long it is fresh.
    pub fresh: TimeDelta,
    /// How long it is served after that while a new one is fetched.
    pub stale_while_revalidate: TimeDelta,
    /// How long it is served after it was fresh in place of an error.
    pub stale_if_error: TimeDelta,
}

/// Why a reply is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotStored {
    /// The request's method is neither GET nor HEAD.
    Method,
    /// The request is for a range.
    Range,
    /// The request carries `Authorization`.
    Authorization,
    /// Replies with this status are not stored.
    Status,
    /// The reply sets a cookie.
    SetCookie,
    /// The reply has `Vary: *`.
    VaryAny,
    /// The reply varies by cookie, which the platform reports as `vary_key_denied:cookie`.
    VaryCookie,
    /// The header that applies has `private`, `no-cache` or `no-store`.
    Forbidden,
    /// No header has a lifetime.
    NoLifetime,
}

/// How long the reply to a request is stored.
///
/// # Errors
/// Returns the reason if it is not stored.
pub fn lifetime(request: &request::Parts, response: &response::Parts) -> Result<Lifetime, NotStored> {
    check_request(request)?;
    if !is_stored(response.status) {
        return Err(NotStored::Status);
    }
    if response.headers.contains_key(SET_COOKIE) {
        return Err(NotStored::SetCookie);
    }
    for name in vary(&response.headers) {
        match name.as_str() {
            "*" => return Err(NotStored::VaryAny),
            "cookie" => return Err(NotStored::VaryCookie),
            _ => {}
        }
    }
    header_lifetime(&response.headers)
}

/// Checks that the cache handles a request.
///
/// # Errors
/// Returns the reason if it does not: such a request is not served from the cache, and its reply is not stored.
pub(crate) fn check_request(request: &request::Parts) -> Result<(), NotStored> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(NotStored::Method);
    }
    if request.headers.contains_key(RANGE) {
        return Err(NotStored::Range);
    }
    if request.headers.contains_key(AUTHORIZATION) { Err(NotStored::Authorization) } else { Ok(()) }
}

/// The request headers of a reply's `Vary`, in lower case.
pub(crate) fn vary(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(',')).map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

fn is_stored(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::OK
            | StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    )
}

/// The lifetime of the first of the three headers that has a directive; the others are ignored.
fn header_lifetime(headers: &HeaderMap) -> Result<Lifetime, NotStored> {
    let own = [VERCEL_CDN_CACHE_CONTROL, CDN_CACHE_CONTROL];
    let (directives, fresh): (_, &[&str]) = match own.iter().find_map(|name| Directives::of(headers, name)) {
        // In the CDN headers `max-age` is for the CDN; in `Cache-Control` it is for the browser.
        Some(directives) => (directives, &["s-maxage", "max-age"]),
        None => (Directives::of(headers, &CACHE_CONTROL).ok_or(NotStored::NoLifetime)?, &["s-maxage"]),
    };
    if ["private", "no-cache", "no-store"].into_iter().any(|word| directives.has(word)) {
        return Err(NotStored::Forbidden);
    }
    let fresh = fresh.iter().find_map(|name| directives.seconds(name));
    let fresh = fresh.filter(|seconds| *seconds >= MIN_SECONDS).ok_or(NotStored::NoLifetime)?;
    let seconds = |seconds: i64| TimeDelta::seconds(seconds.clamp(0, MAX_SECONDS));
    let after = |name| seconds(directives.seconds(name).unwrap_or_default());
    Ok(Lifetime {
        fresh: seconds(fresh),
        stale_while_revalidate: after("stale-while-revalidate"),
        stale_if_error: after("stale-if-error"),
    })
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};

    use super::*;

    /// The lifetime of a reply with a status and headers, in seconds.
    fn seconds(request: request::Builder, status: u16, headers: &[(&str, &str)]) -> Result<(i64, i64, i64), NotStored> {
        let (request, ()) = request.uri("/api/x?y=1").body(()).expect("a request").into_parts();
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let (response, ()) = response.body(()).expect("a response").into_parts();
        lifetime(&request, &response).map(|lifetime| {
            let Lifetime { fresh, stale_while_revalidate, stale_if_error } = lifetime;
            (fresh.num_seconds(), stale_while_revalidate.num_seconds(), stale_if_error.num_seconds())
        })
    }

    #[test]
    fn the_first_header_with_directives_sets_the_lifetime() {
        let check = |headers: &[(&str, &str)], expected: Result<(i64, i64, i64), NotStored>| {
            assert_eq!(seconds(Request::get("/"), 200, headers), expected, "{headers:?}");
        };
        let (own, cdn, plain) = ("vercel-cdn-cache-control", "cdn-cache-control", "cache-control");
        check(&[], Err(NotStored::NoLifetime));
        check(&[(plain, "public, max-age=0, must-revalidate")], Err(NotStored::NoLifetime));
        check(&[(plain, "public, max-age=60")], Err(NotStored::NoLifetime));
        check(&[(plain, "s-maxage=60")], Ok((60, 0, 0)));
        check(&[(plain, "s-maxage=60, stale-while-revalidate=5, stale-if-error=7")], Ok((60, 5, 7)));
        check(&[(plain, "stale-while-revalidate=5")], Err(NotStored::NoLifetime));
        check(&[(plain, "s-maxage=0")], Err(NotStored::NoLifetime));
        check(&[(plain, "s-maxage=1")], Ok((1, 0, 0)));
        check(&[(plain, "s-maxage=99999999999")], Ok((MAX_SECONDS, 0, 0)));
        for word in ["private", "no-cache", "no-store"] {
            check(&[(plain, &format!("s-maxage=60, {word}"))], Err(NotStored::Forbidden));
            check(&[(own, word), (cdn, "max-age=5"), (plain, "s-maxage=60")], Err(NotStored::Forbidden));
        }
        check(&[(own, "max-age=9"), (cdn, "max-age=5"), (plain, "private, no-store")], Ok((9, 0, 0)));
        check(&[(cdn, "max-age=5"), (plain, "private, no-store")], Ok((5, 0, 0)));
        check(&[(own, "max-age=9, s-maxage=3")], Ok((3, 0, 0)));
        check(&[(own, ""), (cdn, "max-age=5")], Ok((5, 0, 0)));
        check(&[(own, "public"), (plain, "s-maxage=60")], Err(NotStored::NoLifetime));
    }

    #[test]
    fn some_statuses_are_stored_including_404() {
        let all = 100..=599;
        let kept = all.filter(|status| seconds(Request::get("/"), *status, &[("cache-control", "s-maxage=1")]).is_ok());
        assert_eq!(kept.collect::<Vec<_>>(), [200, 301, 302, 307, 308, 404, 410]);
    }

    #[test]
    fn replies_that_set_cookies_or_vary_too_widely_are_not_stored() {
        let check = |name: &str, value: &str, expected: Result<(i64, i64, i64), NotStored>| {
            let headers = [("cache-control", "s-maxage=1"), (name, value)];
            assert_eq!(seconds(Request::get("/"), 200, &headers), expected, "{name}: {value}");
        };
        check("set-cookie", "a=b", Err(NotStored::SetCookie));
        check("vary", "*", Err(NotStored::VaryAny));
        check("vary", "Accept, Cookie", Err(NotStored::VaryCookie));
        check("vary", "X-Vercel-IP-Country", Ok((1, 0, 0)));
        // Undocumented; a request with this header bypasses the cache anyway.
        check("vary", "Authorization", Ok((1, 0, 0)));
    }

    #[test]
    fn requests_with_a_range_or_authorization_bypass_the_cache_and_cookies_do_not() {
        let check = |request: request::Builder, expected: Result<(i64, i64, i64), NotStored>| {
            let description = format!("{request:?}");
            assert_eq!(seconds(request, 200, &[("cache-control", "s-maxage=1")]), expected, "{description}");
        };
        check(Request::get("/"), Ok((1, 0, 0)));
        check(Request::head("/"), Ok((1, 0, 0)));
        check(Request::post("/"), Err(NotStored::Method));
        check(Request::options("/"), Err(NotStored::Method));
        check(Request::get("/").header("range", "bytes=0-1"), Err(NotStored::Range));
        check(Request::get("/").header("authorization", "Bearer x"), Err(NotStored::Authorization));
        check(Request::get("/").header("authorization", ""), Err(NotStored::Authorization));
        check(Request::get("/").header("cookie", "session=x").header("x-api-key", "x"), Ok((1, 0, 0)));
    }
}
