//! JWTs of identity providers: a valid token of each is accepted, and every invalid one is rejected.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lastpass_core::auth::{AuthError, ClaimedRole, CredentialError, CredentialSource, SignInMethod, SignInMethods};
use serde_json::{Value, json};

use crate::{
    sign_in::{
        authenticate_bearer, authenticate_with,
        issuer::{Issuer, SigningKey, hmac_token, message},
        key_server::KeyServer,
        refused_cookie, settings, sign_in_methods,
    },
    world::noon,
};

const KID: &str = "key-1";

/// Starts a key server for an issuer and returns the sign-in methods of a deployment that trusts the issuer.
async fn trusted(issuer: &Issuer) -> (KeyServer, SignInMethods) {
    let server = KeyServer::start(vec![issuer.key.jwk(KID)]).await;
    let methods = sign_in_methods(&issuer.settings_with(("AUTH_JWKS_URL", &server.url)));
    (server, methods)
}

/// The valid claims with one of them replaced, or removed by `null`.
fn with(issuer: &Issuer, name: &str, value: Value) -> Value {
    let mut claims = issuer.claims.clone();
    let members = claims.as_object_mut().expect("claims");
    if value.is_null() {
        members.remove(name)
    } else {
        members.insert(name.to_owned(), value)
    };
    claims
}

#[tokio::test]
async fn a_valid_token_of_each_provider_is_accepted_in_a_header_and_in_a_cookie() {
    for issuer in Issuer::all() {
        let (_server, by_jwks) = trusted(&issuer).await;
        let by_pem =
            sign_in_methods(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem().replace('\n', "\\n"))));
        let token = issuer.key.token(KID, &issuer.claims);
        for methods in [&by_jwks, &by_pem] {
            let user = authenticate_bearer(methods, &token, noon()).await.expect(issuer.name);
            assert_eq!((user.method(), user.credential_source()), (SignInMethod::Jwt, CredentialSource::Header));
            assert_eq!(user.role(), &ClaimedRole::Known(issuer.role), "{}", issuer.name);
            let cookie = format!("other=1; {}={token}", issuer.setting("AUTH_COOKIE").expect("a cookie"));
            let user = authenticate_with(methods, &[("cookie", &cookie)], noon()).await.expect(issuer.name);
            assert_eq!(user.credential_source(), CredentialSource::Cookie);
            assert_eq!(user.with_role(None).expect("a role").role(), issuer.role);
        }
    }
}

#[tokio::test]
async fn an_invalid_token_is_rejected_with_the_reason() {
    for issuer in Issuer::all() {
        let (_server, methods) = trusted(&issuer).await;
        let by_pem = crate::sign_in::sign_in_methods(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem())));
        for (what, token, expected) in invalid_tokens(&issuer) {
            let result = authenticate_bearer(&methods, &token, noon()).await.map(|user| user.method());
            assert_eq!(result, Err(AuthError::Invalid(expected)), "{}: {what}", issuer.name);
            let name = issuer.setting("AUTH_COOKIE").expect("a cookie");
            let cookie = format!("{name}={token}");
            let result = authenticate_with(&methods, &[("cookie", &cookie)], noon()).await.map(|user| user.method());
            assert_eq!(result, Err(refused_cookie(name, expected)), "{}: {what}, in a cookie", issuer.name);
            // A key in the settings has no id.
            if expected != CredentialError::UnknownKeyId {
                let result = authenticate_bearer(&by_pem, &token, noon()).await.map(|user| user.method());
                assert_eq!(result, Err(AuthError::Invalid(expected)), "{}: {what}, by PEM", issuer.name);
            }
        }
    }
}

/// Tokens with a single defect each: a description, the token and the expected error.
fn invalid_tokens(issuer: &Issuer) -> Vec<(&'static str, String, CredentialError)> {
    let (key, claims) = (&issuer.key, &issuer.claims);
    let now = noon().timestamp();
    let changed = |name, value| key.token(KID, &with(issuer, name, value));
    let header = json!({ "alg": key.algorithm(), "kid": KID });
    let good = key.token(KID, claims);
    let (signed, signature) = good.rsplit_once('.').expect("a signature");
    let (_, own_claims) = signed.split_once('.').expect("claims");
    let promoted = message(&header, &with(issuer, "sub", json!("another-user")));
    let other_algorithm = if key.algorithm() == "ES256" { "EdDSA" } else { "ES256" };
    let hs256 = json!({ "alg": "HS256", "kid": KID });
    let none = message(&json!({ "alg": "none", "kid": KID }), claims);
    let unnamed = json!({ "alg": key.algorithm() });
    let critical = json!({ "alg": key.algorithm(), "kid": KID, "crit": ["b64"], "b64": true });
    let mut all = vec![
        ("expired", changed("exp", json!(now - 5)), CredentialError::Expired),
        ("without an expiry", changed("exp", Value::Null), CredentialError::Expired),
        ("an expiry that is not a number", changed("exp", json!("2099")), CredentialError::Expired),
        ("more than a year ahead", changed("exp", json!(now + 366 * 86_400)), CredentialError::ExpiryTooFar),
        ("an expiry in milliseconds", changed("exp", json!((now + 60) * 1_000)), CredentialError::ExpiryTooFar),
        ("not yet valid", changed("nbf", json!(now + 6)), CredentialError::NotYetValid),
        ("wrong issuer", changed("iss", json!("https://evil.example.com")), CredentialError::Issuer),
        (
            "an issuer with a suffix",
            changed("iss", json!(format!("{}x", claims["iss"].as_str().expect("text")))),
            CredentialError::Issuer,
        ),
        ("issuer in a list", changed("iss", json!([claims["iss"]])), CredentialError::Issuer),
        ("without an issuer", changed("iss", Value::Null), CredentialError::Issuer),
        ("algorithm none", format!("{none}."), CredentialError::Malformed),
        ("algorithm none, with a signature", format!("{none}.{signature}"), CredentialError::Malformed),
        ("HS256 by the public key", hmac_token(&hs256, claims, key.pem().as_bytes()), CredentialError::Algorithm),
        (
            "HS256 by the public key, trimmed",
            hmac_token(&hs256, claims, key.pem().trim().as_bytes()),
            CredentialError::Algorithm,
        ),
        (
            "the algorithm of another key type",
            key.token_with(&json!({ "alg": other_algorithm, "kid": KID }), claims),
            CredentialError::Algorithm,
        ),
        ("unknown kid", key.token("key-2", claims), CredentialError::UnknownKeyId),
        ("without a kid", key.token_with(&unnamed, claims), CredentialError::UnknownKeyId),
        ("a foreign key under a known kid", key.another().token(KID, claims), CredentialError::Signature),
        ("stripped signature", format!("{signed}."), CredentialError::Signature),
        ("other claims under a valid signature", format!("{promoted}.{signature}"), CredentialError::Signature),
        ("a critical header", key.token_with(&critical, claims), CredentialError::Malformed),
        ("a header that is not JSON", format!("e30x.{own_claims}.{signature}"), CredentialError::Malformed),
        ("pending", changed("sts", json!("pending")), CredentialError::Pending),
        ("claims that are not an object", key.token(KID, &json!(["exp"])), CredentialError::Signature),
    ];
    if issuer.setting("AUTH_AUDIENCE").is_some() {
        all.extend([
            ("wrong audience", changed("aud", json!("https://other.example.com")), CredentialError::Audience),
            ("wrong audiences", changed("aud", json!(["a", "b"])), CredentialError::Audience),
            ("no audience in the list", changed("aud", json!([])), CredentialError::Audience),
            ("without an audience", changed("aud", Value::Null), CredentialError::Audience),
        ]);
    }
    if issuer.setting("AUTH_AUTHORIZED_PARTIES").is_some() {
        all.extend([
            (
                "another application",
                changed("azp", json!("https://evil.example.com")),
                CredentialError::AuthorizedParty,
            ),
            ("without an application", changed("azp", Value::Null), CredentialError::AuthorizedParty),
        ]);
    }
    all
}

#[tokio::test]
async fn clocks_may_differ_by_five_seconds() {
    let issuer = Issuer::clerk();
    let (_server, methods) = trusted(&issuer).await;
    let now = noon().timestamp();
    for (name, time) in [("exp", now - 4), ("nbf", now + 5)] {
        let token = issuer.key.token(KID, &with(&issuer, name, json!(time)));
        assert!(authenticate_bearer(&methods, &token, noon()).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn an_unverified_address_gives_no_role() {
    let issuer = Issuer::clerk();
    let (_server, methods) = trusted(&issuer).await;
    let sign_in = async |claims: Value| {
        authenticate_bearer(&methods, &issuer.key.token(KID, &claims), noon()).await.expect("a person")
    };

    let unclaimed = with(&issuer, "metadata", Value::Null);
    let user = sign_in(unclaimed.clone()).await;
    assert_eq!(user.role(), &ClaimedRole::FromGroups("ann@example.com".parse().expect("an address")));
    assert_eq!(user.name(), Some("ann@example.com"));

    // `emailVerified` is Better Auth's spelling; `xms_edov` is Entra's flag.
    let unverified = [
        ("email_verified", json!(false)),
        ("email_verified", json!("false")),
        ("emailVerified", json!(false)),
        ("xms_edov", json!(false)),
        ("xms_edov", json!("0")),
    ];
    for (flag, unverified) in unverified {
        let mut claims = unclaimed.clone();
        claims[flag] = unverified;
        let user = sign_in(claims).await;
        assert_eq!((user.role(), user.name()), (&ClaimedRole::None, Some("sub:user_2abc")));
        assert!(user.with_role(Some(lastpass_core::domain::Role::Admin)).is_none(), "groups do not give a role");
    }
}

#[tokio::test]
async fn a_role_that_users_can_write_is_ignored() {
    let issuer = Issuer::supabase();
    let (_server, methods) = trusted(&issuer).await;
    let claims = with(&issuer, "app_metadata", json!({ "provider": "email" }));
    let user = authenticate_bearer(&methods, &issuer.key.token(KID, &claims), noon()).await.expect("a person");
    assert!(matches!(user.role(), ClaimedRole::FromGroups(_)), "the role in user_metadata is ignored");

    let server = KeyServer::start(Vec::new()).await;
    for path in ["/user_metadata/role", "/unsafe_metadata/role", "user_metadata"] {
        let mut variables = issuer.settings_with(("AUTH_JWKS_URL", &server.url));
        variables.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
        variables.push(("AUTH_ROLE_CLAIM", path));
        let errors = settings(&variables).sign_in.expect_err("a malformed setting");
        assert_eq!(errors.iter().map(|error| error.variable).collect::<Vec<_>>(), ["AUTH_ROLE_CLAIM"], "{path}");
    }
}

#[tokio::test]
async fn a_cookie_can_be_split_and_ends_at_the_first_gap() {
    let issuer = Issuer::supabase();
    let (_server, methods) = trusted(&issuer).await;
    let session = json!({ "access_token": issuer.key.token(KID, &issuer.claims), "refresh_token": "r", "user": {} });
    let value = format!("base64-{}", BASE64_URL_SAFE_NO_PAD.encode(session.to_string()));
    let parts: Vec<&str> = value.as_bytes().chunks(200).map(|part| str::from_utf8(part).expect("ASCII")).collect();
    let cookie = |omitted: Option<usize>| {
        let kept = parts.iter().enumerate().filter(|(number, _)| Some(*number) != omitted);
        kept.map(|(number, part)| format!("sb-ref-auth-token.{number}={part}")).collect::<Vec<_>>().join("; ")
    };
    let sign_in =
        async |cookie: &str| authenticate_with(&methods, &[("cookie", cookie)], noon()).await.map(|user| user.method());
    assert_eq!(sign_in(&format!("sb-ref-auth-token={value}")).await, Ok(SignInMethod::Jwt));
    assert_eq!(sign_in(&cookie(None)).await, Ok(SignInMethod::Jwt));
    let name = "sb-ref-auth-token";
    assert_eq!(sign_in(&cookie(Some(0))).await, Err(AuthError::Missing));
    for number in 1..parts.len() {
        assert_eq!(sign_in(&cookie(Some(number))).await, Err(refused_cookie(name, CredentialError::Malformed)));
    }
    let left_over = format!("{}; {name}=; {name}.{}=left-over", cookie(None), parts.len() + 1);
    assert_eq!(sign_in(&left_over).await, Ok(SignInMethod::Jwt));
    let twice = format!("{name}={value}; {name}={value}");
    assert_eq!(sign_in(&twice).await, Ok(SignInMethod::Jwt));
    let different = format!("{name}={value}; {name}=x");
    assert_eq!(sign_in(&different).await, Err(refused_cookie(name, CredentialError::Duplicate)));
}

#[tokio::test]
async fn a_cookie_of_supabase_can_be_raw() {
    let issuer = Issuer::supabase();
    let (_server, methods) = trusted(&issuer).await;
    let token = issuer.key.token(KID, &issuer.claims);
    let raw = format!("%7B%22access_token%22%3A%22{token}%22%2C%22user%22%3A%7B%22name%22%3A%22J%C3%B6rg%22%7D%7D");
    let (first, second) = raw.split_at(raw.len() / 2);
    for cookies in
        [format!("sb-ref-auth-token={raw}"), format!("sb-ref-auth-token.1={second}; sb-ref-auth-token.0={first}")]
    {
        let user = authenticate_with(&methods, &[("cookie", &cookies)], noon()).await.map(|user| user.method());
        assert_eq!(user, Ok(SignInMethod::Jwt), "{cookies}");
    }
}

#[tokio::test]
async fn clerks_suffixed_cookie_is_named_and_read_if_the_setting_names_it() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let token = issuer.key.token(KID, &issuer.claims);
    let methods = |cookie: &'static str| {
        let mut variables = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
        variables.retain(|(name, _)| *name != "AUTH_COOKIE");
        variables.push(("AUTH_COOKIE", cookie));
        sign_in_methods(&variables)
    };
    let (plain, suffixed) = (methods("__session"), methods("__session_AbC-_123"));
    let sign_in = async |methods: &SignInMethods, cookies: String| {
        authenticate_with(methods, &[("cookie", &cookies)], noon()).await.map(|user| user.method())
    };
    let both = format!("__session=stale; __session_AbC-_123={token}");
    assert_eq!(sign_in(&suffixed, both.clone()).await, Ok(SignInMethod::Jwt));
    let name = || "__session_AbC-_123".to_owned();
    let refused = AuthError::InvalidCookie {
        cookie: "__session".to_owned(),
        reason: CredentialError::Malformed,
        suffixed: Some(name()),
    };
    assert_eq!(sign_in(&plain, both).await, Err(refused));
    let only = AuthError::OnlySuffixedCookie { cookie: "__session".to_owned(), suffixed: name() };
    assert_eq!(sign_in(&plain, format!("__session_AbC-_123={token}")).await, Err(only));
    assert_eq!(sign_in(&plain, "__session_other=x".to_owned()).await, Err(AuthError::Missing));
}

#[tokio::test]
async fn a_configured_key_verifies_only_algorithms_of_its_type() {
    let rsa = Issuer::clerk();
    for other in [SigningKey::p256(), SigningKey::ed25519()] {
        let methods = sign_in_methods(&rsa.settings_with(("AUTH_PUBLIC_KEY", &other.pem())));
        let result =
            authenticate_bearer(&methods, &rsa.key.token(KID, &rsa.claims), noon()).await.map(|user| user.method());
        assert_eq!(result, Err(AuthError::Invalid(CredentialError::Algorithm)));
    }
}
