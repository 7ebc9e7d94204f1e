//! What every function shares: the LastPass client, the report and the web layer.
//!
//! Arrows point inward: `web` -> `auth` -> `report`, `lastpass` -> `domain`.

pub mod domain;
pub mod report;
pub mod web;
