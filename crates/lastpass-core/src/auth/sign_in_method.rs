//! How a user signs in, and which part of a request carries the credential.

/// A method of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInMethod {
    /// A dashboard key.
    Key,
    /// The dashboard's own session.
    Session,
    /// A JWT of an identity provider.
    Jwt,
    /// A session of Auth.js v5.
    AuthJs,
    /// A session of NextAuth v4.
    NextAuth,
}

impl SignInMethod {
    /// All methods, in the order in which they are listed to clients.
    pub(crate) const ALL: [Self; 5] = [Self::Key, Self::Session, Self::Jwt, Self::AuthJs, Self::NextAuth];

    /// The name in replies and in [`Caller::identity`](crate::auth::Caller::identity).
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

/// The part of a request that carries a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialSource {
    /// A header that a client has to set.
    Header,
    /// A cookie, which a browser attaches to requests of any page: a change also requires proof of the page's origin.
    Cookie,
}
