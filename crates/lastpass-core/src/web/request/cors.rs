//! The origin of a request: what the browser reports of the page that sent it, and which other origins may read replies.
//! Pure.

use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
    },
};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

const REQUEST_HEADERS: &str =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Lastpass-Read-After, X-Api-Key";
/// Every header of our replies that a page may not read by itself (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
const REPLY_HEADERS: &str = "Allow, Clear-Site-Data, Content-Disposition, ETag, Idempotency-Replayed, Lastpass-Read-After, Link, \
                             Referrer-Policy, Retry-After, Server-Timing, Vary, Vercel-CDN-Cache-Control, \
                             WWW-Authenticate, X-Content-Type-Options, X-Request-Id";

/// The other origins whose pages may read replies (`CORS_ALLOWED_ORIGINS`). They send a key or a token, never a cookie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    pub(crate) fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    /// The request's origin, if it is one of them.
    fn allowed_origin<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        let origin = single_value(headers, &ORIGIN)?;
        self.0.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then_some(origin)
    }

    /// Sets the headers by which a browser lets a page of an allowed origin read the reply.
    pub(crate) fn set_cors_headers(&self, request: &HeaderMap, reply: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        // A cache must not reuse the reply for another origin.
        reply.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = self.allowed_origin(request) {
            reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            reply.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(REPLY_HEADERS));
        }
    }

    /// The headers of the reply to a preflight request; `None` if its origin is not allowed.
    pub(crate) fn preflight(&self, request: &HeaderMap, methods: &str) -> Option<HeaderMap> {
        self.allowed_origin(request)?;
        let mut reply = HeaderMap::new();
        reply.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_str(methods).ok()?);
        reply.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(REQUEST_HEADERS));
        reply.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        Some(reply)
    }

    /// Checks that the request comes from this host's own page or from an allowed origin. A cookie proves neither: browsers
    /// attach it to the requests of any page.
    ///
    /// # Errors
    /// Returns where the request seems to come from.
    pub(crate) fn require_trusted_origin(&self, headers: &HeaderMap) -> Result<(), UntrustedOrigin> {
        let is_same_origin = single_value(headers, &FETCH_SITE).is_some_and(|site| site == "same-origin");
        let origin = single_value(headers, &ORIGIN);
        if is_same_origin
            || self.allowed_origin(headers).is_some()
            || origin.is_some_and(|origin| is_own_origin(origin, headers))
        {
            return Ok(());
        }
        Err(match (headers.contains_key(FETCH_SITE), headers.contains_key(ORIGIN)) {
            (false, false) => UntrustedOrigin::ServerCode,
            (false, true) if origin.is_some_and(is_plain_http) => UntrustedOrigin::PlainHttp,
            (false | true, _) => UntrustedOrigin::OtherOrigin,
        })
    }
}

/// Where a request comes from that nothing proves to be of our own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UntrustedOrigin {
    /// A page that was loaded by plain http, without encryption: browsers send no `Sec-Fetch-Site` then, except on
    /// localhost.
    PlainHttp,
    /// No page: a program or server code.
    ServerCode,
    /// A page of another origin.
    OtherOrigin,
}

/// Whether an origin is plain http on another host than this machine.
fn is_plain_http(origin: &HeaderValue) -> bool {
    let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://")).map(|host| {
        let without_port = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if host.ends_with(']') { host } else { without_port }
    });
    host.is_some_and(|host| {
        !(host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]")
    })
}

/// Whether an origin is this host's own, over HTTPS.
fn is_own_origin(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let name = if headers.contains_key(FORWARDED_HOST) { FORWARDED_HOST } else { HOST };
    let host = single_value(headers, &name);
    let own = host.and_then(|host| host.to_str().ok()).map(|host| format!("https://{host}"));
    own.is_some_and(|own| own.as_bytes() == origin.as_bytes() && own.parse::<Uri>().is_ok())
}

/// The header's only value; `None` if it is repeated, since either value could be meant.
fn single_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let mut map = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            map.append(name, value);
        }
        map
    }

    #[test]
    fn only_headers_that_the_browser_sets_prove_the_origin() {
        let allowed = AllowedOrigins::new(vec!["https://dashboard.example.com".to_owned()]);
        let check = |pairs: &[(&'static str, &'static str)], expected: bool| {
            assert_eq!(allowed.require_trusted_origin(&headers(pairs)).is_ok(), expected, "{pairs:?}");
        };
        check(&[], false);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")], false);
        check(&[("origin", "https://app.example.com"), ("host", "app.example.com")], true);
        check(&[("origin", "http://app.example.com"), ("host", "app.example.com")], false);
        check(&[("origin", "https://evil.example.com"), ("host", "app.example.com")], false);
        let behind = ("x-forwarded-host", "app.example.com");
        check(&[("origin", "https://app.example.com"), behind, ("host", "internal")], true);
        check(&[("origin", "https://internal"), behind, ("host", "internal")], false);
        let other = ("x-forwarded-host", "other.example.com");
        check(&[("origin", "https://app.example.com"), behind, other, ("host", "app.example.com")], false);
        check(&[("origin", "https://dashboard.example.com"), ("host", "app.example.com")], true);
        check(&[("origin", "null"), ("host", "app.example.com")], false);
    }

    #[test]
    fn a_refused_origin_is_one_of_three_cases() {
        let check = |pairs: &[(&'static str, &'static str)], expected: UntrustedOrigin| {
            let found = AllowedOrigins::default().require_trusted_origin(&headers(pairs));
            assert_eq!(found, Err(expected), "{pairs:?}");
        };
        let host = ("host", "192.0.2.2:3711");
        check(&[host], UntrustedOrigin::ServerCode);
        check(&[host, ("sec-fetch-mode", "cors")], UntrustedOrigin::ServerCode);
        for origin in ["http://192.0.2.2:3711", "http://[2001:db8::1]:3000", "http://[2001:db8::1]", "http://intranet"]
        {
            check(&[host, ("origin", origin)], UntrustedOrigin::PlainHttp);
            check(&[host, ("origin", origin), ("sec-fetch-site", "cross-site")], UntrustedOrigin::OtherOrigin);
        }
        for origin in [
            "http://localhost:3000",
            "http://app.localhost",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "https://evil.example.com",
            "null",
        ] {
            check(&[host, ("origin", origin)], UntrustedOrigin::OtherOrigin);
        }
        for site in ["same-site", "cross-site", "none"] {
            check(&[host, ("sec-fetch-site", site)], UntrustedOrigin::OtherOrigin);
        }
    }

    #[test]
    fn only_allowed_origins_get_cors_headers() {
        let allowed = AllowedOrigins::new(vec!["https://dashboard.example.com".to_owned()]);
        let read = |origin: &'static str| {
            let mut reply = HeaderMap::new();
            allowed.set_cors_headers(&headers(&[("origin", origin)]), &mut reply);
            reply
        };
        let reply = read("https://dashboard.example.com");
        assert_eq!(reply[ACCESS_CONTROL_ALLOW_ORIGIN], "https://dashboard.example.com");
        assert_eq!(reply[VARY], "Origin");
        assert!(!reply.contains_key("access-control-allow-credentials"));
        for other in ["https://dashboard.example.com.evil.com", "https://DASHBOARD.example.com", "null"] {
            assert!(!read(other).contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), "{other}");
            assert!(allowed.preflight(&headers(&[("origin", other)]), "GET").is_none());
        }
        let mut reply = HeaderMap::new();
        AllowedOrigins::default().set_cors_headers(&headers(&[("origin", "null")]), &mut reply);
        assert!(reply.is_empty());
    }
}
