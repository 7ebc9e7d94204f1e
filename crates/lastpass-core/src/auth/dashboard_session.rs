//! The dashboard's own session: a signed cookie that stands for a dashboard key, as long as there is that key.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use crate::{
    auth::{AuthenticatedUser, CredentialError, CredentialSource, DashboardKeys, SignInMethod, keys::DashboardKey},
    key_derivation::derive_hmac_keys,
};

const HOURS: TimeDelta = TimeDelta::hours(8);
const TIME_LENGTH: usize = 8;
const DIGEST_LENGTH: usize = 32;
const CONTENT_LENGTH: usize = TIME_LENGTH + DIGEST_LENGTH;

/// What the session's cookie is called, which decides where a browser keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionCookie {
    /// By HTTPS, for this host alone.
    Host,
    /// By HTTP as well, where a function is started by hand.
    Plain,
}

impl SessionCookie {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "__Host-lastpass-session",
            Self::Plain => "lastpass-session",
        }
    }

    /// The `Set-Cookie` that takes the session out of the browser.
    pub fn clear(self) -> String {
        self.set("", 0)
    }

    fn set(self, value: &str, seconds: i64) -> String {
        let secure = match self {
            Self::Host => "; Secure",
            Self::Plain => "",
        };
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", self.name())
    }
}

/// Makes sessions and reads them.
pub struct DashboardSessions {
    /// Derived from `SIGNING_SECRET`: the first signs, all verify.
    signing: Vec<hmac::Key>,
    cookie: SessionCookie,
}

/// Somebody who just signed in.
#[derive(Debug)]
pub struct NewSession {
    /// Who.
    pub user: AuthenticatedUser,
    /// The `Set-Cookie` that keeps the session.
    pub set_cookie: String,
}

impl DashboardSessions {
    /// Derives a key of its own from each secret.
    pub fn derive(secrets: &[SecretString], cookie: SessionCookie) -> Self {
        Self { signing: derive_hmac_keys(secrets, b"lastpass-functions session"), cookie }
    }

    /// The session's cookie.
    pub fn cookie(&self) -> SessionCookie {
        self.cookie
    }

    /// Signs somebody in by a key, for eight hours; nothing for a wrong key.
    pub fn issue(&self, keys: &DashboardKeys, key: &[u8], now: DateTime<Utc>) -> Option<NewSession> {
        let key = keys.find(key)?;
        let mut bytes = now.timestamp().to_be_bytes().to_vec();
        bytes.extend_from_slice(&key.digest);
        let tag = hmac::sign(self.signing.first()?, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        let set_cookie = self.cookie.set(&BASE64_URL_SAFE_NO_PAD.encode(bytes), HOURS.num_seconds());
        Some(NewSession {
            user: AuthenticatedUser::of_key(key, SignInMethod::Session, CredentialSource::Cookie),
            set_cookie,
        })
    }

    /// The key that a session stands for.
    pub(crate) fn read<'a>(
        &self,
        value: &str,
        keys: &'a DashboardKeys,
        now: DateTime<Utc>,
    ) -> Result<&'a DashboardKey, CredentialError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).map_err(|_| CredentialError::Malformed)?;
        let (content, tag) = bytes.split_at_checked(CONTENT_LENGTH).ok_or(CredentialError::Malformed)?;
        if !self.signing.iter().any(|key| hmac::verify(key, content, tag).is_ok()) {
            return Err(CredentialError::Signature);
        }
        let (time, digest) = content.split_first_chunk::<TIME_LENGTH>().ok_or(CredentialError::Malformed)?;
        if now.timestamp() >= i64::from_be_bytes(*time).saturating_add(HOURS.num_seconds()) {
            return Err(CredentialError::Expired);
        }
        let digest: &[u8; DIGEST_LENGTH] = digest.try_into().map_err(|_| CredentialError::Malformed)?;
        keys.find_digest(digest).ok_or(CredentialError::UnknownKey)
    }
}

impl fmt::Debug for DashboardSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DashboardSessions({:?})", self.cookie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn keys(text: &str) -> DashboardKeys {
        DashboardKeys::parse(text).unwrap()
    }

    fn session(secrets: &[&str]) -> DashboardSessions {
        let secrets: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        DashboardSessions::derive(&secrets, SessionCookie::Plain)
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn value(signed_in: &NewSession) -> &str {
        signed_in.set_cookie.split(['=', ';']).nth(1).unwrap()
    }

    #[test]
    fn a_session_stands_for_its_key_for_eight_hours() {
        let (session, known) = (session(&["one"]), keys(&format!("auditor:{A}")));
        assert!(session.issue(&known, B.as_bytes(), noon()).is_none());
        let signed_in = session.issue(&known, A.as_bytes(), noon()).unwrap();
        let read = |after: TimeDelta| session.read(value(&signed_in), &known, noon() + after).map(|key| key.role);
        assert_eq!(read(TimeDelta::zero()), Ok(Role::Auditor));
        assert_eq!(read(HOURS - TimeDelta::seconds(1)), Ok(Role::Auditor));
        assert_eq!(read(HOURS).unwrap_err(), CredentialError::Expired);
    }

    #[test]
    fn a_session_follows_its_key() {
        let session = session(&["one"]);
        let signed_in = session.issue(&keys(&format!("admin/ann@example.com:{A}")), A.as_bytes(), noon()).unwrap();
        let later = keys(&format!("admin:{B},manager/bo@example.com:{A}"));
        let key = session.read(value(&signed_in), &later, noon()).unwrap();
        assert_eq!((key.role, key.name.as_deref()), (Role::Manager, Some("bo@example.com")));
        let gone = keys(&format!("admin/ann@example.com:{B}"));
        assert_eq!(
            session.read(value(&signed_in), &gone, noon()).map(|key| key.role),
            Err(CredentialError::UnknownKey)
        );
    }

    #[test]
    fn any_secret_verifies_and_no_other() {
        let known = keys(&format!("admin:{A}"));
        let signed_in = session(&["old"]).issue(&known, A.as_bytes(), noon()).unwrap();
        let read = |session: DashboardSessions| session.read(value(&signed_in), &known, noon()).map(|key| key.role);
        assert_eq!(read(session(&["new", "old"])), Ok(Role::Admin));
        assert_eq!(read(session(&["new"])), Err(CredentialError::Signature));
    }

    #[test]
    fn no_changed_byte_passes() {
        let (session, known) = (session(&["one"]), keys(&format!("admin:{A},auditor:{B}")));
        let signed_in = session.issue(&known, B.as_bytes(), noon()).unwrap();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value(&signed_in)).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = BASE64_URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(session.read(&changed, &known, noon()).map(|key| key.role), Err(CredentialError::Signature));
        }
        for broken in ["", "!", A, &BASE64_URL_SAFE_NO_PAD.encode(&bytes[..CONTENT_LENGTH])] {
            assert!(session.read(broken, &known, noon()).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_sites() {
        let known = keys(&format!("admin:{A}"));
        let host = DashboardSessions::derive(&[SecretString::from("one")], SessionCookie::Host);
        let cookie = host.issue(&known, A.as_bytes(), noon()).unwrap().set_cookie;
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(pair.starts_with("__Host-lastpass-session="));
        assert_eq!(attributes, "Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(SessionCookie::Plain.clear(), "lastpass-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
