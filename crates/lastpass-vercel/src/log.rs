//! The log: one JSON line per event, sent to the platform's log channel of the request that it belongs to.

use std::{env, io, panic, str};

use tracing::{Level, Metadata};
use tracing_subscriber::{Layer, filter::Targets, fmt::MakeWriter, layer::SubscriberExt};
use vercel_runtime::LogContext;

tokio::task_local! {
    /// The channel of the current request.
    static CHANNEL: LogContext;
}

/// Installs the log for the whole process.
pub(crate) fn install() {
    let lines =
        tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_writer(ChannelWriter);
    // Libraries may log addresses.
    let ours = Targets::new().with_target("lastpass", Level::INFO);
    // If a subscriber is installed already, it stays.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines.with_filter(ours)));
    // The default hook prints the payload of a panic, which may hold personal data.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

/// Runs `work` with its events sent to the request's channel, if the platform listens.
pub(crate) async fn with<T>(context: LogContext, work: impl Future<Output = T>) -> T {
    // Without the platform the channel prints its own format to standard output.
    if env::var_os("VERCEL_IPC_PATH").is_some() { CHANNEL.scope(context, work).await } else { work.await }
}

struct ChannelWriter;

impl MakeWriter<'_> for ChannelWriter {
    type Writer = Line;

    fn make_writer(&self) -> Line {
        Line { level: Level::INFO, text: Vec::new() }
    }

    fn make_writer_for(&self, metadata: &Metadata<'_>) -> Line {
        Line { level: *metadata.level(), text: Vec::new() }
    }
}

/// One line, sent when it is complete.
struct Line {
    level: Level,
    text: Vec<u8>,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Ok(line) = str::from_utf8(self.text.trim_ascii()) else { return };
        let sent = CHANNEL.try_with(|channel| match self.level {
            Level::ERROR => channel.error(line),
            Level::WARN => channel.warn(line),
            Level::INFO => channel.info(line),
            Level::DEBUG | Level::TRACE => channel.debug(line),
        });
        if sent.is_err() {
            eprintln!("{line}");
        }
    }
}
