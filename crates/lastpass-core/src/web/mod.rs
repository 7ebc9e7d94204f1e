//! Bytes in, bytes out: one file or folder per endpoint, and what all of them share.

mod actions;
mod app;
mod audit_logs;
mod background;
mod body;
mod cached;
mod changes;
mod demo;
mod edge_link;
mod export;
mod group_roles;
mod health;
mod members;
mod origin;
mod parameters;
mod period;
mod permit;
mod problem;
mod reply;
mod security_report;
mod serve;
mod session;
mod spreadsheet;
mod warning;
mod windows;

pub use actions::ACTIONS;
pub use app::App;
pub use audit_logs::AUDIT_LOGS;
pub use background::{Background, Invocation};
pub use body::{Body, Broken, REQUEST_LIMIT, UnreadBody, read};
pub use changes::{GROUPS, PROVISION_USER, USERS};
pub use health::HEALTH;
pub use problem::{FieldError, Problem};
pub use security_report::SECURITY_REPORT;
pub use serve::{Endpoint, Unsent, not_found, not_sent, serve};
pub use session::SESSION;
