//! Identity providers: keys, the claims of a valid token, and the settings that accept it.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use lastpass_core::domain::Role;
use serde_json::{Value, json};

use crate::world::noon;

/// A key that signs tokens.
pub(crate) enum SigningKey {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    pub(crate) fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    pub(crate) fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().expect("a key"))
    }

    /// A new key of the same type.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Rsa(_) => Self::rsa(),
            Self::P256(_) => Self::p256(),
            Self::Ed25519(_) => Self::ed25519(),
        }
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    /// The public key as a JWK.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match self {
            Self::Rsa(key) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(key.public_key());
                json!({ "kty": "RSA", "n": text(&public.n), "e": text(&public.e) })
            }
            Self::P256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Self::Ed25519(key) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref()) }),
        };
        jwk["kid"] = json!(kid);
        jwk["alg"] = json!(self.algorithm());
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public key in PEM.
    pub(crate) fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa(key) => key.public_key().as_der(),
            Self::P256(key) => key.public_key().as_der(),
            Self::Ed25519(key) => key.public_key().as_der(),
        }
        .expect("a public key");
        let body = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("ASCII")).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("a signature");
                signature
            }
            Self::P256(key) => key.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        }
    }

    /// A token with the default header.
    pub(crate) fn token(&self, kid: &str, claims: &Value) -> String {
        self.token_with(&json!({ "alg": self.algorithm(), "kid": kid, "typ": "JWT" }), claims)
    }

    /// A token with any header.
    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(self.sign(message.as_bytes())))
    }
}

/// The signed part of a token: header and claims.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// A token whose signature is an HMAC with any key.
pub(crate) fn hmac_token(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = message(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// An identity provider, configured as its documentation says.
pub(crate) struct Issuer {
    pub(crate) name: &'static str,
    pub(crate) key: SigningKey,
    /// The claims of a valid token.
    pub(crate) claims: Value,
    /// The settings that accept it, except for the keys.
    pub(crate) settings: Vec<(&'static str, &'static str)>,
    /// The role that the claims name.
    pub(crate) role: Role,
}

impl Issuer {
    /// One issuer of each kind of claims.
    pub(crate) fn all() -> [Self; 5] {
        [Self::clerk(), Self::supabase(), Self::better_auth(), Self::auth0(), Self::okta()]
    }

    pub(crate) fn clerk() -> Self {
        let claims = json!({ "iss": "https://clerk.example.com", "sub": "user_2abc", "sid": "sess_1", "sts": "active",
                             "azp": "https://app.example.com", "email": "ann@example.com", "metadata": { "role": "admin" } });
        let settings = vec![
            ("AUTH_ISSUER", "https://clerk.example.com"),
            ("AUTH_AUTHORIZED_PARTIES", "https://app.example.com, https://admin.example.com"),
            ("AUTH_COOKIE", "__session"),
            ("AUTH_ROLE_CLAIM", "/metadata/role"),
        ];
        Self { name: "Clerk", key: SigningKey::rsa(), claims: timed(claims), settings, role: Role::Admin }
    }

    pub(crate) fn supabase() -> Self {
        let claims = json!({ "iss": "https://ref.supabase.co/auth/v1", "sub": "8a4f-11", "aud": "authenticated",
                             "role": "authenticated", "email": "ann@example.com", "app_metadata": { "role": "auditor" },
                             "user_metadata": { "role": "admin", "email_verified": true } });
        let settings = vec![
            ("AUTH_ISSUER", "https://ref.supabase.co/auth/v1"),
            ("AUTH_AUDIENCE", "authenticated"),
            ("AUTH_COOKIE", "sb-ref-auth-token"),
            ("AUTH_ROLE_CLAIM", "/app_metadata/role"),
        ];
        Self { name: "Supabase", key: SigningKey::p256(), claims: timed(claims), settings, role: Role::Auditor }
    }

    pub(crate) fn better_auth() -> Self {
        let claims = json!({ "iss": "https://app.example.com", "aud": "https://app.example.com", "sub": "u1", "id": "u1",
                             "email": "ann@example.com", "emailVerified": true, "role": "manager" });
        let settings = vec![
            ("AUTH_ISSUER", "https://app.example.com"),
            ("AUTH_AUDIENCE", "https://app.example.com"),
            ("AUTH_COOKIE", "dashboard-token"),
            ("AUTH_ROLE_CLAIM", "role"),
        ];
        Self { name: "Better Auth", key: SigningKey::ed25519(), claims: timed(claims), settings, role: Role::Manager }
    }

    pub(crate) fn auth0() -> Self {
        let claims = json!({ "iss": "https://tenant.eu.auth0.com/", "sub": "auth0|1", "azp": "client-1",
                             "aud": ["https://api.example.com", "https://tenant.eu.auth0.com/userinfo"],
                             "https://example.com/roles": ["owner", "provisioner"] });
        let settings = vec![
            ("AUTH_ISSUER", "https://tenant.eu.auth0.com/"),
            ("AUTH_AUDIENCE", "https://api.example.com"),
            ("AUTH_AUTHORIZED_PARTIES", "client-1"),
            ("AUTH_COOKIE", "access_token"),
            ("AUTH_ROLE_CLAIM", "https://example.com/roles"),
        ];
        Self { name: "Auth0", key: SigningKey::rsa(), claims: timed(claims), settings, role: Role::Provisioner }
    }

    pub(crate) fn okta() -> Self {
        let claims = json!({ "iss": "https://example.okta.com/oauth2/default", "sub": "ann@example.com", "uid": "00u1",
                             "aud": "api://default", "cid": "client-1", "groups": ["Everyone", "auditor"] });
        let settings = vec![
            ("AUTH_ISSUER", "https://example.okta.com/oauth2/default"),
            ("AUTH_AUDIENCE", "api://default"),
            ("AUTH_COOKIE", "okta-token"),
            ("AUTH_ROLE_CLAIM", "groups"),
        ];
        Self { name: "Okta", key: SigningKey::rsa(), claims: timed(claims), settings, role: Role::Auditor }
    }

    /// The settings, including the one for the keys.
    pub(crate) fn settings_with<'a>(&'a self, keys: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
        self.settings.iter().copied().chain([keys]).collect()
    }

    /// The value of a setting.
    pub(crate) fn setting(&self, name: &str) -> Option<&'static str> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Claims that are valid for a minute from noon on.
fn timed(mut claims: Value) -> Value {
    let noon = noon().timestamp();
    claims["iat"] = json!(noon);
    claims["nbf"] = json!(noon - 10);
    claims["exp"] = json!(noon + 60);
    claims
}
