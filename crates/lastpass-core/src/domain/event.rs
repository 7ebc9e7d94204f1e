//! Events of LastPass's log, in a compact form: 200,000 of them have to fit into a function's memory.

use std::fmt;

use chrono::{DateTime, Utc};

const ID_LENGTH: usize = 12;

/// The id of an event, which is the same in every reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub [u8; ID_LENGTH]);

impl fmt::Display for EventId {
    /// Lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 2 * ID_LENGTH];
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// The five fields of an event, as sent by LastPass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventFields<'a> {
    /// The local time, without a time zone.
    pub time: &'a str,
    /// The user who acted; empty for actions of the API since 2022.
    pub username: &'a str,
    /// The IP address of the client.
    pub ip_address: &'a str,
    /// The action: display text in the account's language, with inconsistent letter case.
    pub action: &'a str,
    /// Details: free text whose grammar depends on the action.
    pub data: &'a str,
}

/// The five fields of an event, stored in one allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEventFields {
    /// The fields, concatenated.
    text: Box<str>,
    /// The end of each of the first four fields in `text`.
    ends: [u32; 4],
}

impl OwnedEventFields {
    /// Copies the fields.
    ///
    /// # Panics
    /// Panics if the fields have more than 4 GiB in total, which no reply has.
    pub fn new(fields: EventFields<'_>) -> Self {
        let EventFields { time, username, ip_address, action, data } = fields;
        let mut text =
            String::with_capacity([time, username, ip_address, action, data].into_iter().map(str::len).sum());
        let mut ends = [0; 4];
        for (field, end) in [time, username, ip_address, action].into_iter().zip(&mut ends) {
            text.push_str(field);
            *end = u32::try_from(text.len()).expect("replies are bounded far below 4 GiB");
        }
        text.push_str(data);
        Self { text: text.into_boxed_str(), ends }
    }

    /// The total length of the fields in bytes.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// The fields, as sent by LastPass.
    pub fn fields(&self) -> EventFields<'_> {
        let [time, username, ip_address, action] = self.ends.map(|end| end as usize);
        EventFields {
            time: &self.text[..time],
            username: &self.text[time..username],
            ip_address: &self.text[username..ip_address],
            action: &self.text[ip_address..action],
            data: &self.text[action..],
        }
    }
}

/// An event of LastPass's log, with its time in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    at: DateTime<Utc>,
    id: EventId,
    is_ambiguous: bool,
    text: OwnedEventFields,
}

impl Event {
    /// Creates an event at the time `at`. `is_ambiguous` states that its local time occurs twice in the zone, at the
    /// end of daylight saving, so that `at` is a guess.
    pub fn new(id: EventId, at: DateTime<Utc>, is_ambiguous: bool, fields: EventFields<'_>) -> Self {
        Self::with_owned_fields(id, at, is_ambiguous, OwnedEventFields::new(fields))
    }

    /// Creates an event from owned fields.
    pub fn with_owned_fields(id: EventId, at: DateTime<Utc>, is_ambiguous: bool, text: OwnedEventFields) -> Self {
        Self { at, id, is_ambiguous, text }
    }

    /// The time, to the second.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The id.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// Whether the local time occurs twice in the zone, so that [`Event::at`] may be off by an hour.
    pub fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// The total length of the fields in bytes.
    pub fn length(&self) -> usize {
        self.text.length()
    }

    /// The fields, as sent by LastPass.
    pub fn fields(&self) -> EventFields<'_> {
        self.text.fields()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_returns_the_values_it_was_created_from() {
        let fields =
            EventFields { time: "2026-11-24 07:00:00", username: "", ip_address: "::1", action: "Réseau", data: "x" };
        let event = Event::new(EventId([10; 12]), DateTime::UNIX_EPOCH, true, fields);
        assert_eq!((event.fields(), event.is_ambiguous()), (fields, true));
        assert_eq!(event.id().to_string(), "0a".repeat(12));
    }
}
