//! The ranges of LastPass's log: read completely or refused, cached, and unavailable.

use std::collections::HashSet;

use chrono::TimeDelta;
use lastpass_sim::{EventLog, Fault, FaultKind, LogEvent};
use serde_json::json;

use crate::{
    audit::ids,
    companies::at,
    world::{World, company},
};

#[tokio::test]
async fn a_range_of_more_events_than_one_reply_holds_is_read_completely() {
    let mut company = company(5);
    company.log_page_size = 50;
    let start = at("2026-11-20T00:00:00Z");
    // Three events per second, some of them equal, so that pages end within a second.
    let log = (0..600).map(|n| {
        let user = if n % 2 == 0 { "a@example.com" } else { "b@example.com" };
        LogEvent::new(start + TimeDelta::seconds(n / 3), user, "10.0.0.1", "Log in", "")
    });
    company.log = EventLog::new(log.collect());
    let world = World::new(company);
    let list = world.get("audit-logs?limit=1000").await.json();
    assert_eq!(list["total"], 600);
    let distinct: HashSet<_> = ids(&list).into_iter().collect();
    assert_eq!(distinct.len(), 600);
    // An event has the same id in another range.
    let part = world.get("audit-logs?from=2026-11-20T00:01:00Z&to=2026-11-20T00:02:00Z&limit=1000").await.json();
    assert_eq!(part["total"], 180);
    assert!(ids(&part).iter().all(|id| distinct.contains(id)));
}

#[tokio::test]
async fn a_range_that_is_too_large_is_refused_with_one_that_fits() {
    let mut company = company(5);
    company.log_page_size = 10;
    let start = at("2026-11-20T00:00:00Z");
    let log = (0..40).map(|_| LogEvent::new(start, "a@example.com", "10.0.0.1", "Log in", ""));
    let later = (1..5).map(|n| LogEvent::new(start + TimeDelta::seconds(n), "a@example.com", "10.0.0.1", "Log in", ""));
    company.log = EventLog::new(log.chain(later).collect());
    let world = World::new(company);
    let problem = world.get("audit-logs").await.problem(422, "window-too-large");
    let from = problem["errors"][0]["message"].as_str().expect("a message");
    assert!(from.contains("2026-11-20T00:00:01Z"), "{from}");
    let list = world.get("audit-logs?from=2026-11-20T00:00:01Z").await.json();
    assert_eq!(list["total"], 4);
}

#[tokio::test]
async fn a_past_range_is_cached_longer_than_a_moving_one() {
    let world = World::new(company(30));
    let past = "audit-logs?from=2026-11-01&to=2026-11-10";
    let first = world.get(past).await;
    assert_eq!(first.status, 200);
    world.get("audit-logs").await;
    let calls = world.calls_by_command()["reporting"];
    world.advance(TimeDelta::minutes(4));
    world.get(past).await;
    world.get("audit-logs").await;
    assert_eq!(world.calls_by_command()["reporting"], calls);
    world.advance(TimeDelta::minutes(30));
    // The names of the users are read again.
    world.get(past).await;
    world.join_background().await;
    assert_eq!(world.get(past).await.header("etag"), first.header("etag"));
    assert_eq!(world.calls_by_command()["reporting"], calls, "the past range is still cached");
    world.get("audit-logs").await;
    world.join_background().await;
    assert!(world.calls_by_command()["reporting"] > calls);
}

#[tokio::test]
async fn the_default_range_is_served_stale_while_lastpass_fails() {
    let world = World::new(company(30));
    let first = world.get("audit-logs").await.json();
    world.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())));
    world.advance(TimeDelta::minutes(10));
    let later = world.get("audit-logs").await;
    assert_eq!((later.status.as_u16(), &later.json()["meta"]["stale"]), (200, &json!(true)));
    assert_eq!(ids(&later.json()), ids(&first));
    world.join_background().await;
    let warned = world.get("audit-logs").await.warnings();
    assert_eq!(
        warned.iter().filter(|code| *code == "refresh-failed").count(),
        2,
        "one for events and one for users: {warned:?}"
    );
}

#[tokio::test]
async fn missing_users_are_a_warning_and_a_missing_log_is_a_problem() {
    let world = World::with(company(30), &[("CACHE_SECONDS", "0")]);
    world.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())).on("getuserdata"));
    let list = world.get("audit-logs").await;
    assert_eq!(
        (list.status.as_u16(), list.warnings()),
        (200, vec!["people-unavailable".to_owned(), "not-recorded".to_owned()])
    );
    world.sim.inject(Fault::always(FaultKind::Fail("no".to_owned())).on("reporting"));
    world.get("audit-logs").await.problem(502, "lastpass-refused");
}
