//! How replies of at most 10,000 events each become one list: what is taken of a reply, and what to ask next.
//!
//! Each second is taken whole from exactly one reply. Where LastPass says that there is more, the oldest second of
//! the reply may be cut short: it is dropped, and asked for again. Nothing is lost, nothing comes twice, and nothing
//! has to be recognised as a repeat. Only in an hour that comes twice a local second names two, so that there the
//! `next` of the reply is followed instead, and what the new reply repeats of the old one is dropped.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::value::RawValue;

use crate::{
    domain::Event,
    lastpass::{
        dialect::EventQuery,
        error::{Error, EventsError, InvalidReply},
        events::{
            EventWarning, EventWindow, FetchedEvents, Sent, decode::EventPage, id::Ids, newest_first, overlap::overlap,
            passes::placed, window::Asked,
        },
        local_time::{Moments, RepeatedHour, local},
        reply::Mood,
    },
};

/// How much is read for one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Events in the window.
    pub(crate) events: usize,
    /// Events that are kept until it is known whether they lie in the window.
    pub(crate) held: usize,
    /// Calls: full replies bring the most events in 21, and twice that where each ends within a crowded second.
    pub(crate) calls: usize,
    /// Text of all events, in bytes: half of it is what 200,000 usual events have.
    pub(crate) text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: 200_000, held: 300_000, calls: 128, text: 48 * 1024 * 1024 }
    }
}

/// Whether there is more to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Ask,
    Finish,
}

/// The events of one window, as far as they were read.
#[derive(Debug)]
pub(crate) struct Assembly {
    zone: Tz,
    window: EventWindow,
    limits: Limits,
    asked: Asked,
    /// Everything from this second on was taken; `asked.to` is the same second, or one less.
    taken_from: i64,
    /// How many events of the second before `taken_from` were seen, where that one alone is asked for again.
    seen: usize,
    followed: Option<Followed>,
    /// What was taken, newest first.
    events: Vec<Sent>,
    /// How many of them certainly lie in the window.
    certain: usize,
    /// The text of what was taken, in bytes.
    text: usize,
    /// The second that was dropped last, and how many events of it were seen.
    dropped: Option<(i64, usize)>,
    missing: bool,
    calls: usize,
    repeated_hour: bool,
    unreadable: u64,
    complained: bool,
}

/// The `next` of a reply that is followed.
#[derive(Debug)]
struct Followed {
    next: Box<RawValue>,
    /// How many events the reply had; they are the last that were taken.
    length: usize,
}

/// What a reply leads to.
enum Step {
    /// It was the last one.
    Finish,
    /// The oldest second is dropped and asked for again.
    Drop(i64),
    /// Nothing is taken: events of a second that is known already left no room for the one before.
    AskWithoutKnownSecond,
    /// Everything is taken, and `next` is followed.
    Follow(Box<RawValue>),
}

impl Assembly {
    pub(crate) fn new(zone: Tz, window: EventWindow, limits: Limits) -> Self {
        let asked = window.asked(zone);
        Self {
            zone,
            window,
            limits,
            taken_from: asked.to,
            asked,
            seen: 0,
            followed: None,
            events: Vec::new(),
            certain: 0,
            text: 0,
            dropped: None,
            missing: false,
            calls: 0,
            repeated_hour: false,
            unreadable: 0,
            complained: false,
        }
    }

    /// What to ask.
    pub(crate) fn query(&self) -> EventQuery<'_> {
        let local = |second| local(self.zone, second).expect("a window lies between 1973 and 5138");
        EventQuery {
            from: local(self.asked.from),
            to: local(self.asked.to),
            next: self.followed.as_ref().map(|followed| &*followed.next),
        }
    }

    /// Takes the reply to [`Self::query`].
    pub(crate) fn take(&mut self, page: EventPage) -> Result<Next, EventsError> {
        let EventPage { mut events, next, unreadable, mood } = page;
        self.calls += 1;
        self.unreadable += unreadable;
        self.complained |= mood == Mood::Complaining;
        newest_first(&mut events);
        self.check_second_asked_again(&events)?;
        if let Some((second, seen)) = self.dropped.take() {
            // What was seen once has to come again, whatever LastPass means by the end of a window.
            self.missing |= events.iter().filter(|event| event.moments.earliest() == second).count() < seen;
        }

        let step = match (next, events.last()) {
            (None, _) => Step::Finish,
            (Some(next), Some(oldest)) => self.step(next, oldest.moments, &events)?,
            (Some(_), None) => return Err(Error::InvalidReply(InvalidReply::Shape).into()),
        };
        events.retain(|Sent { moments, .. }| {
            let is_needed = moments.latest() >= self.asked.needed.start && moments.earliest() < self.asked.needed.end;
            is_needed && moments.earliest() < self.taken_from
        });
        let length = events.len();
        if let Some(followed) = self.followed.take() {
            let repeated = overlap(&self.events[self.events.len() - followed.length..], &events);
            self.repeated_hour |= repeated > 0;
            events.drain(..repeated);
        }
        match step {
            Step::Finish => {
                self.add(events)?;
                return Ok(Next::Finish);
            }
            Step::Drop(second) => {
                let seen = events.iter().filter(|event| event.moments.earliest() == second).count();
                self.dropped = Some((second, seen));
                events.retain(|event| event.moments.earliest() > second);
                (self.taken_from, self.asked.to) = (second + 1, second + 1);
            }
            Step::AskWithoutKnownSecond => {
                self.seen = events.len();
                self.asked.to = self.taken_from - 1;
                events.clear();
            }
            Step::Follow(next) => {
                self.seen = 0;
                self.followed = Some(Followed { next, length });
            }
        }
        self.add(events)?;
        if self.calls >= self.limits.calls {
            return Err(self.stuck());
        }
        Ok(Next::Ask)
    }

    /// What a reply leads to that says that there is more.
    fn step(&self, next: Box<RawValue>, oldest: Moments, events: &[Sent]) -> Result<Step, EventsError> {
        if oldest.latest() < self.asked.needed.start {
            return Ok(Step::Finish);
        }
        let second = oldest.earliest();
        if self.is_repeated(second) || self.is_repeated(second + 1) {
            return self.follow(next);
        }
        if second + 1 < self.taken_from {
            return Ok(Step::Drop(second));
        }
        let is_known = |event: &Sent| event.moments.earliest() >= self.taken_from;
        if self.asked.to == self.taken_from && second <= self.taken_from && events.iter().any(is_known) {
            return if self.is_repeated(self.taken_from - 1) {
                self.follow(next)
            } else {
                Ok(Step::AskWithoutKnownSecond)
            };
        }
        if second >= self.taken_from {
            // LastPass does not keep to the end of the window.
            return Err(Error::InvalidReply(InvalidReply::Shape).into());
        }
        Err(self.too_large(self.taken_from))
    }

    fn follow(&self, next: Box<RawValue>) -> Result<Step, EventsError> {
        let is_followed = |followed: &Followed| followed.next.get() == next.get();
        if self.followed.as_ref().is_some_and(is_followed) { Err(self.stuck()) } else { Ok(Step::Follow(next)) }
    }

    fn is_repeated(&self, second: i64) -> bool {
        RepeatedHour::around(self.zone, second).is_some()
    }

    /// A second that was asked for again must not come back shorter: then LastPass reads the end of a window in a
    /// way that does not count it in.
    fn check_second_asked_again(&self, events: &[Sent]) -> Result<(), EventsError> {
        if self.asked.to == self.taken_from {
            return Ok(());
        }
        let again = events.iter().filter(|event| event.moments == Moments::Once(self.asked.to)).count();
        if again < self.seen { Err(self.too_large(self.taken_from)) } else { Ok(()) }
    }

    fn add(&mut self, events: Vec<Sent>) -> Result<(), EventsError> {
        let is_certain = |Sent { moments, .. }: &&Sent| {
            self.window.contains(moments.earliest()) && self.window.contains(moments.latest())
        };
        self.certain += events.iter().filter(is_certain).count();
        self.text += events.iter().map(|event| event.text.length()).sum::<usize>();
        self.events.extend(events);
        if self.text > self.limits.text {
            return Err(self.too_large(self.taken_from));
        }
        if self.certain > self.limits.events {
            return Err(self.too_large(self.asked.needed.start));
        }
        if self.events.len() > self.limits.held { Err(self.stuck()) } else { Ok(()) }
    }

    /// There is more, and asking does not bring it: what was read whole can be had.
    fn stuck(&self) -> EventsError {
        let hour = self.events.last().and_then(|event| event.moments.hour());
        let from = hour.map_or(self.taken_from, |hour| hour.end().min(self.taken_from));
        if from < self.window.end() { self.too_large(from) } else { Error::InvalidReply(InvalidReply::Shape).into() }
    }

    /// Names a window that fits, of those that begin at `from` or later: with some room, since one that ends now grows
    /// until it is asked for, by the events of this very reading among others.
    fn too_large(&self, from: i64) -> EventsError {
        let may_lie_inside = |Sent { moments, .. }: &Sent| {
            self.window.contains(moments.earliest()) || self.window.contains(moments.latest())
        };
        let (mut events, mut text) = (0, 0);
        let is_too_many = |event: &&Sent| {
            events += usize::from(may_lie_inside(event));
            text += event.text.length();
            events > with_room(self.limits.events) || text > with_room(self.limits.text)
        };
        let fits = self.events.iter().find(is_too_many).map_or(from, |event| match event.moments {
            Moments::Once(second) => from.max(second + 1),
            Moments::Twice { hour, .. } => from.max(hour.end()),
        });
        EventsError::WindowTooLarge { from: moment(fits.min(self.window.end())) }
    }

    /// The events of the window, once all replies were taken.
    pub(crate) fn finish(self) -> Result<FetchedEvents, EventsError> {
        let placed = placed(self.events);
        let mut ids = Ids::default();
        let mut names: Vec<_> = placed.iter().rev().map(|event| ids.next(event.stretch, event.text.fields())).collect();
        names.reverse();
        drop(ids);
        let named = placed.into_iter().zip(names).filter(|(event, _)| self.window.contains(event.at));
        let events: Vec<_> = named
            .map(|(event, id)| Event::with_owned_fields(id, moment(event.at), event.is_ambiguous, event.text))
            .collect();
        if events.len() > self.limits.events {
            let from = events[with_room(self.limits.events)].at() + chrono::TimeDelta::seconds(1);
            return Err(EventsError::WindowTooLarge { from });
        }
        let mut warnings = Vec::new();
        if self.repeated_hour {
            warnings.push(EventWarning::RepeatedHour);
        }
        if self.unreadable > 0 {
            warnings.push(EventWarning::Unreadable { entries: self.unreadable });
        }
        if self.complained {
            warnings.push(EventWarning::UpstreamWarning);
        }
        if self.missing {
            warnings.push(EventWarning::MissingEvents);
        }
        Ok(FetchedEvents { events, warnings })
    }
}

/// A limit with a fiftieth of it left.
fn with_room(limit: usize) -> usize {
    limit - limit / 50
}

fn moment(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("a window lies between 1973 and 5138")
}
