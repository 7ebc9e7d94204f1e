//! Read commands against the recordings, and the response of each kind of fault.

use std::time::Duration;

use bytes::Bytes;
use chrono::{NaiveDate, TimeZone};
use chrono_tz::US::Eastern;
use http::Request;
use serde_json::{Value, json};

use crate::company::{Company, Folder, Member, User};
use crate::fault::{ConnectionError, Fault, FaultKind};
use crate::simulator::Simulator;
use crate::tests::{call, call_json, enterprise, guide, sample, send, simulator};

const RECORDED: &str = sample!("recorded/validate-invocation.body");
const AUTHORIZATION_ERROR: &str = sample!("recorded/client-id-auth-error.body");

/// A simulator of four users with different properties.
fn four_users() -> Simulator {
    let mut company = Company::empty();
    let at = |month, day, hour, minute, second| {
        let local = Eastern.with_ymd_and_hms(2022, month, day, hour, minute, second);
        local.single().expect("not in a gap").to_utc()
    };
    let mut one = User::new(449_022_543, "user.one@example.test");
    one.created = at(5, 11, 11, 2, 26);
    one.last_pw_change = Some(one.created);
    one.last_login = Some(at(6, 2, 9, 20, 59));
    one.admin = true;
    one.totalscore = Some(0.0);
    let mut two = User::new(449_022_544, "zoë@example.test");
    two.fullname = "Zoë 𠮷田".to_owned();
    two.groups = vec!["R/D".to_owned(), "All Staff".to_owned()];
    two.multifactor = Some("duo".to_owned());
    two.department = Some("Sales".to_owned());
    (two.weak_passwords, two.totalscore) = (3, Some(83.2));
    let mut three = User::new(449_022_545, "three@example.test");
    (three.never_logged_in, three.last_login, three.last_pw_change) = (true, None, None);
    (three.totalscore, three.mpstrength, three.omit_empty_groups) = (None, None, true);
    let mut four = User::new(449_022_546, "four@example.test");
    four.disabled = true;
    four.groups = vec!["All Staff".to_owned()];
    company.users = vec![one, two, three, four];
    let member = |username: &str, super_admin| Member {
        username: username.to_owned(),
        read_only: false,
        give: true,
        can_administer: super_admin,
        super_admin,
        group: (!super_admin).then(|| "All Staff".to_owned()),
        sites: vec!["aaa.com".to_owned()],
    };
    let folder = |id, name: &str, members| Folder { id, name: name.to_owned(), deleted: id == 9, score: 50, members };
    company.folders = vec![
        folder(7, "Shared-Sales", vec![member("four@example.test", false), member("user.one@example.test", true)]),
        folder(9, "Shared-Old", Vec::new()),
    ];
    Simulator::new(company)
}

#[tokio::test]
async fn other_methods_and_paths_are_not_found() {
    let simulator = Simulator::new(Company::empty());
    for request in [Request::post("https://lastpass.com/api"), Request::get("https://lastpass.com/enterpriseapi.php")] {
        let response = simulator.respond(request.body(Bytes::new()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 404);
    }
    assert!(simulator.calls().is_empty());
}

#[tokio::test]
async fn the_reply_matches_the_recording() {
    assert_eq!(call(&four_users(), enterprise("getuserdata", json!({"pagesize": 1}))).await, RECORDED);
    let unknown = enterprise("getuserdata", json!({"username": "unknown@example.test"}));
    assert_eq!(call(&four_users(), unknown).await, r#"{"Users":[]}"#);
}

#[tokio::test]
async fn wrong_credentials_are_rejected_in_both_dialects() {
    let mut wrong = enterprise("getuserdata", json!({}));
    wrong["provhash"] = json!("wrong");
    let reply = call(&four_users(), wrong).await;
    assert_eq!((reply.as_str(), reply.len()), (AUTHORIZATION_ERROR, 76));
    let mut wrong = enterprise("getuserdata", json!({}));
    wrong["cid"] = json!(1);
    assert_eq!(call(&four_users(), wrong).await, AUTHORIZATION_ERROR);
    let mut wrong = guide("getuserdata", json!({}));
    wrong["provisioninghash"] = json!("wrong");
    assert_eq!(call(&four_users(), wrong).await, r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#);
}

#[tokio::test]
async fn all_quirks_of_user_data_are_reproduced() {
    let simulator = four_users();
    simulator.with_company(|company| company.invited.push("new@example.test".to_owned()));
    let reply = call(&simulator, enterprise("getuserdata", Value::Null)).await;
    assert!(reply.starts_with(r#"{"total":4,"count":4,"Users":{"449022543":"#));
    for part in [
        r#""username":"zo\u00eb@example.test","fullname":"Zo\u00eb \ud842\udfb7\u7530","mpstrength":"100""#,
        r#""totalscore":"83.2","multifactor":"duo","duousername":null"#,
        r#""groups":["R\/D","All Staff"],"attribs":{"department":"Sales"}}"#,
        r#""last_pw_change":"","last_login":"","neverloggedin":true"#,
        r#""sites":null,"notes":null,"formfills":null,"applications":null,"attachments":null,"password_reset_required":false}"#,
        r#""Groups":{"R\/D":["zo\u00eb@example.test"],"All Staff":["zo\u00eb@example.test","four@example.test"]},"invited":["new@example.test"]}"#,
    ] {
        assert!(reply.contains(part), "{part} not in {reply}");
    }
}

#[tokio::test]
async fn the_guide_dialect_has_its_own_reply_format() {
    let reply = call_json(&four_users(), guide("getuserdata", json!({"username": "zoë@example.test"}))).await;
    assert_eq!(reply["status"], "OK");
    let user = &reply["Users"]["449022544"];
    assert_eq!((&user["mpstrength"], &user["weakpasswords"]), (&json!(100), &json!(3)));
    assert_eq!(user["last_login"], 1_750_000_000);
    let folders = call_json(&four_users(), guide("getsharedfolderdata", json!({}))).await;
    assert_eq!((&folders["status"], &folders["7"]["score"]), (&json!("OK"), &json!(50)));
}

#[tokio::test]
async fn users_are_filtered() {
    let simulator = four_users();
    for (data, ids) in [
        (json!({"disabled": 1}), vec!["449022546"]),
        (json!({"disabled": "0", "pagesize": "2", "pageindex": "1"}), vec!["449022545"]),
        (json!({"admin": true}), vec!["449022543"]),
        (json!({"username": "FOUR@example.test"}), vec!["449022546"]),
    ] {
        let reply = call_json(&simulator, enterprise("getuserdata", data)).await;
        let users: Vec<&String> = reply["Users"].as_object().expect("users").keys().collect();
        assert_eq!(users, ids);
        assert!(reply.get("invited").is_none());
    }
    simulator.with_company(|company| company.users[3].disabled = false);
    let disabled = enterprise("getuserdata", json!({"disabled": 1}));
    assert_eq!(call(&simulator, disabled).await, r#"{"Users":[]}"#);
}

#[tokio::test]
async fn pages_list_every_user_once_and_a_later_page_is_an_error() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a valid date");
    let simulator = Simulator::new(Company::generate(3, 2_001, today));
    for (index, count) in [(0, 2_000), (1, 1)] {
        let data = json!({"pagesize": 5_000, "pageindex": index});
        let reply = call_json(&simulator, enterprise("getuserdata", data)).await;
        assert_eq!((&reply["total"], &reply["count"]), (&json!(2_001), &json!(count)));
    }
    let past = json!({"pagesize": 2_000, "pageindex": 2});
    let reply = call_json(&simulator, enterprise("getuserdata", past)).await;
    assert_eq!(reply.as_object().expect("an object").keys().collect::<Vec<_>>(), ["error"]);
    let pages: Vec<Option<u64>> = simulator.calls().iter().map(|call| call.page).collect();
    assert_eq!(pages, [Some(0), Some(1), Some(2)]);
    simulator.clear_calls();
    assert!(simulator.calls().is_empty());
}

#[tokio::test]
async fn an_empty_company_has_empty_replies() {
    let simulator = Simulator::new(Company::empty());
    let data = json!({"pagesize": 2_000, "pageindex": 0});
    let reply = call(&simulator, enterprise("getuserdata", data)).await;
    assert_eq!(reply, r#"{"total":0,"count":0,"Users":[]}"#);
    assert_eq!(call(&simulator, enterprise("getsfdata", json!("all"))).await, "[]");
}

#[tokio::test]
async fn shared_folders_are_listed_with_their_members() {
    let all = call(&four_users(), enterprise("getdetailedsfdata", json!({"data": "all", "pagesize": "1"}))).await;
    assert_eq!(
        all,
        concat!(
            r#"{"7":{"sharedfoldername":"Shared-Sales","deleted":false,"score":50,"users":["#,
            r#"{"username":"four@example.test","readonly":"0","give":"1","can_administer":"0","superadmin":false,"group_name":"All Staff","sites":["aaa.com"]},"#,
            r#"{"username":"user.one@example.test","readonly":"0","give":"1","can_administer":"1","superadmin":true,"sites":["aaa.com"]}]}}"#
        )
    );
    let without_super_admins = call_json(&four_users(), enterprise("getsfdata", Value::Null)).await;
    assert_eq!(without_super_admins["7"]["users"].as_array().expect("an array").len(), 1);
    assert_eq!(
        without_super_admins["9"],
        json!({"sharedfoldername": "Shared-Old", "deleted": true, "score": 50, "users": []})
    );
    assert!(without_super_admins["7"]["users"][0].get("sites").is_none());
}

#[tokio::test]
async fn scheduled_faults_apply_to_matching_calls() {
    let simulator = four_users();
    let read_users = || enterprise("getuserdata", json!({}));
    let fault = Fault::once(FaultKind::Refused);
    simulator.inject(Fault { skip: 1, ..fault.on("getsfdata") });
    call(&simulator, read_users()).await;
    call(&simulator, guide("getsharedfolderdata", json!({}))).await;
    let failed = send(&simulator, guide("getsharedfolderdata", json!({}))).await;
    assert_eq!(failed.err(), Some(ConnectionError::Refused));
    call(&simulator, enterprise("getsfdata", json!("all"))).await;
    simulator.inject(Fault::always(FaultKind::ResetBefore));
    for _ in 0..3 {
        assert_eq!(send(&simulator, read_users()).await.err(), Some(ConnectionError::Reset));
    }
    simulator.clear_faults();
    call(&simulator, read_users()).await;
    assert_eq!(simulator.calls().len(), 8);
}

#[tokio::test]
async fn each_kind_of_fault_has_its_response() {
    let simulator = four_users();
    let complete = call(&simulator, enterprise("getuserdata", json!({}))).await;
    let call_with = |kind| {
        simulator.inject(Fault::once(kind));
        send(&simulator, enterprise("getuserdata", json!({})))
    };
    assert_eq!(call_with(FaultKind::Refused).await.err(), Some(ConnectionError::Refused));
    assert_eq!(call_with(FaultKind::ResetBefore).await.err(), Some(ConnectionError::Reset));
    assert_eq!(call_with(FaultKind::ResetAfter).await.err(), Some(ConnectionError::Reset));
    for (kind, body) in [
        (FaultKind::Delay(Duration::from_millis(5)), complete.as_str()),
        (FaultKind::Fail("a".into()), r#"{"status":"FAIL","error":"a"}"#),
        (FaultKind::FailList(vec!["a".into(), "b".into()]), r#"{"status":"FAIL","error":["a","b"]}"#),
        (FaultKind::Error("a".into()), r#"{"error":"a"}"#),
        (FaultKind::Warn("a".into()), r#"{"status":"WARN","errors":["a"]}"#),
        (FaultKind::OkWithError("a".into()), r#"{"status":"OK","error":"a"}"#),
        (FaultKind::Truncated, &complete[..complete.len() / 2]),
        (FaultKind::Empty, ""),
        (FaultKind::AuthorizationError, AUTHORIZATION_ERROR),
    ] {
        let start = std::time::Instant::now();
        let is_delayed = matches!(kind, FaultKind::Delay(_));
        let response = call_with(kind).await.expect("a reply");
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (200, body.as_bytes()));
        assert!(!is_delayed || start.elapsed() >= Duration::from_millis(5));
    }
    for (kind, status) in [
        (FaultKind::Status(503), 503),
        (FaultKind::TooManyRequests { retry_after: None }, 429),
        (FaultKind::TooManyRequests { retry_after: Some(7) }, 429),
        (FaultKind::RetryAfter("7".to_owned()), 429),
        (FaultKind::Maintenance(7), 503),
        (FaultKind::Html, 200),
        (FaultKind::Redirect, 302),
    ] {
        let has_retry_after = matches!(
            kind,
            FaultKind::TooManyRequests { retry_after: Some(7) } | FaultKind::RetryAfter(_) | FaultKind::Maintenance(7)
        );
        let response = call_with(kind).await.expect("a reply");
        assert_eq!(response.status(), status);
        assert!(response.body().starts_with(b"<!DOCTYPE html>"));
        assert_eq!(response.headers().contains_key("location"), status == 302);
        let header = response.headers().get("retry-after").map(|value| value.as_bytes());
        assert_eq!(header, has_retry_after.then_some(b"7".as_slice()));
    }
    let huge = call_with(FaultKind::Huge(10_000)).await.expect("a reply").into_body();
    assert_eq!(huge.len(), 10_000);
    serde_json::from_slice::<Value>(&huge).expect("the huge reply is JSON");
    let nested = call_with(FaultKind::DeeplyNested).await.expect("a reply").into_body();
    assert!(nested.len() > 200_000);
    let garbage = call_with(FaultKind::Garbage).await.expect("a reply").into_body();
    assert!(std::str::from_utf8(&garbage).is_err());
}

#[cfg(feature = "server")]
#[tokio::test]
async fn the_server_responds_over_http() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let server = tokio::spawn(crate::serve_http(listener, four_users()));
    let body = enterprise("getuserdata", json!({"pagesize": 1})).to_string();
    let reply = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address).expect("the server listens");
        write!(
            stream,
            "POST /enterpriseapi.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("received");
        reply
    });
    let reply = reply.await.expect("no panic");
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.ends_with(RECORDED), "{reply}");
    server.abort();
}

#[tokio::test]
async fn an_account_can_have_only_the_commands_of_the_guide() {
    let simulator = simulator();
    simulator.with_company(|company| company.has_only_guide_commands = true);
    let folders = call_json(&simulator, guide("getsharedfolderdata", json!({}))).await;
    assert_eq!(folders["status"], "OK");
    assert!(call_json(&simulator, guide("getuserdata", json!({}))).await["Users"].is_object());
    for command in ["getsfdata", "getdetailedsfdata", "expiredmasterpwlist", "enableuser", "reporting"] {
        let refused = call_json(&simulator, guide(command, json!({ "usernames": ["a@example.com"] }))).await;
        assert_eq!(refused, json!({ "status": "ERROR", "error": "Invalid command" }), "{command}");
    }
}
