//! Who sent a request: an authenticated user, and a caller, which is a user with a role. Knows no credentials.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{
    auth::{CredentialSource, SignInMethod, dashboard_keys::DashboardKey},
    domain::{EmailAddress, Role},
};

/// A user whose credential is accepted, before the role is known.
///
/// Created only by [`authenticate`](crate::auth::authenticate) and
/// [`DashboardSessions::issue`](crate::auth::DashboardSessions::issue).
pub struct AuthenticatedUser {
    method: SignInMethod,
    source: CredentialSource,
    name: Option<String>,
    identity: String,
    role: ClaimedRole,
    expires_at: Option<DateTime<Utc>>,
}

/// What a credential states about its user's role.
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimedRole {
    /// The role of a dashboard key, or a role that a claim names.
    Known(Role),
    /// The role is that of this address's group at LastPass, which has to be fetched.
    FromGroups(EmailAddress),
    /// No role: the claim names none of ours, or there is no claim and no address.
    None,
}

impl AuthenticatedUser {
    /// The user of a dashboard key, with the key's present role and name.
    pub(crate) fn from_key(
        key: &DashboardKey,
        method: SignInMethod,
        source: CredentialSource,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        let identity = match &key.name {
            Some(name) => format!("name:{name}"),
            None => format!("key:{}", hex::encode(key.digest)),
        };
        Self { method, source, name: key.name.clone(), identity, role: ClaimedRole::Known(key.role), expires_at }
    }

    /// The user that a token names.
    pub(crate) fn from_token(
        method: SignInMethod,
        source: CredentialSource,
        name: String,
        identity: String,
        role: ClaimedRole,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        Self { method, source, name: Some(name), identity, role, expires_at }
    }

    /// The method by which the user signed in.
    pub fn method(&self) -> SignInMethod {
        self.method
    }

    /// The part of the request that carried the credential.
    pub fn credential_source(&self) -> CredentialSource {
        self.source
    }

    /// What the credential states about the role.
    pub fn role(&self) -> &ClaimedRole {
        &self.role
    }

    /// The name of the key, the e-mail address, or `sub:` and the subject; `None` for a key without a name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// When the credential expires; `None` for a key.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Returns the caller, or `None` if the user has no role.
    ///
    /// `group_role` counts only if the role is [`ClaimedRole::FromGroups`]: it neither replaces a known role nor gives
    /// one to a user without.
    pub fn with_role(self, group_role: Option<Role>) -> Option<Caller> {
        let role = match self.role {
            ClaimedRole::Known(role) => Some(role),
            ClaimedRole::FromGroups(_) => group_role,
            ClaimedRole::None => None,
        };
        role.map(|role| Caller { role, name: self.name, identity: self.identity })
    }
}

impl fmt::Debug for AuthenticatedUser {
    /// Omits the name and the identity.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthenticatedUser({:?}, {:?}, {:?})", self.method, self.source, self.role)
    }
}

impl fmt::Debug for ClaimedRole {
    /// Omits the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(role) => write!(f, "Known({role})"),
            Self::FromGroups(_) => f.write_str("FromGroups"),
            Self::None => f.write_str("None"),
        }
    }
}

/// An authenticated user with a role. Created only by [`AuthenticatedUser::with_role`].
pub struct Caller {
    role: Role,
    name: Option<String>,
    identity: String,
}

impl Caller {
    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The actor's name in the audit record: the user's name, else the role and the first digits of the key's digest,
    /// which distinguish the keys of one role.
    pub fn actor(&self) -> String {
        let digits = || self.identity.chars().skip_while(|c| *c != ':').skip(1).take(8).collect::<String>();
        self.name.clone().unwrap_or_else(|| format!("{}#{}", self.role, digits()))
    }

    /// A text that is unique to the caller and stable over time. It is part of stored keys and never shown.
    pub fn identity(&self) -> String {
        self.identity.clone()
    }
}

impl fmt::Debug for Caller {
    /// Omits the name and the identity.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.role)
    }
}
