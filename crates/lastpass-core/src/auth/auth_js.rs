//! Encrypted sessions of Auth.js v5 and NextAuth v4: JWE in compact form (RFC 7516).
//! Knows their keys and their format, but no claims.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    cipher::{AES_256, AES_CBC_IV_LEN, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    digest, hmac,
    iv::FixedLength,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::SecretString;
use serde::{Deserialize, de::IgnoredAny};
use subtle::ConstantTimeEq;

use crate::{
    auth::{CredentialError, SignInMethod, claims::Claims},
    key_derivation::derive_key,
};

/// Sites on HTTPS use the first name of each pair, unless `useSecureCookies` says otherwise.
const AUTH_JS_COOKIES: [&str; 2] = ["__Secure-authjs.session-token", "authjs.session-token"];
const NEXT_AUTH_COOKIES: [&str; 2] = ["__Secure-next-auth.session-token", "next-auth.session-token"];

/// The length of the tag of A256CBC-HS512, which is half an HMAC-SHA-512 (RFC 7518, section 5.2.5).
const CBC_TAG_LENGTH: usize = 32;

/// Decrypts the sessions of one library.
#[derive(Debug)]
pub struct AuthJsSessions {
    method: SignInMethod,
    cookies: [EncryptedCookie; 2],
}

/// A cookie that holds sessions. The library writes one of two, depending on its own settings.
pub(crate) struct EncryptedCookie {
    name: &'static str,
    keys: Vec<ContentKey>,
}

/// A content encryption key, derived from a secret.
enum ContentKey {
    /// A256CBC-HS512, with its key id.
    Cbc { mac: [u8; 32], cipher: [u8; 32], id: String },
    /// A256GCM.
    Gcm(LessSafeKey),
}

/// The parts of a JWE, decoded except for the header, whose encoded form is authenticated.
struct JweParts<'a> {
    header: &'a str,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

#[derive(Deserialize)]
struct JweHeader {
    alg: String,
    enc: String,
    kid: Option<String>,
    zip: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
}

impl AuthJsSessions {
    /// The sessions of Auth.js v5 that are encrypted with one of the secrets.
    pub fn auth_js(secrets: &[SecretString]) -> Self {
        let cookie = |name| {
            let keys = secrets.iter().map(|secret| ContentKey::auth_js(secret, name)).collect();
            EncryptedCookie { name, keys }
        };
        Self { method: SignInMethod::AuthJs, cookies: AUTH_JS_COOKIES.map(cookie) }
    }

    /// The sessions of NextAuth v4 that are encrypted with one of the secrets.
    pub fn next_auth(secrets: &[SecretString]) -> Self {
        let cookie = |name| EncryptedCookie { name, keys: secrets.iter().map(ContentKey::next_auth).collect() };
        Self { method: SignInMethod::NextAuth, cookies: NEXT_AUTH_COOKIES.map(cookie) }
    }

    /// The sign-in method of these sessions.
    pub(crate) fn method(&self) -> SignInMethod {
        self.method
    }

    /// The cookies, that of a site on HTTPS first.
    pub(crate) fn cookies(&self) -> &[EncryptedCookie; 2] {
        &self.cookies
    }
}

impl EncryptedCookie {
    /// The name of the cookie.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Decrypts a session. The plaintext is not parsed before the authentication tag is verified.
    pub(crate) fn decrypt(&self, token: &str) -> Result<Claims, CredentialError> {
        let parts = JweParts::parse(token).ok_or(CredentialError::Malformed)?;
        let header = BASE64_URL_SAFE_NO_PAD.decode(parts.header).map_err(|_| CredentialError::Malformed)?;
        let header: JweHeader = serde_json::from_slice(&header).map_err(|_| CredentialError::Malformed)?;
        if header.zip.is_some() || header.crit.is_some() {
            return Err(CredentialError::Malformed);
        }
        let allowed: Vec<_> = self.keys.iter().filter(|key| key.allows(&header)).collect();
        if allowed.is_empty() {
            return Err(CredentialError::Algorithm);
        }
        let mut candidates = allowed.into_iter().filter(|key| key.matches_id(header.kid.as_deref())).peekable();
        if candidates.peek().is_none() {
            return Err(CredentialError::UnknownKeyId);
        }
        let plaintext = candidates.find_map(|key| key.decrypt(&parts)).ok_or(CredentialError::Signature)?;
        Claims::new(serde_json::from_slice(&plaintext).map_err(|_| CredentialError::Malformed)?)
    }
}

impl fmt::Debug for EncryptedCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedCookie({}, {} keys)", self.name, self.keys.len())
    }
}

impl<'a> JweParts<'a> {
    fn parse(token: &'a str) -> Option<Self> {
        let mut parts = token.split('.');
        let mut next = || parts.next();
        let (header, key, iv, ciphertext, tag) = (next()?, next()?, next()?, next()?, next()?);
        // Direct encryption (`dir`) has no encrypted key.
        if !key.is_empty() || next().is_some() {
            return None;
        }
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self { header, iv: decode(iv)?, ciphertext: decode(ciphertext)?, tag: decode(tag)? })
    }
}

impl ContentKey {
    /// @auth/core 0.41, jwt.ts: the cookie's name is the salt and a part of the info; the key id is the key's
    /// thumbprint.
    fn auth_js(secret: &SecretString, cookie: &str) -> Self {
        let info = format!("Auth.js Generated Encryption Key ({cookie})");
        let key: [u8; 64] = derive_key(secret, cookie.as_bytes(), info.as_bytes());
        let [mut mac, mut cipher] = [[0; 32]; 2];
        mac.copy_from_slice(&key[..32]);
        cipher.copy_from_slice(&key[32..]);
        // RFC 7638: the required members of a JWK in order, without whitespace.
        let jwk = format!(r#"{{"k":"{}","kty":"oct"}}"#, BASE64_URL_SAFE_NO_PAD.encode(key));
        let id = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA512, jwk.as_bytes()));
        Self::Cbc { mac, cipher, id }
    }

    /// next-auth 4.24, jwt/index.ts: no salt, and the same key for every cookie.
    fn next_auth(secret: &SecretString) -> Self {
        let key: [u8; 32] = derive_key(secret, b"", b"NextAuth.js Generated Encryption Key");
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("the key has the length that the cipher requires");
        Self::Gcm(LessSafeKey::new(key))
    }

    fn allows(&self, header: &JweHeader) -> bool {
        let encryption = match self {
            Self::Cbc { .. } => "A256CBC-HS512",
            Self::Gcm(_) => "A256GCM",
        };
        header.alg == "dir" && header.enc == encryption
    }

    /// Whether a key id can be that of this key. Without a key id, the authentication tag decides.
    fn matches_id(&self, kid: Option<&str>) -> bool {
        match (self, kid) {
            (Self::Cbc { id, .. }, Some(kid)) => kid == id,
            (Self::Cbc { .. }, None) | (Self::Gcm(_), _) => true,
        }
    }

    /// The plaintext, if the authentication tag matches this key.
    fn decrypt(&self, parts: &JweParts<'_>) -> Option<Vec<u8>> {
        match self {
            Self::Cbc { mac, cipher, .. } => {
                let iv: [u8; AES_CBC_IV_LEN] = parts.iv.as_slice().try_into().ok()?;
                let tag = cbc_tag(&hmac::Key::new(hmac::HMAC_SHA512, mac), parts);
                if !bool::from(tag.as_ref()[..CBC_TAG_LENGTH].ct_eq(&parts.tag)) {
                    return None;
                }
                let cipher = UnboundCipherKey::new(&AES_256, cipher).ok()?;
                let mut plaintext = parts.ciphertext.clone();
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                let length =
                    PaddedBlockDecryptingKey::cbc_pkcs7(cipher).ok()?.decrypt(&mut plaintext, context).ok()?.len();
                plaintext.truncate(length);
                Some(plaintext)
            }
            Self::Gcm(key) => {
                let nonce: [u8; NONCE_LEN] = parts.iv.as_slice().try_into().ok()?;
                if parts.tag.len() != AES_256_GCM.tag_len() {
                    return None;
                }
                let mut plaintext = [parts.ciphertext.as_slice(), &parts.tag].concat();
                let (nonce, header) = (Nonce::assume_unique_for_key(nonce), Aad::from(parts.header.as_bytes()));
                // Compares the tag in constant time and returns no plaintext if it differs.
                let length = key.open_in_place(nonce, header, &mut plaintext).ok()?.len();
                plaintext.truncate(length);
                Some(plaintext)
            }
        }
    }
}

/// RFC 7518, section 5.2.2.1: over the header, the initialization vector, the ciphertext, and the header's length in
/// bits.
fn cbc_tag(mac: &hmac::Key, parts: &JweParts<'_>) -> hmac::Tag {
    let mut signing = hmac::Context::with_key(mac);
    let header_bits = (parts.header.len() as u64 * 8).to_be_bytes();
    for part in [parts.header.as_bytes(), &parts.iv, &parts.ciphertext, &header_bits] {
        signing.update(part);
    }
    signing.sign()
}
