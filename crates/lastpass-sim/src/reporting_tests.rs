//! What `reporting` answers, against the samples.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::ask::{ask, ask_json, column, compact, enterprise, guide, now, sample, simulator, vendors};
use crate::company::Company;
use crate::log::{EventLog, LogEvent};
use crate::simulator::Simulator;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("the test's time is well formed")
}

fn event(at: &str, username: &str, action: &str, data: &str) -> LogEvent {
    LogEvent::new(utc(at), username, "10.16.21.21", action, data)
}

fn with_log(events: Vec<LogEvent>) -> Simulator {
    Simulator::with_clock(Company { log: EventLog::new(events), ..Company::empty() }, now)
}

async fn data_of(simulator: &Simulator, data: Value) -> Vec<String> {
    column(&ask_json(simulator, enterprise("reporting", data)).await, "Data")
}

/// The pages from `question` on, joined, and how many there were.
async fn pages(simulator: &Simulator, mut question: Value) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    for page in 1..100 {
        let reply = ask_json(simulator, enterprise("reporting", question.clone())).await;
        let shown = column(&reply, "Data");
        assert!(!shown.is_empty());
        all.extend(shown);
        if reply["next"].is_null() {
            return (all, page);
        }
        question["next"] = reply["next"].clone();
    }
    panic!("the pages do not end");
}

#[tokio::test]
async fn the_vendors_question_is_answered_newest_first() {
    let failed = |at| event(at, "j.user@example.com", "Failed login attempt", "");
    let simulator = with_log(vec![
        failed("2015-07-17T13:44:59Z"),
        failed("2015-07-17T13:51:51Z"),
        failed("2015-07-17T13:51:56.999Z"),
        failed("2015-07-17T14:00:01Z"),
    ]);
    simulator.with_company(|company| company.title_case_actions = true);
    let (first, second) = ("2015-07-17 09:51:51", "2015-07-17 09:51:56");
    let vendors_reply = compact(sample!("official/reporting.response.json")).replace(second, "later");
    let expected = vendors_reply.replace(first, second).replace("later", first);
    assert_eq!(ask(&simulator, vendors(sample!("official/reporting.request.json"))).await, expected);
    let spread = json!({"from": "2015-07-17 09:45:00", "to": "2015-07-17 10:00:00"});
    assert_eq!(ask(&simulator, guide("getauditlog", spread.clone())).await, expected);
    let mut siem = spread;
    siem["format"] = json!("siem");
    let reply = ask_json(&simulator, enterprise("reporting", siem)).await;
    assert_eq!(reply.as_object().map(|reply| reply.len()), Some(1));
    assert_eq!(reply["events"][0]["Time"], second);
}

#[tokio::test]
async fn an_empty_log_is_an_empty_list() {
    let reply = ask(&with_log(Vec::new()), enterprise("reporting", json!({}))).await;
    assert_eq!(reply, r#"{"status":"OK","next":null,"data":[]}"#);
}

#[tokio::test]
async fn without_dates_the_last_week_is_told() {
    // The clock stands at 2026-09-21 14:13:20 UTC.
    let simulator = with_log(vec![
        event("2026-09-14T14:13:19Z", "", "Log in", "old"),
        event("2026-09-14T14:13:20Z", "", "Log in", "a week"),
        event("2026-09-21T14:00:00Z", "", "Log in", "new"),
    ]);
    for data in [Value::Null, json!({}), json!({"from": "", "to": null, "next": null})] {
        let told = data_of(&simulator, data).await;
        assert_eq!(told.iter().filter(|data| !data.starts_with("Initiated")).collect::<Vec<_>>(), ["new", "a week"]);
    }
    assert_eq!(data_of(&simulator, json!({"to": "2026-09-14 10:13:19"})).await, ["old"]);
}

#[tokio::test]
async fn pages_lead_through_ties_to_everything() {
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
            let span = json!({"from": "2026-09-20 00:00:00", "to": "2026-09-20 23:59:59"});
            assert_eq!(pages(&simulator, span).await, (expected.chars().map(String::from).collect(), count), "{page}");
        }
    }
}

#[tokio::test]
async fn next_is_a_moment_in_microseconds_whose_second_comes_again() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00.000001Z", "", "Log in", "a"),
        event("2026-09-20T12:00:00.123456Z", "", "Log in", "b"),
        event("2026-09-20T12:00:00.9Z", "", "Log in", "c"),
    ]);
    simulator.with_company(|company| company.log_page_size = 1);
    let reply = ask_json(&simulator, enterprise("reporting", json!({"to": "2026-09-20 10:00:00"}))).await;
    assert_eq!(reply["next"], "1789905600123456");
    // More events in one second than a page holds: there is no way past it.
    let again = json!({"to": "2026-09-20 10:00:00", "next": reply["next"]});
    assert_eq!(ask_json(&simulator, enterprise("reporting", again)).await, reply);
    simulator.with_company(|company| company.log_next_is_number = true);
    let reply = ask_json(&simulator, enterprise("reporting", json!({"to": "2026-09-20 10:00:00"}))).await;
    assert_eq!(reply["next"], 1_789_905_600_123_456_i64);
}

#[tokio::test]
async fn the_second_of_to_may_be_in_or_out() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00Z", "", "Log in", "from"),
        event("2026-09-20T12:00:09Z", "", "Log in", "before"),
        event("2026-09-20T12:00:10.5Z", "", "Log in", "to"),
    ]);
    let span = json!({"from": "2026-09-20 08:00:00", "to": "2026-09-20 08:00:10"});
    assert_eq!(data_of(&simulator, span.clone()).await, ["to", "before", "from"]);
    simulator.with_company(|company| company.log_to_is_exclusive = true);
    assert_eq!(data_of(&simulator, span).await, ["before", "from"]);
}

#[tokio::test]
async fn both_edges_of_daylight_saving_are_read_in_the_accounts_zone() {
    let hourly = ["2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"];
    let simulator = with_log(hourly.iter().map(|at| event(at, "", "Log in", at)).collect());
    let told = |from: &str, to: &str| {
        let question = json!({"from": from, "to": to});
        let simulator = simulator.clone();
        async move { ask_json(&simulator, enterprise("reporting", question)).await }
    };
    // 01:30 comes twice, and a question means the first.
    let reply = told("2026-11-01 00:00:00", "2026-11-01 02:59:59").await;
    let times = ["2026-11-01 02:30:00", "2026-11-01 01:30:00", "2026-11-01 01:30:00", "2026-11-01 00:30:00"];
    assert_eq!(column(&reply, "Time"), times);
    assert_eq!(column(&told("2026-11-01 01:30:00", "2026-11-01 01:59:59").await, "Data"), [hourly[1]]);
    assert_eq!(column(&told("2026-11-01 01:00:00", "2026-11-01 02:00:00").await, "Data"), [hourly[2], hourly[1]]);
    // 02:30 does not come in March, and means 03:30.
    simulator.log_event(event("2026-03-08T06:59:59Z", "", "Log in", "before"));
    simulator.log_event(event("2026-03-08T07:10:00Z", "", "Log in", "early"));
    simulator.log_event(event("2026-03-08T07:30:00Z", "", "Log in", "half past"));
    assert_eq!(column(&told("2026-03-08 02:30:00", "2026-03-08 04:00:00").await, "Data"), ["half past"]);
    assert_eq!(column(&told("2026-03-08 01:00:00", "2026-03-08 02:10:00").await, "Data"), ["early", "before"]);
}

#[tokio::test]
async fn events_are_chosen_by_user_text_and_kind() {
    let simulator = with_log(vec![
        event("2026-09-20T12:00:00Z", "ann@example.com", "Log in", "github.com"),
        event("2026-09-20T12:00:01Z", "bo@example.com", "Make admin", "ann@example.com"),
        event("2026-09-20T12:00:02Z", "bo@example.com", "Form filled", "Zürich/GitHub"),
    ]);
    let whole = || json!({"to": "2026-09-21 00:00:00"});
    let with = |name: &str, value: Value| {
        let mut data = whole();
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
    let mut beside = enterprise("reporting", whole());
    beside["user"] = json!("bo@example.com");
    assert_eq!(column(&ask_json(&simulator, beside).await, "Username"), ["bo@example.com"; 2]);
}

#[tokio::test]
async fn nonsense_is_refused() {
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
            assert_eq!(ask_json(&simulator(), request).await, expected);
        }
    }
}

#[tokio::test]
async fn a_large_log_is_answered_in_full_pages() {
    let start = utc("2026-09-01T00:00:00Z");
    let event = event("2026-09-01T00:00:00Z", "ann@example.com", "Log in", "github.com");
    let at = |number: i64| LogEvent { at: start + chrono::Duration::seconds(number / 3), ..event.clone() };
    let simulator = with_log((0..200_000).map(at).collect());
    let reply = ask_json(&simulator, enterprise("reporting", json!({"from": "2026-08-31 20:00:00"}))).await;
    assert_eq!(reply["data"].as_object().map(|events| events.len()), Some(10_000));
    assert_eq!(reply["next"], (start.timestamp_micros() + 189_999 / 3 * 1_000_000).to_string());
}
