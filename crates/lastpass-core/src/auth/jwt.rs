//! Tokens of an identity provider: Clerk, Supabase, Better Auth, Auth0, Okta and their like.

use std::{collections::HashSet, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use jsonwebtoken::Validation;

use crate::auth::{AuthError, CredentialError, JwksCache, VerifyingKey, claims::Claims};

/// Which tokens are good.
pub struct JwtVerifier {
    /// The keys that sign them.
    pub keys: KeySource,
    /// Who makes them.
    pub issuer: String,
    /// Whom they are for; nobody named asks for none.
    pub audience: Vec<String>,
    /// The applications that they are made for; nobody named asks for none.
    pub authorized_parties: Vec<String>,
    /// The cookie that may hold one.
    pub cookie: Option<String>,
}

/// Where keys come from.
pub enum KeySource {
    /// The settings hold the one key.
    Static(Arc<VerifyingKey>),
    /// The issuer publishes them, each with a name.
    Jwks(JwksCache),
}

impl JwtVerifier {
    /// The claims of a token that is good now.
    pub(crate) async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, AuthError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| CredentialError::Malformed)?;
        // What must be understood and is not, RFC 7515 wants refused; we understand nothing of the kind.
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
        claims.check_time(now)?;
        if claims.text("iss") != Some(self.issuer.as_str()) {
            return Err(CredentialError::Issuer);
        }
        if !self.audience.is_empty() && !claims.names_one_of("aud", &self.audience) {
            return Err(CredentialError::Audience);
        }
        let is_party = |party: &str| self.authorized_parties.iter().any(|known| known == party);
        if !self.authorized_parties.is_empty() && !claims.text("azp").is_some_and(is_party) {
            return Err(CredentialError::AuthorizedParty);
        }
        // Clerk: the person signed in, and still has to choose an organisation or the like.
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

/// What the library checks: the algorithm and the signature. Claims are checked here, since it would read the clock
/// itself, and lets an audience pass that is not there.
fn signature_only(key: &VerifyingKey) -> Validation {
    let mut validation = Validation::default();
    validation.algorithms.clone_from(&key.algorithms);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}
