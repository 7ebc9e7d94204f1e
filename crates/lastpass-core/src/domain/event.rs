//! One event of LastPass's log, kept small: 200,000 of them have to fit into a function's memory.

use std::fmt;

use chrono::{DateTime, Utc};

const ID_LENGTH: usize = 12;

/// What an event is called by: the same event has the same id in every reply.
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

/// The five fields of an event, as LastPass sent them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventFields<'a> {
    /// The local time, without a zone.
    pub time: &'a str,
    /// Who did it; empty for what the API did since 2022.
    pub username: &'a str,
    /// The address it came from.
    pub ip_address: &'a str,
    /// What was done: display text in the account's language, in changing letter case.
    pub action: &'a str,
    /// Free text whose grammar depends on the action.
    pub data: &'a str,
}

/// The five fields of an event, kept in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEventFields {
    /// The five fields, one after the other.
    text: Box<str>,
    /// Where each of the first four ends.
    ends: [u32; 4],
}

impl OwnedEventFields {
    /// Keeps the fields.
    ///
    /// # Panics
    /// Where they are longer than 4 GiB together, which no reply is.
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

    /// How long the fields are together, in bytes.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// The five fields, as LastPass sent them.
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

/// One event: when it happened, and what LastPass said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    at: DateTime<Utc>,
    id: EventId,
    is_ambiguous: bool,
    text: OwnedEventFields,
}

impl Event {
    /// An event that happened at `at`. `is_ambiguous` tells that its local time exists twice, and that `at` is a guess.
    pub fn new(id: EventId, at: DateTime<Utc>, is_ambiguous: bool, fields: EventFields<'_>) -> Self {
        Self::with_owned_fields(id, at, is_ambiguous, OwnedEventFields::new(fields))
    }

    /// The same of fields that are kept already.
    pub fn with_owned_fields(id: EventId, at: DateTime<Utc>, is_ambiguous: bool, text: OwnedEventFields) -> Self {
        Self { at, id, is_ambiguous, text }
    }

    /// When it happened, to the second.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// What it is called by.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// Whether its local time exists twice, so that `at` could be an hour off.
    pub fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// How long the fields are together, in bytes.
    pub fn length(&self) -> usize {
        self.text.length()
    }

    /// The five fields, as LastPass sent them.
    pub fn fields(&self) -> EventFields<'_> {
        self.text.fields()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_gives_back_what_it_was_made_of() {
        let fields =
            EventFields { time: "2026-11-24 07:00:00", username: "", ip_address: "::1", action: "Réseau", data: "x" };
        let event = Event::new(EventId([10; 12]), DateTime::UNIX_EPOCH, true, fields);
        assert_eq!((event.fields(), event.is_ambiguous()), (fields, true));
        assert_eq!(event.id().to_string(), "0a".repeat(12));
    }
}
