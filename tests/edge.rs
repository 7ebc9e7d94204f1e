//! Edge links: which replies have one, what it opens, and when it expires.

use chrono::TimeDelta;
use http::{Request, request::Builder};
use lastpass_sim::{Fault, FaultKind};

use crate::world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, SIGNING_SECRET, TestResponse, World, company};

const REPORT: &str = "/api/security-report";

/// A world with a signing secret, so that its links are signed.
fn signing_world(people: usize) -> World {
    World::with(company(people), &[("SIGNING_SECRET", SIGNING_SECRET)])
}

/// The URL in a reply's `Link` header.
pub(crate) fn link_of(reply: &TestResponse) -> Option<String> {
    let (address, rest) = reply.header("link").strip_prefix('<')?.split_once('>')?;
    assert_eq!(rest, "; rel=\"alternate\"");
    Some(address.to_owned())
}

async fn link(world: &World) -> String {
    link_of(&world.get_as(MANAGER, "security-report").await).expect("a link")
}

#[tokio::test]
async fn a_link_opens_the_summary_without_a_key_and_contains_no_name() {
    let world = signing_world(300);
    let summary = world.get_as(MANAGER, "security-report?view=summary").await;
    let reply = world.send(Request::get(link_of(&summary).expect("a link"))).await;
    assert_eq!((reply.status.as_u16(), reply.text()), (200, summary.text()), "the summary that a manager sees");
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "public, max-age=0, must-revalidate");
    assert_eq!(reply.header("vercel-cdn-cache-control"), "s-maxage=300, stale-while-revalidate=600");
    assert_eq!(reply.header("vercel-cache-tag"), "security-report");
    for name in ["vary", "set-cookie", "etag", "link", "access-control-allow-origin"] {
        assert!(!reply.headers.contains_key(name), "{name}");
    }
    world.sim.with_company(|company| {
        for user in &company.users {
            assert!(!reply.text().contains(&user.username), "{}", user.username);
            assert!(user.fullname.is_empty() || !reply.text().contains(&user.fullname), "{}", user.fullname);
        }
    });
}

#[tokio::test]
async fn every_view_and_format_of_the_report_has_the_link() {
    let world = signing_world(10);
    let expected = link(&world).await;
    for (key, query) in [
        (ADMIN, ""),
        (ADMIN, "?limit=1&sort=email"),
        (ADMIN, "?format=csv"),
        (ADMIN, "?view=summary"),
        (MANAGER, ""),
        (AUDITOR, "?view=summary"),
    ] {
        let reply = world.get_as(key, &format!("security-report{query}")).await;
        assert_eq!(link_of(&reply).as_ref(), Some(&expected), "{query}");
        let again = Request::get(format!("{REPORT}{query}")).header("x-api-key", key);
        let again = world.send(again.header("if-none-match", reply.header("etag"))).await;
        assert_eq!((again.status.as_u16(), link_of(&again).as_ref()), (304, Some(&expected)));
    }
    for reply in [
        world.get_as(PROVISIONER, "security-report").await,
        world.get("security-report?limit=0").await,
        world.get_as(MANAGER, "security-report?view=full").await,
        world.send(Request::get(REPORT)).await,
        world.send(Request::get(&expected)).await,
    ] {
        assert_eq!(link_of(&reply), None, "{}", reply.status);
    }
}

#[tokio::test]
async fn a_link_expires_within_the_next_quarter_of_an_hour_and_the_report_has_a_new_one() {
    let world = signing_world(10);
    let first = link(&world).await;
    world.advance(TimeDelta::minutes(14));
    assert_eq!(link(&world).await, first, "all requests of a quarter get the same link");
    world.advance(TimeDelta::minutes(14));
    assert_eq!(
        world.send(Request::get(&first)).await.header("vercel-cdn-cache-control"),
        "s-maxage=60, stale-while-revalidate=0"
    );
    world.advance(TimeDelta::minutes(1));
    world.send(Request::get(&first)).await.problem(403, "edge-link-expired");
    let second = link(&world).await;
    assert_ne!(second, first);
    assert_eq!(world.send(Request::get(second)).await.status, 200);
}

#[tokio::test]
async fn an_altered_link_is_refused() {
    let world = signing_world(10);
    let good = link(&world).await;
    for wrong in [
        format!("{good}&x-vercel-id=1"),
        format!("{good}&_vercel_share=1"),
        format!("{good}&q="),
        format!("{good}&foo="),
        good.replace('?', "/?").replace("/api/", "/api/lastpass/"),
        format!("{good}&fresh=true"),
        format!("{good}&view=full"),
        good.replace("view=summary", "view=full"),
        good.replace("view=summary&", ""),
        good.replace("&sig=", "&sig=A"),
        good[..good.find("&sig").expect("a signature")].to_owned(),
        // The signature covers the path of the function, not its alias.
        good.replace("/api/", "/api/lastpass/"),
        format!("{REPORT}?exp=1&sig=2"),
        format!("{REPORT}?sig="),
        format!("{REPORT}?view=full&%65xp=1"),
    ] {
        let with_key = Request::get(&wrong).header("authorization", format!("Bearer {ADMIN}"));
        for request in [Request::get(&wrong), with_key, Request::get(&wrong).header("x-api-key", ADMIN)] {
            world.send(request).await.problem(403, "edge-link-invalid");
        }
    }
    let elsewhere = World::with(company(10), &[("SIGNING_SECRET", "another-0123456789abcdef0123456789abcdef")]);
    elsewhere.send(Request::get(&good)).await.problem(403, "edge-link-invalid");
    let posted = world.send(Request::post(&good)).await;
    posted.problem(405, "method-not-allowed");
}

#[tokio::test]
async fn a_link_may_be_requested_with_a_trailing_slash() {
    let world = signing_world(10);
    let good = link(&world).await;
    let (plain, slash) =
        (world.send(Request::get(&good)).await, world.send(Request::get(good.replace('?', "/?"))).await);
    assert_eq!((slash.status.as_u16(), slash.text()), (200, plain.text()));
    assert_eq!(slash.header("vercel-cdn-cache-control"), plain.header("vercel-cdn-cache-control"));
    world.send(Request::get(good.replace('?', "//?"))).await.problem(404, "not-found");
}

#[tokio::test]
async fn credentials_on_a_link_are_ignored() {
    let settings = [("SIGNING_SECRET", SIGNING_SECRET), ("CORS_ALLOWED_ORIGINS", "https://elsewhere.example.com")];
    let world = World::with(company(10), &settings);
    let good = link(&world).await;
    let plain = world.send(Request::get(&good)).await;
    let with: [fn(Builder) -> Builder; 6] = [
        |request| request.header("authorization", format!("Bearer {ADMIN}")),
        |request| request.header("authorization", "Bearer nope"),
        |request| request.header("x-api-key", PROVISIONER),
        |request| request.header("cookie", "lastpass-session=nope"),
        |request| request.header("origin", "https://elsewhere.example.com"),
        |request| request.header("if-none-match", "*"),
    ];
    for with in with {
        let reply = world.send(with(Request::get(&good))).await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &plain.body));
        let mut names: Vec<_> = reply.headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        let mut expected: Vec<_> = plain.headers.keys().map(|name| name.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
    let head = world.send(Request::head(&good)).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}

#[tokio::test]
async fn without_a_secret_there_are_no_links() {
    let good = link(&signing_world(10)).await;
    for secret in ["", "short"] {
        let world = World::with(company(10), &[("SIGNING_SECRET", secret)]);
        let reply = world.get("security-report").await;
        assert_eq!((reply.status.as_u16(), link_of(&reply)), (200, None));
        world.send(Request::get(&good)).await.problem(403, "edge-link-invalid");
    }
    let demo = World::with(company(3), &[("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")]);
    let link = link_of(&demo.get_as("demo-auditor", "security-report").await).expect("the demo's public secret signs");
    assert_eq!(demo.send(Request::get(link)).await.json()["meta"]["source"], "demo");
}

#[tokio::test(start_paused = true)]
async fn a_failure_behind_a_link_is_not_cached_and_names_no_setting() {
    let world = signing_world(10);
    let good = link(&world).await;
    let fresh = signing_world(10);
    fresh.sim.inject(Fault::always(FaultKind::Status(500)));
    fresh.send(Request::get(&good)).await.problem(502, "lastpass-unavailable");
    let settings = [("SIGNING_SECRET", SIGNING_SECRET), ("LASTPASS_PROVISIONING_HASH", "")];
    let unset = World::with(company(10), &settings);
    let problem = unset.send(Request::get(&good)).await.problem(503, "not-configured");
    assert!(!problem.to_string().contains("LASTPASS_"), "{problem}");
}
