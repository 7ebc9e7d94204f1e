//! The only place that knows LastPass's Enterprise API: how a question is written, how
//! a reply is read, and what goes wrong on the way.
//!
//! Domain values go in and come out. Every quirk of the upstream is named here, with the
//! recording or page that it comes from, and seen nowhere else.

mod client;
mod commands;
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

pub use client::{Budget, Client, Meter};
pub use commands::{Answer, Command, Unsayable, Words};
pub use dialect::{Account, Dialect};
pub use error::{Error, EventsError, Nonsense};
pub use events::{EventNotice, EventReading, EventWindow, NewestEvents};
pub use expired::ExpiredPasswords;
pub use folders::{FolderCount, SiteCount};
pub use people::{Notice, PeopleReading};
pub use transport::{HttpTransport, Transport, TransportError};
