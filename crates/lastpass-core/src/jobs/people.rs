//! The part `people` of a sync: stores the users as last seen, and notes what changed about them.

mod departures;
mod history;
mod reading;

use std::{
    collections::{HashMap, HashSet},
    mem,
};

use tokio::time::Instant;

use crate::{
    domain::UserChangeKind,
    jobs::{
        part::{PartOutcome, PartStatus},
        people::{
            departures::{DepartedUser, DepartureCollector, Departures},
            history::{NotedChange, changes_between},
            reading::address,
        },
    },
    store::{
        Error, HeldDepartures, INVITATION_PREFIX, PAGE, ReplacedKey, Store, StoredUser, SyncRun, SyncState, UserBatch,
        UserChange,
    },
};

pub(crate) use reading::{Reading, user_key};

/// One row of a leaver is marked, and another one is added to the history.
const ROWS_OF_LEAVER: usize = 2;

/// Updates the stored users from a reading.
pub(crate) struct PeopleSync<'a> {
    pub(crate) store: &'a Store,
    pub(crate) run: &'a SyncRun,
    pub(crate) reading: &'a Reading<'a>,
    /// What earlier readings left.
    pub(crate) state: &'a SyncState,
    pub(crate) deadline: Instant,
}

/// How the part ended, and whether the reading's figures may be kept.
pub(crate) struct PeopleResult {
    pub(crate) outcome: PartOutcome,
    /// Whether too many would have left at once: LastPass may not have listed everyone.
    pub(crate) is_mass_departure: bool,
}

/// Whether a step was finished in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Finished,
    OutOfTime,
}

impl PeopleSync<'_> {
    /// Stores all users of the reading, and marks those who have left.
    pub(crate) async fn apply(&self) -> PeopleResult {
        let count = self.reading.len() as u64;
        let departures = match self.departures().await {
            Ok(departures) => departures,
            Err(error) => {
                return PeopleResult { outcome: PartOutcome::failed(count, &error), is_mass_departure: false };
            }
        };
        let is_mass_departure = departures.mass_departure.is_some();
        let outcome = match (self.store_all(&departures).await, departures.mass_departure) {
            (Err(error), _) => PartOutcome::failed(count, &error),
            (Ok(Progress::OutOfTime), _) => {
                PartOutcome::new(PartStatus::Partial, count, "out of time: the next run stores the rest")
            }
            (Ok(Progress::Finished), Some(leaving)) => PartOutcome::new(
                PartStatus::Failed,
                count,
                format!(
                    "{leaving} accounts would have left at once, too many to be likely: they stay until the next clean \
                     reading lacks them too"
                ),
            ),
            (Ok(Progress::Finished), None) if self.reading.is_clean => PartOutcome::new(PartStatus::Done, count, ""),
            (Ok(Progress::Finished), None) => PartOutcome::new(
                PartStatus::Done,
                count,
                "LastPass's list was incomplete or changed while it was read: no one was marked as left",
            ),
        };
        PeopleResult { outcome, is_mass_departure }
    }

    /// Compares the users who had not left with the reading, page by page.
    async fn departures(&self) -> Result<Departures, Error> {
        let mut collector = DepartureCollector::new(self.state);
        let mut last = String::new();
        loop {
            let users = self.store.current_users(&last).await?;
            let Some(end) = users.last() else { return Ok(collector.finish(self.reading)) };
            last.clone_from(&end.user_key);
            for user in users {
                collector.add(user, self.reading);
            }
        }
    }

    /// Marks leavers first, since others may now have their addresses; then stores the users who have an address that another
    /// listed user had; then all users.
    async fn store_all(&self, departures: &Departures) -> Result<Progress, Error> {
        for page in departures.departed.chunks(PAGE / ROWS_OF_LEAVER) {
            if self.is_out_of_time() {
                return Ok(Progress::OutOfTime);
            }
            self.mark_left(page).await?;
        }
        // An exchange of addresses is one transaction, so that each address has one user at any time.
        let is_taken = |address: &str| self.reading.by_address(address).is_some();
        let exchanged = departures.readdressed.iter().filter(|user| is_taken(&user.old_address));
        self.store_page(exchanged.map(|user| user.index), &departures.kept_addresses, usize::MAX).await?;
        for start in (0..self.reading.len()).step_by(PAGE) {
            if self.is_out_of_time() {
                return Ok(Progress::OutOfTime);
            }
            let indices = start..self.reading.len().min(start + PAGE);
            self.store_page(indices, &departures.kept_addresses, PAGE).await?;
        }
        if self.reading.is_clean {
            self.store.finish_reading(self.run, &self.next_state(departures)).await?;
        }
        Ok(Progress::Finished)
    }

    fn is_out_of_time(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Whether changes are noted: not before the first clean reading is stored.
    fn notes_changes(&self) -> bool {
        self.state.clean_reading.is_some()
    }

    fn next_state(&self, departures: &Departures) -> SyncState {
        let (at, missing_before) = (self.reading.at(), self.state.clean_reading);
        let held = departures.mass_departure.map(|_| HeldDepartures { at, missing_before });
        SyncState { clean_reading: Some(at), held: held.or(self.state.held) }
    }

    fn entry(&self, user_key: &str, change: NotedChange) -> UserChange {
        let NotedChange { kind, from, to } = change;
        UserChange { user_key: user_key.to_owned(), at: self.reading.at(), kind, from_value: from, to_value: to }
    }

    async fn mark_left(&self, departed: &[DepartedUser]) -> Result<(), Error> {
        let keys: Vec<_> = departed.iter().map(|user| user.user_key.clone()).collect();
        // An invitation that is taken back is no entry.
        let noted = departed.iter().filter(|user| user.is_account && self.notes_changes());
        let left = |user: &DepartedUser| self.entry(&user.user_key, NotedChange::of(UserChangeKind::Left));
        let changes: Vec<_> = noted.map(left).collect();
        self.store.mark_left(self.run, &keys, self.reading.at(), &changes).await
    }

    /// Stores the people at these indices, apart from those whose address is not free yet. A transaction writes at most
    /// `max_rows` rows, or those of one user.
    async fn store_page(
        &self,
        indices: impl Iterator<Item = usize>,
        kept_addresses: &HashSet<String>,
        max_rows: usize,
    ) -> Result<(), Error> {
        let people = indices.filter_map(|index| self.reading.get(index));
        let people = people.filter(|person| !kept_addresses.contains(address(*person).as_ref()));
        let users: Vec<_> = people.map(|person| self.reading.row(person)).collect();
        if users.is_empty() {
            return Ok(());
        }
        let own_keys = users.iter().map(|user| user.user_key.clone());
        let keys: Vec<_> = own_keys.chain(users.iter().filter_map(invitation_key)).collect();
        let stored = self.store.users_by_key(&keys).await?;
        let mut stored: HashMap<_, _> = stored.into_iter().map(|user| (user.user_key.clone(), user)).collect();
        let mut batch = UserBatch::default();
        for user in users {
            let next = self.batch_of(user, &mut stored);
            if !batch.users.is_empty() && batch.len() + next.len() > max_rows {
                self.store.save_users(self.run, &mem::take(&mut batch)).await?;
            }
            batch.append(next);
        }
        self.store.save_users(self.run, &batch).await
    }

    /// The rows of a user, and of what changed since the stored row.
    fn batch_of(&self, mut user: StoredUser, stored: &mut HashMap<String, StoredUser>) -> UserBatch {
        let mut batch = UserBatch::default();
        let own = stored.remove(&user.user_key);
        let invitation = invitation_key(&user).and_then(|key| stored.remove(&key));
        let invitation = invitation.filter(|invitation| invitation.left_at.is_none());
        if let Some(invitation) = &invitation {
            batch.replaced.push(ReplacedKey { from: invitation.user_key.clone(), to: user.user_key.clone() });
        }
        if own.as_ref().is_some_and(|own| own.left_at.is_none() && own.email_key != user.email_key) {
            batch.moved.push(user.user_key.clone());
        }
        let before = own.or(invitation);
        if self.notes_changes() {
            let changes = changes_between(before.as_ref(), &user, self.reading.score_source);
            batch.changes.extend(changes.into_iter().map(|change| self.entry(&user.user_key, change)));
        }
        if let Some(before) = before {
            user.first_seen = before.first_seen;
        }
        batch.users.push(user);
        batch
    }
}

/// The key that a user with an id had while only invited.
fn invitation_key(user: &StoredUser) -> Option<String> {
    user.id.as_ref().map(|_| format!("{INVITATION_PREFIX}{}", user.email_key))
}
