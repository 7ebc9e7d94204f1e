//! Decodes the reply to `reporting`, in both of its forms.

use std::{borrow::Cow, fmt};

use chrono_tz::Tz;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    domain::{EventFields, OwnedEventFields},
    lastpass::{
        error::{Error, InvalidReply},
        events::raw_event::RawEvent,
        lenient_json::{Fields, Object, Scalar, skip},
        local_time::LocalTimes,
        reply_status::{ReadStatus, StatusFields},
    },
};

/// The events of one reply, in the order of the reply.
#[derive(Debug)]
pub(crate) struct EventPage {
    pub(crate) events: Vec<RawEvent>,
    /// Where older events continue, as LastPass sent it. `None` if there are none.
    pub(crate) next: Option<Box<RawValue>>,
    pub(crate) unreadable: u64,
    pub(crate) status: ReadStatus,
}

/// Decodes a reply, with local times of `zone`.
///
/// # Errors
/// Returns an error if LastPass refuses the request, or the reply is not a list of events.
pub(crate) fn decode(json: &[u8], zone: Tz) -> Result<EventPage, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<EventsReply<'_>>>(json)? else {
        // PHP writes an empty map as an empty list.
        serde_json::from_slice::<[(); 0]>(json).map_err(|_| Error::InvalidReply(InvalidReply::Shape))?;
        return Ok(EventPage { events: Vec::new(), next: None, unreadable: 0, status: ReadStatus::Ok });
    };
    let mut list = EventList { times: LocalTimes::new(zone), events: Vec::new(), unreadable: 0, has_action: false };
    let is_list = |data: &&RawValue| data.get().starts_with(['{', '[']);
    let listed = reply.listed.filter(is_list);
    if let Some(listed) = listed {
        list = serde_json::Deserializer::from_str(listed.get()).deserialize_any(list)?;
    }
    let is_empty = list.events.is_empty() && list.unreadable == 0;
    // No events are an empty list. Beside an error text it means that the request failed.
    let has_events = if is_empty { is_valid_without_events(&reply, listed.is_some()) } else { listed.is_some() };
    let status = reply.status.read_status(has_events)?;
    if list.events.is_empty() && !is_empty && !list.has_action {
        // A list in which no entry resembles an event is not a list of events.
        return Err(Error::InvalidReply(InvalidReply::Shape));
    }
    let next = reply.next.filter(|next| has_more(next)).map(ToOwned::to_owned);
    Ok(EventPage { events: list.events, next, unreadable: list.unreadable, status })
}

fn is_valid_without_events(reply: &EventsReply<'_>, has_list: bool) -> bool {
    let is_null = reply.listed.is_some_and(|data| data.get() == "null");
    if has_list { !reply.status.has_error() } else { is_null && reply.status.is_plain_ok() }
}

/// Whether `next` says that there are more events: it is then a time, as text or as a number.
fn has_more(next: &RawValue) -> bool {
    !serde_json::from_str::<Scalar<'_>>(next.get()).unwrap_or_default().is_blank()
}

#[derive(Default)]
struct EventsReply<'a> {
    status: StatusFields<'a>,
    /// `data`, a map of events by label (vendor page), or the `events` of the form `siem` (lpmgt).
    listed: Option<&'a RawValue>,
    next: Option<&'a RawValue>,
}

impl<'a> Fields<'a> for EventsReply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.to_ascii_lowercase().as_str() {
            "data" | "events" => self.listed = Some(value.next_value()?),
            "next" => self.next = Some(value.next_value()?),
            key => self.status.take(key, value)?,
        }
        Ok(())
    }
}

/// Deserializes a list of events one by one, and keeps only the fields that are used.
struct EventList {
    times: LocalTimes,
    events: Vec<RawEvent>,
    unreadable: u64,
    /// Whether an entry has an action, with or without a readable time.
    has_action: bool,
}

impl EventList {
    fn add(&mut self, event: Option<WireEvent<'_>>) {
        let event = event.and_then(|event| {
            let WireEvent { time, username, ip_address, action, data } = &event;
            self.has_action |= !action.is_empty();
            let instants = self.times.instants(time)?;
            Some(RawEvent {
                instants,
                fields: OwnedEventFields::new(EventFields { time, username, ip_address, action, data }),
            })
        });
        match event {
            Some(event) => self.events.push(event),
            None => self.unreadable += 1,
        }
    }
}

impl<'de> Visitor<'de> for EventList {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("events, by label or in a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some((_, Object(event))) = map.next_entry::<serde::de::IgnoredAny, _>()? {
            self.add(event);
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self, A::Error> {
        while let Some(Object(event)) = list.next_element()? {
            self.add(event);
        }
        Ok(self)
    }
}

/// The fields of an event that are kept, as LastPass sent them.
#[derive(Default)]
struct WireEvent<'a> {
    time: Cow<'a, str>,
    username: Cow<'a, str>,
    ip_address: Cow<'a, str>,
    action: Cow<'a, str>,
    data: Cow<'a, str>,
}

impl<'a> Fields<'a> for WireEvent<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        let field = match key.to_ascii_lowercase().as_str() {
            "time" => &mut self.time,
            "username" => &mut self.username,
            "ip_address" => &mut self.ip_address,
            "action" => &mut self.action,
            "data" => &mut self.data,
            _ => return skip(value),
        };
        *field = as_sent(value.next_value()?).map_err(A::Error::custom)?;
        Ok(())
    }
}

/// Returns the text of a field. Numbers keep their digits: an item's number has 19, more than a float can represent.
fn as_sent(value: &RawValue) -> Result<Cow<'_, str>, serde_json::Error> {
    let json = value.get();
    if json.starts_with(['"', '[']) {
        return Ok(match serde_json::from_str(json)? {
            Scalar::Text(text) => text,
            Scalar::Number(number) => Cow::Owned(number.to_string()),
            Scalar::Bool(_) | Scalar::Missing => Cow::Borrowed(""),
        });
    }
    Ok(Cow::Borrowed(if json.starts_with('{') || json == "null" { "" } else { json }))
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;

    use super::*;

    fn page(json: &str) -> EventPage {
        decode(json.trim().as_bytes(), New_York).unwrap()
    }

    fn error(json: &str) -> Error {
        decode(json.as_bytes(), New_York).unwrap_err()
    }

    /// Checks the events as `instant|time|username|address|action|data`, in the order of the reply.
    fn check(json: &str, expected: &[&str]) {
        let line = |event: &RawEvent| {
            let EventFields { time, username, ip_address, action, data } = event.fields.fields();
            format!("{}|{time}|{username}|{ip_address}|{action}|{data}", event.instants.earliest())
        };
        assert_eq!(page(json).events.iter().map(line).collect::<Vec<_>>(), expected, "{json}");
    }

    #[test]
    fn documented_and_recorded_events_are_decoded() {
        let documented = [
            "1437141111|2015-07-17 09:51:51|j.user@example.com|10.16.21.21|Failed Login Attempt|",
            "1437141116|2015-07-17 09:51:56|j.user@example.com|10.16.21.21|Failed Login Attempt|",
        ];
        check(include_str!("../../../../../tests/samples/official/reporting.response.json"), &documented);
        check(include_str!("../../../../../tests/samples/elastic/mock_reporting.json"), &documented);
        let login = include_str!("../../../../../tests/samples/misc/event_login_2024.json");
        let by_api = include_str!("../../../../../tests/samples/misc/event_reporting_api_2022.json");
        let recorded = [
            "1728907232|2024-10-14 08:00:32|thomas@sumo.com|137.80.288.60|Log in|LastPass via Chrome v4.134.0",
            "1664351127|2022-09-28 03:45:27||52.154.254.182|Reporting|Initiated by API: Microsoft Sentinel CCP",
        ];
        for json in [
            format!(r#"{{"status":"OK","next":null,"data":{{"Event1":{login},"Event2":{by_api}}}}}"#),
            format!(r#"{{"status":"OK","data":[{login},{by_api}]}}"#),
            format!(r#"{{"events":[{login},{by_api}]}}"#),
        ] {
            check(&json, &recorded);
        }
    }

    #[test]
    fn the_curated_log_is_decoded_completely() {
        let log = include_str!("../../../../../tests/samples/elastic/test-event-report.log");
        let page = page(&format!("{{\"events\":[{}]}}", log.trim().lines().collect::<Vec<_>>().join(",")));
        assert_eq!((page.events.len(), page.unreadable), (94, 0));
    }

    #[test]
    fn names_of_any_case_and_values_of_any_type_are_tolerated() {
        check(
            r#"{"Status":"OK","NEXT":"","Data":{"Event1":{"TIME":["2026-01-15 12:00:00"],"userName":null,"ip_address":7,
               "action":"R\u00e9seau \/ \ud83d\ude00","DATA":1234567890123456789,"ID":"x","more":{"a":[1]}}}}"#,
            &["1768496400|2026-01-15 12:00:00||7|Réseau / 😀|1234567890123456789"],
        );
        check(r#"{"events":[{"Time":1735689600,"Data":{"a":1}}]}"#, &["1735689600|1735689600||||"]);
        check(
            r#"{"events":[{"Time":" 2026-01-15T12:00:00Z ","Data":" to folder"}]}"#,
            &["1768478400| 2026-01-15T12:00:00Z |||| to folder"],
        );
    }

    #[test]
    fn no_events_are_an_empty_list_or_map() {
        for json in [
            r#"{"status":"OK","next":null,"data":[]}"#,
            r#"{"status":"OK","next":null,"data":{}}"#,
            r#"{"status":"OK","next":null,"data":null}"#,
            r#"{"events":[]}"#,
            "[]",
        ] {
            check(json, &[]);
        }
    }

    #[test]
    fn next_is_a_text_or_a_number_and_is_kept_as_sent() {
        for (json, expected) in [
            ("null", None),
            ("\"\"", None),
            ("0", None),
            ("\"0\"", None),
            ("false", None),
            ("[]", None),
            ("1720000000123456", Some("1720000000123456")),
            ("1720000000.123456", Some("1720000000.123456")),
            ("\"2026-01-15 12:00:00.123456\"", Some("\"2026-01-15 12:00:00.123456\"")),
        ] {
            let page = page(&format!(r#"{{"status":"OK","next":{json},"data":[]}}"#));
            assert_eq!(page.next.as_deref().map(RawValue::get), expected, "{json}");
        }
    }

    #[test]
    fn unreadable_entries_are_counted_and_left_out() {
        let page = page(
            r#"{"data":{"Event1":{"Time":"2026-01-15 12:00:00"},"Event2":[],"Event3":"x","Event4":null,
                "Event5":{"Time":"soon"},"Event6":{"Username":"a@b.c"}}}"#,
        );
        assert_eq!((page.events.len(), page.unreadable), (1, 5));
        for alone in [r#"{"Time":"soon","Action":"Log in"}"#, r#"{"Action":"Log in"}"#] {
            let page = self::page(&format!(r#"{{"status":"OK","next":null,"data":[{alone}]}}"#));
            assert_eq!((page.events.len(), page.unreadable), (0, 1), "{alone}");
        }
    }

    #[test]
    fn refusals_and_invalid_replies_are_distinguished() {
        assert_eq!(error(r#"{"status":"FAIL","error":"Please select a valid user."}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"FAIL","error":"no","data":[]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no","data":[]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no","data":""}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#), Error::Credentials);
        for json in [
            r#"{"status":"OK"}"#,
            r#"{"data":"x"}"#,
            "{}",
            "3",
            "[1]",
            r#"{"data":[[[1]],"x"]}"#,
            r#"{"data":[{"Time":"soon"}]}"#,
        ] {
            assert_eq!(error(json), Error::InvalidReply(InvalidReply::Shape), "{json}");
        }
        assert!(matches!(
            error(r#"{"data":{"Event1":{"Time":"20"#),
            Error::InvalidReply(InvalidReply::Malformed { .. })
        ));
        let deep = format!("{{\"data\":[{{\"Time\":{}1{}}}]}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(error(&deep), Error::InvalidReply(InvalidReply::Shape), "nesting is limited");
    }

    #[test]
    fn a_warning_does_not_hide_the_events() {
        for json in [
            r#"{"status":"WARN","data":[{"Time":"2026-01-15 12:00:00"}]}"#,
            r#"{"status":"OK","error":"x","data":[{"Time":"2026-01-15 12:00:00"}]}"#,
        ] {
            assert_eq!((page(json).status, page(json).events.len()), (ReadStatus::Warning, 1));
        }
    }
}
