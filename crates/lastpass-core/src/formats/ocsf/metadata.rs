//! `metadata`: the source of an event, and its names there.

use serde::{Serialize, Serializer};

use crate::{
    domain::{Event, EventId},
    formats::{ocsf::class::OcsfClass, values::non_blank},
};

/// The version of OCSF that the events follow.
pub(crate) const VERSION: &str = "1.5.0";

/// `metadata`
#[derive(Serialize)]
pub(crate) struct OcsfMetadata<'a> {
    version: &'static str,
    product: Product,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<[&'static str; 1]>,
    /// The command of the Enterprise API that returns the log.
    log_name: &'static str,
    #[serde(serialize_with = "id")]
    uid: EventId,
    /// The local time, which LastPass reports without a zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_time: Option<&'a str>,
    /// The action, since LastPass has no codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_code: Option<&'a str>,
}

#[derive(Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
}

impl<'a> OcsfMetadata<'a> {
    pub(crate) fn of(event: &'a Event, class: OcsfClass) -> Self {
        let fields = event.fields();
        Self {
            version: VERSION,
            product: Product { name: "LastPass Business", vendor_name: "LastPass" },
            profiles: class.needs_host_profile().then_some(["host"]),
            log_name: "reporting",
            uid: event.id(),
            original_time: non_blank(fields.time),
            event_code: non_blank(fields.action),
        }
    }
}

fn id<S: Serializer>(id: &EventId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
