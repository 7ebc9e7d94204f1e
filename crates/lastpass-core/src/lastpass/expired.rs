//! Reading `expiredmasterpwlist`: whose master password is older than the organisation allows.

use std::{borrow::Cow, collections::HashSet};

use serde::de::MapAccess;

use crate::{
    domain::normalize_name,
    lastpass::{
        error::{Error, InvalidReply},
        lenient::{Entries, Fields, Object, Scalar, skip},
        reply::{Mood, Verdict},
    },
};

/// Whose master password has expired.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExpiredPasswords {
    ids: HashSet<Box<str>>,
    /// Addresses that are listed without an id.
    addresses: HashSet<Box<str>>,
    /// Addresses that are listed beside an id, for people of whom LastPass tells no id elsewhere.
    addresses_of_ids: HashSet<Box<str>>,
    /// Whether LastPass may have listed fewer than there are.
    is_doubtful: bool,
}

impl ExpiredPasswords {
    /// Whether the master password of the person with this id and address has expired; nothing where the list that does
    /// not name them is in doubt.
    pub fn has(&self, id: Option<&str>, email: &str) -> Option<bool> {
        let email = normalize_name(email);
        let is_listed_with_id = match id {
            Some(id) => self.ids.contains(id),
            None => self.addresses_of_ids.contains(email.as_ref()),
        };
        let is_listed = is_listed_with_id || self.addresses.contains(email.as_ref());
        (is_listed || !self.is_doubtful).then_some(is_listed)
    }

    /// How many are listed.
    pub(crate) fn len(&self) -> usize {
        self.ids.len() + self.addresses.len()
    }

    /// How much text is kept, in bytes.
    pub(crate) fn text_length(&self) -> usize {
        let all = [&self.ids, &self.addresses, &self.addresses_of_ids];
        all.into_iter().flatten().map(|text| text.len()).sum()
    }

    /// Takes another page.
    pub(crate) fn merge(&mut self, page: ExpiredPage) {
        self.ids.extend(page.listed.ids);
        self.addresses.extend(page.listed.addresses);
        self.addresses_of_ids.extend(page.listed.addresses_of_ids);
        self.is_doubtful |= page.listed.is_doubtful;
    }

    /// There is more than was read.
    pub(crate) fn doubt(&mut self) {
        self.is_doubtful = true;
    }
}

/// The people of one reply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExpiredPage {
    listed: ExpiredPasswords,
    /// Where the list goes on; nothing at its end.
    pub(crate) next: Option<String>,
}

/// Reads a reply.
pub(crate) fn decode(json: &[u8]) -> Result<ExpiredPage, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<Reply<'_>>>(json)? else {
        return Err(Error::InvalidReply(InvalidReply::Shape));
    };
    let items = reply.items.filter(|items| !items.is_unknown);
    let mood = reply.verdict.judge(items.is_some())?;
    let Object(continuation) = reply.continuation;
    let continuation = continuation.unwrap_or_default();
    let next = continuation.token.text().map(Cow::into_owned);
    let remaining = continuation.remaining;
    let is_cut_short = next.is_none() && !remaining.is_blank() && remaining.number().is_none_or(|number| number > 0.0);
    let mut listed =
        ExpiredPasswords { is_doubtful: mood == Mood::Complaining || is_cut_short, ..ExpiredPasswords::default() };
    for (_, item) in items.unwrap_or_default().all {
        let item = item.unwrap_or_default();
        match (item.id.text(), item.name.text()) {
            // An id stays where an address changes.
            (Some(id), name) => {
                listed.ids.insert(id.into());
                listed.addresses_of_ids.extend(name.map(|name| normalize_name(&name).into()));
            }
            (None, Some(name)) => drop(listed.addresses.insert(normalize_name(&name).into())),
            (None, None) => listed.is_doubtful = true,
        }
    }
    Ok(ExpiredPage { listed, next })
}

#[derive(Default)]
struct Reply<'a> {
    verdict: Verdict<'a>,
    continuation: Object<Continuation<'a>>,
    items: Option<Entries<'a, Item<'a>>>,
}

impl<'a> Fields<'a> for Reply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "continuation" => self.continuation = value.next_value()?,
            "items" => self.items = Some(value.next_value()?),
            key => self.verdict.take(key, value)?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Continuation<'a> {
    token: Scalar<'a>,
    remaining: Scalar<'a>,
}

impl<'a> Fields<'a> for Continuation<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "token" => self.token = value.next_value()?,
            "remaining_item_count" => self.remaining = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Item<'a> {
    id: Scalar<'a>,
    name: Scalar<'a>,
}

impl<'a> Fields<'a> for Item<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "user_id" => self.id = value.next_value()?,
            "user_name" => self.name = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_reply_is_read() {
        let json = include_str!("../../../../tests/samples/official/expiredmasterpwlist.response.json");
        let page = decode(json.trim().as_bytes()).unwrap();
        assert_eq!(page.next.as_deref(), Some("1235"));
        assert_eq!(page.listed.has(Some("1234"), "other@lastpass.com"), Some(true));
        assert_eq!(page.listed.has(Some("9"), "user9@lastpass.com"), Some(false));
    }

    #[test]
    fn who_is_not_named_is_unknown_where_the_list_is_in_doubt() {
        let check = |json: &str, expected: Option<bool>| {
            assert_eq!(decode(json.as_bytes()).unwrap().listed.has(Some("1"), "Ann@example.com"), expected, "{json}");
        };
        check(r#"{"status":"Success","continuation":{"remaining_item_count":0},"items":[]}"#, Some(false));
        check(r#"{"status":"Success","continuation":[],"items":[]}"#, Some(false));
        check(r#"{"status":"Success","continuation":{"remaining_item_count":3},"items":[]}"#, None);
        check(r#"{"status":"Success","continuation":{"remaining_item_count":"many"},"items":[]}"#, None);
        check(r#"{"status":"WARN","items":[{"user_id":2}]}"#, None);
        check(r#"{"status":"WARN","items":[{"user_id":1}]}"#, Some(true));
        check(r#"{"status":"Success","items":[{}]}"#, None);
    }

    #[test]
    fn an_id_counts_and_the_address_beside_it_for_whom_lastpass_lists_no_id() {
        let check = |item: &str, id: Option<&str>, expected: bool| {
            let page = decode(format!(r#"{{"status":"OK","items":[{item}]}}"#).as_bytes()).unwrap();
            assert_eq!(page.listed.has(id, "Ann@example.com"), Some(expected), "{item} and {id:?}");
        };
        let by_address = r#"{"user_name":"ann@example.com"}"#;
        check(by_address, Some("1"), true);
        check(by_address, None, true);
        // The address changed since.
        let by_id = r#"{"user_id":"1","user_name":"ann.lee@example.com"}"#;
        check(by_id, Some("1"), true);
        check(by_id, None, false);
        let by_both = r#"{"user_id":1,"user_name":"ANN@example.com"}"#;
        check(by_both, Some("1"), true);
        check(by_both, None, true);
        // Somebody else had the address.
        check(by_both, Some("2"), false);
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_an_error() {
        assert_eq!(decode(br#"{"status":"FAIL","error":"no"}"#), Err(Error::Refused));
        for json in [
            r#"{"status":"Success"}"#,
            r#"{"status":"Success","items":"oops"}"#,
            r#"{"status":"Success","items":null}"#,
            "[]",
            "7",
        ] {
            assert_eq!(decode(json.as_bytes()), Err(Error::InvalidReply(InvalidReply::Shape)), "{json}");
        }
    }
}
