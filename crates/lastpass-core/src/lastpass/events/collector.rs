//! Combines replies of at most 10,000 events each into one list: what is used of a reply, and which request is next.
//!
//! Each second is taken completely from exactly one reply. If LastPass says that there are more events, the oldest
//! second of the reply may be incomplete: it is dropped and requested again. So no event is lost or duplicated, and no
//! event has to be recognized as a duplicate. Only in a repeated hour one local second means two instants. There the
//! reply's `next` is followed instead, and the events of the old reply that the new one repeats are dropped.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::value::RawValue;

use crate::{
    domain::Event,
    lastpass::{
        error::{Error, EventsError, InvalidReply},
        events::{
            ambiguous_times::resolve_times,
            decode::EventPage,
            event_ids::EventIds,
            overlap::overlap,
            raw_event::{RawEvent, sort_newest_first},
            window::{EventWindow, QueryRange},
        },
        local_time::{Instants, RepeatedHour, local},
        read_command::EventQuery,
        reply_status::ReadStatus,
    },
};

/// The events of a window, and warnings about them.
#[derive(Debug, Default)]
pub struct FetchedEvents {
    /// The events, the newest first.
    pub events: Vec<Event>,
    /// Why the events may be incomplete or wrong.
    pub warnings: Vec<EventWarning>,
}

/// Why the events of a window may be incomplete or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWarning {
    /// Two replies met within a repeated hour: identical events at that point may be counted once.
    RepeatedHour,
    /// Entries without a readable time, or of an unexpected type, were left out.
    Unreadable {
        /// The number of these entries.
        entries: u64,
    },
    /// LastPass returned a warning or an error text beside the data.
    UpstreamWarning,
    /// The next reply, for which they were requested again, did not contain all events of the previous one.
    MissingEvents,
}

/// How much is read of one window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventLimits {
    /// Events in the window.
    pub(crate) events: usize,
    /// Events that are kept until it is known whether they are in the window.
    pub(crate) held: usize,
    /// Calls: full replies reach the limit of events in 21 calls, and in twice as many if each ends within a second of
    /// many events.
    pub(crate) calls: usize,
    /// The text of all events, in bytes: 200,000 typical events have half of it.
    pub(crate) text: usize,
}

impl Default for EventLimits {
    fn default() -> Self {
        Self { events: 200_000, held: 300_000, calls: 128, text: 48 * 1024 * 1024 }
    }
}

/// What to do after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Fetch the reply to [`EventCollector::query`].
    Fetch,
    Finish,
}

/// Collects the events of one window.
#[derive(Debug)]
pub(crate) struct EventCollector {
    zone: Tz,
    window: EventWindow,
    limits: EventLimits,
    range: QueryRange,
    /// All events from this second on have been collected. `range.to` is this second, or the one before it.
    complete_from: i64,
    /// How many events of the second before `complete_from` were seen, if `range.to` is that second.
    seen: usize,
    followed: Option<FollowedNext>,
    /// The collected events, the newest first.
    events: Vec<RawEvent>,
    /// How many of them are certainly in the window.
    certain: usize,
    /// The length of their text, in bytes.
    text: usize,
    /// The second that was dropped and is requested again, and how many of its events were seen.
    dropped: Option<(i64, usize)>,
    calls: usize,
    has_missing_events: bool,
    has_repeated_hour: bool,
    has_upstream_warning: bool,
    unreadable: u64,
}

/// The `next` of a reply that is followed.
#[derive(Debug)]
struct FollowedNext {
    next: Box<RawValue>,
    /// The number of events of the reply; they were collected last.
    length: usize,
}

/// What is done with the events of a reply.
enum PageAction {
    /// All are collected, and the reply was the last one.
    Finish,
    /// The oldest second is dropped and requested again.
    DropSecond(i64),
    /// None is collected: events of the last complete second left no room for those of the second before it, which is
    /// requested without it.
    SkipCompleteSecond,
    /// All are collected, and `next` is followed.
    FollowNext(Box<RawValue>),
}

impl EventCollector {
    pub(crate) fn new(zone: Tz, window: EventWindow, limits: EventLimits) -> Self {
        let range = window.query_range(zone);
        Self {
            zone,
            window,
            limits,
            complete_from: range.to,
            range,
            seen: 0,
            followed: None,
            events: Vec::new(),
            certain: 0,
            text: 0,
            dropped: None,
            calls: 0,
            has_missing_events: false,
            has_repeated_hour: false,
            has_upstream_warning: false,
            unreadable: 0,
        }
    }

    /// Returns the next request.
    pub(crate) fn query(&self) -> EventQuery<'_> {
        let local = |second| local(self.zone, second).expect("a window is between the years 1973 and 5138");
        EventQuery {
            from: local(self.range.from),
            to: local(self.range.to),
            next: self.followed.as_ref().map(|followed| &*followed.next),
        }
    }

    /// Adds the reply to [`Self::query`].
    ///
    /// # Errors
    /// Returns [`EventsError::WindowTooLarge`] if the window holds too many events, [`Error::InvalidReply`] if the
    /// reply does not match the request.
    pub(crate) fn add(&mut self, page: EventPage) -> Result<NextStep, EventsError> {
        let EventPage { mut events, next, unreadable, status } = page;
        self.calls += 1;
        self.unreadable += unreadable;
        self.has_upstream_warning |= status == ReadStatus::Warning;
        sort_newest_first(&mut events);
        self.check_second_before_complete(&events)?;
        if let Some((second, seen)) = self.dropped.take() {
            // The dropped events have to be in this reply, however LastPass interprets the end of a window.
            let is_dropped = |event: &&RawEvent| event.instants.earliest() == second;
            self.has_missing_events |= events.iter().filter(is_dropped).count() < seen;
        }

        let action = match (next, events.last()) {
            (None, _) => PageAction::Finish,
            (Some(next), Some(oldest)) => self.action(next, oldest.instants, &events)?,
            (Some(_), None) => return Err(Error::InvalidReply(InvalidReply::Shape).into()),
        };
        events.retain(|RawEvent { instants, .. }| {
            let is_needed = instants.latest() >= self.range.needed.start && instants.earliest() < self.range.needed.end;
            is_needed && instants.earliest() < self.complete_from
        });
        let length = events.len();
        if let Some(followed) = self.followed.take() {
            let repeated = overlap(&self.events[self.events.len() - followed.length..], &events);
            self.has_repeated_hour |= repeated > 0;
            events.drain(..repeated);
        }
        match action {
            PageAction::Finish => {
                self.collect(events)?;
                return Ok(NextStep::Finish);
            }
            PageAction::DropSecond(second) => {
                let seen = events.iter().filter(|event| event.instants.earliest() == second).count();
                self.dropped = Some((second, seen));
                events.retain(|event| event.instants.earliest() > second);
                (self.complete_from, self.range.to) = (second + 1, second + 1);
            }
            PageAction::SkipCompleteSecond => {
                self.seen = events.len();
                self.range.to = self.complete_from - 1;
                events.clear();
            }
            PageAction::FollowNext(next) => {
                self.seen = 0;
                self.followed = Some(FollowedNext { next, length });
            }
        }
        self.collect(events)?;
        if self.calls >= self.limits.calls {
            return Err(self.no_progress());
        }
        Ok(NextStep::Fetch)
    }

    /// Returns what to do with a reply that is not the last one.
    fn action(&self, next: Box<RawValue>, oldest: Instants, events: &[RawEvent]) -> Result<PageAction, EventsError> {
        if oldest.latest() < self.range.needed.start {
            return Ok(PageAction::Finish);
        }
        let second = oldest.earliest();
        if self.is_repeated(second) || self.is_repeated(second + 1) {
            return self.follow(next);
        }
        if second + 1 < self.complete_from {
            return Ok(PageAction::DropSecond(second));
        }
        let is_collected = |event: &RawEvent| event.instants.earliest() >= self.complete_from;
        if self.range.to == self.complete_from && second <= self.complete_from && events.iter().any(is_collected) {
            return if self.is_repeated(self.complete_from - 1) {
                self.follow(next)
            } else {
                Ok(PageAction::SkipCompleteSecond)
            };
        }
        if second >= self.complete_from {
            // LastPass ignored the end of the window.
            return Err(Error::InvalidReply(InvalidReply::Shape).into());
        }
        Err(self.too_large(self.complete_from))
    }

    fn follow(&self, next: Box<RawValue>) -> Result<PageAction, EventsError> {
        let is_same = |followed: &FollowedNext| followed.next.get() == next.get();
        if self.followed.as_ref().is_some_and(is_same) {
            Err(self.no_progress())
        } else {
            Ok(PageAction::FollowNext(next))
        }
    }

    fn is_repeated(&self, second: i64) -> bool {
        RepeatedHour::containing(self.zone, second).is_some()
    }

    /// Checks that a second that is requested again as the last of the window has no fewer events than before. It has
    /// if LastPass excludes the end of a window.
    fn check_second_before_complete(&self, events: &[RawEvent]) -> Result<(), EventsError> {
        if self.range.to == self.complete_from {
            return Ok(());
        }
        let found = events.iter().filter(|event| event.instants == Instants::Single(self.range.to)).count();
        if found < self.seen { Err(self.too_large(self.complete_from)) } else { Ok(()) }
    }

    fn collect(&mut self, events: Vec<RawEvent>) -> Result<(), EventsError> {
        let is_certain = |RawEvent { instants, .. }: &&RawEvent| {
            self.window.contains(instants.earliest()) && self.window.contains(instants.latest())
        };
        self.certain += events.iter().filter(is_certain).count();
        self.text += events.iter().map(|event| event.fields.length()).sum::<usize>();
        self.events.extend(events);
        if self.text > self.limits.text {
            return Err(self.too_large(self.complete_from));
        }
        if self.certain > self.limits.events {
            return Err(self.too_large(self.range.needed.start));
        }
        if self.events.len() > self.limits.held { Err(self.no_progress()) } else { Ok(()) }
    }

    /// Returns the error if there are more events that no further request returns. A window of those that were read
    /// completely is still available.
    fn no_progress(&self) -> EventsError {
        let hour = self.events.last().and_then(|event| event.instants.hour());
        let from = hour.map_or(self.complete_from, |hour| hour.end().min(self.complete_from));
        if from < self.window.end() { self.too_large(from) } else { Error::InvalidReply(InvalidReply::Shape).into() }
    }

    /// Returns the error with the start of a smaller window, at `from` or later. It leaves room for more events, since
    /// a window that ends now grows until it is requested, also by the events of the requests themselves.
    fn too_large(&self, from: i64) -> EventsError {
        let may_be_inside = |RawEvent { instants, .. }: &RawEvent| {
            self.window.contains(instants.earliest()) || self.window.contains(instants.latest())
        };
        let (mut events, mut text) = (0, 0);
        let is_too_many = |event: &&RawEvent| {
            events += usize::from(may_be_inside(event));
            text += event.fields.length();
            events > with_room(self.limits.events) || text > with_room(self.limits.text)
        };
        let start = self.events.iter().find(is_too_many).map_or(from, |event| match event.instants {
            Instants::Single(second) => from.max(second + 1),
            Instants::Ambiguous { hour, .. } => from.max(hour.end()),
        });
        EventsError::WindowTooLarge { from: utc(start.min(self.window.end())) }
    }

    /// Returns the events of the window, after the last reply.
    ///
    /// # Errors
    /// Returns [`EventsError::WindowTooLarge`] if the window holds too many events.
    pub(crate) fn finish(self) -> Result<FetchedEvents, EventsError> {
        let resolved = resolve_times(self.events);
        let mut ids = EventIds::default();
        let mut event_ids: Vec<_> =
            resolved.iter().rev().map(|event| ids.next(event.id_scope, event.fields.fields())).collect();
        event_ids.reverse();
        drop(ids);
        let inside = resolved.into_iter().zip(event_ids).filter(|(event, _)| self.window.contains(event.at));
        let events: Vec<_> = inside
            .map(|(event, id)| Event::with_owned_fields(id, utc(event.at), event.is_ambiguous, event.fields))
            .collect();
        if events.len() > self.limits.events {
            let from = events[with_room(self.limits.events)].at() + TimeDelta::seconds(1);
            return Err(EventsError::WindowTooLarge { from });
        }
        let mut warnings = Vec::new();
        if self.has_repeated_hour {
            warnings.push(EventWarning::RepeatedHour);
        }
        if self.unreadable > 0 {
            warnings.push(EventWarning::Unreadable { entries: self.unreadable });
        }
        if self.has_upstream_warning {
            warnings.push(EventWarning::UpstreamWarning);
        }
        if self.has_missing_events {
            warnings.push(EventWarning::MissingEvents);
        }
        Ok(FetchedEvents { events, warnings })
    }
}

/// A limit, less two percent.
fn with_room(limit: usize) -> usize {
    limit - limit / 50
}

fn utc(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("a window is between the years 1973 and 5138")
}
