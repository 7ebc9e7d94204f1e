//! A LastPass Enterprise account in memory, with the quirks and faults of the real one.
//!
//! Build a [`Company`] by hand or with [`Company::generate`], wrap it in a [`Simulator`], and pass
//! requests to [`Simulator::respond`]. Two dialects are answered, told apart by the name of the
//! hash field: `provhash` (the service as recorded) and `provisioninghash` (the guide's version).
//! Commands change the account as the real one's would; [`Simulator::calls`] and [`Simulator::mails`]
//! tell what came of them, and [`Fault`] what the caller gets to see. What happens leaves [`LogEvent`]s,
//! which `reporting` answers with.

#[cfg(test)]
mod ask;
mod calls;
mod commands;
#[cfg(test)]
mod commands_tests;
mod company;
mod fault;
mod faults;
#[cfg(test)]
mod faults_tests;
mod generate;
mod index;
mod log;
mod mail;
mod names;
mod outcome;
mod php_json;
#[cfg(test)]
mod provisioning_tests;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod reporting_tests;
mod request;
#[cfg(feature = "server")]
mod server;
mod simulator;
mod world;

pub use calls::Call;
pub use company::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Folder, Member, User};
pub use fault::{ConnectionError, Execution, Fault, FaultKind};
pub use log::{EventLog, LogEvent};
pub use mail::{Mail, MailKind};
#[cfg(feature = "server")]
pub use server::serve_http;
pub use simulator::Simulator;
