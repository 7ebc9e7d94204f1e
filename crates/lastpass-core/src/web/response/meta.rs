//! The member `meta` of a reply: the time and source of its data, and its warnings.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::{
    cache::{
        event_windows::LoadedWindow,
        slot::CacheRead,
        upstream::{Roster, UpstreamCache},
    },
    formats::values::Timestamp,
    lastpass::Error,
    request_context::CacheState,
    web::response::warning::Warning,
};

/// The member `meta`.
#[derive(Debug, Clone, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    /// The time of the oldest part.
    #[serde(serialize_with = "timestamp")]
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) source: &'static str,
    /// Whether a part is past its freshness.
    pub(crate) stale: bool,
    pub(crate) warnings: Vec<Warning>,
}

impl Meta {
    /// The `meta` of a reply that is derived from the people alone.
    pub(crate) fn of_people(people: &CacheRead<Roster>, upstream: &UpstreamCache) -> Self {
        let (as_of, warnings) = (people.value.people.as_of(), people_warnings(people).collect());
        Self { as_of, source: upstream.source_name(), stale: people.state == CacheState::Stale, warnings }
    }

    /// A part that the reply does not require. If it is missing, or could not be refreshed, adds a warning.
    pub(crate) fn optional_part<T>(
        &mut self,
        name: &str,
        part: Result<CacheRead<T>, Error>,
        unavailable: impl FnOnce(&Error) -> Warning,
    ) -> Option<CacheRead<T>> {
        match part {
            Ok(read) => {
                self.warnings.extend(read.failure.as_ref().map(|error| Warning::refresh_failed(name, error)));
                Some(read)
            }
            Err(error) => {
                self.warnings.push(unavailable(&error));
                None
            }
        }
    }
}

/// The warnings about the people.
pub(crate) fn people_warnings(people: &CacheRead<Roster>) -> impl Iterator<Item = Warning> {
    let refresh = people.failure.as_ref().map(|error| Warning::refresh_failed("people", error));
    people.value.warnings.iter().map(Warning::of_people).chain(refresh)
}

/// The warnings about a range of LastPass's log.
pub(crate) fn event_warnings(window: &CacheRead<LoadedWindow>) -> impl Iterator<Item = Warning> {
    let warnings = window.value.window().map_or(&[][..], |window| &window.fetched.warnings);
    let refresh = window.failure.as_ref().map(|error| Warning::refresh_failed("events", error));
    warnings.iter().map(|warning| Warning::of_events(*warning)).chain(refresh)
}

/// The members after a list: the cursor of the next page, and `meta`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageMeta {
    pub(crate) next_cursor: Option<String>,
    pub(crate) meta: Meta,
}

fn timestamp<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    Timestamp(*time).serialize(serializer)
}
