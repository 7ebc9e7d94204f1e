//! Edge links: the one address under which a shared cache may keep a reply. Signs links, checks them, and says how long
//! a reply through one may be kept. Knows no callers: a link opens to whoever has it, and to nobody after its end.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use http::{HeaderValue, Uri};
use secrecy::SecretString;
use subtle::{Choice, ConstantTimeEq};

use crate::key_derivation::derive_hmac_keys;

/// The path and the view that a link leads to. The alias below `/api/lastpass/` leads nowhere: there the platform's
/// rewrite adds a parameter, and a second spelling would be a second entry of the cache.
const LEADS_TO: &str = "/api/security-report?view=summary";

/// How many seconds share one link.
const QUARTER: i64 = 900;
/// How many seconds a reply may take until it is kept: the longest that the platform lets a function run.
const SLOWEST_REPLY: i64 = 60;
const LONGEST_FRESH: i64 = 300;
const LONGEST_STALE: i64 = 600;

/// The keys of links, derived from `SIGNING_SECRET`: the first signs, all verify. Without one there are no links.
pub(crate) struct EdgeKeys(Vec<hmac::Key>);

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadLink {
    /// It is ours, and has come to its last minute.
    Late,
    /// It is none of ours, or was changed.
    Wrong,
}

/// A link that is ours and has time left. Made by [`EdgeKeys::check`] alone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CheckedLink {
    fresh: i64,
    stale: i64,
}

impl EdgeKeys {
    /// Derives a key from each secret.
    pub(crate) fn derive(secrets: &[SecretString]) -> Self {
        Self(derive_hmac_keys(secrets, b"lastpass-functions edge link"))
    }

    /// The link of this quarter of an hour, as the header `Link` hands it out.
    pub(crate) fn link(&self, now: DateTime<Utc>) -> Option<HeaderValue> {
        let end = (now.timestamp().div_euclid(QUARTER) + 2) * QUARTER;
        let address = address(self.0.first()?, end);
        HeaderValue::try_from(format!("<{address}>; rel=\"alternate\"")).ok()
    }

    /// Judges the address of a request, letter by letter: one link has one spelling, and so one entry of the cache.
    ///
    /// # Errors
    /// Where it is none of ours, or too late.
    pub(crate) fn check(&self, uri: &Uri, now: DateTime<Utc>) -> Result<CheckedLink, BadLink> {
        let given = uri.path_and_query().map_or("", |given| given.as_str());
        let end = end(given).ok_or(BadLink::Wrong)?;
        let equal = |key| address(key, end).as_bytes().ct_eq(given.as_bytes());
        let is_ours = self.0.iter().fold(Choice::from(0), |found, key| found | equal(key));
        if bool::from(is_ours) { CheckedLink::until(end, now) } else { Err(BadLink::Wrong) }
    }
}

impl fmt::Debug for EdgeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EdgeKeys")
    }
}

impl CheckedLink {
    fn until(end: i64, now: DateTime<Utc>) -> Result<Self, BadLink> {
        // A second that has begun counts as over, so that the last one is not served past the end.
        let now = now.timestamp() + i64::from(now.timestamp_subsec_nanos() > 0);
        let left = end - SLOWEST_REPLY - now;
        let fresh = left.min(LONGEST_FRESH);
        if fresh > 0 { Ok(Self { fresh, stale: (left - fresh).min(LONGEST_STALE) }) } else { Err(BadLink::Late) }
    }

    /// What the edge is told: how long the reply is fresh, and how long it is served after that while a new one is made.
    pub(crate) fn lifetime(&self) -> HeaderValue {
        let lifetime = format!("s-maxage={}, stale-while-revalidate={}", self.fresh, self.stale);
        HeaderValue::try_from(lifetime).expect("words and numbers are a header")
    }
}

/// Whether a request comes by a link, a good one or not. No other parameter of ours has these names.
pub(crate) fn is_link(query: Option<&str>) -> bool {
    let mut parameters = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    parameters.any(|(name, _)| name == "exp" || name == "sig")
}

/// The whole address, its signature last.
fn address(key: &hmac::Key, end: i64) -> String {
    let signed = format!("{LEADS_TO}&exp={end}");
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(key, signed.as_bytes()));
    format!("{signed}&sig={signature}")
}

/// The end that an address claims.
fn end(address: &str) -> Option<i64> {
    let (end, _) = address.strip_prefix(LEADS_TO)?.strip_prefix("&exp=")?.split_once('&')?;
    end.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210";

    fn keys(secrets: &[&str]) -> EdgeKeys {
        EdgeKeys::derive(&secrets.iter().map(|secret| SecretString::from(*secret)).collect::<Vec<_>>())
    }

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-11-24T{time}Z").parse().unwrap()
    }

    fn link(keys: &EdgeKeys, time: &str) -> String {
        let header = keys.link(at(time)).expect("a secret");
        let (address, rest) = header.to_str().unwrap().strip_prefix('<').unwrap().split_once('>').unwrap();
        assert_eq!(rest, "; rel=\"alternate\"");
        address.to_owned()
    }

    #[test]
    fn all_of_a_quarter_get_one_link_and_it_lives_for_14_to_29_minutes() {
        let keys = keys(&[SECRET]);
        let check = |made: &str, used: &str, expected: Result<(i64, i64), BadLink>| {
            let checked = keys.check(&link(&keys, made).parse().unwrap(), at(used));
            assert_eq!(checked.map(|link| (link.fresh, link.stale)), expected, "{made} {used}");
        };
        assert_eq!(link(&keys, "12:00:00"), link(&keys, "12:14:59.999"));
        assert_ne!(link(&keys, "12:00:00"), link(&keys, "12:15:00"));
        check("12:00:00", "12:00:00", Ok((300, 600)));
        check("12:00:00", "12:14:00", Ok((300, 600)));
        check("12:14:59", "12:14:59", Ok((300, 541)));
        check("12:00:00", "12:23:59", Ok((300, 1)));
        check("12:00:00", "12:24:00", Ok((300, 0)));
        check("12:00:00", "12:24:00.001", Ok((299, 0)));
        check("12:00:00", "12:28:59", Ok((1, 0)));
        check("12:00:00", "12:28:59.5", Err(BadLink::Late));
        check("12:00:00", "12:29:00", Err(BadLink::Late));
        check("12:00:00", "18:00:00", Err(BadLink::Late));
    }

    #[test]
    fn a_link_has_one_spelling() {
        let keys = keys(&[SECRET]);
        let good = link(&keys, "12:00:00");
        let (signed, signature) = good.split_once("&sig=").unwrap();
        assert_eq!(signature.len(), 43, "32 bytes");
        let end = signed.rsplit('=').next().unwrap();
        let wrong = |address: String| {
            let checked = keys.check(&address.parse().unwrap(), at("12:00:00"));
            assert_eq!(checked, Err(BadLink::Wrong), "{address}");
        };
        wrong(good.replace("/api/", "/api/lastpass/"));
        wrong(good.replace("view=summary", "view=full"));
        wrong(good.replace("view=summary", "view=summar%79"));
        wrong(good.replace("view=summary&", ""));
        wrong(good.replace("exp=", "exp=+"));
        wrong(good.replace("exp=", "exp=0"));
        wrong(good.replace(end, &(end.parse::<i64>().unwrap() + QUARTER).to_string()));
        wrong(good.replace(end, "99999999999999999999"));
        wrong(good.replace(end, &i64::MIN.to_string()));
        wrong(good.replace(end, ""));
        wrong(format!("{good}&x-vercel-id=1"));
        wrong(format!("{good}&view=summary"));
        wrong(format!("{good}&"));
        wrong(format!("{good}="));
        wrong(good[..good.len() - 1].to_owned());
        wrong(signed.to_owned());
        wrong(format!("{signed}&sig="));
        wrong(format!("/api/security-report?view=summary&sig={signature}&exp={end}"));
        wrong("/api/security-report?sig".to_owned());
        wrong("/api/security-report".to_owned());
    }

    #[test]
    fn the_first_secret_signs_and_all_verify() {
        let (old, both, new) = (keys(&[SECRET]), keys(&[OTHER, SECRET]), keys(&[OTHER]));
        let opens = |keys: &EdgeKeys, link: &str| keys.check(&link.parse().unwrap(), at("12:00:00")).is_ok();
        let (by_old, by_both) = (link(&old, "12:00:00"), link(&both, "12:00:00"));
        assert_eq!([&old, &both, &new].map(|keys| opens(keys, &by_old)), [true, true, false]);
        assert_eq!([&old, &both, &new].map(|keys| opens(keys, &by_both)), [false, true, true]);
        assert_eq!(keys(&[]).link(at("12:00:00")), None);
        assert!(!opens(&keys(&[]), &by_old));
    }

    #[test]
    fn whatever_carries_an_end_or_a_signature_is_a_link() {
        for (query, expected) in [
            ("exp=1", true),
            ("sig", true),
            ("view=full&%65xp=", true),
            ("limit=1&sig=&limit=2", true),
            ("", false),
            ("view=summary", false),
            ("q=exp&EXP=1&expires=2", false),
        ] {
            assert_eq!(is_link(Some(query)), expected, "{query}");
        }
        assert!(!is_link(None));
    }
}
