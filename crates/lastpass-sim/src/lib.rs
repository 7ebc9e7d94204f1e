//! A LastPass Enterprise account in memory, with the quirks and faults of the real one.
//!
//! Build a [`Company`] by hand or with [`Company::generate`], wrap it in a [`Simulator`], and pass
//! requests to [`Simulator::respond`]. Two dialects are answered, told apart by the name of the
//! hash field: `provhash` (the service as recorded) and `provisioninghash` (the guide's version).

mod commands;
mod company;
mod fault;
mod generate;
mod index;
mod names;
mod php_json;
mod request;
#[cfg(feature = "server")]
mod server;
mod simulator;

pub use company::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Folder, Member, User};
pub use fault::{ConnectionLost, Fault, FaultKind};
#[cfg(feature = "server")]
pub use server::serve_http;
pub use simulator::{Call, Simulator};
