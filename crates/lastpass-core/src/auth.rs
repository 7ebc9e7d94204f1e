//! Authentication: from the credential of a request to an [`AuthenticatedUser`], and with a role to a [`Caller`].
//!
//! Knows headers, cookies and the domain. Knows no routes, no settings and not the Enterprise API: the role of a group
//! is passed in. Secrets, keys, tokens and addresses are never part of `Debug` output.

mod auth_js;
mod authenticate;
mod caller;
mod claim_mapping;
mod claims;
mod cookies;
mod cron_secret;
mod dashboard_keys;
mod dashboard_session;
mod error;
mod jwks;
mod jwt;
mod own_cookie;
mod sign_in_method;
mod signed_value;
mod verifying_key;

pub use auth_js::AuthJsSessions;
pub(crate) use authenticate::credential_source;
pub use authenticate::{SignInMethods, authenticate};
pub use caller::{AuthenticatedUser, Caller, ClaimedRole};
pub use claim_mapping::{ClaimMapping, ClaimPath, MalformedClaimPath};
pub(crate) use cookies::Cookies;
pub use cron_secret::CronSecret;
pub use dashboard_keys::{DEMO_KEYS, DashboardKeys, MalformedKeys};
pub use dashboard_session::{DashboardSessions, NewSession};
pub use error::{AuthError, CredentialError};
pub use jwks::JwksCache;
pub use jwt::{JwtVerifier, KeySource};
pub use own_cookie::{CookieScope, OwnCookie};
pub use sign_in_method::{CredentialSource, SignInMethod};
pub(crate) use signed_value::SigningKeys;
pub use verifying_key::VerifyingKey;
