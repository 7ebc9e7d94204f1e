//! The claims of a token whose signature or authentication tag is verified. Knows no roles.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::auth::CredentialError;

/// How far the issuer's clock may differ from ours.
const LEEWAY_SECONDS: f64 = 5.0;

/// How far ahead the `exp` of a JWT can be, 365.25 days. Issuers that write milliseconds would create tokens that never
/// expire.
pub(crate) const MAX_JWT_LIFETIME: TimeDelta = TimeDelta::seconds(31_557_600);
/// The same of a session, whose lifetime is the application's choice. It only rules out milliseconds.
pub(crate) const MAX_SESSION_LIFETIME: TimeDelta = TimeDelta::days(36_525);

/// The claims of a verified token.
pub(crate) struct Claims(Value);

impl Claims {
    /// Wraps a JSON object.
    ///
    /// # Errors
    /// Returns [`CredentialError::Malformed`] for any other value.
    pub(crate) fn new(value: Value) -> Result<Self, CredentialError> {
        if value.is_object() { Ok(Self(value)) } else { Err(CredentialError::Malformed) }
    }

    /// The claim with a name.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The claim with a name, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// The value at a JSON Pointer.
    pub(crate) fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    /// Whether a claim, a string or a list of strings, contains one of `wanted`.
    pub(crate) fn contains_any(&self, name: &str, wanted: &[String]) -> bool {
        let is_wanted = |value: &Value| value.as_str().is_some_and(|text| wanted.iter().any(|one| one == text));
        self.value(name).is_some_and(|value| match value.as_array() {
            Some(list) => list.iter().any(is_wanted),
            None => is_wanted(value),
        })
    }

    /// The time of `exp`, in whole seconds.
    pub(crate) fn expires_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.value("exp")?.as_f64()? as i64, 0)
    }

    /// Checks `exp`, which is required and at most `max_lifetime` ahead, and `nbf`, which is optional.
    pub(crate) fn check_time(&self, now: DateTime<Utc>, max_lifetime: TimeDelta) -> Result<(), CredentialError> {
        let now = now.timestamp_millis() as f64 / 1e3;
        let end = self.value("exp").and_then(Value::as_f64).ok_or(CredentialError::Expired)?;
        if now >= end + LEEWAY_SECONDS {
            return Err(CredentialError::Expired);
        }
        if end > now + max_lifetime.as_seconds_f64() + LEEWAY_SECONDS {
            return Err(CredentialError::ExpiryTooFar);
        }
        let begin = self.value("nbf").map(|begin| begin.as_f64().ok_or(CredentialError::NotYetValid)).transpose()?;
        if begin.is_some_and(|begin| now < begin - LEEWAY_SECONDS) {
            return Err(CredentialError::NotYetValid);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_needs_an_expiry_and_clocks_may_differ_by_five_seconds() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let check = |claims: Value, expected: Result<(), CredentialError>| {
            assert_eq!(Claims::new(claims.clone()).unwrap().check_time(now, MAX_JWT_LIFETIME), expected, "{claims}");
        };
        check(json!({}), Err(CredentialError::Expired));
        check(json!({ "exp": "1000060" }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_995 }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_996 }), Ok(()));
        check(json!({ "exp": 999_995.5 }), Ok(()));
        let expires_at = |claims: Value| Claims::new(claims).unwrap().expires_at().map(|time| time.timestamp());
        assert_eq!((expires_at(json!({ "exp": 999_995.5 })), expires_at(json!({}))), (Some(999_995), None));
        let year = 31_557_600;
        check(json!({ "exp": 1_000_000 + year + 5 }), Ok(()));
        check(json!({ "exp": 1_000_000 + year + 6 }), Err(CredentialError::ExpiryTooFar));
        check(json!({ "exp": 1_000_060_000_u64 }), Err(CredentialError::ExpiryTooFar));
        let session = |exp: u64| Claims::new(json!({ "exp": exp })).unwrap().check_time(now, MAX_SESSION_LIFETIME);
        assert_eq!(session(1_000_000 + 50 * year), Ok(()));
        assert_eq!(session(1_800_000_000_000), Err(CredentialError::ExpiryTooFar));
        check(json!({ "exp": 1e300 }), Err(CredentialError::ExpiryTooFar));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_005 }), Ok(()));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_006 }), Err(CredentialError::NotYetValid));
        check(json!({ "exp": 1_000_060, "nbf": "0" }), Err(CredentialError::NotYetValid));
    }
}
