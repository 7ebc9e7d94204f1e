//! What LastPass returned last, per process, and the trend and the snapshot that `sync` stored. Knows no HTTP.

pub(crate) mod event_windows;
pub(crate) mod freshness;
pub(crate) mod group_roles;
pub(crate) mod slot;
pub(crate) mod snapshot;
pub(crate) mod trend;
pub(crate) mod turns;
pub(crate) mod upstream;
