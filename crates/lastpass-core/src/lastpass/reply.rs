//! The one funnel that every reply passes on its way to a result.
//!
//! LastPass answers 200 for almost everything (jupiterone recordings of 2022): a bad key is
//! XML, a refusal is JSON with a status, an error past the last page is JSON without one.

use std::time::Duration;

use http::{
    HeaderMap, StatusCode,
    header::{DATE, RETRY_AFTER},
};
use serde::de::MapAccess;

use crate::lastpass::{
    error::{Error, InvalidReply},
    lenient::{Scalar, Texts, skip},
};

/// The longest wait that LastPass is granted: one that asks for years must not close the dashboard for as long.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Looks at status and first bytes, and gives the JSON text where there is one.
pub(crate) fn json_text(reply: &http::Response<bytes::Bytes>) -> Result<&[u8], Error> {
    let body = reply.body().strip_prefix(b"\xef\xbb\xbf").unwrap_or(reply.body()).trim_ascii();
    let status = reply.status();
    let may_refuse = matches!(status, StatusCode::OK | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    if may_refuse && body.starts_with(b"<") && is_authorization_error(&body[..body.len().min(512)]) {
        return Err(Error::Credentials);
    }
    if status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && reply.headers().contains_key(RETRY_AFTER))
    {
        return Err(Error::RateLimited { retry_after: retry_after(reply.headers()) });
    }
    if status.is_redirection() {
        return Err(Error::InvalidReply(InvalidReply::Redirect));
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Error::Credentials);
    }
    // Anything else, 206 included, is no whole answer.
    if status != StatusCode::OK {
        return Err(Error::InvalidReply(InvalidReply::Status(status.as_u16())));
    }
    match body.first() {
        None => Err(Error::InvalidReply(InvalidReply::Empty)),
        Some(b'<') => Err(Error::InvalidReply(InvalidReply::Markup)),
        Some(_) => Ok(body),
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date, which counts from the reply's own `Date` and is in neither case longer
/// than [`LONGEST_WAIT`].
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.trim());
    let value = text(RETRY_AFTER)?;
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(value).ok()?;
            let sent = httpdate::parse_http_date(text(DATE)?).ok()?;
            until.duration_since(sent).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The XML that refuses a wrong account number or hash (recorded, 76 bytes).
fn is_authorization_error(markup: &[u8]) -> bool {
    String::from_utf8_lossy(markup).to_ascii_lowercase().contains("authorization error")
}

/// The JSON with what no text can hold replaced: bytes that are no UTF-8, and halves of surrogate pairs.
/// Nothing where there is none of it.
pub(crate) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    const REPLACEMENT: &str = "\\ufffd";
    let text = String::from_utf8_lossy(json);
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        mended.push_str(before);
        let unit = |escape: &str| u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok();
        let length = match unit(escape) {
            Some(0xd800..=0xdbff) => match escape.get(6..).and_then(unit) {
                Some(0xdc00..=0xdfff) => 12,
                _ => 0,
            },
            Some(0xdc00..=0xdfff) => 0,
            Some(_) => 6,
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        if length == 0 {
            mended.push_str(REPLACEMENT);
            rest = &escape[6..];
        } else {
            mended.push_str(&escape[..length]);
            rest = &escape[length..];
        }
    }
    mended.push_str(rest);
    (mended.as_bytes() != json).then(|| mended.into_bytes())
}

/// What a JSON reply says of itself, beside its data.
#[derive(Debug, Default)]
pub(crate) struct Verdict<'a> {
    status: Scalar<'a>,
    error: Texts<'a>,
    message: Texts<'a>,
}

/// What LastPass made of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reception {
    /// It did it.
    Accepted,
    /// It did some of it, or found something about it.
    Complained(Vec<String>),
    /// It said no.
    Refused(Vec<String>),
}

/// What LastPass thinks of a question that it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// All is well.
    Content,
    /// The data came with a complaint (`WARN`, or an error text beside `OK`).
    Complaining,
}

impl<'a> Verdict<'a> {
    /// Whether a member of the reply of this name judges.
    pub(crate) fn knows(key: &str) -> bool {
        matches!(key, "status" | "Status" | "error" | "errors" | "message")
    }

    /// Takes a member of the reply that is no data: it judges, or nobody reads it.
    pub(crate) fn take<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<(), A::Error> {
        match key {
            "status" | "Status" => self.status = value.next_value()?,
            "error" | "errors" => self.error = value.next_value()?,
            "message" => self.message = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }

    /// What LastPass made of a command: commands always have a status (`OK`, `WARN`, `FAIL`, `success`), and sometimes
    /// the text of an error beside `OK` (samples/misc/deluser_already_disabled).
    pub(crate) fn reception(&self) -> Result<Reception, Error> {
        let status = self.status.text().unwrap_or_default().to_ascii_lowercase();
        let texts = || self.error.iter().chain(self.message.iter()).map(str::to_owned).collect();
        match status.as_str() {
            "ok" | "success" if !self.has_error() => Ok(Reception::Accepted),
            "ok" | "success" | "warn" | "warning" => Ok(Reception::Complained(texts())),
            "fail" | "error" | "failure" | "failed" | "" if self.refuses_credentials() => Err(Error::Credentials),
            "fail" | "error" | "failure" | "failed" => Ok(Reception::Refused(texts())),
            "" if self.has_error() => Ok(Reception::Refused(texts())),
            _ => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }

    /// Whether LastPass says `OK`, or `success`, and nothing else.
    pub(crate) fn is_plain_ok(&self) -> bool {
        let status = self.status.text().unwrap_or_default();
        let is_ok = status.eq_ignore_ascii_case("ok") || status.eq_ignore_ascii_case("success");
        is_ok && !self.has_error()
    }

    /// Whether this is how LastPass answers a page past the last one: an error without a status
    /// (lastpass-reports), in the guide's dialect with the status `ERROR`.
    pub(crate) fn is_past_the_end(&self) -> bool {
        let status = self.status.text();
        let is_plain = status.is_none_or(|status| status.eq_ignore_ascii_case("error"));
        is_plain && self.has_error() && !self.blames_credentials()
    }

    fn blames_credentials(&self) -> bool {
        self.error.iter().chain(self.message.iter()).any(mentions_credentials)
    }

    /// Whether the error is one of the two by which credentials are refused, and no other about some account.
    fn refuses_credentials(&self) -> bool {
        let is_refusal = |text: &str| {
            let text = text.trim();
            text.eq_ignore_ascii_case("authorization error") || text.eq_ignore_ascii_case("invalid provisioning hash")
        };
        self.error.iter().chain(self.message.iter()).any(is_refusal)
    }

    /// Whether there is an error's text.
    pub(crate) fn has_error(&self) -> bool {
        self.error.iter().next().is_some()
    }

    /// The judgement over a reply to a read; `has_data` tells whether what was asked for came.
    pub(crate) fn judge(&self, has_data: bool) -> Result<Mood, Error> {
        let status = self.status.text().unwrap_or_default().to_ascii_lowercase();
        let says_no = matches!(status.as_str(), "fail" | "error" | "failure" | "failed");
        let has_error = self.has_error();
        if (says_no || !has_data) && self.blames_credentials() {
            return Err(Error::Credentials);
        }
        match (says_no, has_data) {
            (true, _) => Err(Error::Refused),
            (false, true) if has_error || status == "warn" => Ok(Mood::Complaining),
            (false, true) => Ok(Mood::Content),
            (false, false) if has_error || status == "warn" => Err(Error::Refused),
            (false, false) => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }
}

/// The texts with which LastPass refuses account number or hash: `Authorization Error` in XML
/// (recorded), `Invalid provisioning hash` (the guide's troubleshooting).
fn mentions_credentials(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["authorization error", "provisioning hash", "provhash", "invalid cid", "account number", "api secret"]
        .iter()
        .any(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderName;

    use super::*;

    fn check(status: u16, body: &str, expected: Result<&str, Error>) {
        let reply = http::Response::builder().status(status).body(Bytes::from(body.to_owned())).expect("a reply");
        assert_eq!(json_text(&reply), expected.map(str::as_bytes), "{status} {body}");
    }

    #[test]
    fn a_reply_is_judged_by_status_and_first_bytes() {
        let refused = include_str!("../../../../tests/samples/misc/auth_error.xml");
        check(200, " {\"a\":1}\n", Ok("{\"a\":1}"));
        check(200, "\u{feff}[]", Ok("[]"));
        check(200, refused, Err(Error::Credentials));
        check(403, refused, Err(Error::Credentials));
        check(
            503,
            "<p>have your account number ready: authorization error</p>",
            Err(Error::InvalidReply(InvalidReply::Status(503))),
        );
        check(200, "<p>have your account number ready</p>", Err(Error::InvalidReply(InvalidReply::Markup)));
        check(206, "{}", Err(Error::InvalidReply(InvalidReply::Status(206))));
        check(401, "", Err(Error::Credentials));
        check(200, "", Err(Error::InvalidReply(InvalidReply::Empty)));
        check(200, "  \n", Err(Error::InvalidReply(InvalidReply::Empty)));
        check(200, "<html>busy</html>", Err(Error::InvalidReply(InvalidReply::Markup)));
        check(403, "<html>Access Denied</html>", Err(Error::InvalidReply(InvalidReply::Status(403))));
        check(500, "{}", Err(Error::InvalidReply(InvalidReply::Status(500))));
        check(302, "", Err(Error::InvalidReply(InvalidReply::Redirect)));
        check(429, "slow down", Err(Error::RateLimited { retry_after: None }));
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let check = |status: u16, headers: &[(HeaderName, &str)], expected: Option<Duration>| {
            let mut reply = http::Response::builder().status(status).body(Bytes::new()).expect("a reply");
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header")));
            reply.headers_mut().extend(headers);
            assert_eq!(json_text(&reply), Err(Error::RateLimited { retry_after: expected }), "{reply:?}");
        };
        check(429, &[(RETRY_AFTER, "7")], Some(Duration::from_secs(7)));
        check(503, &[(RETRY_AFTER, &u64::MAX.to_string())], Some(LONGEST_WAIT));
        let date = (DATE, "Wed, 21 Oct 2026 07:28:00 GMT");
        check(429, &[(RETRY_AFTER, "Wed, 21 Oct 2026 07:28:30 GMT"), date.clone()], Some(Duration::from_secs(30)));
        check(429, &[(RETRY_AFTER, "Wed, 21 Oct 2026 07:27:00 GMT"), date.clone()], Some(Duration::ZERO));
        check(429, &[(RETRY_AFTER, "Mon, 21 Oct 2126 07:28:00 GMT"), date.clone()], Some(LONGEST_WAIT));
        check(429, &[(RETRY_AFTER, "Wed, 21 Oct 2026 07:28:30 GMT")], None);
        check(429, &[(RETRY_AFTER, "soon"), date], None);
    }

    #[test]
    fn what_no_text_can_hold_is_replaced() {
        for (json, expected) in [
            (&br#""a\ud800b""#[..], Some(r#""a\ufffdb""#)),
            (br#""\udc00\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (br#""\ud83d\u0041""#, Some(r#""\ufffd\u0041""#)),
            (b"\"\xff\"", Some("\"\u{fffd}\"")),
            (br#""\\ud800 \" \ud83d\ude00 \u00e9""#, None),
            (br#""cut \u00"#, None),
        ] {
            let mended = mended(json).map(|mended| String::from_utf8(mended).expect("text"));
            assert_eq!(mended.as_deref(), expected, "{}", String::from_utf8_lossy(json));
        }
    }
}
