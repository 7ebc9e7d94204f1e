//! LastPass's rate limit: how long a read waits, and what it says.

use std::sync::Arc;

use chrono::TimeDelta;
use lastpass_core::lastpass::Transport;
use lastpass_sim::{Fault, FaultKind};
use tokio::time::Instant;

use crate::{
    cases::fixed_replies::FixedReplies,
    companies::without_folders,
    world::{ADMIN, AUDITOR, World},
};

/// Every read that needs LastPass.
const READS: [(&str, &str); 8] = [
    (ADMIN, "security-report"),
    (AUDITOR, "security-report?view=summary"),
    (ADMIN, "users"),
    (ADMIN, "users?email=other@example.com"),
    (ADMIN, "groups"),
    (AUDITOR, "shared-folders"),
    (AUDITOR, "audit-logs"),
    (ADMIN, "security-report?format=csv"),
];

#[tokio::test(start_paused = true)]
async fn a_limited_read_is_answered_within_three_seconds_with_the_time_to_wait() {
    for (key, path) in READS {
        for retry_after in [4, 17, 120, 3_600] {
            let world = World::new(without_folders());
            world.sim.inject(Fault::always(FaultKind::TooManyRequests { retry_after: Some(retry_after) }));
            let start = Instant::now();
            let reply = world.get_as(key, path).await;
            reply.problem(503, "lastpass-busy");
            assert!(start.elapsed().as_millis() <= 3_000, "{path}, {retry_after}: {:?}", start.elapsed());
            assert_eq!(reply.header("retry-after"), retry_after.to_string(), "{path}");
            let calls = world.sim.calls().len();
            // The limit is known: the next request answers at once, without a call.
            let start = Instant::now();
            world.get_as(key, path).await.problem(503, "lastpass-busy");
            assert_eq!((world.sim.calls().len(), start.elapsed().as_millis()), (calls, 0), "{path}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_limit_is_waited_for_and_a_long_one_leaves_what_is_cached() {
    for (key, path) in READS {
        for retry_after in [1, 2, 3] {
            let world = World::new(without_folders());
            world.sim.inject(Fault::once(FaultKind::TooManyRequests { retry_after: Some(retry_after) }));
            assert_eq!(world.get_as(key, path).await.status, 200, "{path}, {retry_after}");
        }
        let world = World::new(without_folders());
        assert_eq!(world.get_as(key, path).await.status, 200, "{path}");
        world.sim.inject(Fault::always(FaultKind::TooManyRequests { retry_after: Some(900) }));
        world.advance(TimeDelta::minutes(10));
        world.get_as(key, path).await;
        world.join_background().await;
        let start = Instant::now();
        let reply = world.get_as(key, path).await;
        assert_eq!((reply.status.as_u16(), start.elapsed().as_millis()), (200, 0), "{path}: {}", reply.text());
        if !path.contains("csv") {
            assert_eq!(reply.json()["meta"]["stale"], true, "{path}");
            assert!(reply.warnings().contains(&"refresh-failed".to_owned()), "{path}: {:?}", reply.warnings());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_in_retry_after_is_respected_like_seconds() {
    // An HTTP date is relative to the clock of the functions.
    for (date, seconds) in [
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 12:00:17 GMT", 17),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 3_600),
        ("Tuesday, 24-Nov-26 12:01:30 GMT", 90),
        ("Tue Nov 24 12:01:30 2026", 90),
    ] {
        let limited =
            FixedReplies::new(vec![("getuserdata", 429, vec![("retry-after", date.to_owned())], String::new())]);
        let world = World::with_transport(Arc::clone(&limited) as Arc<dyn Transport>, &[]);
        let reply = world.get("security-report").await;
        reply.problem(503, "lastpass-busy");
        assert_eq!(
            (reply.header("retry-after"), limited.count("getuserdata")),
            (seconds.to_string().as_str(), 1),
            "{date}"
        );
        world.advance(TimeDelta::seconds(seconds - 2));
        world.get("security-report").await.problem(503, "lastpass-busy");
        assert_eq!(limited.count("getuserdata"), 1, "{date}");
        world.advance(TimeDelta::seconds(3));
        world.get("security-report").await.problem(503, "lastpass-busy");
        assert!(limited.count("getuserdata") > 1, "{date}");
    }
    // A date that has passed is no limit, and one without sense none that is known.
    for date in ["Tue, 24 Nov 2026 11:00:00 GMT", "soon", ""] {
        let limited =
            FixedReplies::new(vec![("getuserdata", 429, vec![("retry-after", date.to_owned())], String::new())]);
        let world = World::with_transport(Arc::clone(&limited) as Arc<dyn Transport>, &[]);
        let start = Instant::now();
        world.get("security-report").await.problem(503, "lastpass-busy");
        assert!(start.elapsed().as_secs() <= 3, "{date}: {:?}", start.elapsed());
    }
}
