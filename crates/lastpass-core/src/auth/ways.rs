//! The ways in that are configured.

use crate::auth::{DashboardKeys, OwnSession, PersonClaims, SessionTokens, TokenRules};

/// The ways in. Each is off until its setting is there.
#[derive(Debug)]
pub struct Ways {
    /// By a dashboard key.
    pub keys: Option<DashboardKeys>,
    /// By the dashboard's own session, which stands for a key.
    pub session: Option<OwnSession>,
    /// By a JWT of an identity provider.
    pub tokens: Option<TokenRules>,
    /// By an encrypted session of Auth.js or NextAuth, in the order in which cookies are looked at.
    pub session_tokens: Vec<SessionTokens>,
    /// What tokens and sessions say of a person.
    pub people: PersonClaims,
}

/// One way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
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

impl Way {
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

impl Ways {
    /// Only keys, and the session that stands for one.
    pub fn by_keys(keys: DashboardKeys, session: Option<OwnSession>) -> Self {
        Self { keys: Some(keys), session, tokens: None, session_tokens: Vec::new(), people: PersonClaims::default() }
    }

    /// The ways that are configured.
    pub fn open(&self) -> impl Iterator<Item = Way> {
        Way::ALL.into_iter().filter(|way| match way {
            Way::Key => self.keys.is_some(),
            Way::Session => self.keys.is_some() && self.session.is_some(),
            Way::Jwt => self.tokens.is_some(),
            Way::AuthJs | Way::NextAuth => self.session_tokens.iter().any(|tokens| tokens.way() == *way),
        })
    }
}
