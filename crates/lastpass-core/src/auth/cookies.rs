//! The cookies of a request, whole or split into numbered parts, and the token in Supabase's cookie.
//! Verifies nothing.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, header::COOKIE};
use serde::Deserialize;

use crate::auth::CredentialError;

/// The cookies of a request.
pub(crate) struct Cookies<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Cookies<'a> {
    /// Parses the cookies. A cookie that is not UTF-8 belongs to another application and is ignored.
    pub(crate) fn parse(headers: &'a HeaderMap) -> Self {
        // HTTP/2 allows a header for each cookie.
        let values = headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let texts = values.filter_map(|pair| std::str::from_utf8(pair).ok());
        Self(texts.filter_map(|pair| pair.trim_ascii().split_once('=')).collect())
    }

    /// The value of a cookie that is not split.
    ///
    /// # Errors
    /// Returns [`CredentialError::Duplicate`] if the cookie occurs twice.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<&'a str>, CredentialError> {
        let mut values = self.0.iter().filter(|(known, _)| *known == name).map(|(_, value)| *value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(CredentialError::Duplicate),
        }
    }

    /// The value of a cookie, which may be split into `NAME.0`, `NAME.1`, ..., as Auth.js and Supabase do with long
    /// values.
    ///
    /// # Errors
    /// Returns an error if the cookie or a part occurs twice, or if a part is missing.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Cow<'a, str>>, CredentialError> {
        if let Some(value) = self.whole(name)? {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let numbered = |(known, value): &(&str, &'a str)| Some((part_number(known, name)?, *value));
        let mut parts: Vec<(usize, &str)> = self.0.iter().filter_map(numbered).collect();
        parts.sort_by_key(|(number, _)| *number);
        if parts.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(CredentialError::Duplicate);
        }
        if parts.iter().enumerate().any(|(expected, (number, _))| expected != *number) {
            return Err(CredentialError::MissingCookiePart);
        }
        let text: String = parts.iter().map(|(_, value)| *value).collect();
        Ok((!parts.is_empty()).then_some(Cow::Owned(text)))
    }
}

/// The number of a part, which has no leading zeros.
fn part_number(cookie: &str, name: &str) -> Option<usize> {
    let digits = cookie.strip_prefix(name)?.strip_prefix('.')?;
    let number: usize = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// The JWT in a cookie: the value itself, or the `access_token` of Supabase's JSON after `base64-`.
pub(crate) fn access_token(value: &str) -> Result<Cow<'_, str>, CredentialError> {
    #[derive(Deserialize)]
    struct SupabaseSession {
        access_token: String,
    }
    let Some(encoded) = value.strip_prefix("base64-") else { return Ok(Cow::Borrowed(value)) };
    let json = BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| CredentialError::Malformed)?;
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
    }

    #[test]
    fn rejects_a_missing_part_and_a_duplicate() {
        check(&["s.0=a; s.2=c"], Err(CredentialError::MissingCookiePart));
        check(&["s.1=b"], Err(CredentialError::MissingCookiePart));
        check(&["s=a; s=a"], Err(CredentialError::Duplicate));
        check(&["s=a", "s=b"], Err(CredentialError::Duplicate));
        check(&["s.0=a; s.0=b"], Err(CredentialError::Duplicate));
    }

    #[test]
    fn reads_the_token_in_supabases_cookie() {
        let json = BASE64_URL_SAFE_NO_PAD.encode(r#"{"access_token":"a.b.c","refresh_token":"r"}"#);
        assert_eq!(access_token(&format!("base64-{json}")).unwrap(), "a.b.c");
        assert_eq!(access_token("a.b.c").unwrap(), "a.b.c");
        let other = BASE64_URL_SAFE_NO_PAD.encode(r#"{"token":"a.b.c"}"#);
        for wrong in ["base64-", "base64-!", &format!("base64-{other}")] {
            assert_eq!(access_token(wrong), Err(CredentialError::Malformed), "{wrong}");
        }
    }
}
