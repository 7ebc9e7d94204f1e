//! Whose turn it is to read a window of the log: one at a time, since several large ones together would not fit into a
//! function's memory. A second one runs beside it only for a request that must show a change made since; one that only
//! forces a reading (`fresh=true`) waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::known_changes::LogicalTime;

/// The most readings at the same time.
const MAX_READINGS: usize = 2;

/// The readings under way, by the moments at which they began.
#[derive(Default)]
pub(crate) struct Turns {
    running: Mutex<Vec<LogicalTime>>,
    ended: Notify,
}

/// A reading under way. It ends when this is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    began: LogicalTime,
}

impl Turns {
    /// Waits until a reading that began at `began`, and must show the changes until `changes`, may run.
    pub(crate) async fn take(self: Arc<Self>, began: LogicalTime, changes: LogicalTime) -> Turn {
        loop {
            let ended = self.ended.notified();
            {
                let mut running = self.lock();
                if may_run(&running, changes) {
                    running.push(began);
                    drop(running);
                    return Turn { turns: Arc::clone(&self), began };
                }
            }
            ended.await;
        }
    }

    /// Nothing panics while the lock is held, so a poisoned lock guards consistent data.
    fn lock(&self) -> MutexGuard<'_, Vec<LogicalTime>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().retain(|began| *began != self.began);
        self.turns.ended.notify_waiters();
    }
}

/// Whether a reading that must show the changes until `changes` may run beside these.
fn may_run(running: &[LogicalTime], changes: LogicalTime) -> bool {
    running.len() < MAX_READINGS && running.iter().all(|began| *began < changes)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_second_reading_runs_only_for_a_change_made_since_the_first_one_began() {
        let turns = Arc::new(Turns::default());
        let take = |changes| Arc::clone(&turns).take(LogicalTime::next(), changes).now_or_never();
        let earlier = LogicalTime::next();
        let first = take(LogicalTime::START).expect("nothing runs");
        assert!(take(LogicalTime::START).is_none() && take(earlier).is_none());
        let later = LogicalTime::next();
        let second = take(later).expect("the first began before the change");
        assert!(take(LogicalTime::next()).is_none(), "two run");
        drop(first);
        assert!(take(later).is_none(), "the second shows the change");
        drop(second);
        assert!(take(LogicalTime::START).is_some());
    }

    #[test]
    fn a_reading_that_ends_wakes_those_that_wait() {
        let turns = Arc::new(Turns::default());
        let take = || Arc::clone(&turns).take(LogicalTime::next(), LogicalTime::START);
        let first = take().now_or_never().expect("nothing runs");
        let mut waiting = Box::pin(take());
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(first);
        assert!(waiting.now_or_never().is_some());
    }
}
