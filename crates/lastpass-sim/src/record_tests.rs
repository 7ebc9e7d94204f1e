//! What calls and logins leave in the log.

use serde_json::{Value, json};

use crate::ask::{ask, ask_json, column, company, enterprise, guide, now, sample, send, simulator};
use crate::company::User;
use crate::fault::{Fault, FaultKind};
use crate::simulator::Simulator;

#[tokio::test]
async fn a_question_leaves_its_event_behind_its_answer() {
    let simulator = simulator();
    let labelled = |mut request: Value| {
        request["apiuser"] = json!("Microsoft Sentinel CCP");
        request
    };
    assert!(column(&ask_json(&simulator, enterprise("reporting", json!({}))).await, "Data").is_empty());
    ask(&simulator, labelled(enterprise("getuserdata", json!({})))).await;
    ask(&simulator, labelled(guide("getsharedfolderdata", json!({})))).await;
    let reply = ask_json(&simulator, labelled(enterprise("reporting", json!({})))).await;
    assert_eq!(column(&reply, "Action"), ["Get shared folder data", "Get user data", "Reporting"]);
    let by = "Initiated by API: Microsoft Sentinel CCP";
    assert_eq!(column(&reply, "Data"), [by, by, "Initiated by API"]);
    assert_eq!(column(&reply, "Username"), [""; 3]);
    // As recorded of the live service, but for the address and the time.
    let mut recorded: Value = serde_json::from_str(sample!("misc/event_reporting_api_2022.json")).expect("JSON");
    let reply = ask_json(&simulator, enterprise("reporting", json!({}))).await;
    let event = &reply["data"]["Event1"];
    (recorded["Time"], recorded["IP_Address"]) = (event["Time"].clone(), event["IP_Address"].clone());
    assert_eq!(event, &recorded);
    assert_eq!(event["Time"], "2026-09-21 10:13:20");
    simulator.with_company(|company| company.log_api_as_user = true);
    ask(&simulator, labelled(enterprise("getuserdata", json!({})))).await;
    let event = simulator.events().pop().expect("there are events");
    assert_eq!((&*event.username, &*event.data), ("API: Microsoft Sentinel CCP", ""));
    let mut wrong = enterprise("getuserdata", json!({}));
    wrong["cid"] = json!(1);
    let before = simulator.events().len();
    ask(&simulator, wrong).await;
    assert_eq!(simulator.events().len(), before);
}

#[tokio::test]
async fn each_change_leaves_its_events_once() {
    let me = "user1@lastpass.com";
    let cases = [
        (
            "batchadd",
            json!([{"username": "a@b.c"}, {"username": "private@lastpass.com"}, {"username": "d@b.c"}]),
            vec![("Employee account created", "a@b.c,d@b.c"), ("Employee invited", "private@lastpass.com")],
        ),
        (
            "batchadd",
            json!({"username": me, "groups": ["Group2", "New"]}),
            vec![("Adding user to group", "user1@lastpass.com - New")],
        ),
        (
            "batchchangegrp",
            json!([{"username": me, "add": ["New"], "del": ["Group3", "Sso", "Other"]}]),
            vec![
                ("Remove from group", "'Group3' 'user1@lastpass.com'"),
                ("Adding user to group", "user1@lastpass.com - New"),
            ],
        ),
        ("deluser", json!({"username": me, "deleteaction": 0}), vec![("Deactivated user", me)]),
        ("deluser", json!({"username": me, "deleteaction": 1}), vec![("Remove user from company", me)]),
        ("deluser", json!({"username": me, "deleteaction": 2}), vec![("Employee account deleted", me)]),
        (
            "deluser",
            json!({"username": "asked@lastpass.com", "deleteaction": 3}),
            vec![("Employee account deleted", "asked@lastpass.com")],
        ),
        ("disableuser", json!([me, me, "off@lastpass.com"]), vec![("Deactivated user", me)]),
        ("enableuser", json!([me, "off@lastpass.com"]), vec![("Reactivated user", "off@lastpass.com")]),
        ("requiremasterpasswordchange", json!({"username": me}), vec![("Require password change", me)]),
        ("disablemultifactor", json!({"username": me}), vec![("Disabled multifactor authentication", me)]),
        (
            "updateemail",
            json!({"oldemail": me, "newemail": "x@b.c"}),
            vec![("Username changed", "'user1@lastpass.com' 'x@b.c'")],
        ),
        ("updateuser", json!({"username": me, "fullname": "Ann"}), Vec::new()),
    ];
    for (command, data, expected) in cases {
        let mut company = company();
        company.users[0].multifactor = Some("duo".to_owned());
        company.users.push(User { disabled: true, ..User::new(8, "off@lastpass.com") });
        company.invited.push("asked@lastpass.com".to_owned());
        let simulator = Simulator::with_clock(company, now);
        let mut request = enterprise(command, data);
        request["apiuser"] = json!("lastpass-functions");
        // The second time there is nothing left to do.
        for _ in 0..2 {
            ask(&simulator, request.clone()).await;
            let events = simulator.events();
            let told: Vec<(&str, &str)> = events.iter().map(|event| (&*event.action, &*event.data)).collect();
            let mut expected = expected.clone();
            expected.reverse();
            let mut told = told;
            told.reverse();
            assert_eq!(told, expected, "{command}");
            assert!(events.iter().all(|event| &*event.username == "API: lastpass-functions" && event.at == now()));
        }
    }
}

#[tokio::test]
async fn what_is_sent_again_is_logged_again() {
    let simulator = simulator();
    simulator.with_company(|company| company.invited.push("asked@lastpass.com".to_owned()));
    for _ in 0..2 {
        ask(&simulator, enterprise("reinviteuser", json!({"username": "asked@lastpass.com"}))).await;
        ask(&simulator, enterprise("resetpassword", json!({"username": "user1@lastpass.com"}))).await;
    }
    let events = simulator.events();
    let told: Vec<(&str, &str)> = events.iter().map(|event| (&*event.username, &*event.action)).collect();
    assert_eq!(told, [("API", "Re-invite user"), ("API", "Password reset")].repeat(2));
}

#[test]
fn logins_are_logged_and_so_are_those_that_fail() {
    let simulator = simulator();
    simulator.log_in("USER1@lastpass.com");
    simulator.with_company(|company| company.users[0].disabled = true);
    simulator.log_in("user1@lastpass.com");
    simulator.log_in("nobody@lastpass.com");
    let told: Vec<String> =
        simulator.events().iter().map(|event| format!("{} {}", event.username, event.action)).collect();
    assert_eq!(told, ["user1@lastpass.com Log in", "user1@lastpass.com Failed login attempt"]);
}

#[tokio::test]
async fn only_calls_that_reach_the_service_are_logged() {
    let simulator = simulator();
    for (kind, expected) in [(FaultKind::ResetBefore, 0), (FaultKind::Status(503), 0), (FaultKind::ResetAfter, 1)] {
        simulator.inject(Fault::once(kind));
        // Whether a reply comes is the fault's own matter.
        let _ = send(&simulator, enterprise("disableuser", json!(["user1@lastpass.com"]))).await;
        assert_eq!(simulator.events().len(), expected);
    }
}
