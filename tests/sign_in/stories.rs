//! The ways in beside each other, and through the front door.

use chrono::TimeDelta;
use futures_util::future::join_all;
use http::Request;
use lastpass_core::{
    auth::{AuthError, CredentialError, SessionCookie, SignInMethod},
    domain::Role,
    settings::SettingError,
};
use lastpass_sim::FaultKind;
use serde_json::{Value, json};

use crate::{
    sign_in::{issuer::Issuer, judge, settings, sign_in_methods},
    world::{ADMIN, AUDITOR, World, company, noon},
};

const REPORT: &str = "/api/security-report";
const SECRET: &str = "signing-0123456789abcdef0123456789abcdef";
const CRON: &str = "cron-0123456789abcdef";

#[tokio::test]
async fn a_person_of_an_identity_provider_sees_what_the_role_may() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let world = World::with(company(10), &issuer.settings_with(("AUTH_PUBLIC_KEY", &pem)));
    let ask = async |claims: &serde_json::Value| {
        let token = issuer.key.token("any", claims);
        world.send(Request::get(REPORT).header("authorization", format!("Bearer {token}"))).await
    };
    assert_eq!(ask(&issuer.claims).await.emails().len(), 10);
    let mut claims = issuer.claims.clone();
    claims["metadata"]["role"] = json!("manager");
    assert!(ask(&claims).await.emails().is_empty());
    claims["metadata"]["role"] = json!("owner");
    ask(&claims).await.problem(403, "no-role");
    claims["exp"] = json!(noon().timestamp() - 60);
    ask(&claims).await.problem(401, "unauthenticated");
    assert_eq!(world.get("security-report").await.status, 200, "keys go on to work");
}

#[tokio::test]
async fn a_role_is_that_of_a_group_at_lastpass_which_is_asked_for_one_person() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut company = company(10);
    let person = &mut company.users[4];
    (person.username, person.disabled, person.groups) =
        ("Cleo@example.com".to_owned(), false, vec!["Compliance".to_owned(), "domain admins".to_owned()]);
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    settings.extend([("ROLE_GROUPS", "auditor=Compliance;admin=Domain Admins"), ("CACHE_SECONDS", "0")]);
    let world = World::with(company, &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("cleo@example.com");
    claims["exp"] = json!((noon() + TimeDelta::hours(1)).timestamp());
    let token = issuer.key.token("any", &claims);
    let ask = async |path: &str| {
        world.send(Request::get(format!("/api/{path}")).header("authorization", format!("Bearer {token}"))).await
    };
    let own = ask("session").await.json();
    assert_eq!((&own["actor"], &own["role"]), (&json!("cleo@example.com"), &json!("auditor")), "the first that fits");
    assert_eq!(ask("audit-logs").await.status, 200);
    // Who was let in stays so for five minutes; then a leaver is out.
    world.sim.with_company(|company| company.users[4].disabled = true);
    world.pass(TimeDelta::minutes(4));
    assert_eq!(ask("audit-logs").await.status, 200);
    world.pass(TimeDelta::minutes(1));
    ask("audit-logs").await.problem(403, "no-role");
}

#[tokio::test]
async fn while_lastpass_is_silent_nobody_gets_a_role_by_groups_and_it_is_left_in_peace() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    // What is wrong with the changes does not keep anybody from reading.
    settings.extend([("ROLE_GROUPS", "admin=Domain Admins"), ("CHANGES", "perhaps")]);
    let mut company = company(3);
    let person = &mut company.users[1];
    (person.username, person.disabled, person.groups) =
        ("cleo@example.com".to_owned(), false, vec!["Domain Admins".to_owned()]);
    let world = World::with(company, &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("cleo@example.com");
    let bearer = format!("Bearer {}", issuer.key.token("any", &claims));
    let ask =
        async |path: &str| world.send(Request::get(format!("/api/{path}")).header("authorization", &bearer)).await;
    world.sim.inject(lastpass_sim::Fault::always(FaultKind::TooManyRequests { retry_after: Some(40) }));
    let seen = ask("security-report").await;
    seen.problem(503, "roles-unavailable");
    assert_eq!(seen.header("retry-after"), "40");
    let asked = world.asked();
    ask("security-report").await.problem(503, "roles-unavailable");
    let own = ask("session").await;
    assert_eq!((own.status.as_u16(), &own.json()["signedIn"], &own.json()["role"]), (200, &json!(true), &Value::Null));
    assert_eq!(world.asked(), asked, "LastPass asked for peace");
    world.sim.clear_faults();
    world.pass(TimeDelta::seconds(41));
    let together = join_all((0..10).map(|_| ask("session"))).await;
    assert!(together.iter().all(|seen| seen.json()["role"] == "admin"));
    assert_eq!(world.asked()["getuserdata"], asked["getuserdata"] + 1, "asked once for all of them");
}

#[tokio::test]
async fn our_own_session_stands_for_its_key() {
    let key = format!("auditor/cleo@example.com:{AUDITOR}");
    let methods = sign_in_methods(&[("DASHBOARD_KEYS", &key), ("SIGNING_SECRET", SECRET)]);
    let (session, keys) = (methods.sessions.as_ref().expect("a session"), methods.keys.as_ref().expect("keys"));
    assert_eq!(session.cookie(), SessionCookie::Plain);
    let signed_in = session.issue(keys, AUDITOR.as_bytes(), noon()).expect("a good key");
    let (cookie, _) = signed_in.set_cookie.split_once(';').expect("attributes");
    let user = judge(&methods, &[("cookie", cookie)], noon()).await.expect("a session");
    assert_eq!((user.method(), user.name()), (SignInMethod::Session, Some("cleo@example.com")));
    let (by_cookie, by_key) = (user.with_role(None), judge(&methods, &[("x-api-key", AUDITOR)], noon()).await);
    let (by_cookie, by_key) = (by_cookie.expect("a role"), by_key.expect("a key").with_role(None).expect("a role"));
    assert_eq!((by_cookie.role(), by_cookie.identity()), (Role::Auditor, by_key.identity()), "one caller");
}

#[test]
fn a_deployment_keeps_its_session_for_its_host_alone() {
    for platform in ["VERCEL", "AWS_LAMBDA_FUNCTION_NAME"] {
        let methods = sign_in_methods(&[("LASTPASS_DEMO", "1"), (platform, "1")]);
        assert_eq!(methods.sessions.map(|session| session.cookie()), Some(SessionCookie::Host));
    }
}

#[tokio::test]
async fn the_first_cookie_decides_and_a_wrong_one_is_not_made_up_for() {
    let issuer = Issuer::clerk();
    let (pem, keys) = (issuer.key.pem(), format!("admin:{ADMIN}"));
    let mut variables = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    variables.extend([("DASHBOARD_KEYS", keys.as_str()), ("SIGNING_SECRET", SECRET), ("AUTH_SECRET", SECRET)]);
    let methods = sign_in_methods(&variables);
    let open: Vec<&str> = methods.configured().map(SignInMethod::name).collect();
    assert_eq!(open, ["key", "session", "jwt", "authJs"]);
    let token = issuer.key.token("any", &issuer.claims);
    let session = methods.sessions.as_ref().zip(methods.keys.as_ref());
    let session = session.and_then(|(session, keys)| session.issue(keys, ADMIN.as_bytes(), noon())).expect("a session");
    let session = session.set_cookie.split(';').next().expect("a pair");
    let judged = async |headers: &[(&str, &str)]| judge(&methods, headers, noon()).await.map(|user| user.method());
    let both = format!("__session={token}; {session}");
    assert_eq!(judged(&[("cookie", &both)]).await, Ok(SignInMethod::Session));
    let broken = format!("__session={token}; lastpass-session=x");
    assert_eq!(judged(&[("cookie", &broken)]).await, Err(AuthError::Invalid(CredentialError::Malformed)));
    let broken = format!("authjs.session-token=x; __session={token}");
    assert_eq!(judged(&[("cookie", &broken)]).await, Ok(SignInMethod::Jwt));
    assert_eq!(
        judged(&[("cookie", "authjs.session-token=x")]).await,
        Err(AuthError::Invalid(CredentialError::Malformed))
    );
    let nope = [("authorization", "Bearer nope"), ("cookie", &both), ("x-api-key", ADMIN)];
    assert_eq!(judged(&nope).await, Err(AuthError::Invalid(CredentialError::UnknownKey)));
    let key = [("x-api-key", ADMIN), ("cookie", "lastpass-session=x")];
    assert_eq!(judged(&key).await, Ok(SignInMethod::Key));
    let token = [("x-api-key", token.as_str())];
    assert_eq!(judged(&token).await, Err(AuthError::Invalid(CredentialError::UnknownKey)), "a token is no key");
}

#[tokio::test]
async fn the_schedulers_secret_is_not_a_users_credential() {
    let world = World::with(company(3), &[("CRON_SECRET", CRON)]);
    for value in [format!("Bearer {CRON}"), format!("Splunk {CRON}")] {
        world.send(Request::get(REPORT).header("authorization", &value)).await.problem(401, "unauthenticated");
    }
    world.send(Request::get(REPORT).header("x-api-key", CRON)).await.problem(401, "unauthenticated");
}

#[test]
fn a_way_in_that_is_incomplete_or_malformed_is_named() {
    let named = |variables: &[(&str, &str)]| {
        let all = settings(variables);
        let errors = [all.sign_in.err(), all.cron_secret.err()].into_iter().flatten().flatten();
        errors.map(|SettingError { variable, .. }| variable).collect::<Vec<_>>()
    };
    let check = |variables: &[(&str, &str)], expected: &[&str]| assert_eq!(named(variables), expected, "{variables:?}");
    let pem = crate::sign_in::issuer::SigningKey::ed25519().pem();
    let keys = format!("admin:{ADMIN}");
    check(&[], &["DASHBOARD_KEYS"]);
    check(&[("AUTH_ISSUER", "x"), ("SIGNING_SECRET", SECRET), ("CRON_SECRET", CRON)], &["DASHBOARD_KEYS"]);
    check(&[("DASHBOARD_KEYS", &keys), ("AUTH_ISSUER", "x"), ("AUTH_COOKIE", "x y")], &[]);
    check(&[("DASHBOARD_KEYS", &keys), ("SIGNING_SECRET", "short")], &[]);
    check(&[("DASHBOARD_KEYS", "admin"), ("AUTH_SECRET", "short")], &["DASHBOARD_KEYS", "AUTH_SECRET"]);
    check(&[("AUTH_PUBLIC_KEY", &pem)], &["AUTH_ISSUER", "AUTH_AUDIENCE"]);
    let token = [("AUTH_PUBLIC_KEY", pem.as_str()), ("AUTH_ISSUER", "x"), ("AUTH_AUDIENCE", "y")];
    check(&token, &[]);
    check(&[&token[..], &[("AUTH_JWKS_URL", "https://x.example.com")]].concat(), &["AUTH_PUBLIC_KEY"]);
    check(&[&token[1..], &[("AUTH_JWKS_URL", "http://x.example.com")]].concat(), &["AUTH_JWKS_URL"]);
    check(&[&token[1..], &[("AUTH_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----")]].concat(), &["AUTH_PUBLIC_KEY"]);
    check(&[&token[..2], &[("AUTH_AUTHORIZED_PARTIES", ",")]].concat(), &["AUTH_AUTHORIZED_PARTIES"]);
    check(&[&token[..], &[("AUTH_COOKIE", "a b")]].concat(), &["AUTH_COOKIE"]);
    check(&[&token[..], &[("AUTH_ROLE_CLAIM", "/user_metadata/role")]].concat(), &["AUTH_ROLE_CLAIM"]);
    check(&[&token[..], &[("AUTH_EMAIL_CLAIM", "/user_metadata/email")]].concat(), &["AUTH_EMAIL_CLAIM"]);
    check(&[("NEXTAUTH_SECRET", SECRET)], &[]);
    for malformed in ["short", "with blanks 0123456789"] {
        check(&[("NEXTAUTH_SECRET", SECRET), ("CRON_SECRET", malformed)], &["CRON_SECRET"]);
    }
}

#[tokio::test]
async fn nothing_prints_a_secret_or_a_person() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let canaries = [
        ("AUTH_PUBLIC_KEY", pem.as_str()),
        ("AUTH_ISSUER", "https://clerk.example.com"),
        ("AUTH_AUTHORIZED_PARTIES", "https://app.example.com"),
        ("DASHBOARD_KEYS", "admin/canary@example.com:canary-key-0123456789abcdef0123456789abcdef"),
        ("SIGNING_SECRET", "canary-signing-0123456789abcdef0123456789abcdef"),
        ("AUTH_SECRET", "canary-auth-0123456789abcdef0123456789abcdef"),
        ("NEXTAUTH_SECRET", "canary-next-0123456789abcdef0123456789abcdef"),
        ("CRON_SECRET", "canary-cron-0123456789abcdef"),
    ];
    let settings = settings(&canaries);
    let mut said = format!("{settings:?}");
    let methods = settings.sign_in.expect("ways in");
    let mut claims = issuer.claims.clone();
    (claims["sub"], claims["email"]) = (json!("canary"), json!("canary@example.com"));
    let token = issuer.key.token("any", &claims);
    for header in [("authorization", format!("Bearer {token}")), ("x-api-key", canaries[3].1[25..].to_owned())] {
        let user = judge(&methods, &[(header.0, &header.1)], noon()).await.expect("a user");
        said.push_str(&format!("{user:?} {:?}", user.role()));
        said.push_str(&format!("{:?}", user.with_role(None)));
    }
    let body: String = pem.lines().nth(1).expect("a line").to_owned();
    assert!(!said.contains("canary") && !said.contains(&body) && said.contains("AuthenticatedUser"), "{said}");
}
