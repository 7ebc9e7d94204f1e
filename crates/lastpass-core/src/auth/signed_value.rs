//! Values that callers keep for us: a time and some bytes, signed. Knows no cookie, and not what the bytes mean.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::{auth::CredentialError, key_derivation::derive_hmac_keys};

const TIMESTAMP_LENGTH: usize = 8;
const TAG_LENGTH: usize = 32;

/// The keys of one purpose, derived from `SIGNING_SECRET`: the first signs, all verify.
pub(crate) struct SigningKeys(Vec<hmac::Key>);

impl SigningKeys {
    /// Derives a key from each secret. Different values of `info` give independent keys.
    pub(crate) fn derive(secrets: &[SecretString], info: &[u8]) -> Self {
        Self(derive_hmac_keys(secrets, info))
    }

    /// Signs a value, which holds `at` in whole seconds; `None` without a key.
    pub(crate) fn sign(&self, at: DateTime<Utc>, content: &[u8]) -> Option<String> {
        let mut bytes = at.timestamp().to_be_bytes().to_vec();
        bytes.extend_from_slice(content);
        let tag = hmac::sign(self.0.first()?, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        Some(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The time and the bytes of a value.
    ///
    /// # Errors
    /// Returns [`CredentialError::Malformed`] or [`CredentialError::Signature`] if none of the keys signed the value.
    pub(crate) fn verify(&self, value: &str) -> Result<(DateTime<Utc>, Vec<u8>), CredentialError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).map_err(|_| CredentialError::Malformed)?;
        let (signed, tag) = bytes.split_last_chunk::<TAG_LENGTH>().ok_or(CredentialError::Malformed)?;
        if !self.0.iter().any(|key| hmac::verify(key, signed, tag).is_ok()) {
            return Err(CredentialError::Signature);
        }
        let (time, content) = signed.split_first_chunk::<TIMESTAMP_LENGTH>().ok_or(CredentialError::Malformed)?;
        let time = DateTime::from_timestamp(i64::from_be_bytes(*time), 0).ok_or(CredentialError::Malformed)?;
        Ok((time, content.to_vec()))
    }
}
