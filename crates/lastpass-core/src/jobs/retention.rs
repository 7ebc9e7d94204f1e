//! The part `retention` of a sync: deletes old changes of users, and users who left long ago.

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::{
    jobs::part::{PartOutcome, PartStatus},
    store::{Store, SyncRun},
};

/// Deletes what is older than `before`, page by page.
pub(crate) async fn delete(store: &Store, run: &SyncRun, before: DateTime<Utc>, deadline: Instant) -> PartOutcome {
    let mut count = 0;
    loop {
        if Instant::now() >= deadline {
            return PartOutcome::new(PartStatus::Partial, count, "out of time: the next run deletes the rest");
        }
        match store.delete_users_before(run, before).await {
            Ok(0) => return PartOutcome::new(PartStatus::Done, count, ""),
            Ok(deleted) => count += deleted,
            Err(error) => return PartOutcome::failed(count, &error),
        }
    }
}
