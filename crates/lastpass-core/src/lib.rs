//! What every function shares: the LastPass client, the report and the web layer.
//!
//! Arrows point inward: `web` -> `auth` -> `report`, `audit`, `lastpass` -> `domain`.

pub mod audit;
pub mod auth;
mod cache;
pub mod changes;
pub mod domain;
mod error_chain;
mod formats;
mod http_client;
mod key_derivation;
pub mod lastpass;
pub mod report;
mod request_context;
pub mod settings;
pub mod store;
pub mod web;
