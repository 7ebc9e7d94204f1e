//! What `sync` noticed about one user.

use serde::Serialize;

use crate::{
    domain::Person,
    formats::values::Timestamp,
    jobs::{demo_history, user_key},
    report::ReportContext,
    request_context::RequestContext,
    store::{Error, UserChange},
    web::{
        app::App,
        request::permissions::Admin,
        response::{unavailable::Unavailable, warning::Warning},
    },
};

/// The most changes that are returned.
const LIMIT: u32 = 50;

/// The history of a user, or why there is none.
pub(crate) enum UserHistory {
    /// The changes, newest first.
    Known(Vec<UserChange>),
    /// The configuration or the database has none.
    NotStored(Unavailable),
    /// It could not be read this time.
    Unreadable(Warning),
}

impl UserHistory {
    /// Reads the latest changes. In the demo, the derived ones come after those that were stored.
    pub(crate) async fn read(
        app: &App,
        person: Person<'_>,
        report: &ReportContext<'_>,
        context: &RequestContext<'_>,
        admin: Admin,
    ) -> Self {
        let stored = Self::stored(app, person, context, admin).await;
        if !app.upstream().is_ok_and(|upstream| upstream.is_demo) {
            return stored;
        }
        let mut changes = if let Self::Known(changes) = stored { changes } else { Vec::new() };
        let today = context.received_at.with_timezone(&app.time_zone).date_naive();
        changes.extend(demo_history(person, report, today, app.time_zone));
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        changes.truncate(LIMIT as usize);
        Self::Known(changes)
    }

    async fn stored(app: &App, person: Person<'_>, context: &RequestContext<'_>, _: Admin) -> Self {
        let Ok(store) = app.store() else {
            return Self::NotStored(Unavailable::user_history(app.has_database()));
        };
        match context.time_database(store.user_changes(&user_key(person), LIMIT)).await {
            Ok(changes) => Self::Known(changes),
            Err(Error::NoTables | Error::OutdatedSchema(_)) => Self::NotStored(Unavailable::HISTORY_WITHOUT_TABLES),
            Err(error) => Self::Unreadable(Warning::part_unavailable(
                "record-unavailable",
                "What sync noticed about this user is",
                error,
            )),
        }
    }
}

#[cfg(feature = "openapi")]
fn kind_schema() -> utoipa::openapi::schema::Schema {
    crate::schema::one_of(crate::domain::UserChangeKind::ALL.map(crate::domain::UserChangeKind::name), "What changed.")
}

/// A change of a user that `sync` noticed.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = HistoryEntry))]
pub(crate) struct HistoryEntryJson<'a> {
    /// When the reading began that showed it.
    at: Timestamp,
    #[cfg_attr(feature = "openapi", schema(schema_with = kind_schema))]
    kind: &'static str,
    /// The earlier score or multifactor method, or the group that was left; else null.
    from: Option<&'a str>,
    /// The later score or multifactor method, or the group that was joined; else null.
    to: Option<&'a str>,
}

impl<'a> HistoryEntryJson<'a> {
    pub(crate) fn of(change: &'a UserChange) -> Self {
        let (from, to) = (change.from_value.as_deref(), change.to_value.as_deref());
        Self { at: Timestamp(change.at), kind: change.kind.name(), from, to }
    }
}
