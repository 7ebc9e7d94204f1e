//! Whether a reply may be kept, and for how long: the platform's conditions, one by one.

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

const SHORTEST: i64 = 1;
const LONGEST: i64 = 31_536_000;

/// For how long a reply is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// How long it is served without a question.
    pub fresh: TimeDelta,
    /// How long it is served after that while a new one is asked for.
    pub while_revalidating: TimeDelta,
    /// How long it is served after it was fresh in the place of an error.
    pub on_error: TimeDelta,
}

/// Why a reply is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// The request's method is neither GET nor HEAD.
    Method,
    /// The request asks for a part.
    Range,
    /// The request carries `Authorization`.
    Authorization,
    /// The status is none of those that are kept.
    Status,
    /// The reply sets a cookie.
    SetCookie,
    /// The reply depends on what no key holds: `Vary: *`.
    VaryAny,
    /// The reply depends on cookies: `vary_key_denied:cookie`.
    VaryCookie,
    /// The header that decides says `private`, `no-cache` or `no-store`.
    Forbidden,
    /// No header says for how long.
    NoLifetime,
}

/// For how long the reply to a request is kept.
///
/// # Errors
/// Where it is not.
pub fn lifetime(request: &request::Parts, response: &response::Parts) -> Result<Lifetime, NotKept> {
    takes_part(request)?;
    if !is_kept(response.status) {
        return Err(NotKept::Status);
    }
    if response.headers.contains_key(SET_COOKIE) {
        return Err(NotKept::SetCookie);
    }
    for name in vary(&response.headers) {
        match name.as_str() {
            "*" => return Err(NotKept::VaryAny),
            "cookie" => return Err(NotKept::VaryCookie),
            _ => {}
        }
    }
    said(&response.headers)
}

/// Whether the cache takes part in answering a request.
///
/// # Errors
/// Where it does not: such a request is neither answered from the cache nor is its reply kept.
pub(crate) fn takes_part(request: &request::Parts) -> Result<(), NotKept> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(NotKept::Method);
    }
    if request.headers.contains_key(RANGE) {
        return Err(NotKept::Range);
    }
    if request.headers.contains_key(AUTHORIZATION) { Err(NotKept::Authorization) } else { Ok(()) }
}

/// The request's headers that a reply depends on, in lower case.
pub(crate) fn vary(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(',')).map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

fn is_kept(status: StatusCode) -> bool {
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

/// What the first of the three headers says that says anything; the others are passed over.
fn said(headers: &HeaderMap) -> Result<Lifetime, NotKept> {
    let own = [VERCEL_CDN_CACHE_CONTROL, CDN_CACHE_CONTROL];
    let (directives, fresh): (_, &[&str]) = match own.iter().find_map(|name| Directives::of(headers, name)) {
        // A CDN's own header means the CDN by `max-age`; in Cache-Control that is the browser's.
        Some(directives) => (directives, &["s-maxage", "max-age"]),
        None => (Directives::of(headers, &CACHE_CONTROL).ok_or(NotKept::NoLifetime)?, &["s-maxage"]),
    };
    if ["private", "no-cache", "no-store"].into_iter().any(|word| directives.has(word)) {
        return Err(NotKept::Forbidden);
    }
    let fresh = fresh.iter().find_map(|name| directives.seconds(name));
    let fresh = fresh.filter(|seconds| *seconds >= SHORTEST).ok_or(NotKept::NoLifetime)?;
    let seconds = |seconds: i64| TimeDelta::seconds(seconds.clamp(0, LONGEST));
    let after = |name| seconds(directives.seconds(name).unwrap_or_default());
    Ok(Lifetime {
        fresh: seconds(fresh),
        while_revalidating: after("stale-while-revalidate"),
        on_error: after("stale-if-error"),
    })
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};

    use super::*;

    /// Judges a plain GET's reply, of which some headers are others; a request's begin with `>`.
    fn judge(request: request::Builder, status: u16, headers: &[(&str, &str)]) -> Result<(i64, i64, i64), NotKept> {
        let (request, ()) = request.uri("/api/x?y=1").body(()).expect("a request").into_parts();
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let (response, ()) = response.body(()).expect("a response").into_parts();
        lifetime(&request, &response).map(|lifetime| {
            let Lifetime { fresh, while_revalidating, on_error } = lifetime;
            (fresh.num_seconds(), while_revalidating.num_seconds(), on_error.num_seconds())
        })
    }

    #[test]
    fn one_of_three_headers_decides_and_says_for_how_long() {
        let check = |headers: &[(&str, &str)], expected: Result<(i64, i64, i64), NotKept>| {
            assert_eq!(judge(Request::get("/"), 200, headers), expected, "{headers:?}");
        };
        let (own, cdn, usual) = ("vercel-cdn-cache-control", "cdn-cache-control", "cache-control");
        check(&[], Err(NotKept::NoLifetime));
        check(&[(usual, "public, max-age=0, must-revalidate")], Err(NotKept::NoLifetime));
        check(&[(usual, "public, max-age=60")], Err(NotKept::NoLifetime));
        check(&[(usual, "s-maxage=60")], Ok((60, 0, 0)));
        check(&[(usual, "s-maxage=60, stale-while-revalidate=5, stale-if-error=7")], Ok((60, 5, 7)));
        check(&[(usual, "stale-while-revalidate=5")], Err(NotKept::NoLifetime));
        check(&[(usual, "s-maxage=0")], Err(NotKept::NoLifetime));
        check(&[(usual, "s-maxage=1")], Ok((1, 0, 0)));
        check(&[(usual, "s-maxage=99999999999")], Ok((LONGEST, 0, 0)));
        for word in ["private", "no-cache", "no-store"] {
            check(&[(usual, &format!("s-maxage=60, {word}"))], Err(NotKept::Forbidden));
            check(&[(own, word), (cdn, "max-age=5"), (usual, "s-maxage=60")], Err(NotKept::Forbidden));
        }
        check(&[(own, "max-age=9"), (cdn, "max-age=5"), (usual, "private, no-store")], Ok((9, 0, 0)));
        check(&[(cdn, "max-age=5"), (usual, "private, no-store")], Ok((5, 0, 0)));
        check(&[(own, "max-age=9, s-maxage=3")], Ok((3, 0, 0)));
        check(&[(own, ""), (cdn, "max-age=5")], Ok((5, 0, 0)));
        check(&[(own, "public"), (usual, "s-maxage=60")], Err(NotKept::NoLifetime));
    }

    #[test]
    fn some_statuses_are_kept_and_404_is_among_them() {
        let all = 100..=599;
        let kept = all.filter(|status| judge(Request::get("/"), *status, &[("cache-control", "s-maxage=1")]).is_ok());
        assert_eq!(kept.collect::<Vec<_>>(), [200, 301, 302, 307, 308, 404, 410]);
    }

    #[test]
    fn a_cookie_set_and_a_wide_vary_are_not_kept() {
        let check = |name: &str, value: &str, expected: Result<(i64, i64, i64), NotKept>| {
            let headers = [("cache-control", "s-maxage=1"), (name, value)];
            assert_eq!(judge(Request::get("/"), 200, &headers), expected, "{name}: {value}");
        };
        check("set-cookie", "a=b", Err(NotKept::SetCookie));
        check("vary", "*", Err(NotKept::VaryAny));
        check("vary", "Accept, Cookie", Err(NotKept::VaryCookie));
        check("vary", "X-Vercel-IP-Country", Ok((1, 0, 0)));
        // Nothing is documented of this one; a request with the header takes no part anyway.
        check("vary", "Authorization", Ok((1, 0, 0)));
    }

    #[test]
    fn some_requests_take_no_part_and_a_cookie_does() {
        let check = |request: request::Builder, expected: Result<(i64, i64, i64), NotKept>| {
            let told = format!("{request:?}");
            assert_eq!(judge(request, 200, &[("cache-control", "s-maxage=1")]), expected, "{told}");
        };
        check(Request::get("/"), Ok((1, 0, 0)));
        check(Request::head("/"), Ok((1, 0, 0)));
        check(Request::post("/"), Err(NotKept::Method));
        check(Request::options("/"), Err(NotKept::Method));
        check(Request::get("/").header("range", "bytes=0-1"), Err(NotKept::Range));
        check(Request::get("/").header("authorization", "Bearer x"), Err(NotKept::Authorization));
        check(Request::get("/").header("authorization", ""), Err(NotKept::Authorization));
        check(Request::get("/").header("cookie", "session=x").header("x-api-key", "x"), Ok((1, 0, 0)));
    }
}
