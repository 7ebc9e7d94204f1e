//! Reads the users with an expired master password, by `expiredmasterpwlist`.

use std::{borrow::Cow, collections::HashSet};

use serde::de::MapAccess;

use crate::{
    domain::normalize_address,
    lastpass::{
        call_context::CallContext,
        client::{Client, MAX_PAGES, MAX_TEXT_BYTES},
        error::{Error, InvalidReply},
        lenient_json::{Entries, Fields, Object, Scalar, skip},
        read_command::ReadCommand,
        reply_status::{ReadStatus, StatusFields},
        transport::TransportError,
    },
};

/// The users whose master password is older than the account's policy allows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExpiredPasswords {
    ids: HashSet<Box<str>>,
    /// Their normalized e-mail addresses.
    emails: HashSet<Box<str>>,
    /// Whether LastPass may not have listed all of them.
    may_be_incomplete: bool,
}

impl ExpiredPasswords {
    /// Returns whether the master password of the user with this id and e-mail address has expired: whether either is listed.
    /// `None` if neither is and the list may be incomplete.
    pub fn has(&self, id: Option<&str>, email: &str) -> Option<bool> {
        let is_listed =
            id.is_some_and(|id| self.ids.contains(id)) || self.emails.contains(normalize_address(email).as_ref());
        (is_listed || !self.may_be_incomplete).then_some(is_listed)
    }

    /// The number of listed ids and addresses.
    fn len(&self) -> usize {
        self.ids.len() + self.emails.len()
    }

    /// The length of all texts, in bytes.
    fn text_length(&self) -> usize {
        self.ids.iter().chain(&self.emails).map(|text| text.len()).sum()
    }

    /// Adds the users of another page.
    fn merge(&mut self, page: ExpiredPage) {
        self.ids.extend(page.listed.ids);
        self.emails.extend(page.listed.emails);
        self.may_be_incomplete |= page.listed.may_be_incomplete;
    }
}

impl Client {
    /// Fetches the users with an expired master password.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched, or the list is too long.
    pub async fn expired_passwords(&self, context: &CallContext) -> Result<ExpiredPasswords, Error> {
        let mut expired = ExpiredPasswords::default();
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let command = ReadCommand::ExpiredPasswords(token.as_deref());
            let page = self.read(command, context, decode).await?;
            let (before, next) = (expired.len(), page.next.clone());
            expired.merge(page);
            if expired.text_length() > MAX_TEXT_BYTES {
                return Err(Error::Unreachable(TransportError::ReplyTooLong));
            }
            match next {
                None => return Ok(expired),
                Some(next) if expired.len() > before => token = Some(next),
                // A list that continues without new users would never end.
                Some(_) => break,
            }
        }
        expired.may_be_incomplete = true;
        Ok(expired)
    }
}

/// The users of one reply.
#[derive(Debug, PartialEq, Eq)]
struct ExpiredPage {
    listed: ExpiredPasswords,
    /// The continuation token. `None` at the end of the list.
    next: Option<String>,
}

fn decode(json: &[u8]) -> Result<ExpiredPage, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<ExpiredReply<'_>>>(json)? else {
        return Err(Error::InvalidReply(InvalidReply::Shape));
    };
    let items = reply.items.filter(|items| !items.is_unknown);
    let status = reply.status.read_status(items.is_some())?;
    let Object(continuation) = reply.continuation;
    let continuation = continuation.unwrap_or_default();
    let next = continuation.token.text().map(Cow::into_owned);
    let remaining = continuation.remaining;
    let is_truncated = next.is_none() && !remaining.is_blank() && remaining.number().is_none_or(|number| number > 0.0);
    let may_be_incomplete = status == ReadStatus::Warning || is_truncated;
    let mut listed = ExpiredPasswords { may_be_incomplete, ..ExpiredPasswords::default() };
    for (_, item) in items.unwrap_or_default().all {
        let item = item.unwrap_or_default();
        let (id, name) = (item.id.text(), item.name.text());
        listed.may_be_incomplete |= id.is_none() && name.is_none();
        listed.ids.extend(id.map(|id| Box::from(id.as_ref())));
        listed.emails.extend(name.map(|name| Box::from(normalize_address(&name).as_ref())));
    }
    Ok(ExpiredPage { listed, next })
}

#[derive(Default)]
struct ExpiredReply<'a> {
    status: StatusFields<'a>,
    continuation: Object<Continuation<'a>>,
    items: Option<Entries<'a, ExpiredItem<'a>>>,
}

impl<'a> Fields<'a> for ExpiredReply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "continuation" => self.continuation = value.next_value()?,
            "items" => self.items = Some(value.next_value()?),
            key => self.status.take(key, value)?,
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
struct ExpiredItem<'a> {
    id: Scalar<'a>,
    name: Scalar<'a>,
}

impl<'a> Fields<'a> for ExpiredItem<'a> {
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
    fn documented_reply_is_decoded() {
        let json = include_str!("../../../../tests/samples/official/expiredmasterpwlist.response.json");
        let page = decode(json.trim().as_bytes()).unwrap();
        assert_eq!(page.next.as_deref(), Some("1235"));
        assert_eq!(page.listed.has(Some("1234"), "other@lastpass.com"), Some(true));
        assert_eq!(page.listed.has(Some("9"), "user9@lastpass.com"), Some(false));
    }

    #[test]
    fn unlisted_users_are_unknown_if_the_list_may_be_incomplete() {
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
    fn users_match_by_id_or_by_email() {
        let check = |item: &str, id: Option<&str>, email: &str, expected: bool| {
            let page = decode(format!(r#"{{"status":"OK","items":[{item}]}}"#).as_bytes()).unwrap();
            assert_eq!(page.listed.has(id, email), Some(expected), "{item} and {id:?} {email}");
        };
        let by_email = r#"{"user_name":"ann@example.com"}"#;
        check(by_email, Some("1"), "Ann@example.com", true);
        check(by_email, None, "Ann@example.com", true);
        // The e-mail address has changed since.
        let by_id = r#"{"user_id":"1","user_name":"ann.lee@example.com"}"#;
        check(by_id, Some("1"), "Ann@example.com", true);
        check(by_id, None, "Ann@example.com", false);
        check(by_id, Some("2"), "Ann@example.com", false);
        // The list has ids of its own.
        let by_both = r#"{"user_id":1,"user_name":"JO\u0308RG@xn--bcher-kva.example"}"#;
        check(by_both, Some("2"), "jörg@bücher.example", true);
        check(by_both, None, "jörg@bücher.example", true);
        check(by_both, Some("2"), "jorg@bücher.example", false);
    }

    #[test]
    fn refusals_and_other_replies_are_errors() {
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
