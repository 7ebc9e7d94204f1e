//! `unmapped`: what an event says and no attribute of OCSF can express.

use serde::Serialize;

use crate::{
    audit::{EventDetails, ParsedEvent},
    formats::{
        ocsf::{actor::NetworkEndpoint, class::OcsfClass},
        values::non_blank,
    },
};

/// `unmapped`, whose names are ours to choose.
#[derive(Serialize, Default, PartialEq)]
pub(crate) struct Unmapped<'a> {
    /// LastPass's `Data` if none of it could be parsed or used.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    /// The local time occurs twice, so that `time` may be off by an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_time_ambiguous: Option<bool>,
    /// The new name of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_name: Option<&'a str>,
    /// The other users that the event is about: `user` is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_users: Vec<&'a str>,
    /// The shared folder for which an account was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_folder: Option<&'a str>,
}

impl<'a> Unmapped<'a> {
    /// `None` if attributes express the whole event.
    pub(crate) fn of(class: OcsfClass, parsed: &ParsedEvent<'a>) -> Option<Self> {
        let event = parsed.event();
        let (fields, details) = (event.fields(), parsed.details());
        let unread = non_blank(fields.data).filter(|_| details == EventDetails::default());
        let other_users = || details.targets().skip(1).collect();
        let mut unmapped = match class {
            OcsfClass::AccountChange(_) => {
                Self { data: unread, shared_folder: details.folder, other_users: other_users(), ..Self::default() }
            }
            OcsfClass::Authentication(_) | OcsfClass::UserAccess(_) => {
                Self { data: unread, other_users: other_users(), ..Self::default() }
            }
            OcsfClass::GroupManagement => {
                // Of a folder, the new value is the rights, which are an attribute.
                let new_name = details.new_value.filter(|_| details.folder.is_none());
                Self { data: unread, new_name, other_users: other_users(), ..Self::default() }
            }
            OcsfClass::EntityManagement(_) | OcsfClass::WebResources => Self { data: unread, ..Self::default() },
            // Its data is the label of the API client, which is the actor.
            OcsfClass::Api => Self::default(),
            OcsfClass::Base => Self { data: non_blank(fields.data), ..Self::default() },
        };
        if class == OcsfClass::Base || NetworkEndpoint::of(&fields).is_none() {
            unmapped.ip_address = non_blank(fields.ip_address);
        }
        unmapped.is_time_ambiguous = event.is_ambiguous().then_some(true);
        (unmapped != Self::default()).then_some(unmapped)
    }
}
