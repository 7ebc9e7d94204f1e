//! The changes that this process knows of, in the order in which it learned of them. Knows neither what a change does nor
//! the time: the clocks of two processes differ, so that only the order within one of them proves anything.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use hashlink::LruCache;

/// The most changes whose order is remembered. Data is read once more for a change that was forgotten.
const MAX_CHANGES: usize = 1_000;

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

/// When this process learned of each change.
///
/// A change is over before any process learns of it, so that a reading of LastPass that begins later shows it. A change
/// keeps its moment: it makes data be read once, however often and with whatever time it is named.
pub(crate) struct KnownChanges(Mutex<State>);

struct State {
    /// The last moment of the changes that this process made or settled itself.
    own: LogicalTime,
    learned: LruCache<ChangeDigest, LogicalTime>,
}

impl State {
    /// When this process learned of a change: now, unless it knows it already.
    fn learn(&mut self, change: ChangeDigest) -> LogicalTime {
        *self.learned.entry(change).or_insert_with(LogicalTime::next)
    }
}

impl KnownChanges {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { own: LogicalTime::START, learned: LruCache::new(MAX_CHANGES) }))
    }

    /// Adds a change that this process made or settled, which every later reply shows.
    pub(crate) fn add_own(&self, change: ChangeDigest) {
        let mut state = self.lock();
        state.own = state.learn(change).max(state.own);
    }

    /// Adds the changes that a request names. Returns the moment after which the data of its reply must have been
    /// requested, to show them and the changes of this process.
    pub(crate) fn add_named(&self, changes: &[ChangeDigest]) -> LogicalTime {
        let mut state = self.lock();
        changes.iter().fold(state.own, |latest, change| latest.max(state.learn(*change)))
    }

    /// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(number: u64) -> ChangeDigest {
        ChangeDigest(number.to_be_bytes())
    }

    #[test]
    fn a_change_keeps_the_moment_at_which_it_was_learned() {
        let known = KnownChanges::new();
        assert_eq!(known.add_named(&[]), LogicalTime::START);
        let before = LogicalTime::next();
        let first = known.add_named(&[change(1)]);
        let between = LogicalTime::next();
        let second = known.add_named(&[change(2)]);
        assert!(before < first && first < between && between < second);
        assert_eq!(known.add_named(&[change(1)]), first);
        assert_eq!(known.add_named(&[change(2), change(1)]), second);
        assert_eq!(known.add_named(&[]), LogicalTime::START, "other callers need not wait for a change made elsewhere");
    }

    #[test]
    fn every_request_must_show_what_this_process_changed() {
        let known = KnownChanges::new();
        known.add_own(change(1));
        let own = known.add_named(&[]);
        assert!(own > LogicalTime::START);
        known.add_own(change(1));
        assert_eq!([known.add_named(&[]), known.add_named(&[change(1)])], [own, own], "a repeat is no change");
        let elsewhere = known.add_named(&[change(2)]);
        known.add_own(change(2));
        assert_eq!(known.add_named(&[]), elsewhere, "a repeat here of a change that was made elsewhere");
    }

    #[test]
    fn a_change_that_is_in_use_is_not_forgotten() {
        let known = KnownChanges::new();
        let used = known.add_named(&[change(0)]);
        for number in 1..=2 * MAX_CHANGES as u64 {
            known.add_named(&[change(number)]);
            assert_eq!(known.add_named(&[change(0)]), used);
        }
    }
}
