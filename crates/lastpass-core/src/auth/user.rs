//! Somebody whose credential is good, before it is settled what they may.

use std::fmt;

use crate::{
    auth::{Caller, SignInMethod, keys::DashboardKey},
    domain::{EmailAddress, Role},
};

/// Somebody who proved who they are. Built by [`authenticate`](crate::auth::authenticate) and [`DashboardSessions::issue`](crate::auth::DashboardSessions::issue) alone.
pub struct AuthenticatedUser {
    method: SignInMethod,
    source: CredentialSource,
    name: Option<String>,
    identity: String,
    role: ClaimedRole,
}

/// What carried a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialSource {
    /// A header that a page has to set.
    Header,
    /// A cookie, which a browser sends whoever asks: changes need a proof of the page's origin besides.
    Cookie,
}

/// What a credential says of its holder's role.
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimedRole {
    /// The role that a key has, or a claim names.
    Known(Role),
    /// The role is that of a group of LastPass's, which has to be asked for this address.
    FromGroups(EmailAddress),
    /// There is none: a claim names none of ours, or there is no address to ask for.
    None,
}

impl AuthenticatedUser {
    /// The holder of a dashboard key: with the role and the name that the key has now.
    pub(crate) fn of_key(key: &DashboardKey, method: SignInMethod, source: CredentialSource) -> Self {
        let identity = match &key.name {
            Some(name) => format!("name:{name}"),
            None => format!("key:{}", hex::encode(key.digest)),
        };
        Self { method, source, name: key.name.clone(), identity, role: ClaimedRole::Known(key.role) }
    }

    /// The person whom a token names.
    pub(crate) fn of_token(
        method: SignInMethod,
        source: CredentialSource,
        name: String,
        identity: String,
        role: ClaimedRole,
    ) -> Self {
        Self { method, source, name: Some(name), identity, role }
    }

    /// By which way the user came in.
    pub fn method(&self) -> SignInMethod {
        self.method
    }

    /// What carried the credential.
    pub fn credential_source(&self) -> CredentialSource {
        self.source
    }

    /// What the credential says of the role.
    pub fn role(&self) -> &ClaimedRole {
        &self.role
    }

    /// Who the user is: the key's name, the address, or `sub:` and the subject; nothing for a key without a name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The user with a role, or nothing for somebody without one. `of_groups` counts only where groups decide: it
    /// neither changes a role that is known nor gives one to nobody.
    pub fn with_role(self, of_groups: Option<Role>) -> Option<Caller> {
        let role = match self.role {
            ClaimedRole::Known(role) => Some(role),
            ClaimedRole::FromGroups(_) => of_groups,
            ClaimedRole::None => None,
        };
        role.map(|role| Caller { role, name: self.name, identity: self.identity })
    }
}

impl fmt::Debug for AuthenticatedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthenticatedUser({:?}, {:?}, {:?})", self.method, self.source, self.role)
    }
}

impl fmt::Debug for ClaimedRole {
    /// Without the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(role) => write!(f, "Known({role})"),
            Self::FromGroups(_) => f.write_str("FromGroups"),
            Self::None => f.write_str("None"),
        }
    }
}
