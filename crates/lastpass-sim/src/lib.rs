//! A LastPass Enterprise account in memory, with the quirks and faults of the real service.
//!
//! Build a [`Company`] by hand or with [`Company::generate`], wrap it in a [`Simulator`] and pass requests to
//! [`Simulator::respond`]. Both dialects are supported; the name of the hash field selects one: `provhash`
//! (the service as recorded) or `provisioninghash` (the guide's version). Commands change the account as they
//! change a real one. [`Simulator::calls`], [`Simulator::mails`] and [`Simulator::events`] return the calls
//! received, the mail sent and the log; a [`Fault`] changes what the caller sees. A [`Life`] simulates days.
//!
//! The crate shares no types with the client and writes its JSON by hand, so that both cannot make the same mistake.

mod account_state;
mod call_history;
mod commands;
mod company;
mod event_log;
mod fault;
mod fault_injector;
mod generator;
mod life;
mod mail;
mod php_json;
mod replies;
mod request;
mod response;
#[cfg(feature = "server")]
mod server;
mod simulator;
#[cfg(test)]
mod tests;
mod user_index;

pub use call_history::Call;
pub use commands::change_commands;
pub use company::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, DEMO_SEED, DEMO_USERS, Folder, Member, User};
pub use event_log::{EventLog, LogEvent};
pub use fault::{ConnectionError, Execution, Fault, FaultKind};
pub use life::{Life, LifeEvent, LifeEventKind};
pub use mail::{Mail, MailKind};
#[cfg(feature = "server")]
pub use server::serve_http;
pub use simulator::Simulator;
