//! A success on its way out: body, headers, and who may keep it.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, VARY},
};

use crate::web::{
    response::{body::Body, edge_link::CheckedLink},
    routes::security_report::Summary,
};

const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("vercel-cdn-cache-control");
/// What shared replies can be purged by.
const CACHE_TAG: HeaderName = HeaderName::from_static("vercel-cache-tag");

/// Who may keep a reply.
#[derive(Debug, PartialEq, Eq)]
enum CachePolicy {
    /// Nobody.
    NoStore,
    /// The caller, who asks again each time with the tag.
    PrivateRevalidate {
        /// The `ETag`, with its quotes.
        etag: String,
    },
    /// The edge, for whoever has the link, as long as the link says.
    SharedEdge(CheckedLink),
}

/// A reply before the headers that all replies carry. Body and policy are closed to the outside, so that nothing but a
/// summary is ever [`shared`](Reply::shared).
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    pub(crate) headers: HeaderMap,
    cache: CachePolicy,
    body: Body,
}

impl Reply {
    /// A reply that nobody keeps.
    pub(crate) fn new(status: StatusCode, body: Body) -> Self {
        Self { status, headers: HeaderMap::new(), cache: CachePolicy::NoStore, body }
    }

    /// A reply that its caller may keep, and ask for again by its tag.
    pub(crate) fn kept_by_caller(content_type: &'static str, etag: String, body: Body) -> Self {
        Self::of_type(content_type, CachePolicy::PrivateRevalidate { etag }, body)
    }

    /// The one reply that a shared cache may keep: a summary, which tells of nobody, through a link that has time left.
    pub(crate) fn shared(link: CheckedLink, summary: Summary) -> Self {
        Self::of_type(Summary::CONTENT_TYPE, CachePolicy::SharedEdge(link), summary.into())
    }

    fn of_type(content_type: &'static str, cache: CachePolicy, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status: StatusCode::OK, headers, cache, body }
    }

    /// The same as a file of this name.
    pub(crate) fn named(mut self, name: &str) -> Self {
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            self.headers.insert(CONTENT_DISPOSITION, disposition);
        }
        self
    }

    /// What the caller kept under the tag is still right.
    pub(crate) fn not_modified(etag: String) -> Self {
        Self {
            status: StatusCode::NOT_MODIFIED,
            headers: HeaderMap::new(),
            cache: CachePolicy::PrivateRevalidate { etag },
            body: Body::empty(),
        }
    }

    /// The response, its caching headers set.
    pub(crate) fn into_response(self) -> http::Response<Body> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let headers = response.headers_mut();
        if let CachePolicy::SharedEdge(_) = self.cache {
            // Whatever else was put there is somebody's own.
            headers.clear();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(Summary::CONTENT_TYPE));
        }
        // The CDN's own header says it too, so that no rule of the project's settings can overrule us.
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
            CachePolicy::SharedEdge(link) => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
                headers.insert(CDN_CACHE_CONTROL, link.lifetime());
                headers.insert(CACHE_TAG, HeaderValue::from_static("security-report"));
            }
        }
        response
    }
}

/// The tag of a reply that depends on `parts` alone: equal where the bytes are equal, whichever process makes it.
pub(crate) fn etag(parts: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    (env!("BUILD_ID"), parts).hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag. Compared weakly, since the CDN weakens tags when it compresses.
pub(crate) fn is_known(if_none_match: Option<&HeaderValue>, etag: &str) -> bool {
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
