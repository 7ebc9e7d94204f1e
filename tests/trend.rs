//! What `sync` stored, in reports and in the details of a user.

use chrono::TimeDelta;
use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    sync::SCHEDULED,
    world::{MANAGER, TestResponse, World, company},
};

/// A company of so many users, of whom the first never logged in.
fn users(count: u64) -> Company {
    let user = |id| User::new(id, format!("user{id}@example.com"));
    let mut company = Company { users: (1..=count).map(user).collect(), ..Company::empty() };
    company.users[0].never_logged_in = true;
    company
}

fn trend(report: &TestResponse) -> Vec<Value> {
    report.json()["trend"].as_array().expect("a list").clone()
}

/// Why a member is empty or null.
fn reason(reply: &TestResponse, field: &str) -> Option<String> {
    let json = reply.json();
    let mut entries = json["meta"]["unavailable"].as_array().expect("a list").iter();
    let entry = entries.rfind(|entry| entry["field"] == field)?;
    Some(entry["reason"].as_str().expect("text").to_owned())
}

on_every_database! {
    async fn the_trend_has_a_point_a_day_and_ends_with_the_figures_of_the_last_sync(database) {
        let world = World::with_database(users(22), database, SCHEDULED);
        let before = world.get("security-report").await;
        assert_eq!(trend(&before), [] as [Value; 0]);
        assert!(reason(&before, "trend").is_some_and(|reason| reason.contains("no sync")), "{}", before.text());
        // 2026-11-25, a Wednesday, until the Tuesday after, apart from the Thursday.
        for day in 0..7 {
            world.sim.with_company(|company| company.users[1 + day].mpstrength = Some(10));
            world.advance(TimeDelta::days(1));
            if day != 1 {
                assert_eq!(world.sync().await.status, 200);
            }
        }
        let report = world.another_instance(database, SCHEDULED).get("security-report").await;
        let (stats, days) = (&report.json()["stats"], trend(&report));
        assert_eq!(reason(&report, "trend"), None);
        let dates: Vec<_> = days.iter().map(|day| day["date"].as_str().expect("a date").to_owned()).collect();
        assert_eq!(dates, ["2026-11-25", "2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30", "2026-12-01"]);
        let figures =
            ["averageSecurityScore", "overallScore", "usersBelowThreshold", "totalUsers", "usersWithoutMfa"];
        for name in figures {
            assert_eq!(days[5][name], stats[name], "{name}");
        }
        assert_eq!(days[5].as_object().expect("an object").len(), 1 + figures.len());
        assert_eq!((&days[0]["usersBelowThreshold"], &days[5]["usersBelowThreshold"]), (&json!(1), &json!(7)));
        // The last day of each ISO week, with one figure.
        let summary = world.get_as(MANAGER, "security-report").await;
        assert_eq!(
            trend(&summary),
            [3, 5].map(|day: usize| json!({ "date": dates[day], "overallScore": days[day]["overallScore"] }))
        );
        // Another score source has no figures yet, and older ones are not shown.
        let other = [SCHEDULED, &[("SCORE_SOURCE", "totalscore")]].concat();
        assert_eq!(trend(&world.another_instance(database, &other).get("security-report").await), [] as [Value; 0]);
        world.advance(TimeDelta::days(88));
        let later = world.another_instance(database, SCHEDULED).get("security-report").await;
        assert_eq!(trend(&later), days[4..]);
    }
}

on_every_database! {
    async fn a_summary_of_fewer_than_20_enrolled_users_has_no_trend(database) {
        let world = World::with_database(users(20), database, SCHEDULED);
        world.sync_next_day().await;
        assert_eq!(trend(&world.get("security-report").await).len(), 1);
        let summary = world.get_as(MANAGER, "security-report").await;
        assert_eq!(trend(&summary), [] as [Value; 0]);
        assert!(reason(&summary, "trend").is_some_and(|reason| reason.contains("fewer than 20")), "{}", summary.text());
    }
}

#[tokio::test]
async fn a_report_does_not_wait_for_a_database_that_is_busy() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    let world = World::with_database(users(22), &database, SCHEDULED);
    world.sync_next_day().await;
    let lock = database.lock_table("lastpass_daily_figures").await;
    let report = world.get("security-report").await;
    assert_eq!((report.status.as_u16(), trend(&report)), (200, Vec::new()));
    assert_eq!(report.warnings(), ["trend-unavailable"]);
    drop(lock);
}

on_every_database! {
    async fn the_history_of_a_user_is_newest_first_and_outlives_the_account(database) {
        let world = World::with_database(users(3), database, SCHEDULED);
        let before = world.get("users?id=2").await;
        assert_eq!(before.json()["user"]["history"], Value::Null);
        assert!(reason(&before, "user.history").is_some_and(|reason| reason.contains("first sync")), "{}", before.text());
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users[1].mpstrength = Some(40));
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users[1].groups = vec!["VPN".to_owned()]);
        world.sync_next_day().await;
        let detail = world.get("users?email=USER2@example.com").await;
        let history = [
            json!({ "at": "2026-11-27T12:00:00Z", "kind": "groupJoined", "from": null, "to": "VPN" }),
            json!({ "at": "2026-11-26T12:00:00Z", "kind": "scoreChanged", "from": "100", "to": "40" }),
        ];
        assert_eq!((&detail.json()["user"]["history"], &detail.json()["user"]["leftAt"]), (&json!(history), &Value::Null));
        assert_eq!(world.get("users?id=1").await.json()["user"]["history"], json!([]));
        world.sim.with_company(|company| drop(company.users.remove(1)));
        world.sync_next_day().await;
        world.get("users?id=2").await.problem(404, "unknown-user");
        world.sync_next_day().await;
        let leaver = world.get("users?id=2").await;
        let left = json!({ "at": "2026-11-29T12:00:00Z", "kind": "left", "from": null, "to": null });
        let user = &leaver.json()["user"];
        assert_eq!(user["history"], json!([&[left][..], &history].concat()));
        assert_eq!((&user["leftAt"], &user["securityScore"]), (&json!("2026-11-29T12:00:00Z"), &json!(40)));
        assert_eq!((&user["groups"], &user["masterPasswordExpired"]), (&json!(["VPN"]), &Value::Null));
        world.get("users?email=user2@example.com").await.problem(404, "unknown-user");
        world.get("users?id=9").await.problem(404, "unknown-user");
    }
}

#[tokio::test]
async fn the_demo_has_90_days_of_trend_that_end_today_and_histories() {
    let settings = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")];
    let world = World::with(company(240), &settings);
    let report = world.get_as("demo-admin", "security-report").await;
    let (stats, days) = (&report.json()["stats"], trend(&report));
    assert_eq!((days.len(), reason(&report, "trend")), (90, None));
    assert_eq!(days[89]["date"], "2026-11-24");
    for name in ["averageSecurityScore", "overallScore", "usersBelowThreshold", "totalUsers", "usersWithoutMfa"] {
        assert_eq!(days[89][name], stats[name], "{name}");
        assert!(days.iter().any(|day| day[name] != stats[name]), "{name} does not change");
    }
    assert!(trend(&world.get_as("demo-manager", "security-report").await).len() >= 13);
    let ids: Vec<_> = report.json()["users"].as_array().expect("users").iter().map(|user| user["id"].clone()).collect();
    let mut entries = 0;
    for id in ids.iter().filter_map(Value::as_str).take(20) {
        let detail = world.get_as("demo-admin", &format!("users?id={id}")).await.json();
        entries += detail["user"]["history"].as_array().expect("a history").len();
    }
    assert!(entries > 0);
}
