//! Where an event comes from, and what it was called there.

use serde::{Serialize, Serializer};

use crate::{
    domain::{Event, EventId},
    formats::ocsf::{VERSION, class::Class, given},
};

#[derive(Serialize)]
pub(crate) struct Metadata<'a> {
    version: &'static str,
    product: Product,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<[&'static str; 1]>,
    /// The command of the Enterprise API that gives the log.
    log_name: &'static str,
    #[serde(serialize_with = "id")]
    uid: EventId,
    /// The local time, which LastPass gives without a zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_time: Option<&'a str>,
    /// LastPass has no codes: the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_code: Option<&'a str>,
}

#[derive(Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
}

impl<'a> Metadata<'a> {
    pub(crate) fn of(event: &'a Event, class: Class) -> Self {
        let fields = event.fields();
        Self {
            version: VERSION,
            product: Product { name: "LastPass Business", vendor_name: "LastPass" },
            profiles: class.needs_host_profile().then_some(["host"]),
            log_name: "reporting",
            uid: event.id(),
            original_time: given(fields.time),
            event_code: given(fields.action),
        }
    }
}

fn id<S: Serializer>(id: &EventId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
