//! The routes: one file or folder per URL.

pub(crate) mod actions;
pub(crate) mod audit_logs;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod provision_user;
pub(crate) mod security_report;
pub(crate) mod session;
pub(crate) mod shared_folders;
pub(crate) mod users;
