//! What is cached, for how long, and when LastPass is called.

use chrono::TimeDelta;
use futures_util::future::join_all;
use http::Request;
use lastpass_sim::{Fault, FaultKind};

use crate::{
    database::Database,
    world::{ADMIN, World, company},
};

#[tokio::test]
async fn concurrent_requests_share_one_fetch_of_each_page() {
    let world = World::new(company(2_001));
    let response = join_all((0..300).map(|_| world.get("security-report?limit=1"))).await;
    assert!(response.iter().all(|reply| reply.status == 200 && reply.body == response[0].body));
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
    assert_eq!(world.calls_by_command()["getsfdata"], 1);
}

#[tokio::test]
async fn a_stale_report_is_served_while_it_is_refreshed() {
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

#[tokio::test]
async fn the_oldest_part_determines_the_time_of_a_reply_and_whether_it_is_stale() {
    let world = World::new(company(30));
    world.get("users").await;
    world.advance(TimeDelta::minutes(4));
    let check = async |expected: (&str, bool)| {
        let meta = world.get("security-report?limit=1").await.json()["meta"].clone();
        assert_eq!((&meta["asOf"], &meta["stale"]), (&expected.0.into(), &expected.1.into()));
        world.join_background().await;
    };
    check(("2026-11-24T12:00:00Z", false)).await;
    world.advance(TimeDelta::minutes(1));
    // The users are read again, and the folders that were read a minute ago are now the oldest part.
    check(("2026-11-24T12:00:00Z", true)).await;
    check(("2026-11-24T12:04:00Z", false)).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_is_reported_and_not_retried_for_thirty_seconds() {
    let world = World::new(company(30));
    let first = world.get("security-report").await;
    world.sim.inject(Fault::always(FaultKind::Status(500)));
    world.advance(TimeDelta::minutes(6));
    world.get("security-report").await;
    world.join_background().await;
    let calls = world.calls_by_command()["getuserdata"];
    let response = world.get("security-report").await;
    assert!(response.warnings().contains(&"refresh-failed".to_owned()));
    assert_eq!((&response.json()["meta"]["stale"], &response.json()["users"]), (&true.into(), &first.json()["users"]));
    assert_eq!(world.calls_by_command()["getuserdata"], calls, "no retry within 30 seconds");

    world.advance(TimeDelta::hours(2));
    assert_eq!(world.get("security-report").await.status, 200, "stale data is served for a day");
    world.advance(TimeDelta::hours(24));
    world.get("security-report").await.problem(502, "lastpass-unavailable");
}

#[tokio::test]
async fn fresh_refetches_at_most_every_thirty_seconds() {
    let world = World::new(company(30));
    world.get("security-report").await;
    world.advance(TimeDelta::seconds(30));
    assert_eq!(world.get("security-report?fresh=true").await.json()["meta"]["asOf"], "2026-11-24T12:00:30Z");
    world.advance(TimeDelta::seconds(29));
    assert_eq!(world.get("security-report?fresh=true").await.json()["meta"]["asOf"], "2026-11-24T12:00:30Z");
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
}

#[tokio::test]
async fn cache_seconds_of_zero_disables_caching() {
    let world = World::with(company(30), &[("CACHE_SECONDS", "0")]);
    world.get("security-report").await;
    world.get("security-report").await;
    assert_eq!(world.calls_by_command()["getuserdata"], 2);
}

#[tokio::test]
async fn the_tag_of_the_report_is_compared_weakly_and_changes_with_query_and_data() {
    let world = World::new(company(30));
    let first = world.get("security-report").await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert_eq!(first.header("vary"), "Authorization, Cookie, X-Api-Key");
    let weak =
        Request::get("/api/security-report").header("x-api-key", ADMIN).header("if-none-match", format!("W/{tag}"));
    let response = world.send(weak).await;
    assert_eq!((response.status.as_u16(), response.body.len(), response.header("etag")), (304, 0, tag.as_str()));
    assert_ne!(world.get("security-report?limit=5").await.header("etag"), tag);

    world.sim.with_company(|company| company.users.pop());
    world.advance(TimeDelta::seconds(30));
    assert_ne!(world.get("security-report?fresh=true").await.header("etag"), tag, "other data has another tag");
}

#[tokio::test]
async fn equal_data_is_rendered_as_equal_bytes() {
    let (one, other) = (World::new(company(30)), World::new(company(30)));
    let (one, other) = (one.get("security-report").await, other.get("security-report").await);
    assert_eq!((one.header("etag"), &one.body), (other.header("etag"), &other.body));
}

#[tokio::test(start_paused = true)]
async fn a_part_whose_refresh_fails_keeps_its_last_value() {
    let world = World::new(company(100));
    let first = world.get("security-report").await.json()["stats"].clone();
    let fault = Fault::always(FaultKind::Status(500)).on("getdetailedsfdata");
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
async fn a_clock_set_back_by_minutes_invalidates_the_cache() {
    let world = World::new(company(3));
    world.get("security-report").await;
    // Concurrent requests may differ by seconds.
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

#[tokio::test]
async fn each_instance_reads_its_own_clock() {
    let database = Database::sqlite();
    let world = World::with_database(company(3), &database, &[]);
    for (seconds, expected) in [(30, "2026-11-24T12:00:30Z"), (-30, "2026-11-24T11:59:30Z")] {
        let instance = world.instance_with_clock_offset(&database, TimeDelta::seconds(seconds), &[]);
        assert_eq!(instance.get("security-report").await.json()["meta"]["asOf"], expected);
    }
}
