//! A good token of each provider comes in; with any single defect it does not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lastpass_core::auth::{Carrier, ClaimedRole, Defect, Refusal, Way, Ways};
use serde_json::{Value, json};

use crate::{
    sign_in::{
        issuer::{Issuer, SigningKey, hmac_token, message},
        judge, judge_bearer,
        key_server::KeyServer,
        settings, ways,
    },
    world::noon,
};

const KID: &str = "key-1";

/// A provider whose keys are published, and a deployment that trusts it.
async fn trusted(issuer: &Issuer) -> (KeyServer, Ways) {
    let server = KeyServer::start(vec![issuer.key.jwk(KID)]).await;
    let ways = ways(&issuer.settings_with(("AUTH_JWKS_URL", &server.url)));
    (server, ways)
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
        let fixed = ways(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem().replace('\n', "\\n"))));
        let token = issuer.key.token(KID, &issuer.claims);
        for ways in [&fetched, &fixed] {
            let claimant = judge_bearer(ways, &token, noon()).await.expect(issuer.name);
            assert_eq!((claimant.way(), claimant.carrier()), (Way::Jwt, Carrier::Header));
            assert_eq!(claimant.role(), &ClaimedRole::Known(issuer.role), "{}", issuer.name);
            let cookie = format!("other=1; {}={token}", issuer.setting("AUTH_COOKIE").expect("a cookie"));
            let claimant = judge(ways, &[("cookie", &cookie)], noon()).await.expect(issuer.name);
            assert_eq!(claimant.carrier(), Carrier::Cookie);
            assert_eq!(claimant.settle(None).expect("a role").role(), issuer.role);
        }
    }
}

#[tokio::test]
async fn a_token_with_a_single_defect_is_refused_for_that_defect() {
    for issuer in Issuer::all() {
        let (_server, ways) = trusted(&issuer).await;
        let fixed = super::ways(&issuer.settings_with(("AUTH_PUBLIC_KEY", &issuer.key.pem())));
        for (what, token, expected) in defects(&issuer) {
            let refused = judge_bearer(&ways, &token, noon()).await.map(|claimant| claimant.way());
            assert_eq!(refused, Err(Refusal::Wrong(expected)), "{}: {what}", issuer.name);
            let cookie = format!("{}={token}", issuer.setting("AUTH_COOKIE").expect("a cookie"));
            let refused = judge(&ways, &[("cookie", &cookie)], noon()).await.map(|claimant| claimant.way());
            assert_eq!(refused, Err(Refusal::Wrong(expected)), "{}: {what}, in a cookie", issuer.name);
            // One key in the settings has no name that a token could get wrong.
            if expected != Defect::UnknownSigner {
                let refused = judge_bearer(&fixed, &token, noon()).await.map(|claimant| claimant.way());
                assert_eq!(refused, Err(Refusal::Wrong(expected)), "{}: {what}, by PEM", issuer.name);
            }
        }
    }
}

/// Each single defect.
fn defects(issuer: &Issuer) -> Vec<(&'static str, String, Defect)> {
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
        ("expired", changed("exp", json!(now - 5)), Defect::Expired),
        ("without an end", changed("exp", Value::Null), Defect::Expired),
        ("an end that is no number", changed("exp", json!("2099")), Defect::Expired),
        ("not yet valid", changed("nbf", json!(now + 6)), Defect::NotYetValid),
        ("wrong issuer", changed("iss", json!("https://evil.example.com")), Defect::Issuer),
        (
            "issuer with more behind it",
            changed("iss", json!(format!("{}x", claims["iss"].as_str().expect("text")))),
            Defect::Issuer,
        ),
        ("issuer in a list", changed("iss", json!([claims["iss"]])), Defect::Issuer),
        ("without an issuer", changed("iss", Value::Null), Defect::Issuer),
        ("algorithm none", format!("{none}."), Defect::Malformed),
        ("algorithm none, with a signature", format!("{none}.{signature}"), Defect::Malformed),
        ("HS256 by the public key", hmac_token(&hs256, claims, key.pem().as_bytes()), Defect::Algorithm),
        (
            "HS256 by the public key, trimmed",
            hmac_token(&hs256, claims, key.pem().trim().as_bytes()),
            Defect::Algorithm,
        ),
        (
            "another type's algorithm",
            key.token_with(&json!({ "alg": other_algorithm, "kid": KID }), claims),
            Defect::Algorithm,
        ),
        ("unknown kid", key.token("key-2", claims), Defect::UnknownSigner),
        ("without a kid", key.token_with(&unnamed, claims), Defect::UnknownSigner),
        ("another's key under a known kid", key.another().token(KID, claims), Defect::Signature),
        ("stripped signature", format!("{signed}."), Defect::Signature),
        ("other claims under a good signature", format!("{promoted}.{signature}"), Defect::Signature),
        ("a header that must be understood", key.token_with(&critical, claims), Defect::Malformed),
        ("a header that is no JSON", format!("e30x.{own_claims}.{signature}"), Defect::Malformed),
        ("pending", changed("sts", json!("pending")), Defect::Pending),
        ("claims that are no object", key.token(KID, &json!(["exp"])), Defect::Signature),
    ];
    if issuer.setting("AUTH_AUDIENCE").is_some() {
        all.extend([
            ("wrong audience", changed("aud", json!("https://other.example.com")), Defect::Audience),
            ("wrong audiences", changed("aud", json!(["a", "b"])), Defect::Audience),
            ("no audience in the list", changed("aud", json!([])), Defect::Audience),
            ("without an audience", changed("aud", Value::Null), Defect::Audience),
        ]);
    }
    if issuer.setting("AUTH_AUTHORIZED_PARTIES").is_some() {
        all.extend([
            ("another application", changed("azp", json!("https://evil.example.com")), Defect::AuthorizedParty),
            ("without an application", changed("azp", Value::Null), Defect::AuthorizedParty),
        ]);
    }
    all
}

#[tokio::test]
async fn clocks_may_differ_by_five_seconds() {
    let issuer = Issuer::clerk();
    let (_server, ways) = trusted(&issuer).await;
    let now = noon().timestamp();
    for (name, time) in [("exp", now - 4), ("nbf", now + 5)] {
        let token = issuer.key.token(KID, &with(&issuer, name, json!(time)));
        assert!(judge_bearer(&ways, &token, noon()).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn an_address_that_nobody_proved_asks_for_no_role() {
    let issuer = Issuer::clerk();
    let (_server, ways) = trusted(&issuer).await;
    let judged =
        async |claims: Value| judge_bearer(&ways, &issuer.key.token(KID, &claims), noon()).await.expect("a person");

    let unclaimed = with(&issuer, "metadata", Value::Null);
    let claimant = judged(unclaimed.clone()).await;
    assert_eq!(claimant.role(), &ClaimedRole::ByGroups("ann@example.com".parse().expect("an address")));
    assert_eq!(claimant.name(), Some("ann@example.com"));

    // The second name is Better Auth's.
    let unproved =
        [("email_verified", json!(false)), ("email_verified", json!("false")), ("emailVerified", json!(false))];
    for (mark, unproved) in unproved {
        let mut claims = unclaimed.clone();
        claims[mark] = unproved;
        let claimant = judged(claims).await;
        assert_eq!((claimant.role(), claimant.name()), (&ClaimedRole::Nobody, Some("sub:user_2abc")));
        assert!(claimant.settle(Some(lastpass_core::domain::Role::Admin)).is_none(), "groups give nobody a role");
    }
}

#[tokio::test]
async fn a_role_that_people_write_themselves_is_none() {
    let issuer = Issuer::supabase();
    let (_server, ways) = trusted(&issuer).await;
    let claims = with(&issuer, "app_metadata", json!({ "provider": "email" }));
    let claimant = judge_bearer(&ways, &issuer.key.token(KID, &claims), noon()).await.expect("a person");
    assert!(matches!(claimant.role(), ClaimedRole::ByGroups(_)), "the role in user_metadata is not looked at");

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
    let (_server, ways) = trusted(&issuer).await;
    let session = json!({ "access_token": issuer.key.token(KID, &issuer.claims), "refresh_token": "r", "user": {} });
    let value = format!("base64-{}", BASE64_URL_SAFE_NO_PAD.encode(session.to_string()));
    let parts: Vec<&str> = value.as_bytes().chunks(200).map(|part| str::from_utf8(part).expect("ASCII")).collect();
    let cookie = |leave_out: Option<usize>| {
        let kept = parts.iter().enumerate().filter(|(number, _)| Some(*number) != leave_out);
        kept.map(|(number, part)| format!("sb-ref-auth-token.{number}={part}")).collect::<Vec<_>>().join("; ")
    };
    let judged = async |cookie: &str| judge(&ways, &[("cookie", cookie)], noon()).await.map(|claimant| claimant.way());
    assert_eq!(judged(&format!("sb-ref-auth-token={value}")).await, Ok(Way::Jwt));
    assert_eq!(judged(&cookie(None)).await, Ok(Way::Jwt));
    for number in 0..parts.len() - 1 {
        assert_eq!(judged(&cookie(Some(number))).await, Err(Refusal::Wrong(Defect::MissingPart)));
    }
    assert_eq!(judged(&cookie(Some(parts.len() - 1))).await, Err(Refusal::Wrong(Defect::Malformed)));
    let twice = format!("sb-ref-auth-token={value}; sb-ref-auth-token={value}");
    assert_eq!(judged(&twice).await, Err(Refusal::Wrong(Defect::Twice)));
}

#[tokio::test]
async fn a_key_of_the_settings_verifies_its_own_type_only() {
    let rsa = Issuer::clerk();
    for other in [SigningKey::p256(), SigningKey::ed25519()] {
        let ways = ways(&rsa.settings_with(("AUTH_PUBLIC_KEY", &other.pem())));
        let refused =
            judge_bearer(&ways, &rsa.key.token(KID, &rsa.claims), noon()).await.map(|claimant| claimant.way());
        assert_eq!(refused, Err(Refusal::Wrong(Defect::Algorithm)));
    }
}
