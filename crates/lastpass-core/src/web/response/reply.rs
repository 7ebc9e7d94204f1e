//! A reply before the headers that all replies carry: status, headers, body, and who may cache it.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use serde::Serialize;

use crate::web::response::{body::Body, edge_link::CheckedLink, summary::Summary};

/// The content type of JSON documents.
const JSON: &str = "application/json";

const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("vercel-cdn-cache-control");
/// The tag by which the CDN can purge shared replies.
const CACHE_TAG: HeaderName = HeaderName::from_static("vercel-cache-tag");

/// Who may cache a reply.
#[derive(Debug, PartialEq, Eq)]
enum CachePolicy {
    /// No one.
    NoStore,
    /// The caller, who revalidates it with each request.
    Private {
        /// The `ETag`, with its quotes.
        etag: String,
    },
    /// The CDN, for everyone who has the link.
    Shared(CheckedLink),
}

/// A reply. The body and the cache policy are private, so that nothing but a summary is ever [`shared`](Reply::shared).
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    pub(crate) headers: HeaderMap,
    cache: CachePolicy,
    body: Body,
}

impl Reply {
    /// A reply that no one may store.
    pub(crate) fn new(status: StatusCode, body: Body) -> Self {
        Self { status, headers: HeaderMap::new(), cache: CachePolicy::NoStore, body }
    }

    /// A reply that the caller may store and must revalidate.
    pub(crate) fn private(content_type: &'static str, etag: String, body: Body) -> Self {
        Self::with_type(content_type, CachePolicy::Private { etag }, body)
    }

    /// A JSON document that the caller may store and must revalidate.
    pub(crate) fn json(etag: String, document: &impl Serialize) -> Self {
        Self::json_body(etag, to_json(document))
    }

    /// The same for a document that is serialized already, or while it is sent.
    pub(crate) fn json_body(etag: String, body: Body) -> Self {
        Self::private(JSON, etag, body)
    }

    /// A JSON document that no one may store.
    pub(crate) fn uncached_json(status: StatusCode, document: &impl Serialize) -> Self {
        Self { status, ..Self::with_type(JSON, CachePolicy::NoStore, to_json(document)) }
    }

    /// A CSV file that the caller may store and must revalidate.
    pub(crate) fn csv(name: &str, etag: String, body: Body) -> Self {
        Self::private("text/csv; charset=utf-8; header=present", etag, body).attachment(name)
    }

    /// The only reply that a shared cache may store: a summary, which contains no person, through a valid link.
    pub(crate) fn shared(link: CheckedLink, summary: Summary) -> Self {
        Self::with_type(JSON, CachePolicy::Shared(link), summary.into())
    }

    fn with_type(content_type: &'static str, cache: CachePolicy, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status: StatusCode::OK, headers, cache, body }
    }

    /// The same reply as a download with a file name.
    pub(crate) fn attachment(mut self, name: &str) -> Self {
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            self.headers.insert(CONTENT_DISPOSITION, disposition);
        }
        self
    }

    /// The 304 of a request whose `If-None-Match` names the tag.
    pub(crate) fn not_modified(request: &HeaderMap, etag: &str) -> Option<Self> {
        is_match(request.get(IF_NONE_MATCH), etag).then(|| Self {
            status: StatusCode::NOT_MODIFIED,
            headers: HeaderMap::new(),
            cache: CachePolicy::Private { etag: etag.to_owned() },
            body: Body::empty(),
        })
    }

    /// The response, with its caching headers.
    pub(crate) fn into_response(self) -> http::Response<Body> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let headers = response.headers_mut();
        if let CachePolicy::Shared(_) = self.cache {
            // Any other header may be for one caller only.
            headers.clear();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        // The CDN's own header as well: it takes precedence over the rules of the project's settings.
        headers.insert(CDN_CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        match self.cache {
            CachePolicy::NoStore => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            }
            CachePolicy::Private { etag } => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
                headers.insert(VARY, HeaderValue::from_static("Authorization, Cookie, X-Api-Key"));
                if let Ok(etag) = HeaderValue::try_from(etag) {
                    headers.insert(ETAG, etag);
                }
            }
            CachePolicy::Shared(link) => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
                headers.insert(CDN_CACHE_CONTROL, link.cdn_cache_control());
                headers.insert(CACHE_TAG, HeaderValue::from_static("security-report"));
            }
        }
        response
    }
}

fn to_json(document: &impl Serialize) -> Body {
    Body::from(serde_json::to_vec(document).expect("texts, numbers and flags are JSON"))
}

/// The `ETag` of a reply that is determined by `parts`: the same in every process of one build.
pub(crate) fn etag(parts: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    (env!("BUILD_ID"), parts).hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag. The comparison is weak, since the CDN weakens tags when it compresses.
fn is_match(if_none_match: Option<&HeaderValue>, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tags = if_none_match.and_then(|value| value.to_str().ok()).unwrap_or_default();
    tags.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_compared_weakly() {
        for (sent, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("", false),
            ("a", false),
        ] {
            assert_eq!(is_match(HeaderValue::from_str(sent).ok().as_ref(), "\"a\""), expected, "{sent}");
        }
        assert!(!is_match(None, "\"a\""));
    }
}
