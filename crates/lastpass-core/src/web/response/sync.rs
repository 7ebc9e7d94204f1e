//! The parts of a sync, in its reply and in the problem of a run of which a part failed.

use std::borrow::Cow;

use serde::Serialize;

use crate::jobs::PartReport;

#[cfg(feature = "openapi")]
fn name_schema() -> utoipa::openapi::schema::Schema {
    crate::schema::one_of(crate::jobs::PartName::ALL.map(crate::jobs::PartName::name), "The part.")
}

#[cfg(feature = "openapi")]
fn status_schema() -> utoipa::openapi::schema::Schema {
    let names = crate::jobs::PartStatus::ALL.map(crate::jobs::PartStatus::name);
    crate::schema::one_of(names, "How it ended; `partial` is out of time.")
}

/// One part of a run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SyncPart))]
pub(crate) struct SyncPartJson {
    #[cfg_attr(feature = "openapi", schema(schema_with = name_schema))]
    name: &'static str,
    #[cfg_attr(feature = "openapi", schema(schema_with = status_schema))]
    status: &'static str,
    /// How many people were read, days written, actions settled or rows deleted.
    count: u64,
    /// How long it took, in milliseconds.
    ms: u64,
    /// What is left to do, or why it failed or was skipped; empty if there is nothing to say.
    detail: Cow<'static, str>,
}

impl SyncPartJson {
    pub(crate) fn all(parts: &[PartReport]) -> Vec<Self> {
        let part = |part: &PartReport| Self {
            name: part.name.name(),
            status: part.outcome.status.name(),
            count: part.outcome.count,
            ms: u64::try_from(part.time.as_millis()).unwrap_or(u64::MAX),
            detail: part.outcome.detail.clone(),
        };
        parts.iter().map(part).collect()
    }
}
