//! What is said of the data of a list: as of when, from where, and what a reader has to know.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::{
    cache::{
        slot,
        upstream::{Roster, UpstreamCache},
    },
    formats::user_row::Moment,
    request_context::CacheState,
    web::response::warning::Warning,
};

/// The member `meta`.
#[derive(Debug, Clone, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    #[serde(serialize_with = "moment")]
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) source: &'static str,
    pub(crate) stale: bool,
    pub(crate) warnings: Vec<Warning>,
}

impl Meta {
    /// What is said of a list that is made of the people alone.
    pub(crate) fn of_people(people: &slot::CacheRead<Roster>, source: &UpstreamCache) -> Self {
        let (as_of, warnings) = (people.value.people.as_of(), warnings_of_people(people).collect());
        Self { as_of, source: source.source_name(), stale: people.state == CacheState::Stale, warnings }
    }
}

/// What is to be known of a list of people.
pub(crate) fn warnings_of_people(people: &slot::CacheRead<Roster>) -> impl Iterator<Item = Warning> {
    let refresh = people.failure.as_ref().map(|error| Warning::refresh_failed("people", error));
    people.value.warnings.iter().map(Warning::of_reading).chain(refresh)
}

fn moment<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    Moment(*time).serialize(serializer)
}
