//! What a client sees of the cache: the headers without those for the cache, and where the reply came from.

use http::{HeaderMap, HeaderName, HeaderValue, header::CACHE_CONTROL};

use crate::{directives::Directives, rules::VERCEL_CDN_CACHE_CONTROL};

const X_VERCEL_CACHE: HeaderName = HeaderName::from_static("x-vercel-cache");
/// What a client receives if the function sets no `Cache-Control` for it.
const DEFAULT: &str = "public, max-age=0, must-revalidate";

/// Where a reply came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheStatus {
    /// From the cache, fresh.
    Hit,
    /// From the cache, stale.
    Stale,
    /// From the function.
    Miss,
    /// From the function, since the client refused a stale reply.
    Revalidated,
    /// From the function, without the cache.
    Bypass,
}

impl CacheStatus {
    /// The value of `x-vercel-cache`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "HIT",
            Self::Stale => "STALE",
            Self::Miss => "MISS",
            Self::Revalidated => "REVALIDATED",
            Self::Bypass => "BYPASS",
        }
    }
}

/// Turns a function's headers into those of the client's reply: removes the platform's own header and the directives of
/// `Cache-Control` that are for the cache only. `CDN-Cache-Control` stays, for the next CDN.
pub fn client_headers(headers: &mut HeaderMap, status: CacheStatus) {
    headers.remove(VERCEL_CDN_CACHE_CONTROL);
    let directives = Directives::of(headers, &CACHE_CONTROL).unwrap_or_default();
    let kept = directives.without(&["s-maxage", "stale-while-revalidate"]);
    let kept = HeaderValue::try_from(kept).ok().filter(|kept| !kept.is_empty());
    headers.insert(CACHE_CONTROL, kept.unwrap_or(HeaderValue::from_static(DEFAULT)));
    headers.insert(X_VERCEL_CACHE, HeaderValue::from_static(status.name()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_for_the_cache_are_removed() {
        let check = |name: &'static str, value: &'static str, sees: &'static str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            client_headers(&mut headers, CacheStatus::Miss);
            assert_eq!(headers.get(sees).map(|value| value.to_str().expect("text")), expected, "{name}: {value}");
            assert_eq!(headers["x-vercel-cache"], "MISS");
        };
        check("vercel-cdn-cache-control", "s-maxage=9", "vercel-cdn-cache-control", None);
        check("cdn-cache-control", "max-age=9", "cdn-cache-control", Some("max-age=9"));
        check("cache-control", "s-maxage=9, stale-while-revalidate=9", "cache-control", Some(DEFAULT));
        check("cache-control", "max-age=5, s-maxage=9", "cache-control", Some("max-age=5"));
        check("cache-control", "private, no-store", "cache-control", Some("private, no-store"));
        check("etag", "\"a\"", "cache-control", Some(DEFAULT));
    }
}
