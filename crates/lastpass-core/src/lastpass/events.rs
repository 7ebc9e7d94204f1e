//! Reads LastPass's log, by `reporting`: each event of a window exactly once, the newest first.
//!
//! LastPass returns at most 10,000 events per reply, with local times to the second, without a zone and without an id.
//! The consequences are handled in this folder and hidden from other modules.

mod ambiguous_times;
mod collector;
mod decode;
mod event_ids;
mod overlap;
mod raw_event;
mod window;

use crate::{
    domain::Event,
    lastpass::{
        call_context::CallContext,
        client::Client,
        error::{Error, EventsError, InvalidReply},
        events::{
            collector::{EventCollector, EventLimits, NextStep},
            decode::decode,
        },
        read_command::ReadCommand,
    },
};

pub use collector::{EventWarning, FetchedEvents};
pub use window::EventWindow;

/// The newest events of a window, as many as one reply holds.
#[derive(Debug)]
pub struct NewestEvents {
    /// The events, the newest first.
    pub events: Vec<Event>,
    /// Whether the window holds older events.
    pub is_truncated: bool,
}

impl Client {
    /// Fetches all events of a window, each exactly once, the newest first.
    ///
    /// # Errors
    /// Returns [`EventsError::WindowTooLarge`] if the window holds too many events, or an error if a reply could not be
    /// fetched.
    pub async fn events(&self, window: EventWindow, context: &CallContext) -> Result<FetchedEvents, EventsError> {
        if window.is_empty() {
            return Ok(FetchedEvents::default());
        }
        let mut collector = EventCollector::new(self.zone, window, EventLimits::default());
        while self.fetch_next(&mut collector, context).await? == NextStep::Fetch {}
        finish(collector).await
    }

    /// Fetches the newest events of a window: as many as one reply holds, 10,000 at most. Sends one request and never
    /// retries it.
    ///
    /// # Errors
    /// Returns an error if the reply could not be fetched.
    pub async fn newest_events(&self, window: EventWindow, context: &CallContext) -> Result<NewestEvents, Error> {
        let zone = self.zone;
        let mut collector = EventCollector::new(zone, window, EventLimits::default());
        let reading = self.read_once(ReadCommand::Events(collector.query()), context, move |json| decode(json, zone));
        let page = tokio::time::timeout_at(context.deadline, reading).await;
        let mut page = page.unwrap_or(Err(Error::Timeout))?;
        let is_truncated = page.next.take().is_some();
        let finishing = async {
            collector.add(page)?;
            finish(collector).await
        };
        match finishing.await {
            Ok(FetchedEvents { events, .. }) => Ok(NewestEvents { events, is_truncated }),
            Err(EventsError::LastPass(error)) => Err(error),
            Err(EventsError::WindowTooLarge { .. }) => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }

    /// Fetches the next reply of a window.
    async fn fetch_next(&self, collector: &mut EventCollector, context: &CallContext) -> Result<NextStep, EventsError> {
        let zone = self.zone;
        let page = self.read(ReadCommand::Events(collector.query()), context, move |json| decode(json, zone)).await?;
        collector.add(page)
    }
}

/// Returns the events of all replies, computed on a thread that serves no requests.
async fn finish(collector: EventCollector) -> Result<FetchedEvents, EventsError> {
    tokio::task::spawn_blocking(move || collector.finish()).await.unwrap_or(Err(Error::Internal.into()))
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod fake_log;
#[cfg(test)]
mod properties;
