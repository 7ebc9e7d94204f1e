//! The log events of calls and logins.

use serde_json::{Value, json};

use crate::company::User;
use crate::fault::{Fault, FaultKind};
use crate::simulator::Simulator;
use crate::tests::{call, call_json, column, company, enterprise, guide, now, sample, send, simulator};

#[tokio::test]
async fn a_read_is_logged_after_its_reply() {
    let simulator = simulator();
    let labelled = |mut request: Value| {
        request["apiuser"] = json!("Microsoft Sentinel CCP");
        request
    };
    assert!(column(&call_json(&simulator, enterprise("reporting", json!({}))).await, "Data").is_empty());
    call(&simulator, labelled(enterprise("getuserdata", json!({})))).await;
    call(&simulator, labelled(guide("getsharedfolderdata", json!({})))).await;
    let reply = call_json(&simulator, labelled(enterprise("reporting", json!({})))).await;
    assert_eq!(column(&reply, "Action"), ["Get shared folder data", "Get user data", "Reporting"]);
    let initiated = "Initiated by API: Microsoft Sentinel CCP";
    assert_eq!(column(&reply, "Data"), [initiated, initiated, "Initiated by API"]);
    assert_eq!(column(&reply, "Username"), [""; 3]);
    // The event matches a recording of the real service, except for the address and the time.
    let mut recorded: Value = serde_json::from_str(sample!("misc/event_reporting_api_2022.json")).expect("JSON");
    let reply = call_json(&simulator, enterprise("reporting", json!({}))).await;
    let event = &reply["data"]["Event1"];
    (recorded["Time"], recorded["IP_Address"]) = (event["Time"].clone(), event["IP_Address"].clone());
    assert_eq!(event, &recorded);
    assert_eq!(event["Time"], "2026-09-21 10:13:20");
    simulator.with_company(|company| company.log_api_as_user = true);
    call(&simulator, labelled(enterprise("getuserdata", json!({})))).await;
    let event = simulator.events().pop().expect("there are events");
    assert_eq!((&*event.username, &*event.data), ("API: Microsoft Sentinel CCP", ""));
    let mut wrong = enterprise("getuserdata", json!({}));
    wrong["cid"] = json!(1);
    let before = simulator.events().len();
    call(&simulator, wrong).await;
    assert_eq!(simulator.events().len(), before);
}

#[tokio::test]
async fn each_change_is_logged_once() {
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
            json!({"username": "invited@lastpass.com", "deleteaction": 3}),
            vec![("Employee account deleted", "invited@lastpass.com")],
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
        company.invited.push("invited@lastpass.com".to_owned());
        let simulator = Simulator::with_clock(company, now);
        let mut request = enterprise(command, data);
        request["apiuser"] = json!("lastpass-functions");
        // The second call has no effect.
        for _ in 0..2 {
            call(&simulator, request.clone()).await;
            let events = simulator.events();
            let logged: Vec<(&str, &str)> = events.iter().map(|event| (&*event.action, &*event.data)).collect();
            assert_eq!(logged, expected, "{command}");
            assert!(events.iter().all(|event| &*event.username == "API: lastpass-functions" && event.at == now()));
        }
    }
}

#[tokio::test]
async fn each_mail_is_logged() {
    let simulator = simulator();
    simulator.with_company(|company| company.invited.push("invited@lastpass.com".to_owned()));
    for _ in 0..2 {
        call(&simulator, enterprise("reinviteuser", json!({"username": "invited@lastpass.com"}))).await;
        call(&simulator, enterprise("resetpassword", json!({"username": "user1@lastpass.com"}))).await;
    }
    let events = simulator.events();
    let logged: Vec<(&str, &str)> = events.iter().map(|event| (&*event.username, &*event.action)).collect();
    assert_eq!(logged, [("API", "Re-invite user"), ("API", "Password reset")].repeat(2));
}

#[test]
fn successful_and_failed_logins_are_logged() {
    let simulator = simulator();
    simulator.log_in("USER1@lastpass.com");
    simulator.with_company(|company| company.users[0].disabled = true);
    simulator.log_in("user1@lastpass.com");
    simulator.log_in("unknown@lastpass.com");
    let logged: Vec<String> =
        simulator.events().iter().map(|event| format!("{} {}", event.username, event.action)).collect();
    assert_eq!(logged, ["user1@lastpass.com Log in", "user1@lastpass.com Failed login attempt"]);
}

#[tokio::test]
async fn only_executed_calls_are_logged() {
    let simulator = simulator();
    for (kind, expected) in [(FaultKind::ResetBefore, 0), (FaultKind::Status(503), 0), (FaultKind::ResetAfter, 1)] {
        simulator.inject(Fault::once(kind));
        // Only some of the faults return a response.
        let _ = send(&simulator, enterprise("disableuser", json!(["user1@lastpass.com"]))).await;
        assert_eq!(simulator.events().len(), expected);
    }
}
