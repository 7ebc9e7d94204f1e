//! What an event says and OCSF has no attribute for.

use serde::Serialize;

use crate::{
    audit::{EventDetails, ParsedEvent},
    formats::ocsf::{Endpoint, class::Class, given},
};

/// Under names of our own, as the schema wants it.
#[derive(Serialize, Default, PartialEq)]
pub(crate) struct Unmapped<'a> {
    /// LastPass's `Data`, where nothing of it was understood or used.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    /// The time exists twice, and could be an hour off.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_time_ambiguous: Option<bool>,
    /// What a group is called now.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_name: Option<&'a str>,
    /// Those to whom it was done as well: `user` is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_users: Vec<&'a str>,
    /// For which an account was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_folder: Option<&'a str>,
}

impl<'a> Unmapped<'a> {
    /// Nothing where all has its place.
    pub(crate) fn of(class: Class, parsed: &ParsedEvent<'a>) -> Option<Self> {
        let event = parsed.event();
        let (fields, details) = (event.fields(), parsed.details());
        let unread = given(fields.data).filter(|_| details == EventDetails::default());
        let other_users = || details.targets().skip(1).collect();
        let mut unmapped = match class {
            Class::AccountChange(_) => {
                Self { data: unread, shared_folder: details.folder, other_users: other_users(), ..Self::default() }
            }
            Class::Authentication(_) | Class::UserAccess(_) => {
                Self { data: unread, other_users: other_users(), ..Self::default() }
            }
            Class::GroupManagement => Self { data: unread, new_name: details.new_value, ..Self::default() },
            Class::EntityManagement(_) | Class::WebResources => Self { data: unread, ..Self::default() },
            // It says who asked, and nothing else.
            Class::Api => Self::default(),
            Class::Base => Self { data: given(fields.data), ..Self::default() },
        };
        if class == Class::Base || Endpoint::of(&fields).is_none() {
            unmapped.ip_address = given(fields.ip_address);
        }
        unmapped.is_time_ambiguous = event.is_ambiguous().then_some(true);
        (unmapped != Self::default()).then_some(unmapped)
    }
}
