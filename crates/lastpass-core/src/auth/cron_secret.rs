//! The secrets of two machines: the platform's scheduler and LastPass's push. Neither is a person's credential.

use std::fmt;

use aws_lc_rs::digest;
use http::{HeaderMap, header::AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::auth::{AuthError, CredentialError, authenticate::single};

/// A secret that a machine sends in `Authorization`, kept as its SHA-256 digest.
pub struct MachineSecret {
    scheme: &'static str,
    digest: [u8; 32],
}

impl MachineSecret {
    /// The scheduler's: `Bearer CRON_SECRET`.
    pub fn scheduler(secret: &SecretString) -> Self {
        Self::new("Bearer ", secret)
    }

    /// The push's: `Splunk SIEM_TOKEN`.
    pub fn push(secret: &SecretString) -> Self {
        Self::new("Splunk ", secret)
    }

    fn new(scheme: &'static str, secret: &SecretString) -> Self {
        Self { scheme, digest: digest_of(secret.expose_secret().as_bytes()) }
    }

    /// Whether the request carries it. Takes as long for a wrong one as for any other.
    ///
    /// # Errors
    /// Where `Authorization` is missing, or holds anything else.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), AuthError> {
        let value = single(headers, &AUTHORIZATION)?.ok_or(AuthError::Missing)?.as_bytes();
        let (scheme, secret) = value.split_at_checked(self.scheme.len()).ok_or(CredentialError::Scheme)?;
        if !scheme.eq_ignore_ascii_case(self.scheme.as_bytes()) {
            return Err(AuthError::Invalid(CredentialError::Scheme));
        }
        let is_ours = bool::from(digest_of(secret.trim_ascii()).ct_eq(&self.digest));
        if is_ours { Ok(()) } else { Err(AuthError::Invalid(CredentialError::UnknownKey)) }
    }
}

impl fmt::Debug for MachineSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MachineSecret")
    }
}

fn digest_of(secret: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, secret).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_machine_sends_its_secret_under_its_scheme() {
        let secret = SecretString::from("0123456789abcdef");
        let check = |known: &MachineSecret, value: &str, expected: Result<(), AuthError>| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
            assert_eq!(known.check(&headers), expected, "{value}");
        };
        let (scheduler, push) = (MachineSecret::scheduler(&secret), MachineSecret::push(&secret));
        check(&scheduler, "Bearer 0123456789abcdef", Ok(()));
        check(&scheduler, "bearer  0123456789abcdef", Ok(()));
        check(&scheduler, "Bearer 0123456789abcdeX", Err(AuthError::Invalid(CredentialError::UnknownKey)));
        check(&scheduler, "Bearer ", Err(AuthError::Invalid(CredentialError::UnknownKey)));
        check(&scheduler, "Splunk 0123456789abcdef", Err(AuthError::Invalid(CredentialError::Scheme)));
        check(&push, "Splunk 0123456789abcdef", Ok(()));
        check(&push, "Bearer 0123456789abcdef", Err(AuthError::Invalid(CredentialError::Scheme)));
        check(&push, "0123456789abcdef", Err(AuthError::Invalid(CredentialError::Scheme)));
        assert_eq!(push.check(&HeaderMap::new()), Err(AuthError::Missing));
    }
}
