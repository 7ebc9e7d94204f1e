//! The log: one JSON line per event on standard error, which the platform keeps. The same lines as on Vercel.

use std::{io, panic};

use tracing::Level;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt};

/// Installs the log for the whole process.
pub(crate) fn install() {
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_writer(io::stderr);
    // Libraries may log addresses: the runtime logs whole requests.
    let ours = Targets::new().with_target("lastpass", Level::INFO);
    // If a subscriber is installed already, it stays.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines.with_filter(ours)));
    // The default hook prints the payload of a panic, which may hold personal data.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}
