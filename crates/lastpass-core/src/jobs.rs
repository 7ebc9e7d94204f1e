//! Work that the scheduler starts: the sync of users, figures and open actions. Knows the store, LastPass's client and the
//! changes; knows no HTTP.

mod demo;
mod figures;
mod open_actions;
mod part;
mod people;
mod retention;
mod sync;

pub(crate) use demo::{demo_history, demo_trend};
pub(crate) use part::PartReport;
#[cfg(feature = "openapi")]
pub(crate) use part::{PartName, PartStatus};
pub(crate) use people::user_key;
pub(crate) use sync::{SyncError, SyncReport, SyncService, SyncSettings};
