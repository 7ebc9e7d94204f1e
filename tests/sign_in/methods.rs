//! The sign-in methods together, and through HTTP requests.

use chrono::TimeDelta;
use futures_util::future::join_all;
use http::Request;
use lastpass_core::{
    auth::{AuthError, CookieScope, CredentialError, OwnCookie, SignInMethod},
    domain::Role,
    settings::SettingError,
};
use lastpass_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    companies::with_user,
    sign_in::{authenticate_with, issuer::Issuer, refused_cookie, settings, sign_in_methods},
    world::{ADMIN, AUDITOR, World, company, noon},
};

const REPORT: &str = "/api/security-report";
const SECRET: &str = "signing-0123456789abcdef0123456789abcdef";
const CRON: &str = "cron-0123456789abcdef";

#[tokio::test]
async fn a_user_of_an_identity_provider_has_the_permissions_of_the_role() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let world = World::with(company(10), &issuer.settings_with(("AUTH_PUBLIC_KEY", &pem)));
    let get = async |claims: &serde_json::Value| {
        let token = issuer.key.token("any", claims);
        world.send(Request::get(REPORT).header("authorization", format!("Bearer {token}"))).await
    };
    assert_eq!(get(&issuer.claims).await.emails().len(), 10);
    let mut claims = issuer.claims.clone();
    claims["metadata"]["role"] = json!("manager");
    assert!(get(&claims).await.emails().is_empty());
    claims["metadata"]["role"] = json!("owner");
    get(&claims).await.problem(403, "no-role");
    claims["exp"] = json!(noon().timestamp() - 60);
    get(&claims).await.problem(401, "unauthenticated");
    assert_eq!(world.get("security-report").await.status, 200, "keys still work");
}

#[tokio::test]
async fn a_role_from_groups_is_fetched_from_lastpass_for_one_person() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let company = with_user(company(10), 4, "Cleo@example.com", &["Compliance", "domain admins"]);
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    settings.extend([("ROLE_GROUPS", "auditor=Compliance;admin=Domain Admins"), ("CACHE_SECONDS", "0")]);
    let world = World::with(company, &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("cleo@example.com");
    claims["exp"] = json!((noon() + TimeDelta::hours(1)).timestamp());
    let token = issuer.key.token("any", &claims);
    let get = async |path: &str| {
        world.send(Request::get(format!("/api/{path}")).header("authorization", format!("Bearer {token}"))).await
    };
    let own = get("session").await.json();
    assert_eq!((&own["actor"], &own["role"]), (&json!("cleo@example.com"), &json!("auditor")), "the first match");
    assert_eq!(get("audit-logs").await.status, 200);
    // A role is cached for five minutes; after that, a removed member has none.
    world.sim.with_company(|company| company.users[4].disabled = true);
    world.advance(TimeDelta::minutes(4));
    assert_eq!(get("audit-logs").await.status, 200);
    world.advance(TimeDelta::minutes(1));
    get("audit-logs").await.problem(403, "no-role");
}

#[tokio::test]
async fn while_lastpass_is_unavailable_there_are_no_roles_from_groups_and_no_retries() {
    let issuer = Issuer::clerk();
    let pem = issuer.key.pem();
    let mut settings = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.retain(|(name, _)| *name != "AUTH_ROLE_CLAIM");
    // A malformed setting of changes does not block reading.
    settings.extend([("ROLE_GROUPS", "admin=Domain Admins"), ("CHANGES", "perhaps")]);
    let world = World::with(with_user(company(3), 1, "cleo@example.com", &["Domain Admins"]), &settings);
    let mut claims = issuer.claims.clone();
    claims["email"] = json!("cleo@example.com");
    let bearer = format!("Bearer {}", issuer.key.token("any", &claims));
    let get =
        async |path: &str| world.send(Request::get(format!("/api/{path}")).header("authorization", &bearer)).await;
    world.sim.inject(Fault::always(FaultKind::TooManyRequests { retry_after: Some(40) }));
    let response = get("security-report").await;
    response.problem(503, "roles-unavailable");
    assert_eq!(response.header("retry-after"), "40");
    let calls = world.calls_by_command();
    get("security-report").await.problem(503, "roles-unavailable");
    let own = get("session").await;
    assert_eq!((own.status.as_u16(), &own.json()["signedIn"], &own.json()["role"]), (200, &json!(true), &Value::Null));
    assert_eq!(world.calls_by_command(), calls, "no call until Retry-After has passed");
    world.sim.clear_faults();
    world.advance(TimeDelta::seconds(41));
    let together = join_all((0..10).map(|_| get("session"))).await;
    assert!(together.iter().all(|response| response.json()["role"] == "admin"));
    assert_eq!(world.calls_by_command()["getuserdata"], calls["getuserdata"] + 1, "one request for all of them");
}

#[tokio::test]
async fn a_dashboard_session_has_the_role_and_identity_of_its_key() {
    let key = format!("auditor/cleo@example.com:{AUDITOR}");
    let methods = sign_in_methods(&[("DASHBOARD_KEYS", &key), ("SIGNING_SECRET", SECRET)]);
    let (session, keys) = (methods.sessions.as_ref().expect("a session"), methods.keys.as_ref().expect("keys"));
    assert_eq!(session.cookie(), OwnCookie::session(CookieScope::Plain));
    let signed_in = session.issue(keys, AUDITOR.as_bytes(), noon()).expect("a good key");
    let (cookie, _) = signed_in.set_cookie.split_once(';').expect("attributes");
    let user = authenticate_with(&methods, &[("cookie", cookie)], noon()).await.expect("a session");
    assert_eq!((user.method(), user.name()), (SignInMethod::Session, Some("cleo@example.com")));
    let (by_cookie, by_key) =
        (user.with_role(None), authenticate_with(&methods, &[("x-api-key", AUDITOR)], noon()).await);
    let (by_cookie, by_key) = (by_cookie.expect("a role"), by_key.expect("a key").with_role(None).expect("a role"));
    assert_eq!((by_cookie.role(), by_cookie.identity()), (Role::Auditor, by_key.identity()), "one caller");
}

#[test]
fn a_deployed_session_cookie_is_bound_to_its_host() {
    for platform in ["VERCEL", "AWS_LAMBDA_FUNCTION_NAME"] {
        let methods = sign_in_methods(&[("LASTPASS_DEMO", "1"), (platform, "1")]);
        assert_eq!(methods.sessions.map(|session| session.cookie()), Some(OwnCookie::session(CookieScope::Host)));
    }
}

#[tokio::test]
async fn the_first_cookie_decides_even_if_it_is_invalid() {
    let issuer = Issuer::clerk();
    let (pem, keys) = (issuer.key.pem(), format!("admin:{ADMIN}"));
    let mut variables = issuer.settings_with(("AUTH_PUBLIC_KEY", &pem));
    variables.extend([("DASHBOARD_KEYS", keys.as_str()), ("SIGNING_SECRET", SECRET), ("AUTH_SECRET", SECRET)]);
    let methods = sign_in_methods(&variables);
    let configured: Vec<&str> = methods.configured().map(SignInMethod::name).collect();
    assert_eq!(configured, ["key", "session", "jwt", "authJs"]);
    let token = issuer.key.token("any", &issuer.claims);
    let session = methods.sessions.as_ref().zip(methods.keys.as_ref());
    let session = session.and_then(|(session, keys)| session.issue(keys, ADMIN.as_bytes(), noon())).expect("a session");
    let session = session.set_cookie.split(';').next().expect("a pair");
    let sign_in =
        async |headers: &[(&str, &str)]| authenticate_with(&methods, headers, noon()).await.map(|user| user.method());
    let both = format!("__session={token}; {session}");
    assert_eq!(sign_in(&[("cookie", &both)]).await, Ok(SignInMethod::Session));
    let broken = format!("__session={token}; lastpass-session=x");
    let refused = refused_cookie("lastpass-session", CredentialError::Malformed);
    assert_eq!(sign_in(&[("cookie", &broken)]).await, Err(refused));
    let broken = format!("authjs.session-token=x; __session={token}");
    assert_eq!(sign_in(&[("cookie", &broken)]).await, Ok(SignInMethod::Jwt));
    assert_eq!(
        sign_in(&[("cookie", "authjs.session-token=x")]).await,
        Err(refused_cookie("authjs.session-token", CredentialError::Malformed))
    );
    let nope = [("authorization", "Bearer nope"), ("cookie", &both), ("x-api-key", ADMIN)];
    assert_eq!(sign_in(&nope).await, Err(AuthError::Invalid(CredentialError::UnknownKey)));
    let key = [("x-api-key", ADMIN), ("cookie", "lastpass-session=x")];
    assert_eq!(sign_in(&key).await, Ok(SignInMethod::Key));
    let token = [("x-api-key", token.as_str())];
    assert_eq!(sign_in(&token).await, Err(AuthError::Invalid(CredentialError::UnknownKey)), "a token is not a key");
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
fn an_incomplete_or_malformed_sign_in_method_is_reported() {
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
    check(&[("AUTH_SECRET", SECRET), ("AUTH_SECRET_2", "short")], &["AUTH_SECRET_2"]);
    for malformed in ["short", "with spaces 0123456789"] {
        check(&[("NEXTAUTH_SECRET", SECRET), ("CRON_SECRET", malformed)], &["CRON_SECRET"]);
    }
    // A secret of two purposes.
    let hashed = "admin:sha256:8f0becd4e2d8bbda113b8b4dc9613712c3a3f6c7cdca39922a4e4ef529a414f1".to_owned();
    let json = format!(r#"["auditor/ann@example.com:{ADMIN}"]"#);
    for keys in [&keys, &hashed, &json] {
        check(&[("DASHBOARD_KEYS", keys), ("CRON_SECRET", ADMIN)], &["CRON_SECRET"]);
        check(&[("DASHBOARD_KEYS", keys), ("CRON_SECRET", CRON), ("SIGNING_SECRET", SECRET)], &[]);
    }
    check(&[("DASHBOARD_KEYS", &keys), ("CRON_SECRET", &keys)], &["CRON_SECRET"]);
    check(&[("DASHBOARD_KEYS", &keys), ("CRON_SECRET", &ADMIN[..20])], &["CRON_SECRET"]);
    let two = format!("{SECRET},another-0123456789abcdef0123456789");
    for name in ["SIGNING_SECRET", "NEXTAUTH_SECRET", "AUTH_SECRET_1"] {
        check(&[("DASHBOARD_KEYS", &keys), (name, &two), ("CRON_SECRET", SECRET)], &["CRON_SECRET"]);
    }
}

#[tokio::test]
async fn debug_output_contains_no_secret_and_no_personal_data() {
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
    let methods = settings.sign_in.expect("sign-in methods");
    let mut claims = issuer.claims.clone();
    (claims["sub"], claims["email"]) = (json!("canary"), json!("canary@example.com"));
    let token = issuer.key.token("any", &claims);
    for header in [("authorization", format!("Bearer {token}")), ("x-api-key", canaries[3].1[25..].to_owned())] {
        let user = authenticate_with(&methods, &[(header.0, &header.1)], noon()).await.expect("a user");
        said.push_str(&format!("{user:?} {:?}", user.role()));
        said.push_str(&format!("{:?}", user.with_role(None)));
    }
    let body: String = pem.lines().nth(1).expect("a line").to_owned();
    assert!(!said.contains("canary") && !said.contains(&body) && said.contains("AuthenticatedUser"), "{said}");
}

#[tokio::test]
async fn a_refused_cookie_is_named() {
    let clerk = Issuer::clerk();
    let pem = clerk.key.pem();
    let mut settings = clerk.settings_with(("AUTH_PUBLIC_KEY", &pem));
    settings.push(("AUTH_SECRET", SECRET));
    let world = World::with(company(3), &settings);
    let detail = async |cookies: &str| {
        let response = world.send(Request::get(REPORT).header("cookie", cookies)).await;
        response.problem(401, "unauthenticated");
        response.json()["detail"].as_str().expect("a detail").to_owned()
    };
    for (cookies, expected) in [
        ("__session=x.y.z", "in the cookie __session is not accepted"),
        ("__session=a; __session=b", "the cookie __session twice, with different values"),
        ("__session=a; __session_AbCd1234=b", "set AUTH_COOKIE=__session_AbCd1234"),
        ("__session_AbCd1234=b", "no cookie __session (AUTH_COOKIE), but __session_AbCd1234"),
        ("__Secure-authjs.session-token=x", "in the cookie __Secure-authjs.session-token is not accepted"),
        ("authjs.session-token.0=x; authjs.session-token.0=y", "the cookie authjs.session-token twice"),
    ] {
        let detail = detail(cookies).await;
        assert!(detail.contains(expected), "{cookies}: {detail}");
    }
    let mut pending = clerk.claims.clone();
    pending["sts"] = json!("pending");
    let detail = detail(&format!("__session={}", clerk.key.token("any", &pending))).await;
    assert!(detail.contains("__session is pending"), "{detail}");
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_read_every_header() {
    // https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
    const SAFE: [&str; 7] =
        ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"];
    let origin = "https://dashboard.example.com";
    let world = World::with(company(3), &[("CORS_ALLOWED_ORIGINS", origin), ("SIGNING_SECRET", SECRET)]);
    let requests = [
        Request::get(REPORT).header("x-api-key", ADMIN),
        Request::get(format!("{REPORT}?format=csv")).header("x-api-key", ADMIN),
        Request::get(REPORT),
        Request::put(REPORT).header("x-api-key", ADMIN),
        Request::delete("/api/session").header("sec-fetch-site", "same-origin"),
        Request::get("/api/health"),
    ];
    let mut seen = Vec::new();
    for request in requests {
        let response = world.send(request.header("origin", origin)).await;
        let exposed: Vec<String> =
            response.header("access-control-expose-headers").split(", ").map(str::to_ascii_lowercase).collect();
        for name in response.headers.keys().map(|name| name.as_str()) {
            let is_readable = SAFE.contains(&name) || exposed.iter().any(|known| known == name);
            assert!(is_readable || name == "set-cookie" || name.starts_with("access-control-"), "{name}");
            seen.push(name.to_owned());
        }
        // Of replies to changes.
        assert!(exposed.iter().any(|known| known == "idempotency-replayed"), "{exposed:?}");
        assert!(exposed.iter().any(|known| known == "retry-after"), "{exposed:?}");
    }
    for name in ["etag", "link", "content-disposition", "www-authenticate", "allow", "clear-site-data"] {
        assert!(seen.iter().any(|known| known == name), "{name}");
    }
}
