//! A success on its way out: body, headers, and who may keep it.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, VARY},
};

use super::Body;

const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("vercel-cdn-cache-control");

/// Who may keep a reply. A shared cache never may: there is no variant for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CachePolicy {
    /// Nobody.
    NoStore,
    /// The caller, who asks again each time with the tag.
    PrivateRevalidate {
        /// The `ETag`, with its quotes.
        etag: String,
    },
}

/// A reply before the headers that all replies carry.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) cache: CachePolicy,
    pub(super) body: Body,
}

impl Reply {
    /// A reply that nobody keeps.
    pub(super) fn new(status: StatusCode, body: Body) -> Self {
        Self { status, headers: HeaderMap::new(), cache: CachePolicy::NoStore, body }
    }

    /// A reply that its caller may keep, and ask for again by its tag.
    pub(super) fn kept_by_caller(content_type: &'static str, etag: String, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status: StatusCode::OK, headers, cache: CachePolicy::PrivateRevalidate { etag }, body }
    }

    /// The same as a file of this name.
    pub(super) fn named(mut self, name: &str) -> Self {
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            self.headers.insert(CONTENT_DISPOSITION, disposition);
        }
        self
    }

    /// What the caller kept under the tag is still right.
    pub(super) fn not_modified(etag: String) -> Self {
        Self {
            status: StatusCode::NOT_MODIFIED,
            headers: HeaderMap::new(),
            cache: CachePolicy::PrivateRevalidate { etag },
            body: Body::empty(),
        }
    }

    /// The response, its caching headers set.
    pub(super) fn into_response(self) -> http::Response<Body> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let headers = response.headers_mut();
        // The CDN's own header says the same, so that no rule of the project's settings can overrule us.
        headers.insert(CDN_CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        match self.cache {
            CachePolicy::NoStore => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            }
            CachePolicy::PrivateRevalidate { etag } => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
                headers.insert(VARY, HeaderValue::from_static("Authorization, Cookie, X-Api-Key"));
                if let Ok(etag) = HeaderValue::try_from(etag) {
                    headers.insert(ETAG, etag);
                }
            }
        }
        response
    }
}

/// The tag of a reply that depends on `parts` alone: equal where the bytes are equal, whichever process makes it.
pub(super) fn etag(parts: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    let build = option_env!("VERCEL_GIT_COMMIT_SHA").unwrap_or(env!("CARGO_PKG_VERSION"));
    (build, parts).hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag. Compared weakly, since the CDN weakens tags when it compresses.
pub(super) fn is_known(if_none_match: Option<&HeaderValue>, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = if_none_match.and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        for (sent, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("", false),
            ("a", false),
        ] {
            assert_eq!(is_known(HeaderValue::from_str(sent).ok().as_ref(), "\"a\""), known, "{sent}");
        }
        assert!(!is_known(None, "\"a\""));
    }
}
