//! The changes that this process knows of, in the order in which it learned of them. Knows neither what a change does nor
//! when it was made: the clocks of two processes differ, so that only the order within one of them proves anything.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use hashlink::LinkedHashMap;

/// How long a change is remembered after a request named it: longer than any value that names it can be used. A value
/// lives ten minutes, and its clock may be a minute ahead.
const MEMORY: TimeDelta = TimeDelta::minutes(15);

/// The most changes whose order is remembered one by one.
const MAX_CHANGES: usize = 10_000;

/// How much the clocks of two processes may differ; used only to forget changes while there are too many of them.
const MAX_CLOCK_DIFFERENCE: TimeDelta = TimeDelta::minutes(1);

/// A moment in the order of what happens in this process: a logical clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LogicalTime(u64);

impl LogicalTime {
    /// Before everything that happens.
    pub(crate) const START: Self = Self(0);

    /// A moment after all earlier ones.
    pub(crate) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// Identifies a change and how far it has come, the same in every process: what LastPass shows may differ from what it
/// showed at the change's previous state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ChangeDigest(pub(crate) [u8; 8]);

/// A change that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedChange {
    pub(crate) change: ChangeDigest,
    /// When the value that names it was signed: the change was over by then.
    pub(crate) signed_at: DateTime<Utc>,
}

/// When this process learned of each change.
///
/// A change is over before any process learns of it, so that a reading of LastPass that begins later shows it. A change
/// keeps its moment: it makes data be read once, however often and with whatever time it is named.
pub(crate) struct KnownChanges(Mutex<State>);

struct State {
    /// The last moment of the changes that this process made or settled itself.
    own: LogicalTime,
    /// The changes, the least recently named first.
    learned: LinkedHashMap<ChangeDigest, Learned>,
    /// Replaces the entries that were removed because there were too many.
    forgotten: Option<Forgotten>,
}

#[derive(Clone, Copy)]
struct Learned {
    moment: LogicalTime,
    signed_at: DateTime<Utc>,
    named_at: DateTime<Utc>,
}

/// Every change that was signed by a time counts as learned at one moment, which is after that time.
#[derive(Clone, Copy)]
struct Forgotten {
    signed_by: DateTime<Utc>,
    moment: LogicalTime,
}

impl State {
    /// When this process learned of a change: now, unless it knows it already.
    fn learn(&mut self, NamedChange { change, signed_at }: NamedChange, now: DateTime<Utc>) -> LogicalTime {
        if let Some(mut known) = self.learned.remove(&change) {
            known.named_at = now;
            self.learned.insert(change, known);
            return known.moment;
        }
        if let Some(forgotten) = self.forgotten.filter(|forgotten| signed_at <= forgotten.signed_by) {
            return forgotten.moment;
        }
        self.make_room(now);
        let moment = LogicalTime::next();
        self.learned.insert(change, Learned { moment, signed_at, named_at: now });
        moment
    }

    /// Removes the changes that no value names any more, and the older ones if there are too many.
    fn make_room(&mut self, now: DateTime<Utc>) {
        while self.learned.front().is_some_and(|(_, oldest)| now - oldest.named_at > MEMORY) {
            self.learned.pop_front();
        }
        if self.learned.len() >= MAX_CHANGES {
            let signed_by = now - MAX_CLOCK_DIFFERENCE;
            self.learned.retain(|_, learned| learned.signed_at > signed_by);
            self.forgotten = Some(Forgotten { signed_by, moment: LogicalTime::next() });
        }
        if self.learned.len() >= MAX_CHANGES {
            self.learned.pop_front();
        }
    }
}

impl KnownChanges {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { own: LogicalTime::START, learned: LinkedHashMap::new(), forgotten: None }))
    }

    /// Adds a change that this process made or settled, which every later reply shows.
    pub(crate) fn add_own(&self, change: ChangeDigest, now: DateTime<Utc>) {
        let mut state = self.lock();
        state.own = state.learn(NamedChange { change, signed_at: now }, now).max(state.own);
    }

    /// Adds the changes that a request names. Returns the moment after which the data of its reply must have been
    /// requested, to show them and the changes of this process.
    pub(crate) fn add_named(&self, changes: &[NamedChange], now: DateTime<Utc>) -> LogicalTime {
        let mut state = self.lock();
        changes.iter().fold(state.own, |latest, change| latest.max(state.learn(*change, now)))
    }

    /// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u64) -> ChangeDigest {
        ChangeDigest(number.to_be_bytes())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// The moment of a request that names a change, in a value signed at this second, as the only one.
    fn name(known: &KnownChanges, number: u64, signed: i64, now: i64) -> LogicalTime {
        known.add_named(&[NamedChange { change: digest(number), signed_at: at(signed) }], at(now))
    }

    #[test]
    fn a_change_keeps_the_moment_at_which_it_was_learned() {
        let known = KnownChanges::new();
        assert_eq!(known.add_named(&[], at(0)), LogicalTime::START);
        let before = LogicalTime::next();
        let first = name(&known, 1, 0, 0);
        let between = LogicalTime::next();
        let second = name(&known, 2, 0, 0);
        assert!(before < first && first < between && between < second);
        assert_eq!(name(&known, 1, 30, 60), first, "named by another value");
        let both = [2, 1].map(|number| NamedChange { change: digest(number), signed_at: at(0) });
        assert_eq!(known.add_named(&both, at(60)), second);
        assert_eq!(known.add_named(&[], at(60)), LogicalTime::START, "other callers need not wait for it");
    }

    #[test]
    fn every_request_must_show_what_this_process_changed() {
        let known = KnownChanges::new();
        known.add_own(digest(1), at(0));
        let own = known.add_named(&[], at(1));
        assert!(own > LogicalTime::START);
        known.add_own(digest(1), at(2));
        assert_eq!([known.add_named(&[], at(2)), name(&known, 1, 0, 2)], [own, own], "a repeat is no change");
        let elsewhere = name(&known, 2, 2, 3);
        known.add_own(digest(2), at(3));
        assert_eq!(known.add_named(&[], at(3)), elsewhere, "a repeat here of a change that was made elsewhere");
    }

    #[test]
    fn changes_are_remembered_for_longer_than_a_value_counts_however_many_follow() {
        let known = KnownChanges::new();
        let first = name(&known, 0, 0, 0);
        for number in 1..=5_000 {
            name(&known, number, 0, 0);
        }
        assert_eq!(name(&known, 0, 0, 660), first, "by a clock that is a minute ahead");
        for second in (0..3_600).step_by(300) {
            assert_eq!(name(&known, 0, 0, second), first, "named again and again");
        }
        name(&known, 6_000, 3_300, 3_300);
        assert_eq!(known.lock().learned.len(), 2, "what no value names any more is removed");
    }

    #[test]
    fn too_many_changes_are_forgotten_together_and_shown_by_one_further_reading() {
        let (known, many) = (KnownChanges::new(), MAX_CHANGES as u64);
        for number in 0..many {
            name(&known, number, 0, 100);
        }
        let before = LogicalTime::next();
        let one_more = name(&known, many, 100, 100);
        let forgotten = name(&known, 0, 0, 100);
        assert!(before < forgotten && forgotten < one_more);
        for number in 0..many {
            assert_eq!(name(&known, number, 0, 100), forgotten, "{number}");
        }
        assert_eq!(name(&known, many + 1, 40, 100), forgotten, "made before that moment, whoever learned of it");
        assert!(name(&known, many + 2, 41, 100) > one_more, "perhaps made after it");
        assert_eq!(name(&known, many, 100, 100), one_more);
    }

    #[test]
    fn the_memory_is_bounded_even_within_the_difference_of_clocks() {
        let known = KnownChanges::new();
        for number in 0..MAX_CHANGES as u64 + 10 {
            name(&known, number, 0, 0);
        }
        assert_eq!(known.lock().learned.len(), MAX_CHANGES);
    }
}
