//! What a client sees of the cache: which headers stay behind, and where the reply came from.

use http::{HeaderMap, HeaderName, HeaderValue, header::CACHE_CONTROL};

use crate::{directives::Directives, rules::VERCEL_CDN_CACHE_CONTROL};

const X_VERCEL_CACHE: HeaderName = HeaderName::from_static("x-vercel-cache");
/// What a client reads where the function says nothing.
const USUAL: &str = "public, max-age=0, must-revalidate";

/// Where a reply came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheStatus {
    /// From the cache, fresh.
    Hit,
    /// From the cache, past its freshness.
    Stale,
    /// From the function.
    Miss,
    /// From the function, since the client would not have a stale one.
    Revalidated,
    /// From the function, past the cache.
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

/// Makes a reply's headers what the client gets: the platform's own header is taken out, and what `Cache-Control` says
/// to the cache alone; `CDN-Cache-Control` goes on to the next CDN.
pub fn send_on(headers: &mut HeaderMap, status: CacheStatus) {
    headers.remove(VERCEL_CDN_CACHE_CONTROL);
    let said = Directives::of(headers, &CACHE_CONTROL).unwrap_or_default();
    let said = said.without(&["s-maxage", "stale-while-revalidate"]);
    let said = HeaderValue::try_from(said).ok().filter(|said| !said.is_empty());
    headers.insert(CACHE_CONTROL, said.unwrap_or(HeaderValue::from_static(USUAL)));
    headers.insert(X_VERCEL_CACHE, HeaderValue::from_static(status.name()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_the_cache_stays_behind() {
        let check = |name: &'static str, value: &'static str, sees: &'static str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            send_on(&mut headers, CacheStatus::Miss);
            assert_eq!(headers.get(sees).map(|value| value.to_str().expect("text")), expected, "{name}: {value}");
            assert_eq!(headers["x-vercel-cache"], "MISS");
        };
        check("vercel-cdn-cache-control", "s-maxage=9", "vercel-cdn-cache-control", None);
        check("cdn-cache-control", "max-age=9", "cdn-cache-control", Some("max-age=9"));
        check("cache-control", "s-maxage=9, stale-while-revalidate=9", "cache-control", Some(USUAL));
        check("cache-control", "max-age=5, s-maxage=9", "cache-control", Some("max-age=5"));
        check("cache-control", "private, no-store", "cache-control", Some("private, no-store"));
        check("etag", "\"a\"", "cache-control", Some(USUAL));
    }
}
