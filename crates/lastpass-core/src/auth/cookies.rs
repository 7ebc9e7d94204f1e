//! The cookies of a request as the sign-in libraries read them, whole or split into numbered parts, and the token in
//! Supabase's cookie. Verifies nothing.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, header::COOKIE};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::auth::CredentialError;

/// The length of Clerk's suffix of a cookie name: the beginning of a digest of the publishable key in base64url.
const CLERK_SUFFIX_LENGTH: usize = 8;

/// The cookies of a request.
pub(crate) struct Cookies<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Cookies<'a> {
    /// Parses the cookies. A cookie that is not UTF-8 belongs to another application and is ignored, as is one without
    /// a value.
    pub(crate) fn parse(headers: &'a HeaderMap) -> Self {
        // HTTP/2 allows a header for each cookie.
        let values = headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let texts = values.filter_map(|pair| std::str::from_utf8(pair).ok());
        let pairs = texts.filter_map(|pair| pair.trim_ascii().split_once('='));
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Every value of a cookie.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The value of a cookie that is not split.
    ///
    /// # Errors
    /// Returns [`CredentialError::Duplicate`] if the cookie occurs with two values. A browser sends one of them for
    /// another path or domain.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<&'a str>, CredentialError> {
        let mut values = self.all(name);
        let Some(value) = values.next() else { return Ok(None) };
        if values.all(|other| other == value) { Ok(Some(value)) } else { Err(CredentialError::Duplicate) }
    }

    /// The value of a cookie, which may be split into `NAME.0`, `NAME.1`, ..., as Auth.js and Supabase do with long
    /// values. The first number that is missing is the end: parts after it are left over from an earlier value.
    ///
    /// # Errors
    /// Returns [`CredentialError::Duplicate`] if the cookie or a part occurs with two values.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Cow<'a, str>>, CredentialError> {
        if let Some(value) = self.whole(name)? {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let mut text = String::new();
        for number in 0_usize.. {
            let Some(part) = self.whole(&format!("{name}.{number}"))? else { break };
            text.push_str(part);
        }
        Ok((!text.is_empty()).then_some(Cow::Owned(text)))
    }

    /// The name of a cookie that Clerk made of `name` with the suffix of its instance.
    pub(crate) fn with_clerk_suffix(&self, name: &str) -> Option<&'a str> {
        let is_suffix = |text: &str| {
            text.len() == CLERK_SUFFIX_LENGTH
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let has_suffix =
            |known: &&str| known.strip_prefix(name).and_then(|rest| rest.strip_prefix('_')).is_some_and(is_suffix);
        self.0.iter().map(|(known, _)| *known).find(has_suffix)
    }
}

/// The JWT in a cookie: the value itself, or the `access_token` of Supabase's JSON, which is stored after `base64-` or
/// (`cookieEncoding: "raw"`) percent-encoded.
pub(crate) fn access_token(value: &str) -> Result<Cow<'_, str>, CredentialError> {
    #[derive(Deserialize)]
    struct SupabaseSession {
        access_token: String,
    }
    let json = if let Some(encoded) = value.strip_prefix("base64-") {
        let encoded = encoded.trim_end_matches('=');
        Cow::Owned(BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| CredentialError::Malformed)?)
    } else if value.starts_with(['{', '%']) {
        Cow::from(percent_decode_str(value))
    } else {
        return Ok(Cow::Borrowed(value));
    };
    let session: SupabaseSession = serde_json::from_slice(&json).map_err(|_| CredentialError::Malformed)?;
    Ok(Cow::Owned(session.access_token))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(headers: &[&str], expected: Result<Option<&str>, CredentialError>) {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(COOKIE, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let found = Cookies::parse(&map).find("s");
        assert_eq!(found.as_ref().map(Option::as_deref), expected.as_ref().map(|value| *value), "{headers:?}");
    }

    #[test]
    fn finds_a_cookie_whole_or_in_parts() {
        check(&[], Ok(None));
        check(&["a=1; s=x=y; b"], Ok(Some("x=y")));
        check(&["a=1", " s=x "], Ok(Some("x")));
        check(&["a=\u{e9}; s=x"], Ok(Some("x")));
        check(&["S=1; ss=2; s.=3; s.x=4; s.00=5"], Ok(None));
        check(&["s.1=b; s.0=a; s.2=c"], Ok(Some("abc")));
        check(
            &["s.10=k; s.0=a; s.1=b; s.2=c; s.3=d; s.4=e; s.5=f; s.6=g; s.7=h; s.8=i; s.9=j"],
            Ok(Some("abcdefghijk")),
        );
        check(&["s=whole; s.0=left; s.1=over"], Ok(Some("whole")));
        check(&["s=; s.0=a; s.1=b"], Ok(Some("ab")));
        check(&["s="], Ok(None));
    }

    #[test]
    fn parts_after_the_first_gap_are_left_over() {
        check(&["s.0=a; s.2=c"], Ok(Some("a")));
        check(&["s.0=a; s.1=; s.2=c"], Ok(Some("a")));
        check(&["s.3=d; s.0=a; s.1=b"], Ok(Some("ab")));
        check(&["s.1=b"], Ok(None));
    }

    #[test]
    fn only_two_values_of_a_cookie_are_a_conflict() {
        check(&["s=a; s=a"], Ok(Some("a")));
        check(&["s=a", "s=; s=a"], Ok(Some("a")));
        check(&["s.0=a; s.0=a; s.1=b"], Ok(Some("ab")));
        check(&["s=a", "s=b"], Err(CredentialError::Duplicate));
        check(&["s.0=a; s.0=b"], Err(CredentialError::Duplicate));
        check(&["s.0=a; s.1=b; s.1=c"], Err(CredentialError::Duplicate));
        check(&["s.0=a; s.2=b; s.2=c"], Ok(Some("a")));
    }

    #[test]
    fn finds_clerks_suffixed_cookie() {
        for (cookies, expected) in [
            ("__session_AbCd-_12=x", Some("__session_AbCd-_12")),
            ("__session=x", None),
            ("__session_AbCd-_1=x; __session_AbCd-_123=x; __session_a.b.c.d=x; a__session_AbCd-_12=x", None),
            ("__session_AbCd-_12=", None),
        ] {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookies))]);
            assert_eq!(Cookies::parse(&headers).with_clerk_suffix("__session"), expected, "{cookies}");
        }
    }

    #[test]
    fn reads_the_token_in_supabases_cookie() {
        let json = BASE64_URL_SAFE_NO_PAD.encode(r#"{"access_token":"a.b.c","refresh_token":"r"}"#);
        assert_eq!(access_token(&format!("base64-{json}")).unwrap(), "a.b.c");
        assert_eq!(access_token(&format!("base64-{json}=")).unwrap(), "a.b.c");
        assert_eq!(access_token("a.b.c").unwrap(), "a.b.c");
        for raw in [
            r#"{"access_token":"a.b.c","user":{"name":"J\u00f6rg"}}"#,
            "%7B%22access_token%22%3A%22a.b.c%22%2C%22user%22%3A%7B%22name%22%3A%22J%C3%B6rg%22%7D%7D",
            "%7b%22access_token%22:%22a.b.c%22%7d",
        ] {
            assert_eq!(access_token(raw).unwrap(), "a.b.c", "{raw}");
        }
        let other = BASE64_URL_SAFE_NO_PAD.encode(r#"{"token":"a.b.c"}"#);
        for wrong in ["base64-", "base64-!", &format!("base64-{other}"), "{}", "%", "%7B"] {
            assert_eq!(access_token(wrong), Err(CredentialError::Malformed), "{wrong}");
        }
    }
}
