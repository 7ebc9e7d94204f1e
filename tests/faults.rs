//! Changes while LastPass fails, processes die and requests are concurrent: none lost, none doubled, no wrong group.
//!
//! [`truth`] compares each change with the state of the simulator.

mod jobs;
mod kills;
mod process;
mod races;
mod random;
mod regressions;
mod score;
mod truth;

use futures_util::future::join_all;

use crate::database::{Database, DatabaseKind};

/// The settings of every deployment here. Limits are tested elsewhere.
const SETTINGS: [(&str, &str); 1] = [("OFFBOARDING_LIMIT", "10000")];

/// Runs on an empty database of every kind concurrently, and prints which kinds are not installed.
async fn on_every_database<Run: Future<Output = ()>>(run: impl Fn(DatabaseKind, Database) -> Run) {
    join_all(DatabaseKind::ALL.map(async |kind| match kind.empty().await {
        Some(database) => run(kind, database).await,
        None => score::print(&format!("{kind:?}: not installed, skipped")),
    }))
    .await;
}
