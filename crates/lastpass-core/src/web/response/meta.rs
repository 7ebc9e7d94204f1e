//! The member `meta` of a reply: the time and source of its data, its warnings, and what it cannot contain.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::{
    cache::{
        event_windows::LoadedWindow,
        slot::CacheRead,
        upstream::{Roster, RosterSource, UpstreamCache},
    },
    formats::values::Timestamp,
    lastpass::Error,
    request_context::CacheState,
    web::response::{unavailable::Unavailable, warning::Warning},
};

/// The source of people whom the last sync stored.
const SNAPSHOT: &str = "snapshot";

#[cfg(feature = "openapi")]
fn source_schema() -> utoipa::openapi::schema::Schema {
    crate::schema::one_of(
        ["lastpass", "snapshot", "demo"],
        "`snapshot` are the people of the last sync, while LastPass is unavailable; `demo` is the demo company.",
    )
}

/// The member `meta`.
#[derive(Debug, Clone, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    /// The time of the oldest part.
    #[serde(serialize_with = "timestamp")]
    #[cfg_attr(feature = "openapi", schema(value_type = Timestamp))]
    pub(crate) as_of: DateTime<Utc>,
    #[cfg_attr(feature = "openapi", schema(schema_with = source_schema))]
    source: &'static str,
    /// Whether the oldest part is past its freshness.
    stale: bool,
    /// Only of the security report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) view: Option<View>,
    /// What went wrong this time, though there is a reply.
    pub(crate) warnings: Vec<Warning>,
    /// Which members are null or empty because LastPass or the configuration does not provide them, and why.
    pub(crate) unavailable: Vec<Unavailable>,
}

/// How much of the security report a reply contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum View {
    /// The figures and the users.
    Full,
    /// The figures only.
    Summary,
}

impl Meta {
    /// The `meta` of a reply that is read for this request.
    pub(crate) fn new(as_of: DateTime<Utc>, source: &'static str) -> Self {
        Self { as_of, source, stale: false, view: None, warnings: Vec::new(), unavailable: Vec::new() }
    }

    /// The `meta` of a reply with one part so far, without its warnings.
    pub(crate) fn of_part<T>(part: &CacheRead<T>, upstream: &UpstreamCache) -> Self {
        Self { stale: part.state == CacheState::Stale, ..Self::new(part.read_at, upstream.source_name()) }
    }

    /// The `meta` of a reply with the people as its only part so far.
    pub(crate) fn of_people(people: &CacheRead<Roster>, upstream: &UpstreamCache) -> Self {
        let meta = Self { warnings: people_warnings(people).collect(), ..Self::of_part(people, upstream) };
        match people.value.source {
            RosterSource::LastPass => meta,
            RosterSource::Snapshot => Self { source: SNAPSHOT, ..meta },
        }
    }

    /// Adds members that are null because they are not provided.
    pub(crate) fn add_unavailable(&mut self, entries: impl Iterator<Item = Unavailable>) {
        let is_snapshot = self.source == SNAPSHOT;
        self.unavailable.extend(entries.map(|entry| if is_snapshot { entry.in_snapshot() } else { entry }));
    }

    /// Adds a part that was read at `read_at`: the oldest one determines the time and whether it is stale.
    pub(crate) fn add_part(&mut self, read_at: DateTime<Utc>, state: CacheState) {
        let stale = state == CacheState::Stale || self.source == SNAPSHOT;
        match read_at.cmp(&self.as_of) {
            Ordering::Less => (self.as_of, self.stale) = (read_at, stale),
            Ordering::Equal => self.stale |= stale,
            Ordering::Greater => {}
        }
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
                self.add_part(read.read_at, read.state);
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
    let snapshot = (people.value.source == RosterSource::Snapshot).then(Warning::snapshot);
    people.value.warnings.iter().map(Warning::of_people).chain(refresh).chain(snapshot)
}

/// The warnings about a range of LastPass's log.
pub(crate) fn event_warnings(window: &CacheRead<LoadedWindow>) -> impl Iterator<Item = Warning> {
    let warnings = window.value.window().map_or(&[][..], |window| &window.fetched.warnings);
    let refresh = window.failure.as_ref().map(|error| Warning::refresh_failed("events", error));
    warnings.iter().map(|warning| Warning::of_events(*warning)).chain(refresh)
}

/// The members after a list: the number of entries that match, the cursor of the next page, and `meta`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageMeta {
    /// How many entries match the filters, on all pages; null in a summary, which has no list.
    pub(crate) total: Option<usize>,
    /// The `cursor` of the next page; null on the last one.
    pub(crate) next_cursor: Option<String>,
    pub(crate) meta: Meta,
}

fn timestamp<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    Timestamp(*time).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_oldest_part_determines_the_time_and_whether_it_is_stale() {
        use CacheState::{Fresh, Miss, Stale};
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        for (parts, expected) in [
            (&[(10, Fresh)][..], (10, false)),
            (&[(3, Stale)], (3, true)),
            // A part that stays fresh for longer is the oldest.
            (&[(3, Fresh), (4, Stale)], (3, false)),
            (&[(4, Stale), (3, Miss)], (3, false)),
            (&[(3, Stale), (3, Fresh)], (3, true)),
            (&[(3, Fresh), (3, Stale)], (3, true)),
        ] {
            let mut meta = Meta::new(at(10), "lastpass");
            parts.iter().for_each(|(minutes, state)| meta.add_part(at(*minutes), *state));
            assert_eq!((meta.as_of, meta.stale), (at(expected.0), expected.1), "{parts:?}");
        }
    }
}
