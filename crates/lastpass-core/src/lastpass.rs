//! The only module that knows LastPass's Enterprise API: how requests are written, how replies are decoded, and which
//! errors occur. It takes and returns domain values.
//!
//! Every quirk of the upstream is documented here, with the recording or page that shows it, and hidden from the rest
//! of the crate.

mod call_context;
mod change_command;
mod client;
mod demo;
mod dialect;
mod error;
mod events;
mod expired_passwords;
mod folders;
mod lenient_json;
mod local_time;
mod people;
mod read_command;
mod read_warning;
mod reply;
mod reply_status;
mod transport;

pub use call_context::{CallContext, CallMeter, Clock, RateLimitWaits};
pub use change_command::{ChangeCommand, CommandOutcome, UnsupportedCommand, UpstreamMessage};
pub use client::Client;
pub(crate) use demo::{DemoTransport, demo_account};
pub use dialect::{Account, Dialect};
pub use error::{Error, EventsError, InvalidReply};
pub use events::{EventWarning, EventWindow, FetchedEvents, NewestEvents};
pub use expired_passwords::ExpiredPasswords;
pub use folders::{FolderCount, SiteCount};
pub use people::FetchedPeople;
pub use read_warning::ReadWarning;
pub use transport::{HttpTransport, Transport, TransportError};
