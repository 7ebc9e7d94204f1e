//! The secret of the platform's scheduler (`CRON_SECRET`). It is no credential of a user.

use std::fmt;

use http::{HeaderMap, header::AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::auth::{
    AuthError, CredentialError,
    authenticate::{bearer, single},
    dashboard_keys::{Digest, sha256},
};

/// The secret that the scheduler sends as `Authorization: Bearer`, stored as its SHA-256 digest.
pub struct CronSecret(Digest);

impl CronSecret {
    /// Hashes the secret.
    pub fn new(secret: &SecretString) -> Self {
        Self(sha256(secret.expose_secret().as_bytes()))
    }

    /// Checks that a request carries the secret, in constant time.
    ///
    /// # Errors
    /// Returns an error if `Authorization` is missing, occurs twice or holds anything else.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), AuthError> {
        let value = single(headers, &AUTHORIZATION)?.ok_or(AuthError::Missing)?;
        let secret = bearer(value.as_bytes()).ok_or(CredentialError::Scheme)?;
        let is_equal = bool::from(sha256(secret).ct_eq(&self.0));
        if is_equal { Ok(()) } else { Err(AuthError::Invalid(CredentialError::UnknownKey)) }
    }
}

impl fmt::Debug for CronSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CronSecret")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_secret_is_accepted_only_as_a_bearer_token() {
        let known = CronSecret::new(&SecretString::from("0123456789abcdef"));
        let check = |value: &str, expected: Result<(), AuthError>| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
            assert_eq!(known.check(&headers), expected, "{value}");
        };
        check("Bearer 0123456789abcdef", Ok(()));
        check("bearer  0123456789abcdef", Ok(()));
        check("Bearer 0123456789abcdeX", Err(AuthError::Invalid(CredentialError::UnknownKey)));
        check("Bearer ", Err(AuthError::Invalid(CredentialError::UnknownKey)));
        check("Splunk 0123456789abcdef", Err(AuthError::Invalid(CredentialError::Scheme)));
        check("0123456789abcdef", Err(AuthError::Invalid(CredentialError::Scheme)));
        assert_eq!(known.check(&HeaderMap::new()), Err(AuthError::Missing));
    }
}
