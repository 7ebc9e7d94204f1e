//! Extracts the JSON text of a reply: the function that every reply passes before its decoder.
//!
//! LastPass returns 200 for almost everything (jupiterone recordings of 2022): a wrong hash is XML, a refusal is JSON
//! with a status, an error past the last page is JSON without one.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{
    HeaderMap, StatusCode,
    header::{DATE, RETRY_AFTER},
};

use crate::lastpass::error::{Error, InvalidReply};

/// The longest wait that LastPass may request, so that a wrong value does not disable the dashboard for years.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// Decodes the JSON text of a reply that arrived at `received_at`, with invalid Unicode replaced if it fails otherwise.
///
/// # Errors
/// Returns an error if the reply has no JSON text, or the error of `decode`.
pub(crate) fn decode<T>(
    reply: &http::Response<Bytes>,
    received_at: DateTime<Utc>,
    decode: impl Fn(&[u8]) -> Result<T, Error>,
) -> Result<T, Error> {
    let json = json_text(reply, received_at)?;
    decode(json).or_else(|error| match replace_invalid_unicode(json) {
        Some(json) => decode(&json),
        None => Err(error),
    })
}

/// Returns the JSON text of a reply, judged by its status and first bytes.
fn json_text(reply: &http::Response<Bytes>, received_at: DateTime<Utc>) -> Result<&[u8], Error> {
    let body = reply.body().strip_prefix(b"\xef\xbb\xbf").unwrap_or(reply.body()).trim_ascii();
    let status = reply.status();
    let may_refuse = matches!(status, StatusCode::OK | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    if may_refuse && body.starts_with(b"<") && is_authorization_error(&body[..body.len().min(512)]) {
        return Err(Error::Credentials);
    }
    if status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && reply.headers().contains_key(RETRY_AFTER))
    {
        return Err(Error::RateLimited {
            status: status.as_u16(),
            retry_after: retry_after(reply.headers(), received_at),
        });
    }
    if status.is_redirection() {
        return Err(Error::InvalidReply(InvalidReply::Redirect));
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Error::Credentials);
    }
    // Any other status, 206 included, comes without a complete reply.
    if status != StatusCode::OK {
        return Err(Error::InvalidReply(InvalidReply::Status(status.as_u16())));
    }
    match body.first() {
        None => Err(Error::InvalidReply(InvalidReply::Empty)),
        Some(b'<') => Err(Error::InvalidReply(InvalidReply::Markup)),
        Some(_) => Ok(body),
    }
}

/// Reads `Retry-After`, in seconds or as an HTTP date, which is compared with the reply's own `Date`, else with our clock.
/// Returns at most [`MAX_WAIT`], and `None` for a date that has passed and for anything else.
fn retry_after(headers: &HeaderMap, received_at: DateTime<Utc>) -> Option<Duration> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.trim());
    let date = |name| text(name).and_then(|date| httpdate::parse_http_date(date).ok());
    let value = text(RETRY_AFTER)?;
    let wait = if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        // More digits than a number holds are a long time.
        value.parse().map_or(MAX_WAIT, Duration::from_secs)
    } else {
        let sent = date(DATE).unwrap_or_else(|| received_at.into());
        date(RETRY_AFTER)?.duration_since(sent).ok()?
    };
    Some(wait.min(MAX_WAIT))
}

/// Whether this is the XML that refuses a wrong account number or hash (recorded, 76 bytes).
fn is_authorization_error(markup: &[u8]) -> bool {
    String::from_utf8_lossy(markup).to_ascii_lowercase().contains("authorization error")
}

/// Replaces what a Rust string cannot contain: invalid UTF-8, and lone surrogates. `None` if there is nothing to
/// replace.
fn replace_invalid_unicode(json: &[u8]) -> Option<Vec<u8>> {
    const REPLACEMENT: &str = "\\ufffd";
    let text = String::from_utf8_lossy(json);
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        replaced.push_str(before);
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
            replaced.push_str(REPLACEMENT);
            rest = &escape[6..];
        } else {
            replaced.push_str(&escape[..length]);
            rest = &escape[length..];
        }
    }
    replaced.push_str(rest);
    (replaced.as_bytes() != json).then(|| replaced.into_bytes())
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn check(status: u16, body: &str, expected: Result<&str, Error>) {
        let reply = http::Response::builder().status(status).body(Bytes::from(body.to_owned())).expect("a reply");
        assert_eq!(json_text(&reply, DateTime::UNIX_EPOCH), expected.map(str::as_bytes), "{status} {body}");
    }

    #[test]
    fn a_reply_is_classified_by_status_and_first_bytes() {
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
        check(429, "slow down", Err(Error::RateLimited { status: 429, retry_after: None }));
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let check = |status: u16, headers: &[(HeaderName, &str)], expected: Option<Duration>| {
            let mut reply = http::Response::builder().status(status).body(Bytes::new()).expect("a reply");
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header")));
            reply.headers_mut().extend(headers);
            let received_at = "2026-10-21T07:20:00Z".parse().expect("a time");
            assert_eq!(
                json_text(&reply, received_at),
                Err(Error::RateLimited { status, retry_after: expected }),
                "{reply:?}"
            );
        };
        check(429, &[(RETRY_AFTER, "7")], Some(Duration::from_secs(7)));
        for long in ["3601", &u64::MAX.to_string(), "99999999999999999999999"] {
            check(503, &[(RETRY_AFTER, long)], Some(MAX_WAIT));
        }
        for nonsense in ["", "-5", "+5", "1.5", "7 s", "soon", "Wed, 32 Oct 2026 07:28:30 GMT"] {
            check(429, &[(RETRY_AFTER, nonsense)], None);
        }
        let date = (DATE, "Wed, 21 Oct 2026 07:28:00 GMT");
        check(429, &[(RETRY_AFTER, "Wed, 21 Oct 2026 07:28:30 GMT"), date.clone()], Some(Duration::from_secs(30)));
        check(429, &[(RETRY_AFTER, "Wed, 21 Oct 2026 07:27:00 GMT"), date.clone()], None);
        check(429, &[(RETRY_AFTER, "Wednesday, 21-Oct-26 07:28:30 GMT"), date.clone()], Some(Duration::from_secs(30)));
        check(429, &[(RETRY_AFTER, "Wed Oct 21 07:28:30 2026"), date.clone()], Some(Duration::from_secs(30)));
        check(429, &[(RETRY_AFTER, "Mon, 21 Oct 2126 07:28:00 GMT"), date], Some(MAX_WAIT));
        // Without a readable date of the reply our clock decides.
        for date in [&[][..], &[(DATE, "today")]] {
            let until = |until| [&[(RETRY_AFTER, until)], date].concat();
            check(429, &until("Wed, 21 Oct 2026 07:21:30 GMT"), Some(Duration::from_secs(90)));
            check(429, &until("Wed, 21 Oct 2026 07:19:00 GMT"), None);
        }
    }

    #[test]
    fn invalid_unicode_is_replaced() {
        for (json, expected) in [
            (&br#""a\ud800b""#[..], Some(r#""a\ufffdb""#)),
            (br#""\udc00\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (br#""\ud83d\u0041""#, Some(r#""\ufffd\u0041""#)),
            (b"\"\xff\"", Some("\"\u{fffd}\"")),
            (br#""\\ud800 \" \ud83d\ude00 \u00e9""#, None),
            (br#""cut \u00"#, None),
        ] {
            let replaced = replace_invalid_unicode(json).map(|json| String::from_utf8(json).expect("UTF-8"));
            assert_eq!(replaced.as_deref(), expected, "{}", String::from_utf8_lossy(json));
        }
    }
}
