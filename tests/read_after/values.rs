//! Which replies give a value, and which values are honoured.

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    companies::with_leaver,
    database::Database,
    edge::link_of,
    read_after::deployment::{Carrier, Deployment, READ_AFTER, value_of},
    world::{ADMIN, MANAGER, SIGNING_SECRET, World, noon, same_origin},
};

fn deactivate() -> Value {
    json!({ "email": "colleague@example.com", "action": "deactivate" })
}

/// A cache that outlives every value.
const LONG: [(&str, &str); 1] = [("CACHE_SECONDS", "3600")];

/// Asserts that a read with this value is answered from the cache, without a call to LastPass.
async fn assert_ignored(deployment: &Deployment, value: &str, of: &str) {
    for carrier in Carrier::ALL {
        let plain = deployment.get(carrier, ADMIN, "security-report", None).await;
        let calls = deployment.world.sim.calls().len();
        let reply = deployment.get(carrier, ADMIN, "security-report", Some(value)).await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &plain.body), "{of} in the {carrier:?}");
        assert_eq!(deployment.world.sim.calls().len(), calls, "{of} in the {carrier:?}");
        assert_eq!(reply.header("etag"), plain.header("etag"), "{of}");
    }
}

#[tokio::test]
async fn a_forged_or_cut_value_changes_nothing() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &LONG).await;
    deployment.get(Carrier::Script, ADMIN, "security-report", None).await;
    let value = deployment.change(Carrier::Script, "users", &deactivate()).await;
    let other_secret = [("SIGNING_SECRET", "another-0123456789abcdef0123456789abcdef")];
    let elsewhere = World::with_database(with_leaver(), &Database::sqlite(), &other_secret);
    let foreign = elsewhere.post("users", deactivate()).await.header(READ_AFTER).to_owned();
    assert!(!foreign.is_empty());
    let mut forged = vec![
        (foreign, "of another secret"),
        ("x".to_owned(), "one letter"),
        ("0".to_owned(), "a digit"),
        ("null".to_owned(), "null"),
        ("....".to_owned(), "dots"),
        ("2026-11-24T12:00:00Z".to_owned(), "a plain time"),
        (noon().timestamp_millis().to_string(), "plain milliseconds"),
        (format!("{value}{value}"), "twice"),
        (format!("{value}x"), "a letter more"),
        (format!("{value}."), "a dot more"),
        ("a".repeat(8_000), "8,000 letters"),
        (value.to_uppercase(), "upper case"),
        (value.chars().rev().collect(), "reversed"),
    ];
    forged.extend((1..value.len()).map(|length| (value[..length].to_owned(), "cut")));
    for place in 0..value.len() {
        let mut bytes = value.clone().into_bytes();
        bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(bytes).expect("ASCII");
        // The last character of Base64 may have bits without meaning.
        if place + 1 < value.len() {
            forged.push((changed, "changed"));
        }
    }
    forged.retain(|(forged, _)| *forged != value);
    for (forged, of) in &forged {
        assert_ignored(&deployment, forged, of).await;
    }
    // The true one still works after all of them.
    let reply = deployment.get(Carrier::Script, ADMIN, "security-report", Some(&value)).await;
    assert_eq!(reply.json()["stats"]["disabledUsers"], 1);
}

#[tokio::test]
async fn a_value_is_honoured_for_ten_minutes_and_up_to_a_minute_ahead() {
    for (seconds_later, offset, honoured) in [
        (0, 0, true),
        (599, 0, true),
        (601, 0, false),
        (3_000, 0, false),
        (0, 59, true),
        (0, 61, false),
        (0, 600, false),
        (0, 86_400, false),
    ] {
        let writer_ahead = |name: &str| TimeDelta::seconds(if name == "users" { offset } else { 0 });
        let deployment = Deployment::new(writer_ahead, &LONG).await;
        deployment.get(Carrier::Script, ADMIN, "security-report", None).await;
        let value = deployment.change(Carrier::Script, "users", &deactivate()).await;
        deployment.world.advance(TimeDelta::seconds(seconds_later));
        if !honoured {
            assert_ignored(&deployment, &value, &format!("{seconds_later} s later, {offset} s ahead")).await;
            continue;
        }
        let calls = deployment.world.calls_by_command()["getuserdata"];
        for _ in 0..3 {
            let reply = deployment.get(Carrier::Script, ADMIN, "security-report", Some(&value)).await;
            assert_eq!(reply.json()["stats"]["disabledUsers"], 1, "{seconds_later} s later, {offset} s ahead");
            deployment.world.advance(TimeDelta::milliseconds(100));
        }
        assert_eq!(deployment.world.calls_by_command()["getuserdata"], calls + 1, "{seconds_later} s, {offset} s");
    }
}

#[tokio::test]
async fn only_a_change_that_was_sent_gives_a_value() {
    for carrier in Carrier::ALL {
        let deployment = Deployment::new(|_| TimeDelta::zero(), &[("KNOWN_GROUPS", "VPN")]).await;
        let post = async |route: &str, body: Value| deployment.post(carrier, ADMIN, route, &body).await;
        let new = json!({ "firstName": "A", "lastName": "B", "email": "a.b@example.com", "department": "Sales" });
        let dry = |mut body: Value| {
            body["dryRun"] = json!(true);
            body
        };
        for (route, body) in [
            ("users", dry(deactivate())),
            ("groups", dry(json!({ "email": "other@example.com", "add": ["VPN"] }))),
            ("provision-user", dry(new.clone())),
            ("users", json!({ "email": "leaver@example.com", "action": "deactivate" })),
            ("users", json!({ "email": "ann@example.com", "action": "remove" })),
            ("users", json!({ "email": "missing@example.com", "action": "restore" })),
            ("users", json!({ "email": "other@example.com", "action": "nope" })),
            ("groups", json!({ "email": "other@example.com", "add": ["No-Such-Group"] })),
            ("provision-user", json!({ "email": "other@example.com" })),
        ] {
            let before = deployment.world.sim.calls().len();
            let reply = post(route, body.clone()).await;
            for carrier in Carrier::ALL {
                assert_eq!(value_of(carrier, &reply), None, "{route} {body}");
            }
            let sent = &deployment.world.sim.calls()[before..];
            assert!(sent.iter().all(|call| !call.had_effect), "{route} {body}");
        }
        for (route, body, status) in [
            ("users", deactivate(), 200),
            ("users", json!({ "email": "colleague@example.com", "action": "restore" }), 200),
            ("groups", json!({ "email": "other@example.com", "add": ["VPN"] }), 200),
            ("provision-user", new.clone(), 201),
        ] {
            let reply = post(route, body.clone()).await;
            assert_eq!(reply.status, status, "{}", reply.text());
            assert!(value_of(Carrier::Script, &reply).is_some(), "{route}: the header");
            assert_eq!(
                value_of(Carrier::Browser, &reply).is_some(),
                carrier == Carrier::Browser,
                "{route}: the cookie"
            );
        }
    }
    let read_only = World::with(with_leaver(), &[("CHANGES", "dryRun"), ("SIGNING_SECRET", SIGNING_SECRET)]);
    let reply = read_only.post("users", deactivate()).await;
    assert_eq!((reply.status.as_u16(), value_of(Carrier::Script, &reply)), (200, None));
    assert!(read_only.sim.calls().iter().all(|call| !call.had_effect));
}

#[tokio::test]
async fn an_unknown_outcome_and_a_repeat_give_a_value() {
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[]);
    let done = world.post_once("k1", "users", deactivate()).await;
    let repeated = world.post_once("k1", "users", deactivate()).await;
    assert_eq!(repeated.header("idempotency-replayed"), "true");
    for reply in [&done, &repeated] {
        assert!(value_of(Carrier::Script, reply).is_some());
        assert_eq!(value_of(Carrier::Browser, reply), None, "the caller has no cookie");
    }
    let new = json!({ "firstName": "A", "lastName": "B", "email": "a.b@example.com", "department": "Sales" });
    let lost = Fault::once(FaultKind::ResetBefore).on("batchadd");
    world.sim.inject(lost);
    for _ in 0..2 {
        let reply = world.post_once("k2", "provision-user", new.clone()).await;
        reply.problem(504, "outcome-unknown");
        assert!(value_of(Carrier::Script, &reply).is_some());
    }
}

#[tokio::test]
async fn the_cookie_is_bound_like_that_of_the_session() {
    for (settings, expected, secure) in
        [(&[][..], "lastpass-read-after=", false), (&[("VERCEL", "1")], "__Host-lastpass-read-after=", true)]
    {
        let database = Database::sqlite();
        let world = World::with_database(with_leaver(), &database, settings);
        let cookies = world.sign_in(ADMIN).await;
        let reply = world.send_json(cookies.send_with(Request::post("/api/users")), &deactivate()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let set: Vec<_> = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
        let [cookie] = set[..] else { panic!("one cookie in {set:?}") };
        assert!(cookie.starts_with(expected), "{cookie}");
        let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=600"] {
            assert!(attributes.contains(&attribute), "{attribute} in {cookie}");
        }
        assert_eq!(attributes.contains(&"Secure"), secure, "{cookie}");
        assert!(!cookie.contains("colleague") && !cookie.contains(ADMIN), "{cookie}");
        let mut cookies = cookies;
        cookies.store(&reply);
        let out = world.send(cookies.send_with(Request::delete("/api/session"))).await;
        let cleared: Vec<_> =
            out.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
        assert!(cleared.iter().any(|cookie| cookie.starts_with(&format!("{expected};"))), "{cleared:?}");
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_send_the_header_and_read_it() {
    let origin = "https://dashboard.example.com";
    let database = Database::sqlite();
    let world = World::with_database(with_leaver(), &database, &[("CORS_ALLOWED_ORIGINS", origin)]);
    for route in ["security-report", "users", "groups", "shared-folders", "audit-logs", "actions", "provision-user"] {
        let preflight = Request::options(format!("/api/lastpass/{route}"))
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", READ_AFTER);
        let reply = world.send(preflight).await;
        let allowed = reply.header("access-control-allow-headers").to_ascii_lowercase();
        assert!(allowed.split(", ").any(|name| name == READ_AFTER), "{route}: {allowed}");
    }
    let change =
        Request::post("/api/users").header("authorization", format!("Bearer {ADMIN}")).header("origin", origin);
    let reply = world.send_json(change, &deactivate()).await;
    let exposed = reply.header("access-control-expose-headers").to_ascii_lowercase();
    assert!(exposed.split(", ").any(|name| name == READ_AFTER), "{exposed}");
    assert!(value_of(Carrier::Script, &reply).is_some());
}

#[tokio::test]
async fn an_edge_link_ignores_the_value() {
    let deployment = Deployment::new(|_| TimeDelta::zero(), &LONG).await;
    let report = deployment.get(Carrier::Script, MANAGER, "security-report", None).await;
    let link = link_of(&report).expect("a link");
    let world = deployment.function("security-report");
    let plain = world.send(Request::get(&link)).await;
    let value = deployment.change(Carrier::Script, "users", &deactivate()).await;
    let calls = deployment.world.sim.calls().len();
    for request in [
        Request::get(&link).header(READ_AFTER, &value),
        same_origin(Request::get(&link)).header("cookie", format!("{READ_AFTER}={value}")),
        Request::head(&link).header(READ_AFTER, &value),
    ] {
        let is_head = request.method_ref() == Some(&http::Method::HEAD);
        let reply = world.send(request).await;
        assert!(is_head || reply.body == plain.body);
        assert_eq!(reply.header("cache-control"), plain.header("cache-control"));
        for name in ["vary", "set-cookie", READ_AFTER] {
            assert!(!reply.headers.contains_key(name), "{name}");
        }
    }
    assert_eq!(deployment.world.sim.calls().len(), calls);
}
