//! The ways in that are configured.

use crate::auth::{AuthJsSessions, ClaimMapping, DashboardKeys, DashboardSessions, JwtVerifier};

/// The ways in. Each is off until its setting is there.
#[derive(Debug)]
pub struct SignInMethods {
    /// By a dashboard key.
    pub keys: Option<DashboardKeys>,
    /// By the dashboard's own session, which stands for a key.
    pub session: Option<DashboardSessions>,
    /// By a JWT of an identity provider.
    pub tokens: Option<JwtVerifier>,
    /// By an encrypted session of Auth.js or NextAuth, in the order in which cookies are looked at.
    pub session_tokens: Vec<AuthJsSessions>,
    /// What tokens and sessions say of a person.
    pub people: ClaimMapping,
}

/// One way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInMethod {
    /// A dashboard key.
    Key,
    /// The dashboard's own session.
    Session,
    /// A JWT.
    Jwt,
    /// A session of Auth.js v5.
    AuthJs,
    /// A session of NextAuth v4.
    NextAuth,
}

impl SignInMethod {
    const ALL: [Self; 5] = [Self::Key, Self::Session, Self::Jwt, Self::AuthJs, Self::NextAuth];

    /// The name used in replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Session => "session",
            Self::Jwt => "jwt",
            Self::AuthJs => "authJs",
            Self::NextAuth => "nextAuth",
        }
    }
}

impl SignInMethods {
    /// Only keys, and the session that stands for one.
    pub fn keys_only(keys: DashboardKeys, session: Option<DashboardSessions>) -> Self {
        Self { keys: Some(keys), session, tokens: None, session_tokens: Vec::new(), people: ClaimMapping::default() }
    }

    /// The ways that are configured.
    pub fn configured(&self) -> impl Iterator<Item = SignInMethod> {
        SignInMethod::ALL.into_iter().filter(|method| match method {
            SignInMethod::Key => self.keys.is_some(),
            SignInMethod::Session => self.keys.is_some() && self.session.is_some(),
            SignInMethod::Jwt => self.tokens.is_some(),
            SignInMethod::AuthJs | SignInMethod::NextAuth => {
                self.session_tokens.iter().any(|tokens| tokens.method() == *method)
            }
        })
    }
}
