//! Why a request is not authenticated. Knows no status codes.

/// Why a request has no authenticated user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The request has no credential.
    #[error("the request has no credential")]
    Missing,
    /// The request has a credential that is not accepted.
    #[error("the credential {0}")]
    Invalid(CredentialError),
    /// The request has a cookie that is not accepted.
    #[error("the cookie {cookie} {reason}")]
    InvalidCookie {
        /// The name of the cookie.
        cookie: String,
        /// Why it is not accepted.
        reason: CredentialError,
        /// The cookie with Clerk's suffix, which the request has beside it.
        suffixed: Option<String>,
    },
    /// The request lacks `AUTH_COOKIE`, but has one with Clerk's suffix.
    #[error("the request has the cookie of another name than AUTH_COOKIE")]
    OnlySuffixedCookie {
        /// The name in `AUTH_COOKIE`.
        cookie: String,
        /// The name of the cookie that the request has.
        suffixed: String,
    },
    /// The request has a token whose issuer's keys cannot be fetched, so that it cannot be verified.
    #[error("the keys of AUTH_JWKS_URL cannot be fetched")]
    KeysUnavailable,
}

/// Why a credential is not accepted. It is logged, so that an operator finds the setting that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// `Authorization` has another scheme than `Bearer`.
    #[error("is not sent as Bearer")]
    Scheme,
    /// A header occurs twice, or a cookie with two values, so that it is ambiguous.
    #[error("is sent twice")]
    Duplicate,
    /// The key is not in `DASHBOARD_KEYS`.
    #[error("is an unknown key")]
    UnknownKey,
    /// The token is malformed, or names an algorithm that is never allowed.
    #[error("is malformed")]
    Malformed,
    /// The token is signed or encrypted with an algorithm that its key does not allow.
    #[error("names an algorithm that its key does not allow")]
    Algorithm,
    /// The token's `kid` is none of the known key ids.
    #[error("names an unknown key (kid)")]
    UnknownKeyId,
    /// The signature or the authentication tag does not match.
    #[error("has an invalid signature")]
    Signature,
    /// The token or session has expired, or the token has no `exp`.
    #[error("has expired, or has no expiry (exp)")]
    Expired,
    /// The token's `exp` is more than a year ahead, or a session's in milliseconds.
    #[error("expires too far ahead (exp)")]
    ExpiryTooFar,
    /// The token's `nbf` is in the future.
    #[error("is not valid yet (nbf)")]
    NotYetValid,
    /// The token's `iss` is not `AUTH_ISSUER`.
    #[error("names another issuer, or none (iss)")]
    Issuer,
    /// The token's `aud` holds none of `AUTH_AUDIENCE`.
    #[error("names another audience, or none (aud)")]
    Audience,
    /// The token's `azp` is none of `AUTH_AUTHORIZED_PARTIES`.
    #[error("names another authorized party, or none (azp)")]
    AuthorizedParty,
    /// The token belongs to a pending Clerk session.
    #[error("belongs to a pending session (sts)")]
    Pending,
    /// The token has no `sub` and no usable e-mail address.
    #[error("names no person (sub)")]
    NoSubject,
}

impl AuthError {
    /// The same error of a credential that came in a cookie.
    pub(crate) fn of_cookie(self, name: &str, suffixed: Option<&str>) -> Self {
        if let Self::Invalid(reason) = self {
            Self::InvalidCookie { cookie: name.to_owned(), reason, suffixed: suffixed.map(str::to_owned) }
        } else {
            self
        }
    }
}

impl From<CredentialError> for AuthError {
    fn from(error: CredentialError) -> Self {
        Self::Invalid(error)
    }
}
