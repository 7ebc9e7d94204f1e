//! What is kept, for how long, and who asks LastPass.

use chrono::TimeDelta;
use futures_util::future::join_all;
use http::Request;
use lastpass_sim::{Fault, FaultKind};

use crate::world::{ADMIN, MANAGER, World, company};

#[tokio::test]
async fn three_hundred_cold_reads_at_once_ask_lastpass_once_a_page() {
    let world = World::new(company(2_001));
    let response = join_all((0..300).map(|_| world.get("security-report?limit=1"))).await;
    assert!(response.iter().all(|reply| reply.status == 200 && reply.body == response[0].body));
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
    assert_eq!(world.calls_by_command()["getsfdata"], 1);
}

#[tokio::test]
async fn an_answer_is_fresh_for_five_minutes_then_served_while_it_refreshes() {
    let world = World::new(company(30));
    let cache = |timing: &str| timing.split("cache;desc=").nth(1).unwrap_or_default().to_owned();
    assert_eq!(cache(world.get("security-report").await.header("server-timing")), "miss");
    world.advance(TimeDelta::seconds(299));
    assert_eq!(cache(world.get("security-report").await.header("server-timing")), "fresh");
    assert_eq!(world.calls_by_command()["getuserdata"], 1);

    world.advance(TimeDelta::seconds(1));
    let stale = world.get("security-report").await;
    assert_eq!(cache(stale.header("server-timing")), "stale");
    assert_eq!(
        (&stale.json()["meta"]["stale"], &stale.json()["meta"]["asOf"]),
        (&true.into(), &"2026-11-24T12:00:00Z".into())
    );
    world.join_background().await;
    let fresh = world.get("security-report").await;
    assert_eq!(fresh.json()["meta"]["asOf"], "2026-11-24T12:05:00Z");
    assert_eq!(
        (cache(fresh.header("server-timing")), world.calls_by_command()["getuserdata"]),
        ("fresh".to_owned(), 2)
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_is_named_and_not_repeated_at_once() {
    let world = World::new(company(30));
    let first = world.get("security-report").await;
    world.sim.inject(Fault::always(FaultKind::Status(500)));
    world.advance(TimeDelta::minutes(6));
    world.get("security-report").await;
    world.join_background().await;
    let asked = world.calls_by_command()["getuserdata"];
    let response = world.get("security-report").await;
    assert!(response.warnings().contains(&"refresh-failed".to_owned()));
    assert_eq!((&response.json()["meta"]["stale"], &response.json()["users"]), (&true.into(), &first.json()["users"]));
    assert_eq!(world.calls_by_command()["getuserdata"], asked, "LastPass has half a minute of peace");

    world.advance(TimeDelta::hours(2));
    assert_eq!(world.get("security-report").await.status, 200, "an old answer is better than none");
    world.advance(TimeDelta::hours(24));
    world.get("security-report").await.problem(502, "lastpass-unavailable");
}

#[tokio::test]
async fn fresh_reads_again_but_not_twice_within_half_a_minute() {
    let world = World::new(company(30));
    world.get("security-report").await;
    world.advance(TimeDelta::seconds(30));
    assert_eq!(world.get("security-report?fresh=true").await.json()["meta"]["asOf"], "2026-11-24T12:00:30Z");
    world.advance(TimeDelta::seconds(29));
    assert_eq!(world.get("security-report?fresh=true").await.json()["meta"]["asOf"], "2026-11-24T12:00:30Z");
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
}

#[tokio::test]
async fn nothing_is_kept_where_the_settings_say_so() {
    let world = World::with(company(30), &[("CACHE_SECONDS", "0")]);
    world.get("security-report").await;
    world.get("security-report").await;
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
}

#[tokio::test]
async fn an_unchanged_report_is_a_304_to_who_may_see_it() {
    let world = World::new(company(30));
    let first = world.get("security-report").await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert_eq!(first.header("vary"), "Authorization, Cookie, X-Api-Key");
    let again = |key: &str, tag: &str| {
        Request::get("/api/security-report").header("x-api-key", key).header("if-none-match", tag)
    };
    let response = world.send(again(ADMIN, &format!("W/{tag}"))).await;
    assert_eq!((response.status.as_u16(), response.body.len(), response.header("etag")), (304, 0, tag.as_str()));
    world.send(again("nope", &tag)).await.problem(401, "unauthenticated");
    assert_eq!(world.send(again(MANAGER, &tag)).await.status, 200, "another role has another reply");
    assert_ne!(world.get("security-report?limit=5").await.header("etag"), tag);

    world.sim.with_company(|company| company.users.pop());
    world.advance(TimeDelta::seconds(30));
    assert_ne!(world.get("security-report?fresh=true").await.header("etag"), tag, "other data, another tag");
}

#[tokio::test]
async fn the_same_data_are_the_same_bytes() {
    let (one, other) = (World::new(company(30)), World::new(company(30)));
    let (one, other) = (one.get("security-report").await, other.get("security-report").await);
    assert_eq!((one.header("etag"), &one.body), (other.header("etag"), &other.body));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_fails_keeps_what_it_had() {
    let world = World::new(company(100));
    let first = world.get("security-report").await.json()["stats"].clone();
    let fault = Fault { command: Some("getdetailedsfdata".to_owned()), ..Fault::always(FaultKind::Status(500)) };
    world.sim.inject(fault);
    world.advance(TimeDelta::minutes(6));
    world.get("security-report").await;
    world.join_background().await;
    let response = world.get("security-report").await;
    assert_eq!(response.json()["stats"]["sharedPasswords"], first["sharedPasswords"]);
    assert_eq!(
        (response.warnings(), &response.json()["meta"]["stale"]),
        (vec!["refresh-failed".to_owned()], &true.into())
    );
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_nothing_fresh() {
    let world = World::new(company(3));
    world.get("security-report").await;
    // Requests that overtake each other are no such clock.
    world.advance(TimeDelta::seconds(-30));
    world.get("security-report").await;
    assert_eq!(world.calls_by_command()["getuserdata"], 1);
    world.advance(TimeDelta::minutes(-4));
    let response = world.get("security-report").await;
    assert_eq!(
        (world.calls_by_command()["getuserdata"], &response.json()["meta"]["asOf"]),
        (2, &"2026-11-24T11:55:30Z".into())
    );
}
