//! Who asks, by which way, and what they may.

mod authenticate;
mod caller;
mod claimant;
mod claims;
mod cookies;
mod defect;
mod jwks;
mod jwt;
mod keys;
mod machine_secret;
mod own_session;
mod role_claim;
mod session_token;
mod verifying_key;
mod ways;

pub use authenticate::authenticate;
pub use caller::Caller;
pub use claimant::{Carrier, Claimant, ClaimedRole};
pub use defect::{Defect, Refusal};
pub use jwks::FetchedKeys;
pub use jwt::{KeySource, TokenRules};
pub use keys::{DEMO_KEYS, DashboardKeys, MalformedKeys};
pub use machine_secret::MachineSecret;
pub use own_session::{OwnSession, SessionCookie, SignedIn};
pub use role_claim::{ClaimPath, MalformedClaimPath, PersonClaims};
pub use session_token::SessionTokens;
pub use verifying_key::VerifyingKey;
pub use ways::{Way, Ways};
