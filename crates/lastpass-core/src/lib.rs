//! What every function shares, from the LastPass client to the web layer.
//!
//! Imports point inward: `web` -> `auth`, `cache` -> `changes`, `formats` -> `report`, `audit`, `lastpass`, `store` ->
//! `domain`.

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
