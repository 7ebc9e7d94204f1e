//! The generated demo log, and adding events to it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Timelike, Utc};
use chrono_tz::US::Eastern;

use crate::company::{Company, DEMO_SEED, DEMO_USERS, User};
use crate::event_log::{EventLog, LogEvent};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).expect("a valid date")
}

fn start_of(today: NaiveDate) -> DateTime<Utc> {
    today.and_time(NaiveTime::MIN).and_utc()
}

fn log(seed: u64, users: usize, today: NaiveDate) -> EventLog {
    Company::generate(seed, users, today).log
}

fn last_days(log: &EventLog, today: NaiveDate, days: i64) -> Vec<&LogEvent> {
    let since = start_of(today) - Duration::days(days);
    log.events().iter().filter(|event| event.at >= since).collect()
}

#[test]
fn the_same_arguments_generate_the_same_log() {
    assert_eq!(log(7, 100, today()), log(7, 100, today()));
    assert_ne!(log(7, 100, today()), log(8, 100, today()));
    assert_ne!(log(7, 100, today()), log(7, 100, today() + Days::new(1)));
}

#[test]
fn the_log_is_in_order_and_ends_at_the_start_of_today() {
    for users in [0, 1, 2, 39, 240] {
        let log = log(1, users, today());
        assert!(log.events().is_sorted_by_key(|event| event.at));
        assert!(log.events().iter().all(|event| event.at < start_of(today())));
        assert_eq!(log.events().is_empty(), users == 0);
    }
}

#[test]
fn the_log_grows_with_the_company() {
    for (users, expected) in [(240, 5_000..7_000), (2_000, 45_000..55_000)] {
        let log = log(42, users, today());
        let count = last_days(&log, today(), 30).len();
        assert!(expected.contains(&count), "{count} events of {users} users");
    }
}

#[test]
fn most_events_are_within_working_hours() {
    let log = log(42, 240, today());
    let events: Vec<&LogEvent> = log.events().iter().filter(|event| event.username.contains('@')).collect();
    let late = events.iter().filter(|event| !(7..18).contains(&event.at.with_timezone(&Eastern).hour())).count();
    assert!(late * 20 < events.len(), "{late} of {}", events.len());
}

#[test]
fn last_logins_match_the_users() {
    let company = Company::generate(42, 240, today());
    let since = start_of(today()) - Duration::days(119);
    for user in &company.users {
        let user_events = company.log.events().iter().filter(|event| *event.username == *user.username);
        let is_vault_login =
            |event: &&LogEvent| event.action.as_ref() == "SAML login" || event.data.starts_with("LastPass via");
        if let Some(last) = user.last_login.filter(|last| *last > since) {
            assert_eq!(user_events.filter(is_vault_login).map(|event| event.at).max(), Some(last), "{}", user.username);
        }
    }
}

#[test]
fn no_one_acts_after_the_last_login_except_in_a_session_that_outlives_the_account() {
    for today in today().iter_days().take(30) {
        let company = Company::generate(DEMO_SEED, DEMO_USERS, today);
        let users: HashMap<&str, &User> = company.users.iter().map(|user| (user.username.as_str(), user)).collect();
        let mut deactivated = HashSet::new();
        for event in company.log.events() {
            if &*event.action == "Deactivated user" {
                deactivated.insert(&*event.data);
            }
            let Some(user) = users.get(&*event.username) else { continue };
            assert!(user.created <= event.at, "{today}: {event:?} of {user:?}");
            let is_current = user.last_login.is_some_and(|login| event.at <= login);
            assert!(is_current || deactivated.contains(&*event.username), "{today}: {event:?} of {user:?}");
        }
        assert!(company.users.iter().all(|user| user.last_pw_change <= user.last_login));
    }
}

#[test]
fn every_data_format_occurs() {
    let log = log(42, 240, today());
    let has = |action: &str, matches: &dyn Fn(&str) -> bool| {
        log.events().iter().any(|event| &*event.action == action && matches(&event.data))
    };
    type Matches<'m> = &'m dyn Fn(&str) -> bool;
    let cases: [(&str, Matches); 22] = [
        ("Log in", &|data| data == "LastPass via Chrome v4.134.0"),
        ("Log in", &|data| data == "github.com"),
        ("SAML login", &|data| data == "authorizationserver.oidc"),
        ("Failed login attempt", &|data| data.is_empty()),
        ("Failed login attempt", &|data| data == "lastpass.com"),
        ("Site added", &|data| data.len() == 24 && data.starts_with("VID: ")),
        ("Open secure note", &|data| data.starts_with("Secure Note (VID: ")),
        ("Add secure note", &|data| data.contains(") from ")),
        ("Move to shared folder", &|data| data.starts_with(" to ")),
        ("Move to shared folder", &|data| data.starts_with("VID: ") && data.contains(" to ")),
        ("Move from shared folder", &|data| data == " from INVALID SHARED FOLDER"),
        ("Limit shared folder", &|data| !data.contains('\'') && data.ends_with("@example.com")),
        ("Add to shared folder", &|data| data.starts_with('\'') && data.contains("' '")),
        ("Update folder permissions", &|data| data.ends_with(" 'Read only:yes Admin:no Hide PW:no'")),
        ("Renamed shared folder", &|data| data.contains(" draft' '")),
        ("Rename group", &|data| data.contains("' to '")),
        ("Remove from group", &|data| data.ends_with("@example.com'")),
        ("Adding user to group", &|data| data.contains("@example.com - ")),
        ("Created LastPass account", &|data| data.contains("@example.com-Shared-")),
        ("Employee invited", &|data| data.contains("@example.com,new.")),
        ("Edit policy", &|data| data.ends_with(" New value: 16")),
        ("Reporting", &|data| data == "Initiated by API: lastpass-functions"),
    ];
    for (action, matches) in cases {
        assert!(has(action, matches), "{action}");
    }
}

#[test]
fn some_events_within_one_second_are_equal() {
    let log = log(42, 240, today());
    let equal = |one: &LogEvent, other: &LogEvent| {
        let at = |event: &LogEvent| event.at.timestamp();
        at(one) == at(other) && *other == LogEvent { at: other.at, ..one.clone() }
    };
    let count = |events: Vec<&LogEvent>| events.windows(2).filter(|pair| equal(pair[0], pair[1])).count();
    assert!(count(last_days(&log, today(), 30)) > 10);
}

#[test]
fn each_incident_occurs_in_a_month_and_at_least_two_in_a_week() {
    for today in today().iter_days().take(30) {
        let company = Company::generate(42, 240, today);
        let found = |days| incidents_in(&last_days(&company.log, today, days), &company.log, &company);
        let month = found(30);
        assert_eq!(month.len(), 10, "{today}: {month:?}");
        assert!(found(6).len() >= 2, "{today}");
    }
}

/// The incidents that these events show.
fn incidents_in(events: &[&LogEvent], log: &EventLog, company: &Company) -> HashSet<&'static str> {
    let mut found = HashSet::new();
    for (position, event) in events.iter().enumerate() {
        let (before, after) = (&events[..position], &events[position + 1..]);
        let recent = |matches: &dyn Fn(&LogEvent) -> bool| {
            let near = before.iter().rev().take_while(|earlier| event.at - earlier.at < Duration::minutes(10));
            near.filter(|earlier| matches(earlier)).count()
        };
        let incident = match &*event.action {
            "Log in" if event.data.starts_with("LastPass via") => {
                let failures = recent(&|earlier| {
                    &*earlier.action == "Failed login attempt"
                        && (&earlier.username, &earlier.ip) == (&event.username, &event.ip)
                });
                let known = log.events().iter().any(|other| {
                    other.username == event.username && other.ip == event.ip && event.at - other.at > Duration::days(1)
                });
                (failures >= 10 && !known).then_some("break-in")
            }
            "Deactivated user" => {
                let is_by_user = |other: &&&LogEvent| other.username == event.data;
                let exported = before.iter().filter(is_by_user).any(|other| &*other.action == "Data export");
                let used = after.iter().any(|other| is_by_user(&other));
                assert!(company.users.iter().any(|user| *user.username == *event.data && user.disabled));
                if exported { Some("export") } else { used.then_some("used") }
            }
            "Disabled multifactor authentication" => Some("second factor"),
            "Master password reset by super admin" => Some("reset"),
            "Make admin" => {
                assert!(company.users.iter().any(|user| *user.username == *event.data && user.admin));
                Some("admin")
            }
            "Delete policy" => Some("policy"),
            "Deleted sites" => (recent(&|earlier| earlier.action == event.action) >= 20).then_some("deletion"),
            "Enterprise API secret regenerated" => Some("secret"),
            "Employee account created" => event.username.starts_with("API: ").then_some("foreign"),
            _ => None,
        };
        found.extend(incident);
    }
    found
}

#[test]
fn a_log_generated_a_day_later_has_the_same_incidents() {
    let (today, tomorrow) = (today(), today() + Days::new(1));
    let incidents = |day| -> Vec<(DateTime<Utc>, Arc<str>)> {
        let log = log(42, 240, day);
        let kinds = ["Make admin", "Delete policy", "Enterprise API secret regenerated", "Data export"];
        let events = log.events().iter().filter(|event| kinds.contains(&&*event.action));
        let known =
            events.filter(|event| event.at < start_of(today) && event.at > start_of(today) - Duration::days(100));
        known.map(|event| (event.at, event.action.clone())).collect()
    };
    assert!(incidents(today).len() > 8);
    assert_eq!(incidents(today), incidents(tomorrow));
}

#[test]
fn events_are_added_in_chronological_order() {
    let event = |second, data: &str| {
        LogEvent::new(DateTime::from_timestamp(second, 0).expect("in range"), "ann@example.com", "", "Log in", data)
    };
    let mut log = EventLog::new(vec![event(2, "b"), event(1, "a")]);
    for (second, data) in [(1, "late"), (3, "c"), (2, "tie")] {
        log.add(event(second, data));
    }
    let data: Vec<&str> = log.events().iter().map(|event| &*event.data).collect();
    assert_eq!(data, ["a", "late", "b", "tie", "c"]);
    let mut generated = Company::generate(1, 10, today()).log;
    let count = generated.events().len();
    generated.add(event(1, "first"));
    assert_eq!((generated.events().len(), &*generated.events()[0].data), (count + 1, "first"));
}
