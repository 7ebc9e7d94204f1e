//! Encrypted sessions of Auth.js and NextAuth, created by their own packages.

use std::{fs, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use lastpass_core::auth::{AuthError, ClaimedRole, CredentialError, CredentialSource, SignInMethod, SignInMethods};
use lastpass_core::domain::Role;
use serde_json::Value;

use crate::{
    sign_in::{authenticate_with, refused_cookie, sign_in_methods},
    world::noon,
};

const V5: &str = "authjs.session-token";
const V5_SECURE: &str = "__Secure-authjs.session-token";
const V4: &str = "next-auth.session-token";

/// Loads a sample file.
pub(crate) fn sample(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/auth").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("a sample")).expect("JSON")
}

/// Sessions created by the packages, with their secrets and the time of creation.
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

    /// The sign-in methods of a deployment with the secret of both packages and a role claim.
    fn methods(&self) -> SignInMethods {
        let secret = self.text("secret");
        sign_in_methods(&[("AUTH_SECRET", secret), ("NEXTAUTH_SECRET", secret), ("AUTH_ROLE_CLAIM", "role")])
    }
}

async fn sign_in(
    methods: &SignInMethods,
    cookie: &str,
    token: &str,
    now: DateTime<Utc>,
) -> Result<SignInMethod, AuthError> {
    authenticate_with(methods, &[("cookie", &format!("{cookie}={token}"))], now).await.map(|user| user.method())
}

fn invalid(cookie: &str, error: CredentialError) -> Result<SignInMethod, AuthError> {
    Err(refused_cookie(cookie, error))
}

#[tokio::test]
async fn sample_sessions_are_accepted() {
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
        let user = authenticate_with(&methods, &[("cookie", &cookie)], noon()).await.expect(name);
        assert_eq!((user.method(), user.credential_source()), (method, CredentialSource::Cookie));
        assert_eq!(user.name(), Some("ada@example.com"));
        assert_eq!(user.role(), &ClaimedRole::Known(Role::Admin));
    }
}

#[tokio::test]
async fn sessions_of_the_packages_are_accepted_until_they_expire() {
    let made = Made::load();
    let methods = made.methods();
    for (cookie, name, expected) in [
        (V5, "authjs_v5:authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V5_SECURE, "authjs_v5:__Secure-authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V5, "jose_v5_without_kid:authjs.session-token", Ok(SignInMethod::AuthJs)),
        (V4, "nextauth_v4", Ok(SignInMethod::NextAuth)),
        (V5, "jose_v5_endless:authjs.session-token", invalid(V5, CredentialError::Expired)),
        (V4, "jose_v4_endless", invalid(V4, CredentialError::Expired)),
        (V5, "jose_v5_other_kid:authjs.session-token", invalid(V5, CredentialError::UnknownKeyId)),
        // A session is encrypted for one cookie.
        (V5, "authjs_v5:__Secure-authjs.session-token", invalid(V5, CredentialError::UnknownKeyId)),
        (V5_SECURE, "jose_v5_without_kid:authjs.session-token", invalid(V5_SECURE, CredentialError::Signature)),
        (V5, "nextauth_v4", invalid(V5, CredentialError::Algorithm)),
        (V4, "authjs_v5:authjs.session-token", invalid(V4, CredentialError::Algorithm)),
    ] {
        assert_eq!(sign_in(&methods, cookie, made.token(name), made.at()).await, expected, "{name} in {cookie}");
    }
    for (cookie, name) in [(V5, "authjs_v5_short:authjs.session-token"), (V4, "nextauth_v4_short")] {
        let after =
            async |seconds| sign_in(&methods, cookie, made.token(name), made.at() + TimeDelta::seconds(seconds)).await;
        assert!(after(0).await.is_ok());
        assert_eq!(after(70).await, invalid(cookie, CredentialError::Expired), "{name}");
    }
}

#[tokio::test]
async fn sessions_of_any_configured_secret_are_accepted() {
    let made = Made::load();
    let (secret, older) = (made.text("secret"), made.text("older"));
    let both = format!("{secret}, {older}");
    let (v5, v4) = (made.token("authjs_v5_older:authjs.session-token"), made.token("nextauth_v4_older"));
    let rotated = sign_in_methods(&[("AUTH_SECRET", &both), ("NEXTAUTH_SECRET", &both)]);
    assert_eq!(sign_in(&rotated, V5, v5, noon()).await, Ok(SignInMethod::AuthJs));
    assert_eq!(sign_in(&rotated, V4, v4, noon()).await, Ok(SignInMethod::NextAuth));
    let only = made.methods();
    assert_eq!(sign_in(&only, V5, v5, noon()).await, invalid(V5, CredentialError::UnknownKeyId));
    assert_eq!(sign_in(&only, V4, v4, noon()).await, invalid(V4, CredentialError::Signature));
}

#[tokio::test]
async fn a_session_with_a_changed_part_is_rejected() {
    let made = Made::load();
    let methods = made.methods();
    for (cookie, name) in [(V5, "authjs_v5:authjs.session-token"), (V4, "nextauth_v4")] {
        let parts: Vec<&str> = made.token(name).split('.').collect();
        for place in [2, 3, 4] {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            let first = if parts[place].starts_with('A') { "B" } else { "A" };
            changed[place].replace_range(..1, first);
            let result = sign_in(&methods, cookie, &changed.join("."), noon()).await;
            assert_eq!(result, invalid(cookie, CredentialError::Signature), "part {place} of {name}");
            changed[place].clear();
            assert_eq!(
                sign_in(&methods, cookie, &changed.join("."), noon()).await,
                invalid(cookie, CredentialError::Signature)
            );
        }
        let shorter_tag = format!("{}.{}", parts[..4].join("."), &parts[4][..8]);
        assert_eq!(sign_in(&methods, cookie, &shorter_tag, noon()).await, invalid(cookie, CredentialError::Signature));
        for broken in ["a.b.c.d.e", &parts[..4].join("."), &format!("{}.x", parts.join("."))] {
            assert_eq!(
                sign_in(&methods, cookie, broken, noon()).await,
                invalid(cookie, CredentialError::Malformed),
                "{broken}"
            );
        }
        let wrapped_key = [parts[0], "AAAA", parts[2], parts[3], parts[4]].join(".");
        assert_eq!(sign_in(&methods, cookie, &wrapped_key, noon()).await, invalid(cookie, CredentialError::Malformed));
    }
}

#[tokio::test]
async fn a_long_session_is_split_over_several_cookies() {
    let made = Made::load();
    let methods = made.methods();
    // @auth/core splits into parts of 3,936 characters.
    let token = made.token("authjs_v5_long:authjs.session-token").as_bytes();
    let parts: Vec<String> = token.chunks(3_936).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    assert!(parts.len() > 2);
    let cookie = |parts: &[(usize, &String)]| {
        parts.iter().map(|(number, part)| format!("{V5}.{number}={part}")).collect::<Vec<_>>().join("; ")
    };
    let mut numbered: Vec<_> = parts.iter().enumerate().collect();
    numbered.reverse();
    let sign_in = async |parts| {
        authenticate_with(&methods, &[("cookie", &cookie(parts))], noon()).await.map(|user| user.method())
    };
    assert_eq!(sign_in(&numbered).await, Ok(SignInMethod::AuthJs));
    assert!(sign_in(&numbered[1..]).await.is_err_and(|error| error != AuthError::Missing), "the last part is missing");
    assert_eq!(sign_in(&numbered[..numbered.len() - 1]).await, Err(AuthError::Missing), "the first part is missing");
    let with = async |more: &str| {
        let cookies = format!("{}; {more}", cookie(&numbered));
        authenticate_with(&methods, &[("cookie", &cookies)], noon()).await.map(|user| user.method())
    };
    let (next, later) = (parts.len(), parts.len() + 1);
    assert_eq!(with(&format!("{V5}=; {V5}.{later}=left-over")).await, Ok(SignInMethod::AuthJs), "as after sign-out");
    assert_eq!(with(&format!("{V5}.0={}", parts[0])).await, Ok(SignInMethod::AuthJs), "twice with one value");
    assert_eq!(with(&format!("{V5}.0=other")).await, invalid(V5, CredentialError::Duplicate));
    assert_ne!(with(&format!("{V5}.{next}=more")).await, Ok(SignInMethod::AuthJs));
}

#[tokio::test]
async fn a_session_is_accepted_by_the_secrets_that_the_library_reads() {
    let vectors = sample("session-token-vectors.json");
    let text = |name: &str| vectors[name].as_str().expect("text").to_owned();
    let secret = text("secret");
    let (v5, v4) = (text("authjs_v5:authjs.session-token"), text("nextauth_v4"));
    let other = "another-secret-0123456789abcdef0123456789";
    let accepts_v5 = async |variables: &[(&str, &str)]| {
        let methods = sign_in_methods(variables);
        sign_in(&methods, V5, &v5, noon()).await == Ok(SignInMethod::AuthJs)
    };
    for (variables, expected) in [
        (vec![("AUTH_SECRET", secret.as_str())], true),
        (vec![("NEXTAUTH_SECRET", &secret)], true),
        (vec![("AUTH_SECRET", other), ("NEXTAUTH_SECRET", &secret)], false),
        (vec![("AUTH_SECRET_1", other), ("NEXTAUTH_SECRET", &secret)], false),
        (vec![("AUTH_SECRET_1", &secret)], true),
        (vec![("AUTH_SECRET", other), ("AUTH_SECRET_2", &secret)], true),
        (vec![("AUTH_SECRET", other), ("AUTH_SECRET_3", &format!("{other}2, {secret}"))], true),
        (vec![("AUTH_SECRET", &format!("{other},{secret}"))], true),
        (vec![("AUTH_SECRET", &format!(r#"["{other}", "{secret}"]"#))], true),
        (vec![("AUTH_SECRET", &format!("  {secret}\n"))], true),
        (vec![("AUTH_SECRET", other)], false),
    ] {
        assert_eq!(accepts_v5(&variables).await, expected, "{variables:?}");
    }
    for (value, expected) in [(format!("{other},{secret}"), true), (format!("{secret}\n"), true), (other.into(), false)]
    {
        let methods = sign_in_methods(&[("NEXTAUTH_SECRET", &value)]);
        let result = sign_in(&methods, V4, &v4, noon()).await;
        assert_eq!(result == Ok(SignInMethod::NextAuth), expected, "{value}");
    }
}

#[tokio::test]
async fn the_whole_stored_value_is_a_secret_too() {
    // An application passes the value to the library as it is: with the comma, and with white space.
    let whole = Made(sample("session-tokens-of-whole-values.json"));
    for token in whole.0["made"].as_array().expect("tokens") {
        let text = |name: &str| token[name].as_str().expect("text");
        let (variable, cookie, value) = (text("variable"), text("cookie"), text("secret"));
        let methods = sign_in_methods(&[(variable, value)]);
        let result = sign_in(&methods, cookie, text("token"), whole.at()).await;
        assert!(result.is_ok(), "{variable}={value:?}: {result:?}");
    }
}

#[tokio::test]
async fn of_the_librarys_two_cookies_the_valid_one_counts() {
    let made = Made::load();
    let methods = made.methods();
    let stale = made.token("jose_v5_other_kid:authjs.session-token");
    let (plain, secure) =
        (made.token("authjs_v5:authjs.session-token"), made.token("authjs_v5:__Secure-authjs.session-token"));
    for (cookies, expected) in [
        (format!("{V5_SECURE}={stale}; {V5}={plain}"), Ok(SignInMethod::AuthJs)),
        (format!("{V5}={stale}; {V5_SECURE}={secure}"), Ok(SignInMethod::AuthJs)),
        (format!("{V5_SECURE}=a; {V5_SECURE}=b; {V5}={plain}"), Ok(SignInMethod::AuthJs)),
        (format!("{V5_SECURE}={stale}; {V5}={stale}"), invalid(V5_SECURE, CredentialError::UnknownKeyId)),
        (format!("{V5}={stale}"), invalid(V5, CredentialError::UnknownKeyId)),
        // Another library's cookie is another credential.
        (format!("{V5}={stale}; {V4}={}", made.token("nextauth_v4")), invalid(V5, CredentialError::UnknownKeyId)),
    ] {
        let result = authenticate_with(&methods, &[("cookie", &cookies)], made.at()).await.map(|user| user.method());
        assert_eq!(result, expected, "{cookies}");
    }
}
