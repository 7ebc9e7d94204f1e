//! JWTs of an identity provider, such as Clerk, Supabase, Better Auth, Auth0 or Okta. Knows no roles and no users.

use std::{collections::HashSet, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use jsonwebtoken::Validation;

use crate::auth::{
    AuthError, CredentialError, JwksCache, VerifyingKey,
    claims::{Claims, MAX_JWT_LIFETIME},
};

/// Verifies JWTs of one issuer.
pub struct JwtVerifier {
    /// The keys that verify signatures.
    pub keys: KeySource,
    /// The issuer (`iss`), which is required.
    pub issuer: String,
    /// The accepted audiences (`aud`); if empty, the claim is not checked.
    pub audience: Vec<String>,
    /// The accepted authorized parties (`azp`); if empty, the claim is not checked.
    pub authorized_parties: Vec<String>,
    /// The cookie that may hold a token.
    pub cookie: Option<String>,
}

/// The source of an issuer's keys.
pub enum KeySource {
    /// The one key that is configured.
    Static(Arc<VerifyingKey>),
    /// A JSON Web Key Set that the issuer publishes; a token names its key by `kid`.
    Jwks(JwksCache),
}

impl JwtVerifier {
    /// Verifies a token and returns its claims.
    pub(crate) async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, AuthError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| CredentialError::Malformed)?;
        // RFC 7515, section 4.1.11: a token with an unknown critical extension is invalid; we know none.
        if header.crit.is_some() {
            return Err(AuthError::Invalid(CredentialError::Malformed));
        }
        let key = match &self.keys {
            KeySource::Static(key) => Arc::clone(key),
            KeySource::Jwks(keys) => {
                keys.find(header.kid.as_deref().ok_or(CredentialError::UnknownKeyId)?, now).await?
            }
        };
        if !key.algorithms.contains(&header.alg) {
            return Err(AuthError::Invalid(CredentialError::Algorithm));
        }
        let token =
            jsonwebtoken::decode(token, &key.key, &signature_only(&key)).map_err(|_| CredentialError::Signature)?;
        let claims = Claims::new(token.claims)?;
        self.check(&claims, now)?;
        Ok(claims)
    }

    fn check(&self, claims: &Claims, now: DateTime<Utc>) -> Result<(), CredentialError> {
        claims.check_time(now, MAX_JWT_LIFETIME)?;
        if claims.text("iss") != Some(self.issuer.as_str()) {
            return Err(CredentialError::Issuer);
        }
        if !self.audience.is_empty() && !claims.contains_any("aud", &self.audience) {
            return Err(CredentialError::Audience);
        }
        let is_party = |party: &str| self.authorized_parties.iter().any(|known| known == party);
        if !self.authorized_parties.is_empty() && !claims.text("azp").is_some_and(is_party) {
            return Err(CredentialError::AuthorizedParty);
        }
        // Clerk: the user has signed in but still has a task, such as choosing an organization.
        if claims.text("sts") == Some("pending") {
            return Err(CredentialError::Pending);
        }
        Ok(())
    }
}

impl fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtVerifier")
    }
}

/// The library checks the algorithm and the signature only. Claims are checked here, since the library would read the
/// clock itself and accept a token without an audience.
fn signature_only(key: &VerifyingKey) -> Validation {
    let mut validation = Validation::default();
    validation.algorithms.clone_from(&key.algorithms);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}
