//! Everything that answers a request. `docs/ARCHITECTURE.md` lists the modules, and which of them may import which.

pub mod audit;
pub mod auth;
mod cache;
mod changes;
pub mod domain;
mod error_chain;
mod formats;
mod http_client;
mod jobs;
mod key_derivation;
mod known_changes;
pub mod lastpass;
pub mod report;
mod request_context;
#[cfg(feature = "openapi")]
mod schema;
pub mod settings;
mod store;
pub mod web;
