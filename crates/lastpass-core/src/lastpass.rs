//! The only place that knows LastPass's Enterprise API: how a question is written, how
//! a reply is read, and what goes wrong on the way.
//!
//! Domain values go in and come out. Every quirk of the upstream is named here, with the
//! recording or page that it comes from, and seen nowhere else.

mod client;
mod commands;
pub(crate) mod demo;
mod dialect;
mod error;
mod events;
mod expired;
mod folders;
mod lenient;
mod local_time;
mod people;
mod reply;
mod retry;
mod transport;

pub use client::{CallContext, CallMeter, Client};
pub use commands::{ChangeCommand, CommandOutcome, UnsupportedCommand, UpstreamMessage};
pub use dialect::{Account, Dialect};
pub use error::{Error, EventsError, InvalidReply};
pub use events::{EventWarning, EventWindow, FetchedEvents, NewestEvents};
pub use expired::ExpiredPasswords;
pub use folders::{FolderCount, SiteCount};
pub use people::{FetchedPeople, ReadWarning};
pub use transport::{HttpTransport, Transport, TransportError};
