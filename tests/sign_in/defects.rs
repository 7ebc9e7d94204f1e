//! A good token of each provider comes in; with any single defect it does not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lastpass_core::auth::{AuthError, ClaimedRole, CredentialError, CredentialSource, SignInMethod, SignInMethods};
use serde_json::{Value, json};

use crate::{
    sign_in::{
        issuer::{Issuer, SigningKey, hmac_token, message},
        judge, judge_bearer,
        key_server::KeyServer,
        settings, sign_in_methods,
    },
    world::noon,
};

const KID: &str = "key-1";

/// A provider whose keys are published, and a deployment that trusts it.
async fn trusted(issuer: &Issuer) -> (KeyServer, SignInMethods) {
    let server = KeyServer::start(vec![issuer.key.jwk(KID)]).await;
    let methods = sign_in_methods(&issuer.settings_with(("AUTH_JWKS_URL", &server.url)));
    (server, methods)
}

/// The good claims with one changed; `null` takes it out.
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
async fn a_good_token_of_each_provider_comes_in_by_header_and_by_cookie() {
    for issuer in Issuer::all() {
        let (_server, fetched) = trusted(&issuer).await;
        let fixed = sign_in_methods(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem().replace('\n', "\\n"))));
        let token = issuer.key.token(KID, &issuer.claims);
        for methods in [&fetched, &fixed] {
            let user = judge_bearer(methods, &token, noon()).await.expect(issuer.name);
            assert_eq!((user.method(), user.credential_source()), (SignInMethod::Jwt, CredentialSource::Header));
            assert_eq!(user.role(), &ClaimedRole::Known(issuer.role), "{}", issuer.name);
            let cookie = format!("other=1; {}={token}", issuer.setting("AUTH_COOKIE").expect("a cookie"));
            let user = judge(methods, &[("cookie", &cookie)], noon()).await.expect(issuer.name);
            assert_eq!(user.credential_source(), CredentialSource::Cookie);
            assert_eq!(user.with_role(None).expect("a role").role(), issuer.role);
        }
    }
}

#[tokio::test]
async fn a_token_with_a_single_defect_is_refused_for_that_defect() {
    for issuer in Issuer::all() {
        let (_server, methods) = trusted(&issuer).await;
        let fixed = crate::sign_in::sign_in_methods(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem())));
        for (what, token, expected) in defects(&issuer) {
            let refused = judge_bearer(&methods, &token, noon()).await.map(|user| user.method());
            assert_eq!(refused, Err(AuthError::Invalid(expected)), "{}: {what}", issuer.name);
            let cookie = format!("{}={token}", issuer.setting("AUTH_COOKIE").expect("a cookie"));
            let refused = judge(&methods, &[("cookie", &cookie)], noon()).await.map(|user| user.method());
            assert_eq!(refused, Err(AuthError::Invalid(expected)), "{}: {what}, in a cookie", issuer.name);
            // One key in the settings has no name that a token could get wrong.
            if expected != CredentialError::UnknownKeyId {
                let refused = judge_bearer(&fixed, &token, noon()).await.map(|user| user.method());
                assert_eq!(refused, Err(AuthError::Invalid(expected)), "{}: {what}, by PEM", issuer.name);
            }
        }
    }
}

/// Each single defect.
fn defects(issuer: &Issuer) -> Vec<(&'static str, String, CredentialError)> {
    let (key, claims) = (&issuer.key, &issuer.claims);
    let now = noon().timestamp();
    let changed = |name, value| key.token(KID, &with(issuer, name, value));
    let header = json!({ "alg": key.algorithm(), "kid": KID });
    let good = key.token(KID, claims);
    let (signed, signature) = good.rsplit_once('.').expect("a signature");
    let (_, own_claims) = signed.split_once('.').expect("claims");
    let promoted = message(&header, &with(issuer, "sub", json!("somebody-else")));
    let other_algorithm = if key.algorithm() == "ES256" { "EdDSA" } else { "ES256" };
    let hs256 = json!({ "alg": "HS256", "kid": KID });
    let none = message(&json!({ "alg": "none", "kid": KID }), claims);
    let unnamed = json!({ "alg": key.algorithm() });
    let critical = json!({ "alg": key.algorithm(), "kid": KID, "crit": ["b64"], "b64": true });
    let mut all = vec![
        ("expired", changed("exp", json!(now - 5)), CredentialError::Expired),
        ("without an end", changed("exp", Value::Null), CredentialError::Expired),
        ("an end that is no number", changed("exp", json!("2099")), CredentialError::Expired),
        ("not yet valid", changed("nbf", json!(now + 6)), CredentialError::NotYetValid),
        ("wrong issuer", changed("iss", json!("https://evil.example.com")), CredentialError::Issuer),
        (
            "issuer with more behind it",
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
            "another type's algorithm",
            key.token_with(&json!({ "alg": other_algorithm, "kid": KID }), claims),
            CredentialError::Algorithm,
        ),
        ("unknown kid", key.token("key-2", claims), CredentialError::UnknownKeyId),
        ("without a kid", key.token_with(&unnamed, claims), CredentialError::UnknownKeyId),
        ("another's key under a known kid", key.another().token(KID, claims), CredentialError::Signature),
        ("stripped signature", format!("{signed}."), CredentialError::Signature),
        ("other claims under a good signature", format!("{promoted}.{signature}"), CredentialError::Signature),
        ("a header that must be understood", key.token_with(&critical, claims), CredentialError::Malformed),
        ("a header that is no JSON", format!("e30x.{own_claims}.{signature}"), CredentialError::Malformed),
        ("pending", changed("sts", json!("pending")), CredentialError::Pending),
        ("claims that are no object", key.token(KID, &json!(["exp"])), CredentialError::Signature),
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
        assert!(judge_bearer(&methods, &token, noon()).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn an_address_that_nobody_proved_asks_for_no_role() {
    let issuer = Issuer::clerk();
    let (_server, methods) = trusted(&issuer).await;
    let judged =
        async |claims: Value| judge_bearer(&methods, &issuer.key.token(KID, &claims), noon()).await.expect("a person");

    let unclaimed = with(&issuer, "metadata", Value::Null);
    let user = judged(unclaimed.clone()).await;
    assert_eq!(user.role(), &ClaimedRole::FromGroups("ann@example.com".parse().expect("an address")));
    assert_eq!(user.name(), Some("ann@example.com"));

    // The second name is Better Auth's.
    let unproved =
        [("email_verified", json!(false)), ("email_verified", json!("false")), ("emailVerified", json!(false))];
    for (mark, unproved) in unproved {
        let mut claims = unclaimed.clone();
        claims[mark] = unproved;
        let user = judged(claims).await;
        assert_eq!((user.role(), user.name()), (&ClaimedRole::None, Some("sub:user_2abc")));
        assert!(user.with_role(Some(lastpass_core::domain::Role::Admin)).is_none(), "groups give nobody a role");
    }
}

#[tokio::test]
async fn a_role_that_people_write_themselves_is_none() {
    let issuer = Issuer::supabase();
    let (_server, methods) = trusted(&issuer).await;
    let claims = with(&issuer, "app_metadata", json!({ "provider": "email" }));
    let user = judge_bearer(&methods, &issuer.key.token(KID, &claims), noon()).await.expect("a person");
    assert!(matches!(user.role(), ClaimedRole::FromGroups(_)), "the role in user_metadata is not looked at");

    let server = KeyServer::start(Vec::new()).await;
    for path in ["/user_metadata/role", "/unsafe_metadata/role", "user_metadata"] {
        let mut variables = issuer.settings_with(("AUTH_JWKS_URL", &server.url));
        variables.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
        variables.push(("AUTH_ROLE_CLAIM", path));
        let faults = settings(&variables).sign_in.expect_err("a malformed setting");
        assert_eq!(faults.iter().map(|fault| fault.variable).collect::<Vec<_>>(), ["AUTH_ROLE_CLAIM"], "{path}");
    }
}

#[tokio::test]
async fn a_cookie_may_come_in_parts_and_each_is_needed() {
    let issuer = Issuer::supabase();
    let (_server, methods) = trusted(&issuer).await;
    let session = json!({ "access_token": issuer.key.token(KID, &issuer.claims), "refresh_token": "r", "user": {} });
    let value = format!("base64-{}", BASE64_URL_SAFE_NO_PAD.encode(session.to_string()));
    let parts: Vec<&str> = value.as_bytes().chunks(200).map(|part| str::from_utf8(part).expect("ASCII")).collect();
    let cookie = |leave_out: Option<usize>| {
        let kept = parts.iter().enumerate().filter(|(number, _)| Some(*number) != leave_out);
        kept.map(|(number, part)| format!("sb-ref-auth-token.{number}={part}")).collect::<Vec<_>>().join("; ")
    };
    let judged = async |cookie: &str| judge(&methods, &[("cookie", cookie)], noon()).await.map(|user| user.method());
    assert_eq!(judged(&format!("sb-ref-auth-token={value}")).await, Ok(SignInMethod::Jwt));
    assert_eq!(judged(&cookie(None)).await, Ok(SignInMethod::Jwt));
    for number in 0..parts.len() - 1 {
        assert_eq!(judged(&cookie(Some(number))).await, Err(AuthError::Invalid(CredentialError::MissingCookiePart)));
    }
    assert_eq!(judged(&cookie(Some(parts.len() - 1))).await, Err(AuthError::Invalid(CredentialError::Malformed)));
    let twice = format!("sb-ref-auth-token={value}; sb-ref-auth-token={value}");
    assert_eq!(judged(&twice).await, Err(AuthError::Invalid(CredentialError::Duplicate)));
}

#[tokio::test]
async fn a_key_of_the_settings_verifies_its_own_type_only() {
    let rsa = Issuer::clerk();
    for other in [SigningKey::p256(), SigningKey::ed25519()] {
        let methods = sign_in_methods(&rsa.settings_with(("AUTH_PUBLIC_KEY", &other.pem())));
        let refused = judge_bearer(&methods, &rsa.key.token(KID, &rsa.claims), noon()).await.map(|user| user.method());
        assert_eq!(refused, Err(AuthError::Invalid(CredentialError::Algorithm)));
    }
}
