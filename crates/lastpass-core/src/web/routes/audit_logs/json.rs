//! A page of events as JSON, with the counts of all selected events.

use bytes::Bytes;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    audit::{Alert, EventKind},
    formats::{event_row::EventRow, values::Timestamp},
    web::{
        response::{body::Body, meta::Meta, reply::Reply},
        routes::audit_logs::{
            cursor,
            view::{AuditLogView, MAX_ALERTS},
        },
    },
};

/// The size of a chunk in bytes. The page is sent in chunks since the platform limits other replies to 4.5 MB.
const CHUNK: usize = 64 * 1024;

/// The page.
pub(crate) fn page(view: &AuditLogView, etag: String) -> Reply {
    let counts = &view.counts;
    let page = AuditLogPage {
        events: view.indices.iter().map(|index| view.row(*index)).collect(),
        total: counts.total,
        counts_by_type: CountsByKind(&counts.by_kind),
        counts_by_day: counts
            .by_day
            .iter()
            .map(|(date, events)| DayCount { date: date.to_string(), events: *events })
            .collect(),
        counts_by_user: counts.by_user.iter().map(|(user, events)| UserCount { user, events: *events }).collect(),
        alerts: view.alerts.list().iter().take(MAX_ALERTS).map(AlertRow::of).collect(),
        next_cursor: view.next.as_ref().map(|position| cursor::encode(view.range, position)),
        meta: AuditLogMetaJson {
            meta: &view.meta,
            from: Timestamp(view.range.from),
            to: Timestamp(view.range.to),
            time_zone: view.time_zone,
            hidden: HiddenCounts { api: view.hidden },
        },
    };
    let mut rest = Bytes::from(serde_json::to_vec(&page).expect("texts, numbers and flags are JSON"));
    let chunks = std::iter::from_fn(move || {
        let chunk = rest.split_to(rest.len().min(CHUNK));
        (!chunk.is_empty()).then_some(chunk)
    });
    Reply::json_body(etag, Body::from_chunks(chunks))
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditLog))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditLogPage<'a> {
    /// The events of this page, newest first.
    events: Vec<EventRow<'a>>,
    /// The number of events that match the filters.
    total: u64,
    #[cfg_attr(feature = "openapi", schema(schema_with = counts_by_kind_schema))]
    counts_by_type: CountsByKind<'a>,
    /// The number of events on each day of `meta.timeZone`; days without events are left out.
    counts_by_day: Vec<DayCount>,
    /// The ten users with the most events.
    counts_by_user: Vec<UserCount<'a>>,
    /// The alerts of the whole period, whatever the filters.
    alerts: Vec<AlertRow<'a>>,
    /// The `cursor` of the next page; null on the last one.
    next_cursor: Option<String>,
    /// About the data, with the period.
    meta: AuditLogMetaJson<'a>,
}

#[cfg(feature = "openapi")]
fn counts_by_kind_schema() -> utoipa::openapi::schema::Schema {
    use utoipa::{PartialSchema, openapi::ObjectBuilder};

    let counts = EventKind::ALL.map(EventKind::name).into_iter();
    let empty = ObjectBuilder::new()
        .description(Some("The number of events of each type; the only counts that ignore `type`."));
    let object = counts.fold(empty, |object, name| object.property(name, u64::schema()).required(name));
    object.build().into()
}

struct CountsByKind<'a>(&'a [(EventKind, u64)]);

impl Serialize for CountsByKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (kind, events) in self.0 {
            map.serialize_entry(kind.name(), events)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct DayCount {
    /// The day.
    #[cfg_attr(feature = "openapi", schema(format = Date))]
    date: String,
    /// How many.
    events: u64,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct UserCount<'a> {
    /// The user.
    user: &'a str,
    /// How many.
    events: u64,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Alert))]
#[serde(rename_all = "camelCase")]
struct AlertRow<'a> {
    /// The rule that raised it.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::audit::AlertRule))]
    rule: &'static str,
    /// How urgent it is.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::audit::Severity))]
    severity: &'static str,
    /// Whose events it is about; null if about no one user.
    user: Option<&'a str>,
    /// How many events are evidence; of `massDeletion`, how many items they deleted.
    count: u64,
    /// The `count` from which on the rule applies; of `loginFromNewAddress`, how many earlier logins must be known.
    threshold: u64,
    /// The first of the events.
    first_at: Timestamp,
    /// The last of the events.
    last_at: Timestamp,
    /// The ids of the newest hundred of the events, oldest first.
    event_ids: Vec<String>,
}

impl<'a> AlertRow<'a> {
    fn of(alert: &'a Alert) -> Self {
        Self {
            rule: alert.rule.name(),
            severity: alert.rule.severity().name(),
            user: alert.user.as_deref(),
            count: alert.count,
            threshold: alert.rule.threshold(),
            first_at: Timestamp(alert.first_at),
            last_at: Timestamp(alert.last_at),
            event_ids: alert.event_ids.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditLogMeta))]
#[serde(rename_all = "camelCase")]
struct AuditLogMetaJson<'a> {
    #[serde(flatten)]
    meta: &'a Meta,
    /// The start of the period.
    from: Timestamp,
    /// The end of the period, which is excluded.
    to: Timestamp,
    /// The time zone in which days are counted: `LASTPASS_TIME_ZONE`.
    time_zone: &'static str,
    /// How many events are left out.
    hidden: HiddenCounts,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct HiddenCounts {
    /// Reads that this API made itself.
    api: u64,
}
