//! Changes while LastPass fails, processes die and many ask at once: none lost, none doubled, no wrong group.
//!
//! What became of a change is compared with the simulator's own state: [`truth`] alone judges.

mod chance;
mod jobs;
mod kills;
mod process;
mod races;
mod score;
mod truth;

use crate::database::{Database, Kind};

/// Settings of every deployment here: limits have a story of their own.
const SETTINGS: [(&str, &str); 1] = [("OFFBOARDING_LIMIT", "10000")];

/// Every database that is installed, empty; one that is missing is named.
async fn databases() -> Vec<(Kind, Database)> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        match kind.empty().await {
            Some(database) => found.push((kind, database)),
            None => score::say(&format!("{kind:?}: not installed, left out")),
        }
    }
    found
}
