//! Who asks, by which way, and what they may.

mod auth_js;
mod authenticate;
mod caller;
mod claim_mapping;
mod claims;
mod cookies;
mod cron_secret;
mod dashboard_session;
mod error;
mod jwks;
mod jwt;
mod keys;
mod user;
mod verifying_key;
mod ways;

pub use auth_js::AuthJsSessions;
pub use authenticate::authenticate;
pub use caller::Caller;
pub use claim_mapping::{ClaimMapping, ClaimPath, MalformedClaimPath};
pub use cron_secret::MachineSecret;
pub use dashboard_session::{DashboardSessions, NewSession, SessionCookie};
pub use error::{AuthError, CredentialError};
pub use jwks::JwksCache;
pub use jwt::{JwtVerifier, KeySource};
pub use keys::{DEMO_KEYS, DashboardKeys, MalformedKeys};
pub use user::{AuthenticatedUser, ClaimedRole, CredentialSource};
pub use verifying_key::VerifyingKey;
pub use ways::{SignInMethod, SignInMethods};
