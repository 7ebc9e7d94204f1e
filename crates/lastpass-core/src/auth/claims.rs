//! The claims of a token whose signature or authentication tag is verified. Knows no roles.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::auth::CredentialError;

/// How far the issuer's clock may differ from ours.
const LEEWAY_SECONDS: f64 = 5.0;

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

    /// Checks `exp`, which is required, and `nbf`, which is optional.
    pub(crate) fn check_time(&self, now: DateTime<Utc>) -> Result<(), CredentialError> {
        let now = now.timestamp_millis() as f64 / 1e3;
        let end = self.value("exp").and_then(Value::as_f64).ok_or(CredentialError::Expired)?;
        if now >= end + LEEWAY_SECONDS {
            return Err(CredentialError::Expired);
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
            assert_eq!(Claims::new(claims.clone()).unwrap().check_time(now), expected, "{claims}");
        };
        check(json!({}), Err(CredentialError::Expired));
        check(json!({ "exp": "1000060" }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_995 }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_996 }), Ok(()));
        check(json!({ "exp": 999_995.5 }), Ok(()));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_005 }), Ok(()));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_006 }), Err(CredentialError::NotYetValid));
        check(json!({ "exp": 1_000_060, "nbf": "0" }), Err(CredentialError::NotYetValid));
    }
}
