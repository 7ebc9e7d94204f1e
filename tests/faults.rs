//! Changes while LastPass fails, processes die and many ask at once: none lost, none doubled, no wrong group.
//!
//! What became of a change is compared with the simulator's own state: [`truth`] alone judges.

mod chance;
mod found;
mod jobs;
mod kills;
mod process;
mod races;
mod score;
mod truth;

use futures_util::future::join_all;

use crate::database::{Database, DatabaseKind};

/// Settings of every deployment here: limits have a story of their own.
const SETTINGS: [(&str, &str); 1] = [("OFFBOARDING_LIMIT", "10000")];

/// Runs on an empty database of every kind side by side; a kind that is not installed is named.
async fn on_every_database<Run: Future<Output = ()>>(run: impl Fn(DatabaseKind, Database) -> Run) {
    join_all(DatabaseKind::ALL.map(async |kind| match kind.empty().await {
        Some(database) => run(kind, database).await,
        None => score::say(&format!("{kind:?}: not installed, left out")),
    }))
    .await;
}
