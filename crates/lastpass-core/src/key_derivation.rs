//! Derivation of keys from secrets with HKDF-SHA256 (RFC 5869). Knows no purpose of a key and no setting.

use aws_lc_rs::{hkdf, hmac};
use secrecy::{ExposeSecret, SecretString};

const HMAC_KEY_LENGTH: usize = 32;

struct OutputLength(usize);

impl hkdf::KeyType for OutputLength {
    fn len(&self) -> usize {
        self.0
    }
}

/// Derives `N` bytes, at most 255 times 32, from a secret. Different values of `info` give independent keys.
pub(crate) fn derive_key<const N: usize>(secret: &SecretString, salt: &[u8], info: &[u8]) -> [u8; N] {
    let pseudorandom_key = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret.expose_secret().as_bytes());
    let mut key = [0; N];
    let output = pseudorandom_key.expand(&[info], OutputLength(N)).and_then(|output| output.fill(&mut key));
    output.expect("the length is within the limit of HKDF");
    key
}

/// Derives an HMAC-SHA256 key from each secret, without a salt, in the order of the secrets.
pub(crate) fn derive_hmac_keys(secrets: &[SecretString], info: &[u8]) -> Vec<hmac::Key> {
    let derive = |secret| hmac::Key::new(hmac::HMAC_SHA256, &derive_key::<HMAC_KEY_LENGTH>(secret, &[], info));
    secrets.iter().map(derive).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_first_and_third_test_case_of_rfc_5869() {
        // The RFC's input key material is bytes; a secret is text, and 0x0b is a valid character.
        let secret = SecretString::from("\u{b}".repeat(22));
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let key: [u8; 42] = derive_key(&secret, &salt, &info);
        assert_eq!(
            hex::encode(key),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
        let key: [u8; 42] = derive_key(&secret, &[], &[]);
        assert_eq!(
            hex::encode(key),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        );
    }

    #[test]
    fn each_secret_has_its_own_hmac_key() {
        let secrets = ["one", "two"].map(SecretString::from);
        let keys = derive_hmac_keys(&secrets, b"purpose");
        let tag = hmac::sign(&keys[0], b"text");
        assert!(hmac::verify(&keys[0], b"text", tag.as_ref()).is_ok());
        assert!(hmac::verify(&keys[1], b"text", tag.as_ref()).is_err());
        let other = derive_hmac_keys(&secrets, b"other purpose");
        assert!(hmac::verify(&other[0], b"text", tag.as_ref()).is_err());
    }
}
