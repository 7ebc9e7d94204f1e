//! The dashboard's own sessions: a signed cookie stands for a dashboard key while that key is configured.
//! Knows no other sign-in method.

use std::fmt;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use secrecy::SecretString;

use crate::auth::{
    AuthenticatedUser, CookieScope, CredentialError, CredentialSource, DashboardKeys, OwnCookie, SignInMethod,
    SigningKeys, dashboard_keys::DashboardKey,
};

const LIFETIME: TimeDelta = TimeDelta::hours(8);

/// Issues and verifies sessions.
pub struct DashboardSessions {
    signing: SigningKeys,
    cookie: OwnCookie,
}

/// A session that was just issued.
#[derive(Debug)]
pub struct NewSession {
    /// The user who signed in.
    pub user: AuthenticatedUser,
    /// The value of `Set-Cookie` that stores the session.
    pub set_cookie: String,
}

impl DashboardSessions {
    /// Derives the signing keys from `SIGNING_SECRET`.
    pub fn derive(secrets: &[SecretString], scope: CookieScope) -> Self {
        let signing = SigningKeys::derive(secrets, b"lastpass-functions session");
        Self { signing, cookie: OwnCookie::session(scope) }
    }

    /// The session's cookie.
    pub fn cookie(&self) -> OwnCookie {
        self.cookie
    }

    /// Issues a session for a dashboard key, or returns `None` for an unknown key. The session expires after eight
    /// hours.
    pub fn issue(&self, keys: &DashboardKeys, key: &[u8], now: DateTime<Utc>) -> Option<NewSession> {
        let key = keys.find(key)?;
        let set_cookie = self.cookie.set(&self.signing.sign(now, &key.digest)?, LIFETIME.num_seconds());
        Some(NewSession { user: user(key, now), set_cookie })
    }

    /// Verifies a session and returns the user of the dashboard key that it stands for.
    pub(crate) fn verify(
        &self,
        value: &str,
        keys: &DashboardKeys,
        now: DateTime<Utc>,
    ) -> Result<AuthenticatedUser, CredentialError> {
        let (issued_at, digest) = self.signing.verify(value)?;
        if now - issued_at >= LIFETIME {
            return Err(CredentialError::Expired);
        }
        let digest = digest.as_slice().try_into().map_err(|_| CredentialError::Malformed)?;
        let key = keys.find_digest(digest).ok_or(CredentialError::UnknownKey)?;
        Ok(user(key, issued_at))
    }
}

/// The user of a session that was issued at a time.
fn user(key: &DashboardKey, issued_at: DateTime<Utc>) -> AuthenticatedUser {
    let expires_at = issued_at.trunc_subsecs(0) + LIFETIME;
    AuthenticatedUser::from_key(key, SignInMethod::Session, CredentialSource::Cookie, Some(expires_at))
}

impl fmt::Debug for DashboardSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DashboardSessions({:?})", self.cookie)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;
    use crate::{auth::ClaimedRole, domain::Role};

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn keys(text: &str) -> DashboardKeys {
        DashboardKeys::parse(text).unwrap()
    }

    fn session(secrets: &[&str]) -> DashboardSessions {
        let secrets: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        DashboardSessions::derive(&secrets, CookieScope::Plain)
    }

    fn role(user: AuthenticatedUser) -> Role {
        user.with_role(None).unwrap().role()
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn value(signed_in: &NewSession) -> &str {
        signed_in.set_cookie.split(['=', ';']).nth(1).unwrap()
    }

    #[test]
    fn a_session_is_valid_for_eight_hours() {
        let (session, known) = (session(&["one"]), keys(&format!("auditor:{A}")));
        assert!(session.issue(&known, B.as_bytes(), noon()).is_none());
        let signed_in = session.issue(&known, A.as_bytes(), noon()).unwrap();
        assert_eq!(signed_in.user.expires_at(), Some(noon() + LIFETIME));
        let read = |after: TimeDelta| {
            let user = session.verify(value(&signed_in), &known, noon() + after);
            user.map(|user| (user.expires_at(), role(user)))
        };
        assert_eq!(read(TimeDelta::zero()), Ok((Some(noon() + LIFETIME), Role::Auditor)));
        assert_eq!(read(LIFETIME - TimeDelta::seconds(1)), Ok((Some(noon() + LIFETIME), Role::Auditor)));
        assert_eq!(read(LIFETIME).unwrap_err(), CredentialError::Expired);
    }

    #[test]
    fn a_session_has_the_present_role_and_name_of_its_key() {
        let session = session(&["one"]);
        let signed_in = session.issue(&keys(&format!("admin/ann@example.com:{A}")), A.as_bytes(), noon()).unwrap();
        let later = keys(&format!("admin:{B},manager/bo@example.com:{A}"));
        let user = session.verify(value(&signed_in), &later, noon()).unwrap();
        assert_eq!((user.name(), user.role()), (Some("bo@example.com"), &ClaimedRole::Known(Role::Manager)));
        let gone = keys(&format!("admin/ann@example.com:{B}"));
        assert_eq!(session.verify(value(&signed_in), &gone, noon()).map(role), Err(CredentialError::UnknownKey));
    }

    #[test]
    fn a_session_is_verified_by_any_of_the_secrets() {
        let known = keys(&format!("admin:{A}"));
        let signed_in = session(&["old"]).issue(&known, A.as_bytes(), noon()).unwrap();
        let read = |session: DashboardSessions| session.verify(value(&signed_in), &known, noon()).map(role);
        assert_eq!(read(session(&["new", "old"])), Ok(Role::Admin));
        assert_eq!(read(session(&["new"])), Err(CredentialError::Signature));
    }

    #[test]
    fn a_changed_session_is_rejected() {
        let (session, known) = (session(&["one"]), keys(&format!("admin:{A},auditor:{B}")));
        let signed_in = session.issue(&known, B.as_bytes(), noon()).unwrap();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value(&signed_in)).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = BASE64_URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(session.verify(&changed, &known, noon()).map(role), Err(CredentialError::Signature));
        }
        for broken in ["", "!", A, &BASE64_URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() - 1])] {
            assert!(session.verify(broken, &known, noon()).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_cookie_is_hidden_from_scripts_and_other_sites() {
        let known = keys(&format!("admin:{A}"));
        let host = DashboardSessions::derive(&[SecretString::from("one")], CookieScope::Host);
        let cookie = host.issue(&known, A.as_bytes(), noon()).unwrap().set_cookie;
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(pair.starts_with("__Host-lastpass-session="));
        assert_eq!(attributes, "Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(
            OwnCookie::session(CookieScope::Plain).clear(),
            "lastpass-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
