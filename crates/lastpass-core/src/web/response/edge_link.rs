//! Edge links: signed, expiring URLs, the only ones whose reply a shared cache may store. Signs links, checks them, and
//! derives the cache lifetime of a reply. Knows no callers: a link is valid for everyone who has it.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use http::{HeaderValue, Uri};
use secrecy::SecretString;
use subtle::{Choice, ConstantTimeEq};

use crate::key_derivation::derive_hmac_keys;

/// The path and query of every link, before `exp` and `sig`. The alias below `/api/lastpass/` is no link: the platform's
/// rewrite adds a parameter to it, and a second spelling would be a second entry of the cache.
const PATH_AND_QUERY: &str = "/api/security-report?view=summary";

/// The length of the period that shares one link, in seconds.
const PERIOD: i64 = 900;
/// The longest time until a reply is cached, in seconds: the longest that the platform lets a function run.
const MAX_REPLY_TIME: i64 = 60;
/// The longest `s-maxage`, in seconds.
const MAX_FRESH: i64 = 300;
/// The longest `stale-while-revalidate`, in seconds.
const MAX_STALE: i64 = 600;

/// The keys of links, derived from `SIGNING_SECRET`: the first signs, all verify. Without a key there are no links.
pub(crate) struct EdgeKeys(Vec<hmac::Key>);

/// Why a link is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeLinkError {
    /// The signature is valid, and the link has expired or is in its last minute.
    Expired,
    /// The link was altered, or is not signed by one of our keys.
    Invalid,
}

/// A link with a valid signature and time left. [`EdgeKeys::check`] is its only constructor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CheckedLink {
    /// The value of `s-maxage`, in seconds.
    fresh: i64,
    /// The value of `stale-while-revalidate`, in seconds.
    stale: i64,
}

impl EdgeKeys {
    /// Derives a key from each secret.
    pub(crate) fn derive(secrets: &[SecretString]) -> Self {
        Self(derive_hmac_keys(secrets, b"lastpass-functions edge link"))
    }

    /// The link of the current period, as a `Link` header; `None` without a key.
    pub(crate) fn link(&self, now: DateTime<Utc>) -> Option<HeaderValue> {
        let expiry = (now.timestamp().div_euclid(PERIOD) + 2) * PERIOD;
        let url = signed_url(self.0.first()?, expiry);
        HeaderValue::try_from(format!("<{url}>; rel=\"alternate\"")).ok()
    }

    /// Checks the URL of a request byte by byte: a link has one spelling, and so one entry of the cache. Only a slash at
    /// the end of the path is left out, which some servers add.
    ///
    /// # Errors
    /// Returns an error if the link is invalid or expired.
    pub(crate) fn check(&self, uri: &Uri, now: DateTime<Utc>) -> Result<CheckedLink, EdgeLinkError> {
        let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
        let requested = format!("{path}?{}", uri.query().unwrap_or_default());
        let expiry = expiry(&requested).ok_or(EdgeLinkError::Invalid)?;
        let equal = |key| signed_url(key, expiry).as_bytes().ct_eq(requested.as_bytes());
        let is_valid = self.0.iter().fold(Choice::from(0), |found, key| found | equal(key));
        if bool::from(is_valid) { CheckedLink::until(expiry, now) } else { Err(EdgeLinkError::Invalid) }
    }
}

impl fmt::Debug for EdgeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EdgeKeys")
    }
}

impl CheckedLink {
    fn until(expiry: i64, now: DateTime<Utc>) -> Result<Self, EdgeLinkError> {
        // A second that has begun counts as over, so that nothing is served after the expiry.
        let now = now.timestamp() + i64::from(now.timestamp_subsec_nanos() > 0);
        let left = expiry - MAX_REPLY_TIME - now;
        let fresh = left.min(MAX_FRESH);
        if fresh > 0 { Ok(Self { fresh, stale: (left - fresh).min(MAX_STALE) }) } else { Err(EdgeLinkError::Expired) }
    }

    /// The value of `Vercel-CDN-Cache-Control`: how long the reply is fresh, and how long it is served stale after that
    /// while it is revalidated.
    pub(crate) fn cdn_cache_control(&self) -> HeaderValue {
        let lifetime = format!("s-maxage={}, stale-while-revalidate={}", self.fresh, self.stale);
        HeaderValue::try_from(lifetime).expect("ASCII text is a header value")
    }
}

/// Whether a query belongs to a link, valid or not. No parameter of a route has these names.
pub(crate) fn is_link(query: Option<&str>) -> bool {
    let mut parameters = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    parameters.any(|(name, _)| name == "exp" || name == "sig")
}

/// The path and query of a link; the signature comes last and covers everything before it.
fn signed_url(key: &hmac::Key, expiry: i64) -> String {
    let signed = format!("{PATH_AND_QUERY}&exp={expiry}");
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(key, signed.as_bytes()));
    format!("{signed}&sig={signature}")
}

/// The expiry that a URL claims.
fn expiry(url: &str) -> Option<i64> {
    let (expiry, _) = url.strip_prefix(PATH_AND_QUERY)?.strip_prefix("&exp=")?.split_once('&')?;
    expiry.parse().ok()
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
        let header = keys.link(at(time)).expect("a key");
        let (url, rest) = header.to_str().unwrap().strip_prefix('<').unwrap().split_once('>').unwrap();
        assert_eq!(rest, "; rel=\"alternate\"");
        url.to_owned()
    }

    #[test]
    fn one_link_per_quarter_of_an_hour_is_valid_for_14_to_29_minutes() {
        let keys = keys(&[SECRET]);
        let check = |issued: &str, used: &str, expected: Result<(i64, i64), EdgeLinkError>| {
            let checked = keys.check(&link(&keys, issued).parse().unwrap(), at(used));
            assert_eq!(checked.map(|link| (link.fresh, link.stale)), expected, "{issued} {used}");
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
        check("12:00:00", "12:28:59.5", Err(EdgeLinkError::Expired));
        check("12:00:00", "12:29:00", Err(EdgeLinkError::Expired));
        check("12:00:00", "18:00:00", Err(EdgeLinkError::Expired));
    }

    #[test]
    fn a_link_has_one_spelling() {
        let keys = keys(&[SECRET]);
        let valid = link(&keys, "12:00:00");
        let (signed, signature) = valid.split_once("&sig=").unwrap();
        assert_eq!(signature.len(), 43, "32 bytes");
        let expiry = signed.rsplit('=').next().unwrap();
        let invalid = |url: String| {
            let checked = keys.check(&url.parse().unwrap(), at("12:00:00"));
            assert_eq!(checked, Err(EdgeLinkError::Invalid), "{url}");
        };
        assert!(keys.check(&valid.replace('?', "/?").parse().unwrap(), at("12:00:00")).is_ok(), "a trailing slash");
        invalid(valid.replace('?', "//?"));
        invalid(valid.replace("/api/", "/api/lastpass/"));
        invalid(valid.replace("view=summary", "view=full"));
        invalid(valid.replace("view=summary", "view=summar%79"));
        invalid(valid.replace("view=summary&", ""));
        invalid(valid.replace("exp=", "exp=+"));
        invalid(valid.replace("exp=", "exp=0"));
        invalid(valid.replace(expiry, &(expiry.parse::<i64>().unwrap() + PERIOD).to_string()));
        invalid(valid.replace(expiry, "99999999999999999999"));
        invalid(valid.replace(expiry, &i64::MIN.to_string()));
        invalid(valid.replace(expiry, ""));
        invalid(format!("{valid}&x-vercel-id=1"));
        invalid(format!("{valid}&view=summary"));
        invalid(format!("{valid}&"));
        invalid(format!("{valid}="));
        invalid(valid[..valid.len() - 1].to_owned());
        invalid(signed.to_owned());
        invalid(format!("{signed}&sig="));
        invalid(format!("/api/security-report?view=summary&sig={signature}&exp={expiry}"));
        invalid("/api/security-report?sig".to_owned());
        invalid("/api/security-report".to_owned());
    }

    #[test]
    fn the_first_secret_signs_and_all_verify() {
        let (old, both, new) = (keys(&[SECRET]), keys(&[OTHER, SECRET]), keys(&[OTHER]));
        let is_valid = |keys: &EdgeKeys, link: &str| keys.check(&link.parse().unwrap(), at("12:00:00")).is_ok();
        let (by_old, by_both) = (link(&old, "12:00:00"), link(&both, "12:00:00"));
        assert_eq!([&old, &both, &new].map(|keys| is_valid(keys, &by_old)), [true, true, false]);
        assert_eq!([&old, &both, &new].map(|keys| is_valid(keys, &by_both)), [false, true, true]);
        assert_eq!(keys(&[]).link(at("12:00:00")), None);
        assert!(!is_valid(&keys(&[]), &by_old));
    }

    #[test]
    fn a_query_with_exp_or_sig_is_a_link() {
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
