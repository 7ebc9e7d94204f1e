//! Work that no caller waits for: the sync of users, figures and open actions. Knows the store, LastPass's client and the
//! changes; knows no HTTP.

mod figures;
mod open_actions;
mod part;
mod people;
mod retention;
mod sync;

pub(crate) use part::PartReport;
pub(crate) use sync::{SyncError, SyncReport, SyncService, SyncSettings};
