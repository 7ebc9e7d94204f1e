//! Encrypted sessions of Auth.js and NextAuth, as their own packages made them.

use std::{fs, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use lastpass_core::auth::{AuthError, ClaimedRole, CredentialError, CredentialSource, SignInMethod, SignInMethods};
use lastpass_core::domain::Role;
use serde_json::Value;

use crate::{
    sign_in::{judge, sign_in_methods},
    world::noon,
};

const V5: &str = "authjs.session-token";
const V5_SECURE: &str = "__Secure-authjs.session-token";
const V4: &str = "next-auth.session-token";

/// A sample of sessions.
pub(crate) fn sample(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/auth").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("a sample")).expect("JSON")
}

/// The sessions that the packages made, with their secrets and when they were made.
struct Made(Value);

impl Made {
    fn load() -> Self {
        Self(sample("session-tokens-made.json"))
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().expect("text")
    }

    fn token(&self, name: &str) -> &str {
        self.0["made"][name].as_str().unwrap_or_else(|| panic!("no {name}"))
    }

    fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0["madeAt"].as_i64().expect("seconds"), 0).expect("a time")
    }

    /// A deployment that knows the secret of both packages, and reads roles.
    fn methods(&self) -> SignInMethods {
        let secret = self.text("secret");
        sign_in_methods(&[("AUTH_SECRET", secret), ("NEXTAUTH_SECRET", secret), ("AUTH_ROLE_CLAIM", "role")])
    }
}

async fn judged(
    methods: &SignInMethods,
    cookie: &str,
    token: &str,
    now: DateTime<Utc>,
) -> Result<SignInMethod, AuthError> {
    judge(methods, &[("cookie", &format!("{cookie}={token}"))], now).await.map(|user| user.method())
}

fn wrong(error: CredentialError) -> Result<SignInMethod, AuthError> {
    Err(AuthError::Invalid(error))
}

#[tokio::test]
async fn the_known_sessions_open() {
    let vectors = sample("session-token-vectors.json");
    let secret = vectors["secret"].as_str().expect("text");
    let methods = sign_in_methods(&[("AUTH_SECRET", secret), ("NEXTAUTH_SECRET", secret), ("AUTH_ROLE_CLAIM", "role")]);
    for (cookie, name, method) in [
        (V5, "authjs_v5:authjs.session-token", SignInMethod::AuthJs),
        (V5_SECURE, "authjs_v5:__Secure-authjs.session-token", SignInMethod::AuthJs),
        (V4, "nextauth_v4", SignInMethod::NextAuth),
        ("__Secure-next-auth.session-token", "nextauth_v4", SignInMethod::NextAuth),
    ] {
        let cookie = format!("{cookie}={}", vectors[name].as_str().expect("text"));
        let user = judge(&methods, &[("cookie", &cookie)], noon()).await.expect(name);
        assert_eq!((user.method(), user.credential_source()), (method, CredentialSource::Cookie));
        assert_eq!(user.name(), Some("ada@example.com"));
        assert_eq!(user.role(), &ClaimedRole::Known(Role::Admin));
    }
}

#[tokio::test]
async fn sessions_that_the_packages_made_open_until_their_end() {
    let made = Made::load();
    let methods = made.methods();
    for (cookie, name, expected) in [
        (V5, "authjs_v5:authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V5_SECURE, "authjs_v5:__Secure-authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V5, "jose_v5_without_kid:authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V4, "nextauth_v4", Ok(SignInMethod::NextAuth)),
        (V5, "jose_v5_endless:authjs.session-token", wrong(CredentialError::Expired)),
        (V4, "jose_v4_endless", wrong(CredentialError::Expired)),
        (V5, "jose_v5_other_kid:authjs.session-token", wrong(CredentialError::UnknownKeyId)),
        // A session is made for one cookie.
        (V5, "authjs_v5:__Secure-authjs.session-token", wrong(CredentialError::UnknownKeyId)),
        (V5_SECURE, "jose_v5_without_kid:authjs.session-token", wrong(CredentialError::Signature)),
        (V5, "nextauth_v4", wrong(CredentialError::Algorithm)),
        (V4, "authjs_v5:authjs.session-token", wrong(CredentialError::Algorithm)),
    ] {
        assert_eq!(judged(&methods, cookie, made.token(name), made.at()).await, expected, "{name} in {cookie}");
    }
    for (cookie, name) in [(V5, "authjs_v5_short:authjs.session-token"), (V4, "nextauth_v4_short")] {
        let after =
            async |seconds| judged(&methods, cookie, made.token(name), made.at() + TimeDelta::seconds(seconds)).await;
        assert!(after(0).await.is_ok());
        assert_eq!(after(70).await, wrong(CredentialError::Expired), "{name}");
    }
}

#[tokio::test]
async fn secrets_may_be_several_and_no_other_opens() {
    let made = Made::load();
    let (secret, older) = (made.text("secret"), made.text("older"));
    let both = format!("{secret}, {older}");
    let (v5, v4) = (made.token("authjs_v5_older:authjs.session-token"), made.token("nextauth_v4_older"));
    let rotated = sign_in_methods(&[("AUTH_SECRET", &both), ("NEXTAUTH_SECRET", &both)]);
    assert_eq!(judged(&rotated, V5, v5, noon()).await, Ok(SignInMethod::AuthJs));
    assert_eq!(judged(&rotated, V4, v4, noon()).await, Ok(SignInMethod::NextAuth));
    let only = made.methods();
    assert_eq!(judged(&only, V5, v5, noon()).await, wrong(CredentialError::UnknownKeyId));
    assert_eq!(judged(&only, V4, v4, noon()).await, wrong(CredentialError::Signature));
}

#[tokio::test]
async fn no_changed_part_passes() {
    let made = Made::load();
    let methods = made.methods();
    for (cookie, name) in [(V5, "authjs_v5:authjs.session-token"), (V4, "nextauth_v4")] {
        let parts: Vec<&str> = made.token(name).split('.').collect();
        for place in [2, 3, 4] {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            let first = if parts[place].starts_with('A') { "B" } else { "A" };
            changed[place].replace_range(..1, first);
            let refused = judged(&methods, cookie, &changed.join("."), noon()).await;
            assert_eq!(refused, wrong(CredentialError::Signature), "part {place} of {name}");
            changed[place].clear();
            assert_eq!(judged(&methods, cookie, &changed.join("."), noon()).await, wrong(CredentialError::Signature));
        }
        let shorter_tag = format!("{}.{}", parts[..4].join("."), &parts[4][..8]);
        assert_eq!(judged(&methods, cookie, &shorter_tag, noon()).await, wrong(CredentialError::Signature));
        for broken in ["", "a.b.c.d.e", &parts[..4].join("."), &format!("{}.x", parts.join("."))] {
            assert_eq!(judged(&methods, cookie, broken, noon()).await, wrong(CredentialError::Malformed), "{broken}");
        }
        let wrapped_key = [parts[0], "AAAA", parts[2], parts[3], parts[4]].join(".");
        assert_eq!(judged(&methods, cookie, &wrapped_key, noon()).await, wrong(CredentialError::Malformed));
    }
}

#[tokio::test]
async fn a_long_session_comes_in_parts() {
    let made = Made::load();
    let methods = made.methods();
    // As @auth/core cuts: parts of 3,936 characters.
    let token = made.token("authjs_v5_long:authjs.session-token").as_bytes();
    let parts: Vec<String> = token.chunks(3_936).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    assert!(parts.len() > 2);
    let cookie = |parts: &[(usize, &String)]| {
        parts.iter().map(|(number, part)| format!("{V5}.{number}={part}")).collect::<Vec<_>>().join("; ")
    };
    let mut numbered: Vec<_> = parts.iter().enumerate().collect();
    numbered.reverse();
    let judged = async |parts| judge(&methods, &[("cookie", &cookie(parts))], noon()).await.map(|user| user.method());
    assert_eq!(judged(&numbered).await, Ok(SignInMethod::AuthJs));
    assert_eq!(judged(&numbered[1..]).await, wrong(CredentialError::Malformed), "the last part is missing");
    assert_eq!(judged(&numbered[..numbered.len() - 1]).await, wrong(CredentialError::MissingCookiePart));
}
