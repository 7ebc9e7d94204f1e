//! What is said of the data of a list: as of when, from where, and what a reader has to know.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::{security_report::Moment, warning::Warning};

/// The member `meta`.
#[derive(Debug, Clone, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    #[serde(serialize_with = "moment")]
    pub(super) as_of: DateTime<Utc>,
    pub(super) source: &'static str,
    pub(super) stale: bool,
    pub(super) warnings: Vec<Warning>,
}

fn moment<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    Moment(*time).serialize(serializer)
}
