//! Faults of LastPass: how each is reported, retried and recovered from.

use std::time::Duration;

use chrono::TimeDelta;
use lastpass_sim::{Fault, FaultKind};
use tokio::time::Instant;

use crate::world::{World, company, noon};

/// Every fault, with the status and the code of the problem if it persists.
fn faults() -> Vec<(FaultKind, u16, &'static str)> {
    vec![
        (FaultKind::Refused, 502, "lastpass-unavailable"),
        (FaultKind::ResetBefore, 502, "lastpass-unavailable"),
        (FaultKind::ResetAfter, 502, "lastpass-unavailable"),
        (FaultKind::Delay(Duration::from_secs(600)), 504, "lastpass-timeout"),
        (FaultKind::Status(500), 502, "lastpass-unavailable"),
        (FaultKind::Status(503), 502, "lastpass-unavailable"),
        (FaultKind::Status(403), 502, "lastpass-unavailable"),
        (FaultKind::TooManyRequests { retry_after: None }, 503, "lastpass-busy"),
        (FaultKind::TooManyRequests { retry_after: Some(7) }, 503, "lastpass-busy"),
        (FaultKind::TooManyRequests { retry_after: Some(7_000) }, 503, "lastpass-busy"),
        (FaultKind::Fail("canary-text".to_owned()), 502, "lastpass-refused"),
        (FaultKind::FailList(vec!["canary-text".to_owned()]), 502, "lastpass-refused"),
        (FaultKind::Error("Invalid provisioning hash".to_owned()), 502, "lastpass-credentials"),
        (FaultKind::Error("canary-text".to_owned()), 502, "lastpass-refused"),
        (FaultKind::Warn("canary-text".to_owned()), 502, "lastpass-refused"),
        (FaultKind::OkWithError("canary-text".to_owned()), 502, "lastpass-refused"),
        (FaultKind::Truncated, 502, "lastpass-unavailable"),
        (FaultKind::Html, 502, "lastpass-unavailable"),
        (FaultKind::Empty, 502, "lastpass-unavailable"),
        (FaultKind::Redirect, 502, "lastpass-unavailable"),
        (FaultKind::DeeplyNested, 502, "lastpass-unavailable"),
        (FaultKind::Huge(40 * 1024 * 1024), 502, "lastpass-unavailable"),
        (FaultKind::Garbage, 502, "lastpass-unavailable"),
        (FaultKind::AuthorizationError, 502, "lastpass-credentials"),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_persistent_fault_is_reported_with_its_code() {
    for (kind, status, code) in faults() {
        let name = format!("{kind:?}");
        let world = World::new(company(20));
        world.sim.inject(Fault::always(kind));
        let response = world.get("security-report").await;
        response.problem(status, code);
        assert!(!response.text().contains("canary"), "the text of LastPass is not passed on");
        assert_eq!(response.headers.contains_key("retry-after"), code == "lastpass-busy", "{name}");
        world.sim.clear_faults();
        world.advance(TimeDelta::hours(2));
        assert_eq!(world.get("security-report").await.status, 200, "recovered from {name:.60}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_transient_faults_of_reads_are_retried() {
    for (kind, _, code) in faults() {
        let name = format!("{kind:?}");
        let world = World::new(company(20));
        let fault = Fault::once(kind).on("getuserdata");
        world.sim.inject(fault);
        let response = world.get("security-report").await;
        let is_retried = match name.split([' ', '(']).next() {
            Some("Refused" | "ResetBefore" | "ResetAfter" | "Status" | "Truncated" | "Html" | "Empty" | "Garbage") => {
                true
            }
            Some("TooManyRequests") => name.contains("None"),
            _ => false,
        };
        assert_eq!(response.status == 200, is_retried, "{name:.60}: {code}");
        assert!(world.calls_by_command()["getuserdata"] <= 2, "{name:.60}");
    }
}

#[tokio::test(start_paused = true)]
async fn folders_that_fail_degrade_the_report_with_a_warning() {
    for (command, warning, folders_known) in [
        ("getsfdata", "shared-folders-unavailable", false),
        ("getdetailedsfdata", "shared-passwords-unavailable", true),
    ] {
        for kind in [
            FaultKind::TooManyRequests { retry_after: None },
            FaultKind::Html,
            FaultKind::Fail("canary".to_owned()),
            FaultKind::ResetAfter,
        ] {
            let world = World::new(company(100));
            world.sim.inject(Fault::always(kind).on(command));
            let response = world.get("security-report").await;
            let stats = &response.json()["stats"];
            assert_eq!(response.status, 200);
            assert!(response.warnings().contains(&warning.to_owned()), "{:?}", response.warnings());
            assert_eq!(stats["sharedFolders"].is_null(), !folders_known);
            assert_eq!(stats["sharedPasswords"].is_null(), folders_known);
            assert_eq!(stats["totalUsers"], 100);
        }
    }
}

#[tokio::test]
async fn a_wrong_hash_is_reported_with_its_fix() {
    for dialect in ["enterprise", "guide"] {
        let world =
            World::with(company(3), &[("LASTPASS_PROVISIONING_HASH", "wrong"), ("LASTPASS_API_DIALECT", dialect)]);
        let problem = world.get("security-report").await.problem(502, "lastpass-credentials");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(detail.contains("LASTPASS_PROVISIONING_HASH") && detail.contains("Enterprise API"), "{detail}");
    }
    let reset = World::new(company(3));
    reset.sim.with_company(|company| company.provisioning_hash = "another".to_owned());
    reset.get("security-report").await.problem(502, "lastpass-credentials");
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_lastpass_is_respected() {
    let world = World::new(company(20));
    world.sim.inject(Fault::once(FaultKind::TooManyRequests { retry_after: Some(600) }));
    world.get("security-report").await.problem(503, "lastpass-busy");
    world.get("security-report?fresh=true").await.problem(503, "lastpass-busy");
    for (seconds, left) in [(0, "600"), (1, "599"), (598, "1")] {
        world.advance(TimeDelta::seconds(seconds));
        let reply = world.get("security-report").await;
        reply.problem(503, "lastpass-busy");
        assert_eq!(reply.header("retry-after"), left);
    }
    assert_eq!(world.calls_by_command()["getuserdata"], 1);
    world.advance(TimeDelta::seconds(2));
    assert_eq!(world.get("security-report").await.status, 200);
}

/// The status, `Retry-After` and time in seconds of a GET, and the calls of `getuserdata` so far.
async fn timed(world: &World, path: &str) -> (u16, String, f64, usize) {
    let start = Instant::now();
    let response = world.get(path).await;
    let calls = world.calls_by_command().get("getuserdata").copied().unwrap_or_default();
    (response.status.as_u16(), response.header("retry-after").to_owned(), start.elapsed().as_secs_f64(), calls)
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_three_seconds_for_a_rate_limit_over_all_its_calls() {
    let busy = |retry_after| FaultKind::TooManyRequests { retry_after };
    let date = |seconds| (noon() + TimeDelta::seconds(seconds)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    // The fault, how often, and: status, `Retry-After`, whole seconds, calls of two pages of users.
    for (kind, times, expected) in [
        (busy(Some(17)), None, (503, "17", 0, 1)),
        (FaultKind::RetryAfter(date(90)), None, (503, "90", 0, 1)),
        (FaultKind::RetryAfter("9".repeat(30)), None, (503, "3600", 0, 1)),
        (busy(Some(2)), Some(1), (200, "", 2, 3)),
        (FaultKind::RetryAfter(date(2)), Some(1), (200, "", 2, 3)),
        (busy(Some(2)), None, (503, "2", 2, 2)),
        (busy(Some(3)), Some(1), (200, "", 3, 3)),
        (busy(Some(1)), Some(2), (200, "", 2, 4)),
        (busy(None), None, (503, "30", 2, 3)),
        (FaultKind::RetryAfter(date(-90)), None, (503, "30", 2, 3)),
        (FaultKind::RetryAfter("soon".to_owned()), None, (503, "30", 2, 3)),
    ] {
        let name = format!("{kind:?} {times:?}");
        let world = World::new(company(2_001));
        world.sim.inject(Fault { times, ..Fault::always(kind).on("getuserdata") });
        let (status, retry_after, seconds, calls) = timed(&world, "security-report?limit=1").await;
        assert!(seconds <= 3.0, "{name}: {seconds}");
        // Without `Retry-After` the delays are random.
        let seconds = if retry_after == "30" { 2 } else { seconds as u64 };
        assert_eq!((status, retry_after.as_str(), seconds, calls), expected, "{name}");
    }
    // One 429 before each of the pages, which are read one after the other.
    let world = World::new(company(5));
    let busy = Fault::once(busy(Some(2))).on("getdetailedsfdata");
    world.sim.inject(busy.clone());
    world.sim.inject(Fault { skip: 1, ..busy });
    let start = Instant::now();
    assert_eq!(world.get("shared-folders").await.status, 200);
    assert_eq!(start.elapsed().as_secs(), 2, "the second is too much");
}

#[tokio::test(start_paused = true)]
async fn a_busy_lastpass_is_answered_at_once_from_what_was_read_before() {
    let world = World::new(company(20));
    let first = world.get("security-report").await.json();
    world.sim.inject(Fault::always(FaultKind::TooManyRequests { retry_after: Some(17) }));
    world.advance(TimeDelta::minutes(6));
    let start = Instant::now();
    let stale = world.get("security-report?fresh=true").await;
    assert_eq!((stale.status.as_u16(), start.elapsed().as_secs()), (200, 0));
    assert_eq!((&stale.json()["meta"]["stale"], &stale.json()["users"]), (&true.into(), &first["users"]));
    assert!(stale.warnings().contains(&"refresh-failed".to_owned()));
}
