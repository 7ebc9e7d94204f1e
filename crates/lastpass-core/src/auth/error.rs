//! Why somebody is nobody.

/// Why a request has no user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No credential came.
    #[error("no credential came")]
    Missing,
    /// A credential came, and is not accepted.
    #[error("the credential {0}")]
    Invalid(CredentialError),
    /// A token came that cannot be judged: its issuer's keys could not be fetched.
    #[error("the keys of AUTH_JWKS_URL cannot be fetched")]
    KeysUnavailable,
}

/// What is wrong with a credential: for the log, so that an operator finds the setting that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// `Authorization` is neither a key nor a token after `Bearer`.
    #[error("is not sent as Bearer")]
    Scheme,
    /// A header or cookie came twice, and could be read as either.
    #[error("came twice")]
    Duplicate,
    /// A cookie in parts lacks one.
    #[error("lacks a part of its cookie")]
    MissingCookiePart,
    /// A key that is none of `DASHBOARD_KEYS`.
    #[error("is no key that is known")]
    UnknownKey,
    /// A token that is not made as it should be, or names an algorithm that nobody may use.
    #[error("is not made as a token is")]
    Malformed,
    /// A token signed or encrypted otherwise than its key allows.
    #[error("names an algorithm that its key does not allow")]
    Algorithm,
    /// A token whose `kid` is none of the issuer's.
    #[error("is signed by a key that is not known (kid)")]
    UnknownKeyId,
    /// A signature or a tag that is not the key's.
    #[error("is not signed by its key")]
    Signature,
    /// A token past its `exp`, or without one, or a session past its hours.
    #[error("is past its end, or has none (exp)")]
    Expired,
    /// A token before its `nbf`.
    #[error("is not valid yet (nbf)")]
    NotYetValid,
    /// A token of another issuer than `AUTH_ISSUER`.
    #[error("names another issuer, or none (iss)")]
    Issuer,
    /// A token for others than `AUTH_AUDIENCE`.
    #[error("is for another audience, or for none (aud)")]
    Audience,
    /// A token of another application than `AUTH_AUTHORIZED_PARTIES`.
    #[error("was made for another application, or for none (azp)")]
    AuthorizedParty,
    /// A Clerk session that still lacks a step.
    #[error("belongs to a session that is pending (sts)")]
    Pending,
    /// A token with neither `sub` nor an address that may be used.
    #[error("names nobody (sub)")]
    NoSubject,
}

impl From<CredentialError> for AuthError {
    fn from(defect: CredentialError) -> Self {
        Self::Invalid(defect)
    }
}
