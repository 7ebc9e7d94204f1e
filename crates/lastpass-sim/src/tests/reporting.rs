//! `reporting` against the samples.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::company::Company;
use crate::event_log::{EventLog, LogEvent};
use crate::simulator::Simulator;
use crate::tests::{call, call_json, column, compact, enterprise, guide, now, sample, simulator, vendor_request};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("the test's time is valid")
}

fn event(at: &str, username: &str, action: &str, data: &str) -> LogEvent {
    LogEvent::new(utc(at), username, "10.16.21.21", action, data)
}

fn with_log(events: Vec<LogEvent>) -> Simulator {
    Simulator::with_clock(Company { log: EventLog::new(events), ..Company::empty() }, now)
}

async fn data_of(simulator: &Simulator, data: Value) -> Vec<String> {
    column(&call_json(simulator, enterprise("reporting", data)).await, "Data")
}

/// Reads all pages of a query and returns their events and the number of pages.
async fn all_pages(simulator: &Simulator, mut query: Value) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    for page in 1..100 {
        let reply = call_json(simulator, enterprise("reporting", query.clone())).await;
        let listed = column(&reply, "Data");
        assert!(!listed.is_empty());
        all.extend(listed);
        if reply["next"].is_null() {
            return (all, page);
        }
        query["next"] = reply["next"].clone();
    }
    panic!("the pages do not end");
}

#[tokio::test]
async fn the_vendor_example_is_reproduced_newest_event_first() {
    let failed = |at| event(at, "j.user@example.com", "Failed login attempt", "");
    let simulator = with_log(vec![
        failed("2015-07-17T13:44:59Z"),
        failed("2015-07-17T13:51:51Z"),
        failed("2015-07-17T13:51:56.999Z"),
        failed("2015-07-17T14:00:01Z"),
    ]);
    simulator.with_company(|company| company.title_case_actions = true);
    let (first, second) = ("2015-07-17 09:51:51", "2015-07-17 09:51:56");
    let vendor_reply = compact(sample!("official/reporting.response.json")).replace(second, "later");
    let expected = vendor_reply.replace(first, second).replace("later", first);
    assert_eq!(call(&simulator, vendor_request(sample!("official/reporting.request.json"))).await, expected);
    let arguments = json!({"from": "2015-07-17 09:45:00", "to": "2015-07-17 10:00:00"});
    assert_eq!(call(&simulator, guide("getauditlog", arguments.clone())).await, expected);
    let mut siem = arguments;
    siem["format"] = json!("siem");
    let reply = call_json(&simulator, enterprise("reporting", siem)).await;
    assert_eq!(reply.as_object().map(|reply| reply.len()), Some(1));
    assert_eq!(reply["events"][0]["Time"], second);
}

#[tokio::test]
async fn an_empty_log_is_an_empty_array() {
    let reply = call(&with_log(Vec::new()), enterprise("reporting", json!({}))).await;
    assert_eq!(reply, r#"{"status":"OK","next":null,"data":[]}"#);
}

#[tokio::test]
async fn without_dates_the_last_seven_days_are_returned() {
    // The time is 2026-09-21 14:13:20 UTC.
    let simulator = with_log(vec![
        event("2026-09-14T14:13:19Z", "", "Log in", "old"),
        event("2026-09-14T14:13:20Z", "", "Log in", "a week"),
        event("2026-09-21T14:00:00Z", "", "Log in", "new"),
    ]);
    for data in [Value::Null, json!({}), json!({"from": "", "to": null, "next": null})] {
        let returned = data_of(&simulator, data).await;
        assert_eq!(
            returned.iter().filter(|data| !data.starts_with("Initiated")).collect::<Vec<_>>(),
            ["new", "a week"]
        );
    }
    assert_eq!(data_of(&simulator, json!({"to": "2026-09-14 10:13:19"})).await, ["old"]);
}

#[tokio::test]
async fn pages_cover_all_events_and_repeat_those_of_the_same_second() {
    let second = |second: u32, data: &str| event(&format!("2026-09-20T12:00:{second:02}Z"), "", "Log in", data);
    let events = vec![
        second(1, "a"),
        second(2, "b"),
        second(2, "c"),
        second(2, "c"),
        second(3, "d"),
        second(4, "e"),
        second(5, "f"),
    ];
    for (page, expected, count) in
        [(7, "fedccba", 1), (6, "fedccba", 2), (4, "fedcccba", 2), (3, "fedccba", 3), (5, "fedccccba", 2)]
    {
        for is_number in [false, true] {
            let simulator = with_log(events.clone());
            simulator.with_company(|company| (company.log_page_size, company.log_next_is_number) = (page, is_number));
            let range = json!({"from": "2026-09-20 00:00:00", "to": "2026-09-20 23:59:59"});
            assert_eq!(
                all_pages(&simulator, range).await,
                (expected.chars().map(String::from).collect(), count),
                "{page}"
            );
        }
    }
}

#[tokio::test]
async fn next_is_a_time_in_microseconds_and_its_second_is_repeated() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00.000001Z", "", "Log in", "a"),
        event("2026-09-20T12:00:00.123456Z", "", "Log in", "b"),
        event("2026-09-20T12:00:00.9Z", "", "Log in", "c"),
    ]);
    simulator.with_company(|company| company.log_page_size = 1);
    let reply = call_json(&simulator, enterprise("reporting", json!({"to": "2026-09-20 10:00:00"}))).await;
    assert_eq!(reply["next"], "1789905600123456");
    // A second with more events than a page cannot be passed.
    let again = json!({"to": "2026-09-20 10:00:00", "next": reply["next"]});
    assert_eq!(call_json(&simulator, enterprise("reporting", again)).await, reply);
    simulator.with_company(|company| company.log_next_is_number = true);
    let reply = call_json(&simulator, enterprise("reporting", json!({"to": "2026-09-20 10:00:00"}))).await;
    assert_eq!(reply["next"], 1_789_905_600_123_456_i64);
}

#[tokio::test]
async fn the_second_of_to_is_included_or_excluded() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00Z", "", "Log in", "from"),
        event("2026-09-20T12:00:09Z", "", "Log in", "before"),
        event("2026-09-20T12:00:10.5Z", "", "Log in", "to"),
    ]);
    let range = json!({"from": "2026-09-20 08:00:00", "to": "2026-09-20 08:00:10"});
    assert_eq!(data_of(&simulator, range.clone()).await, ["to", "before", "from"]);
    simulator.with_company(|company| company.log_to_is_exclusive = true);
    assert_eq!(data_of(&simulator, range).await, ["before", "from"]);
}

#[tokio::test]
async fn dates_around_daylight_saving_changes_are_in_the_account_time_zone() {
    let hourly = ["2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"];
    let simulator = with_log(hourly.iter().map(|at| event(at, "", "Log in", at)).collect());
    let query = |from: &str, to: &str| {
        let data = json!({"from": from, "to": to});
        let simulator = simulator.clone();
        async move { call_json(&simulator, enterprise("reporting", data)).await }
    };
    // 01:30 occurs twice, and a query means the first.
    let reply = query("2026-11-01 00:00:00", "2026-11-01 02:59:59").await;
    let times = ["2026-11-01 02:30:00", "2026-11-01 01:30:00", "2026-11-01 01:30:00", "2026-11-01 00:30:00"];
    assert_eq!(column(&reply, "Time"), times);
    assert_eq!(column(&query("2026-11-01 01:30:00", "2026-11-01 01:59:59").await, "Data"), [hourly[1]]);
    assert_eq!(column(&query("2026-11-01 01:00:00", "2026-11-01 02:00:00").await, "Data"), [hourly[2], hourly[1]]);
    // 02:30 does not exist in March, and means 03:30.
    simulator.log_event(event("2026-03-08T06:59:59Z", "", "Log in", "before"));
    simulator.log_event(event("2026-03-08T07:10:00Z", "", "Log in", "early"));
    simulator.log_event(event("2026-03-08T07:30:00Z", "", "Log in", "half past"));
    assert_eq!(column(&query("2026-03-08 02:30:00", "2026-03-08 04:00:00").await, "Data"), ["half past"]);
    assert_eq!(column(&query("2026-03-08 01:00:00", "2026-03-08 02:10:00").await, "Data"), ["early", "before"]);
}

#[tokio::test]
async fn events_are_filtered_by_user_text_and_kind() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00Z", "ann@example.com", "Log in", "github.com"),
        event("2026-09-20T12:00:01Z", "bo@example.com", "Make admin", "ann@example.com"),
        event("2026-09-20T12:00:02Z", "bo@example.com", "Form filled", "Zürich/GitHub"),
    ]);
    let all = || json!({"to": "2026-09-21 00:00:00"});
    let with = |name: &str, value: Value| {
        let mut data = all();
        data[name] = value;
        data
    };
    let cases = [
        (with("user", json!("allusers")), 3),
        (with("user", json!("ANN@example.com")), 1),
        (with("user", json!("no@example.com")), 0),
        (with("search", json!("github")), 2),
        (with("search", json!("ZÜRICH")), 1),
        (with("search", json!("ann@")), 2),
        (with("search", json!("make admin")), 1),
        (with("admin", json!(1)), 1),
        (with("admin", json!("0")), 3),
    ];
    for (data, count) in cases {
        assert_eq!(data_of(&simulator, data.clone()).await.len(), count, "{data}");
    }
    let mut top_level = enterprise("reporting", all());
    top_level["user"] = json!("bo@example.com");
    assert_eq!(column(&call_json(&simulator, top_level).await, "Username"), ["bo@example.com"; 2]);
}

#[tokio::test]
async fn invalid_arguments_are_rejected() {
    let cases = [
        (json!({"user": "api"}), "Please select a valid user."),
        (json!({"from": "2026-09-20T12:00:00Z"}), "Invalid from date: 2026-09-20T12:00:00Z"),
        (json!({"to": "2026-02-30 00:00:00"}), "Invalid to date: 2026-02-30 00:00:00"),
        (json!({"next": "soon"}), "Invalid next: soon"),
    ];
    for (data, error) in cases {
        for (request, status) in
            [(enterprise("reporting", data.clone()), "FAIL"), (guide("getauditlog", data.clone()), "ERROR")]
        {
            let expected = json!({"status": status, "error": error});
            assert_eq!(call_json(&simulator(), request).await, expected);
        }
    }
}

#[tokio::test]
async fn a_large_log_is_returned_in_full_pages() {
    let start = utc("2026-09-01T00:00:00Z");
    let event = event("2026-09-01T00:00:00Z", "ann@example.com", "Log in", "github.com");
    let at = |number: i64| LogEvent { at: start + chrono::Duration::seconds(number / 3), ..event.clone() };
    let simulator = with_log((0..200_000).map(at).collect());
    let reply = call_json(&simulator, enterprise("reporting", json!({"from": "2026-08-31 20:00:00"}))).await;
    assert_eq!(reply["data"].as_object().map(|events| events.len()), Some(10_000));
    assert_eq!(reply["next"], (start.timestamp_micros() + 189_999 / 3 * 1_000_000).to_string());
}
