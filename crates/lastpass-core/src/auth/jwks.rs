//! A cache of the keys that an issuer publishes as a JSON Web Key Set (`AUTH_JWKS_URL`).
//! Knows no tokens.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use tokio::sync::{Mutex, OwnedMutexGuard};
use url::Url;

use crate::{
    auth::{AuthError, CredentialError, VerifyingKey},
    http_client,
};

/// The maximum length of a key set in bytes. A set of a few keys with certificates has about 10 KiB.
const SET_LIMIT: usize = 64 * 1024;
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The minimum time between two fetches that replace a key set, so that tokens with invented key ids do not cause one
/// each. The fetch of the first set does not count: an issuer may have exchanged its key just after it.
const REFETCH_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// The minimum time between two fetches while there is no key set, and no token can be verified.
const FETCH_INTERVAL_WITHOUT_KEYS: TimeDelta = TimeDelta::seconds(5);
/// The age at which a key set is fetched again, so that a key that its issuer withdrew stops working soon.
const FRESH_FOR: TimeDelta = TimeDelta::minutes(10);

/// A cache of an issuer's keys. The first token fetches them.
pub struct JwksCache(Arc<Shared>);

struct Shared {
    url: Url,
    cached: RwLock<Option<Arc<KeySet>>>,
    /// The times of the last fetches; locked during a fetch.
    last_fetch: Arc<Mutex<FetchTimes>>,
}

/// The times of the last fetches.
#[derive(Default)]
struct FetchTimes {
    /// Of one without a key set.
    first: Option<DateTime<Utc>>,
    /// Of one that was to replace a key set.
    again: Option<DateTime<Utc>>,
}

/// A key set by key id.
struct KeySet {
    keys: HashMap<String, Arc<VerifyingKey>>,
    fetched_at: DateTime<Utc>,
}

impl JwksCache {
    /// A cache of the keys at a URL.
    pub fn new(url: Url) -> Self {
        Self(Arc::new(Shared { url, cached: RwLock::default(), last_fetch: Arc::default() }))
    }

    /// Returns the key with an id. An unknown id or a stale set causes a fetch; if that fails, the cached set is used.
    ///
    /// # Errors
    /// Returns an error if no set could be fetched yet, or if the id is unknown.
    pub(crate) async fn find(&self, id: &str, now: DateTime<Utc>) -> Result<Arc<VerifyingKey>, AuthError> {
        let cached = self.0.cached();
        let known = cached.as_ref().and_then(|set| set.keys.get(id));
        let last_fetch = match known {
            Some(key) if cached.as_ref().is_some_and(|set| now - set.fetched_at < FRESH_FOR) => {
                return Ok(Arc::clone(key));
            }
            Some(key) => match Arc::clone(&self.0.last_fetch).try_lock_owned() {
                Ok(last_fetch) => last_fetch,
                // Another request is fetching the set; the stale key is used meanwhile.
                Err(_) => return Ok(Arc::clone(key)),
            },
            None => {
                let last_fetch = Arc::clone(&self.0.last_fetch).lock_owned().await;
                // Another request may have fetched the key meanwhile.
                if let Some(key) = self.0.cached().and_then(|set| set.keys.get(id).cloned()) {
                    return Ok(key);
                }
                last_fetch
            }
        };
        self.0.fetch(last_fetch, now).await;
        let cached = self.0.cached().ok_or(AuthError::KeysUnavailable)?;
        cached.keys.get(id).cloned().ok_or(AuthError::Invalid(CredentialError::UnknownKeyId))
    }
}

impl Shared {
    fn cached(&self) -> Option<Arc<KeySet>> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the set unless it was fetched recently. The fetch runs in its own task, so that it continues if the
    /// client disconnects.
    async fn fetch(self: &Arc<Self>, mut last_fetch: OwnedMutexGuard<FetchTimes>, now: DateTime<Utc>) {
        let FetchTimes { first, again } = &mut *last_fetch;
        let (last, interval) = match self.cached() {
            Some(_) => (again, REFETCH_INTERVAL),
            None => (first, FETCH_INTERVAL_WITHOUT_KEYS),
        };
        if last.is_some_and(|last| now - last < interval) {
            return;
        }
        *last = Some(now);
        let shared = Arc::clone(self);
        let task = tokio::spawn(async move {
            match download(&shared.url).await {
                Some(keys) => {
                    let set = Arc::new(KeySet { keys, fetched_at: now });
                    *shared.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(set);
                }
                None => tracing::warn!("the keys of AUTH_JWKS_URL could not be fetched"),
            }
            drop(last_fetch);
        });
        // A panic in the task is treated like a failed fetch.
        let _ = task.await;
    }
}

impl fmt::Debug for JwksCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwksCache")
    }
}

/// Fetches the set; `None` if that fails.
async fn download(url: &Url) -> Option<HashMap<String, Arc<VerifyingKey>>> {
    let mut response = http_client::build(FETCH_TIMEOUT).get(url.clone()).send().await.ok()?;
    if response.status() != http::StatusCode::OK {
        return None;
    }
    let body = http_client::read_body(&mut response, SET_LIMIT).await.ok()?;
    parse(&body)
}

/// Parses a set (RFC 7517, section 5). Keys that cannot be used are ignored, as the RFC requires.
fn parse(body: &[u8]) -> Option<HashMap<String, Arc<VerifyingKey>>> {
    #[derive(Deserialize)]
    struct JsonWebKeySet {
        keys: Vec<serde_json::Value>,
    }
    let set: JsonWebKeySet = serde_json::from_slice(body).ok()?;
    let keys = set.keys.into_iter().filter_map(|key| {
        let jwk: Jwk = serde_json::from_value(key).ok()?;
        let key = VerifyingKey::from_jwk(&jwk)?;
        Some((jwk.common.key_id?, Arc::new(key)))
    });
    Some(keys.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_keys_are_ignored() {
        let names = |body: &str| {
            let mut names: Vec<String> = parse(body.as_bytes())?.into_keys().collect();
            names.sort();
            Some(names)
        };
        let set = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQAB","kid":"a"},{"kty":"new","kid":"b"},7,
                      {"kty":"OKP","crv":"Ed25519","x":"AQAB"},{"kty":"oct","k":"AQAB","kid":"c"},
                      {"kty":"RSA","n":"AQAB","e":"AQAB","kid":"d","x5c":["x"],"extra":{}}]}"#;
        assert_eq!(names(set), Some(vec!["a".to_owned(), "d".to_owned()]));
        assert_eq!(names(r#"{"keys":[]}"#), Some(Vec::new()));
        for broken in ["", "{}", "[]", r#"{"keys":{}}"#, "<html>"] {
            assert_eq!(names(broken), None, "{broken}");
        }
    }
}
