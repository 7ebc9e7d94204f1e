//! The keys of an issuer, fetched from their address (AUTH_JWKS_URL) and kept in memory.

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

/// The longest set that is read. A set of a few keys with certificates is about 10 KiB.
const SET_LIMIT: usize = 64 * 1024;
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Between two fetches, so that made-up names of keys cannot send us after each.
const REST: TimeDelta = TimeDelta::minutes(1);
/// The same, while there is no set: nobody gets in without one.
const REST_WITHOUT_KEYS: TimeDelta = TimeDelta::seconds(5);
/// A set that is older is fetched again, so that a key its issuer withdrew does not work for long.
const FRESH_FOR: TimeDelta = TimeDelta::minutes(10);

/// The keys of an issuer. The first token fetches them.
pub struct JwksCache(Arc<Shared>);

struct Shared {
    url: Url,
    held: RwLock<Option<Arc<KeySet>>>,
    /// When they were asked for last; whoever holds it is at it.
    flight: Arc<Mutex<Option<DateTime<Utc>>>>,
}

/// What the last fetch brought.
struct KeySet {
    keys: HashMap<String, Arc<VerifyingKey>>,
    fetched_at: DateTime<Utc>,
}

impl JwksCache {
    /// The keys behind an address.
    pub fn new(url: Url) -> Self {
        Self(Arc::new(Shared { url, held: RwLock::default(), flight: Arc::default() }))
    }

    /// The key of a name. One that is not known has them fetched again; a failure keeps what there was.
    pub(crate) async fn find(&self, name: &str, now: DateTime<Utc>) -> Result<Arc<VerifyingKey>, AuthError> {
        let held = self.0.held();
        let known = held.as_ref().and_then(|set| set.keys.get(name));
        let flight = match known {
            Some(key) if held.as_ref().is_some_and(|set| now - set.fetched_at < FRESH_FOR) => {
                return Ok(Arc::clone(key));
            }
            Some(key) => match Arc::clone(&self.0.flight).try_lock_owned() {
                Ok(flight) => flight,
                // Somebody else is at it: what we have does meanwhile.
                Err(_) => return Ok(Arc::clone(key)),
            },
            None => Arc::clone(&self.0.flight).lock_owned().await,
        };
        self.0.fetch(flight, now).await;
        let held = self.0.held().ok_or(AuthError::KeysUnavailable)?;
        held.keys.get(name).cloned().ok_or(AuthError::Invalid(CredentialError::UnknownKeyId))
    }
}

impl Shared {
    fn held(&self) -> Option<Arc<KeySet>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the set, unless that was just done, in a task of its own: a caller who leaves does not stop it.
    async fn fetch(self: &Arc<Self>, mut flight: OwnedMutexGuard<Option<DateTime<Utc>>>, now: DateTime<Utc>) {
        let rest = if self.held().is_some() { REST } else { REST_WITHOUT_KEYS };
        if flight.is_some_and(|last| now - last < rest) {
            return;
        }
        *flight = Some(now);
        let shared = Arc::clone(self);
        let fetching = tokio::spawn(async move {
            match download(&shared.url).await {
                Some(keys) => {
                    let set = Arc::new(KeySet { keys, fetched_at: now });
                    *shared.held.write().unwrap_or_else(PoisonError::into_inner) = Some(set);
                }
                None => tracing::warn!("the keys of AUTH_JWKS_URL could not be fetched"),
            }
            drop(flight);
        });
        // A panic in there leaves what there was, as a failure does.
        let _ = fetching.await;
    }
}

impl fmt::Debug for JwksCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwksCache")
    }
}

/// Fetches the set.
async fn download(url: &Url) -> Option<HashMap<String, Arc<VerifyingKey>>> {
    let mut response = http_client::build(FETCH_TIMEOUT).get(url.clone()).send().await.ok()?;
    if response.status() != http::StatusCode::OK {
        return None;
    }
    let body = http_client::read_body(&mut response, SET_LIMIT).await.ok()?;
    parse(&body)
}

/// Reads a set (RFC 7517, section 5). Keys that we cannot use are passed over, as it asks.
fn parse(body: &[u8]) -> Option<HashMap<String, Arc<VerifyingKey>>> {
    #[derive(Deserialize)]
    struct Document {
        keys: Vec<serde_json::Value>,
    }
    let document: Document = serde_json::from_slice(body).ok()?;
    let named = document.keys.into_iter().filter_map(|key| {
        let jwk: Jwk = serde_json::from_value(key).ok()?;
        let key = VerifyingKey::from_jwk(&jwk)?;
        Some((jwk.common.key_id?, Arc::new(key)))
    });
    Some(named.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_cannot_be_used_are_passed_over() {
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
