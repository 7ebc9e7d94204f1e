//! The demo: its trend is what its users' histories say, and these say what the log says.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use lastpass_sim::{Company, DEMO_SEED, DEMO_USERS};
use serde_json::Value;

use crate::world::{World, company, noon};

const DEMO: [(&str, &str); 2] = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")];

/// One user, and what changed.
struct Life {
    user: Value,
    /// Newest first, with the day.
    history: Vec<(NaiveDate, Value)>,
}

impl Life {
    async fn of(world: &World, user: Value) -> Self {
        let id = user["id"].as_str().expect("an id");
        let detail = world.get_as("demo-admin", &format!("users?id={id}")).await.json();
        let entries = detail["user"]["history"].as_array().expect("a history").clone();
        let day = |entry: &Value| {
            let at: DateTime<Utc> = entry["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
            at.with_timezone(&Company::empty().time_zone).date_naive()
        };
        Self { user, history: entries.into_iter().map(|entry| (day(&entry), entry)).collect() }
    }

    /// The first change of this kind after a day.
    fn next(&self, kinds: &[&str], day: NaiveDate) -> Option<&Value> {
        let later = self.history.iter().rev().filter(|(at, _)| *at > day).map(|(_, entry)| entry);
        later.into_iter().find(|entry| kinds.iter().any(|kind| entry["kind"] == *kind))
    }

    fn was_listed(&self, day: NaiveDate) -> bool {
        self.next(&["joined"], day).is_none()
    }

    fn had_no_method(&self, day: NaiveDate) -> bool {
        match self.next(&["mfaEnabled", "mfaDisabled"], day) {
            Some(change) => change["from"].is_null(),
            None => self.user["mfa"] == "none",
        }
    }

    fn was_below(&self, day: NaiveDate) -> bool {
        let score = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
        let score = match self.next(&["scoreChanged", "firstLogin"], day) {
            Some(change) => score(&change["from"]),
            None => score(&self.user["securityScore"]),
        };
        score.is_some_and(|score| score < 50.0)
    }
}

#[tokio::test]
async fn the_trend_of_the_demo_is_what_its_histories_say() {
    let world = World::with(company(60), &DEMO);
    let report = world.get_as("demo-admin", "security-report").await.json();
    let users = report["users"].as_array().expect("users").iter().filter(|user| !user["id"].is_null());
    let mut lives = Vec::new();
    for user in users {
        lives.push(Life::of(&world, user.clone()).await);
    }
    assert!(lives.iter().any(|life| !life.history.is_empty()));
    let trend = report["trend"].as_array().expect("a trend");
    assert_eq!(trend.len(), 90);
    for entry in trend {
        let day = entry["date"].as_str().and_then(|day| day.parse().ok()).expect("a date");
        let listed = || lives.iter().filter(|life| life.was_listed(day));
        let counted = [
            ("totalUsers", listed().count()),
            ("usersWithoutMfa", listed().filter(|life| life.had_no_method(day)).count()),
            ("usersBelowThreshold", listed().filter(|life| life.was_below(day)).count()),
        ];
        for (name, count) in counted {
            assert_eq!(entry[name], count, "{name} of {day}");
        }
    }
}

#[tokio::test]
async fn the_histories_of_the_demo_say_who_was_deactivated_as_its_log_does() {
    let world = World::with(Company::generate(DEMO_SEED, DEMO_USERS, noon().date_naive()), &DEMO);
    let time = |value: &Value| value.as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok()).expect("a time");
    let path = "audit-logs?from=2026-08-28&action=deactivated%20user&limit=1000";
    let log = world.get_as("demo-admin", path).await.json();
    let deactivations = log["events"].as_array().expect("events");
    assert!(deactivations.len() >= 5);
    for event in deactivations {
        let email = event["target"].as_str().expect("an address");
        let user = world.get_as("demo-admin", &format!("users?email={email}")).await.json()["user"].take();
        let disabled = user["history"].as_array().expect("a history").iter().find(|entry| entry["kind"] == "disabled");
        let noted = time(&disabled.expect("an entry")["at"]) - time(&event["timestamp"]);
        assert!(noted > TimeDelta::zero() && noted < TimeDelta::days(1), "{email}: {noted}");
        assert!(time(&user["lastLogin"]) < time(&event["timestamp"]), "{email}");
    }
}
