//! Reading a reply of `reporting`, in either of its forms.

use std::{borrow::Cow, fmt};

use chrono_tz::Tz;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    domain::{EventFields, OwnedEventFields},
    lastpass::{
        error::{Error, InvalidReply},
        events::Sent,
        lenient::{Fields, Object, Scalar, skip},
        local_time::LocalTimes,
        reply::{Mood, Verdict},
    },
};

/// The events of one reply, in its order.
#[derive(Debug)]
pub(crate) struct EventPage {
    pub(crate) events: Vec<Sent>,
    /// Where older events go on, as LastPass sent it; nothing where there are none.
    pub(crate) next: Option<Box<RawValue>>,
    pub(crate) unreadable: u64,
    pub(crate) mood: Mood,
}

impl EventPage {
    /// Makes it the last one; whether LastPass said that there is more.
    pub(crate) fn end_here(&mut self) -> bool {
        self.next.take().is_some()
    }
}

/// Reads a reply, whose times are local times of `zone`.
pub(crate) fn decode(json: &[u8], zone: Tz) -> Result<EventPage, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<Reply<'_>>>(json)? else {
        // An empty list is how PHP writes a map of nothing.
        serde_json::from_slice::<[(); 0]>(json).map_err(|_| Error::InvalidReply(InvalidReply::Shape))?;
        return Ok(EventPage { events: Vec::new(), next: None, unreadable: 0, mood: Mood::Content });
    };
    let mut rows = Rows { times: LocalTimes::new(zone), events: Vec::new(), unreadable: 0 };
    let is_list = |data: &&RawValue| data.get().starts_with(['{', '[']);
    let listed = reply.listed.filter(is_list);
    if let Some(listed) = listed {
        rows = serde_json::Deserializer::from_str(listed.get()).deserialize_any(rows)?;
    }
    let is_empty = rows.events.is_empty() && rows.unreadable == 0;
    // No events are an empty list; beside an error it is an answer that failed.
    let is_answer = if is_empty { is_answer_without_events(&reply, listed.is_some()) } else { listed.is_some() };
    let mood = reply.verdict.judge(is_answer)?;
    if rows.events.is_empty() && !is_empty {
        // A list of which not one entry can be read is none of events.
        return Err(Error::InvalidReply(InvalidReply::Shape));
    }
    let next = reply.next.filter(|next| is_more(next)).map(ToOwned::to_owned);
    Ok(EventPage { events: rows.events, next, unreadable: rows.unreadable, mood })
}

fn is_answer_without_events(reply: &Reply<'_>, has_list: bool) -> bool {
    let is_null = reply.listed.is_some_and(|data| data.get() == "null");
    if has_list { !reply.verdict.has_error() } else { is_null && reply.verdict.is_plain_ok() }
}

/// Whether `next` says that there is more: a time, as text or as a number.
fn is_more(next: &RawValue) -> bool {
    !serde_json::from_str::<Scalar<'_>>(next.get()).unwrap_or_default().is_blank()
}

#[derive(Default)]
struct Reply<'a> {
    verdict: Verdict<'a>,
    /// `data`, by labels of their own (vendor page), or the `events` of the form `siem` (lpmgt).
    listed: Option<&'a RawValue>,
    next: Option<&'a RawValue>,
}

impl<'a> Fields<'a> for Reply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.to_ascii_lowercase().as_str() {
            "data" | "events" => self.listed = Some(value.next_value()?),
            "next" => self.next = Some(value.next_value()?),
            key => self.verdict.take(key, value)?,
        }
        Ok(())
    }
}

/// Reads events one by one into the little that is kept of them.
struct Rows {
    times: LocalTimes,
    events: Vec<Sent>,
    unreadable: u64,
}

impl Rows {
    fn add(&mut self, row: Option<Row<'_>>) {
        let sent = row.and_then(|row| {
            let Row { time, username, ip_address, action, data } = &row;
            let moments = self.times.moments(time)?;
            Some(Sent {
                moments,
                text: OwnedEventFields::new(EventFields { time, username, ip_address, action, data }),
            })
        });
        match sent {
            Some(sent) => self.events.push(sent),
            None => self.unreadable += 1,
        }
    }
}

impl<'de> Visitor<'de> for Rows {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("events, by label or in a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some((_, Object(row))) = map.next_entry::<serde::de::IgnoredAny, _>()? {
            self.add(row);
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self, A::Error> {
        while let Some(Object(row)) = list.next_element()? {
            self.add(row);
        }
        Ok(self)
    }
}

/// The fields of an event that are kept, as sent.
#[derive(Default)]
struct Row<'a> {
    time: Cow<'a, str>,
    username: Cow<'a, str>,
    ip_address: Cow<'a, str>,
    action: Cow<'a, str>,
    data: Cow<'a, str>,
}

impl<'a> Fields<'a> for Row<'a> {
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

/// A field's text. Numbers keep their digits: an item's number of 19 is more than a float can hold.
fn as_sent(value: &RawValue) -> Result<Cow<'_, str>, serde_json::Error> {
    let json = value.get();
    if json.starts_with(['"', '[']) {
        return Ok(match serde_json::from_str(json)? {
            Scalar::Text(text) => text,
            Scalar::Number(number) => Cow::Owned(number.to_string()),
            Scalar::Flag(_) | Scalar::Nothing => Cow::Borrowed(""),
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

    /// The events as `moment|time|username|address|action|data`, in the reply's order.
    fn check(json: &str, expected: &[&str]) {
        let line = |sent: &Sent| {
            let EventFields { time, username, ip_address, action, data } = sent.text.fields();
            format!("{}|{time}|{username}|{ip_address}|{action}|{data}", sent.moments.earliest())
        };
        assert_eq!(page(json).events.iter().map(line).collect::<Vec<_>>(), expected, "{json}");
    }

    #[test]
    fn documented_and_recorded_events_are_read() {
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
    fn the_curated_log_is_read_whole() {
        let log = include_str!("../../../../../tests/samples/elastic/test-event-report.log");
        let page = page(&format!("{{\"events\":[{}]}}", log.trim().lines().collect::<Vec<_>>().join(",")));
        assert_eq!((page.events.len(), page.unreadable), (94, 0));
    }

    #[test]
    fn names_come_in_any_case_and_values_in_any_type() {
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
    fn more_is_a_text_or_a_number_and_is_kept_as_sent() {
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
    fn what_is_no_event_is_counted_and_left_out() {
        let page = page(
            r#"{"data":{"Event1":{"Time":"2026-01-15 12:00:00"},"Event2":[],"Event3":"x","Event4":null,
                "Event5":{"Time":"soon"},"Event6":{"Username":"a@b.c"}}}"#,
        );
        assert_eq!((page.events.len(), page.unreadable), (1, 5));
    }

    #[test]
    fn refusals_and_nonsense_are_told_apart() {
        assert_eq!(error(r#"{"status":"FAIL","error":"Please select a valid user."}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"FAIL","error":"no","data":[]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no","data":[]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no","data":""}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#), Error::Credentials);
        for json in [r#"{"status":"OK"}"#, r#"{"data":"x"}"#, "{}", "3", "[1]", r#"{"data":[[[1]],"x"]}"#] {
            assert_eq!(error(json), Error::InvalidReply(InvalidReply::Shape), "{json}");
        }
        assert!(matches!(
            error(r#"{"data":{"Event1":{"Time":"20"#),
            Error::InvalidReply(InvalidReply::Malformed { .. })
        ));
        let deep = format!("{{\"data\":[{{\"Time\":{}1{}}}]}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(error(&deep), Error::InvalidReply(InvalidReply::Shape), "depth is bounded");
    }

    #[test]
    fn a_complaint_beside_events_does_not_hide_them() {
        for json in [
            r#"{"status":"WARN","data":[{"Time":"2026-01-15 12:00:00"}]}"#,
            r#"{"status":"OK","error":"x","data":[{"Time":"2026-01-15 12:00:00"}]}"#,
        ] {
            assert_eq!((page(json).mood, page(json).events.len()), (Mood::Complaining, 1));
        }
    }
}
