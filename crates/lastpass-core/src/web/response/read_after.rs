//! `Lastpass-Read-After`: a signed value that names the caller's latest changes, so that every function shows them. Signs
//! and verifies values, in the header and in the cookie. Knows no change, and nothing of the clock that a value is from.

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, header::SET_COOKIE};
use secrecy::SecretString;

use crate::{
    auth::{CookieScope, Cookies, CredentialSource, OwnCookie, SigningKeys},
    known_changes::{ChangeDigest, NamedChange},
};

const HEADER: HeaderName = HeaderName::from_static("lastpass-read-after");

/// How long a value counts.
const LIFETIME: TimeDelta = TimeDelta::seconds(600);
/// How far the clock of the function that signed a value may be ahead of ours.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// The most changes of one value. An older one of the same caller was read by then, or its effect has been for minutes.
const MAX_CHANGES: usize = 8;
/// The most values that count in the header, and in the cookie: the first ones. Further ones are ignored, since a browser
/// cannot do anything about cookies that it has too many of.
const MAX_VALUES: usize = 4;

/// What signs and verifies the values. Without `SIGNING_SECRET` no value is signed, and all are ignored.
pub(crate) struct ReadAfter {
    keys: SigningKeys,
    cookie: OwnCookie,
}

impl ReadAfter {
    /// Derives a key from each secret.
    pub(crate) fn derive(secrets: &[SecretString], scope: CookieScope) -> Self {
        let keys = SigningKeys::derive(secrets, b"lastpass-functions read after");
        Self { keys, cookie: OwnCookie::read_after(scope) }
    }

    /// The changes that a request names, in its header and its cookie. A value that is expired, from the future or not
    /// ours names none.
    pub(crate) fn named_changes(&self, request: &HeaderMap, now: DateTime<Utc>) -> Vec<NamedChange> {
        let cookies = Cookies::parse(request);
        // What stands between a client and us may join several headers into one.
        let headers = request.get_all(HEADER).iter().filter_map(|value| value.to_str().ok());
        let in_headers = headers.flat_map(|header| header.split(',')).take(MAX_VALUES);
        let values = in_headers.chain(cookies.all(self.cookie.name()).take(MAX_VALUES));
        values.filter_map(|value| self.verify(value.trim(), now)).flatten().collect()
    }

    /// Sets the header of the reply to a change, and the cookie for a caller who is signed in by one. The value also names
    /// the changes that the request named: it replaces the value that named them.
    pub(crate) fn set_headers(
        &self,
        reply: &mut HeaderMap,
        change: ChangeDigest,
        earlier: &[NamedChange],
        caller: CredentialSource,
        now: DateTime<Utc>,
    ) {
        let Some(value) = self.sign(change, earlier, now) else { return };
        if caller == CredentialSource::Cookie {
            let cookie = self.cookie.set(&value, LIFETIME.num_seconds());
            reply.extend(HeaderValue::try_from(cookie).map(|cookie| (SET_COOKIE, cookie)));
        }
        reply.extend(HeaderValue::try_from(value).map(|value| (HEADER, value)));
    }

    /// The value of `Set-Cookie` that deletes the cookie.
    pub(crate) fn clear_cookie(&self) -> String {
        self.cookie.clear()
    }

    fn sign(&self, change: ChangeDigest, earlier: &[NamedChange], now: DateTime<Utc>) -> Option<String> {
        let earlier = earlier.iter().map(|earlier| earlier.change).filter(|earlier| *earlier != change);
        let changes = std::iter::once(change).chain(earlier).take(MAX_CHANGES);
        let digests: Vec<u8> = changes.flat_map(|ChangeDigest(digest)| digest).collect();
        self.keys.sign(now, &digests)
    }

    /// The changes of a value; `None` if it does not count.
    fn verify(&self, value: &str, now: DateTime<Utc>) -> Option<Vec<NamedChange>> {
        let (time, digests) = self.keys.verify(value).ok()?;
        let (age, signed_at) = (now - time, time.min(now));
        let digests = digests.as_chunks().0.iter().copied().map(ChangeDigest);
        let changes = digests.map(|change| NamedChange { change, signed_at });
        (-MAX_CLOCK_SKEW <= age && age < LIFETIME).then(|| changes.collect())
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use http::header::COOKIE;

    use super::*;

    fn read_after(secrets: &[&str], scope: CookieScope) -> ReadAfter {
        let secrets: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        ReadAfter::derive(&secrets, scope)
    }

    fn host() -> ReadAfter {
        read_after(&["one"], CookieScope::Host)
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn change(number: u64) -> ChangeDigest {
        ChangeDigest(number.to_be_bytes())
    }

    /// A change that a value of noon names.
    fn named(number: u64) -> NamedChange {
        NamedChange { change: change(number), signed_at: noon() }
    }

    #[test]
    fn a_value_counts_for_ten_minutes_on_clocks_that_differ_by_one() {
        let signed = host().sign(change(1), &[], noon() + TimeDelta::milliseconds(20)).unwrap();
        for (seconds, counts) in [(-61, false), (-60, true), (0, true), (599, true), (600, false), (86_400, false)] {
            let now = noon() + TimeDelta::seconds(seconds);
            let expected = counts.then(|| vec![NamedChange { signed_at: now.min(noon()), ..named(1) }]);
            assert_eq!(host().verify(&signed, now), expected, "{seconds}");
        }
    }

    #[test]
    fn a_value_names_the_change_and_the_earlier_ones() {
        let names = |change, earlier: &[NamedChange]| {
            let signed = host().sign(change, earlier, noon()).unwrap();
            assert!(signed.len() <= 140, "{signed}");
            host().verify(&signed, noon()).unwrap()
        };
        assert_eq!(names(change(3), &[named(2), named(1)]), [3, 2, 1].map(named));
        assert_eq!(names(change(1), &[named(2), named(1)]), [1, 2].map(named), "a repeat of an earlier one");
        let many: Vec<_> = (1..=20).map(named).collect();
        assert_eq!(names(change(0), &many), (0..8).map(named).collect::<Vec<_>>());
    }

    #[test]
    fn a_value_that_is_not_ours_names_nothing() {
        let signed = host().sign(change(1), &[named(2)], noon()).unwrap();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&signed).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert_eq!(host().verify(&BASE64_URL_SAFE_NO_PAD.encode(changed), noon()), None, "{index}");
            assert_eq!(host().verify(&BASE64_URL_SAFE_NO_PAD.encode(&bytes[..index]), noon()), None, "{index}");
        }
        for other in ["", "!", "0", &format!("{signed}="), &format!("{signed}A"), &"A".repeat(10_000)] {
            assert_eq!(host().verify(other, noon()), None, "{other}");
        }
        let session =
            SigningKeys::derive(&["one".into()], b"lastpass-functions session").sign(noon(), &[0; 8]).unwrap();
        assert_eq!(host().verify(&session, noon()), None, "signed for another purpose");
    }

    #[test]
    fn the_first_secret_signs_and_all_verify() {
        let of = |secrets: &[&str]| read_after(secrets, CookieScope::Host);
        let signed = of(&["new", "old"]).sign(change(1), &[], noon()).unwrap();
        for (secrets, counts) in [(&["new"][..], true), (&["old", "new"], true), (&["old"], false), (&[], false)] {
            assert_eq!(of(secrets).verify(&signed, noon()).is_some(), counts, "{secrets:?}");
        }
        assert_eq!(of(&[]).sign(change(1), &[], noon()), None);
    }

    #[test]
    fn a_value_is_sent_by_header_and_to_a_browser_by_cookie() {
        let reply = |cookie, caller| {
            let mut headers = HeaderMap::new();
            read_after(&["one"], cookie).set_headers(&mut headers, change(1), &[named(2)], caller, noon());
            headers
        };
        let by_key = reply(CookieScope::Host, CredentialSource::Header);
        assert_eq!((by_key.len(), by_key.get(SET_COOKIE)), (1, None));
        let value = by_key[HEADER].to_str().unwrap();
        for (cookie, name, secure) in [
            (CookieScope::Host, "__Host-lastpass-read-after", "; Secure"),
            (CookieScope::Plain, "lastpass-read-after", ""),
        ] {
            let by_cookie = reply(cookie, CredentialSource::Cookie);
            let attributes = format!("Path=/; Max-Age=600; HttpOnly; SameSite=Strict{secure}");
            assert_eq!(by_cookie[SET_COOKIE], format!("{name}={value}; {attributes}"));
            assert_eq!(by_cookie[HEADER], value);
            let cleared = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}");
            assert_eq!(read_after(&["one"], cookie).clear_cookie(), cleared);
        }
    }

    #[test]
    fn header_and_cookie_count_each_for_itself() {
        let sign = |number| host().sign(change(number), &[], noon()).unwrap();
        let check = |headers: &[(HeaderName, String)], expected: &[u64]| {
            let pairs = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::try_from(value).unwrap()));
            let map: HeaderMap = pairs.collect();
            let expected: Vec<_> = expected.iter().copied().map(named).collect();
            assert_eq!(host().named_changes(&map, noon()), expected, "{headers:?}");
        };
        let cookie = |value: String| (COOKIE, format!("a=b; __Host-lastpass-read-after={value}; c=d"));
        let (header, forged) = ((HEADER, sign(1)), (HEADER, "forged".to_owned()));
        check(&[], &[]);
        check(&[forged.clone(), cookie("forged".to_owned())], &[]);
        check(std::slice::from_ref(&header), &[1]);
        check(&[cookie(sign(2))], &[2]);
        check(&[header, cookie(sign(2))], &[1, 2]);
        check(&[forged, cookie(sign(2))], &[2]);
        check(&[(COOKIE, format!("lastpass-read-after={}", sign(1)))], &[]);
        check(&[(HEADER, format!("{}, {}", sign(1), sign(2))), (HEADER, sign(3))], &[1, 2, 3]);
    }

    #[test]
    fn the_first_values_count_and_further_ones_are_ignored() {
        let values: Vec<_> = (1..=100).map(|number| host().sign(change(number), &[], noon()).unwrap()).collect();
        let cookies: Vec<_> = values.iter().map(|value| format!("__Host-lastpass-read-after={value}")).collect();
        let pairs = values.iter().map(|value| (HEADER, value.to_owned()));
        let pairs = pairs.chain([(COOKIE, cookies.join("; "))]);
        let map: HeaderMap = pairs.map(|(name, value)| (name, HeaderValue::try_from(value).unwrap())).collect();
        assert_eq!(host().named_changes(&map, noon()), [1, 2, 3, 4, 1, 2, 3, 4].map(named));
    }
}
