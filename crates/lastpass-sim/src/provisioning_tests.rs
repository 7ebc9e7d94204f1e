//! How people come in and get their groups, in both dialects, against the vendor's replies.

use serde_json::{Value, json};

use crate::ask::{OK, ask, ask_json, compact, enterprise, guide, last, mail, now, person, sample, simulator, vendors};
use crate::mail::MailKind;
use crate::simulator::Simulator;

fn add(data: Value) -> [Value; 2] {
    [enterprise("batchadd", data.clone()), guide("batchaddusers", json!({"usernames": data}))]
}

fn groups(simulator: &Simulator, username: &str) -> Vec<String> {
    person(simulator, username).expect("there is such a person").groups
}

#[tokio::test]
async fn people_are_added_as_the_vendor_shows() {
    let simulator = simulator();
    let request = || vendors(sample!("official/batchadd.request.json"));
    assert_eq!(ask(&simulator, request()).await, compact(sample!("official/batchadd.response.json")));
    let two = person(&simulator, "user2@lastpass.com").expect("was added");
    assert_eq!((two.id, two.created, two.never_logged_in), (9, now(), true));
    assert_eq!((two.fullname.as_str(), two.groups.len()), ("Mark Hunter", 3));
    let resets = ["user2", "user3", "user4"].map(|name| {
        let user = person(&simulator, &format!("{name}@lastpass.com"));
        user.expect("was added").password_reset_required
    });
    assert_eq!(resets, [false, true, false]);
    let reply = ask_json(&simulator, enterprise("getuserdata", json!({"username": "USER2@lastpass.com"}))).await;
    assert_eq!(reply["Users"]["9"]["attribs"]["Department"], "Finance");
    // The one who was there got a name, and no mail.
    assert_eq!(person(&simulator, "user1@lastpass.com").expect("is there").fullname, "John Doe");
    let mails = ["user0", "user2", "user3", "user4"].map(|n| mail(&format!("{n}@lastpass.com"), MailKind::Invitation));
    assert_eq!(simulator.mails(), mails);
    // Once more, nothing is left to do.
    assert_eq!(ask(&simulator, request()).await, OK);
    let (acted, about) = last(&simulator);
    assert_eq!((acted, about.len(), simulator.mails().len()), (false, 5, 4));
}

#[tokio::test]
async fn one_entry_or_bare_addresses_will_do() {
    let simulator = simulator();
    let one = json!({"username": "Ann@lastpass.com", "groups": ["Group2"]});
    assert_eq!(ask(&simulator, enterprise("batchadd", one)).await, OK);
    let some = json!({"usernames": ["bo@lastpass.com", {"username": "cy@lastpass.com", "fullname": "Cy"}]});
    assert_eq!(ask(&simulator, guide("batchaddusers", some)).await, OK);
    assert_eq!(last(&simulator), (true, vec!["bo@lastpass.com".to_owned(), "cy@lastpass.com".to_owned()]));
    let reply = ask_json(&simulator, enterprise("getuserdata", json!({}))).await;
    assert_eq!(reply["total"], 4);
    assert_eq!(reply["Groups"]["Group2"], json!(["user1@lastpass.com", "ann@lastpass.com"]));
}

#[tokio::test]
async fn an_address_with_a_personal_account_is_invited() {
    for [request, again] in [[0, 1], [1, 0]] {
        let simulator = simulator();
        let entry = json!([{"username": "private@lastpass.com", "groups": ["Group9"]}]);
        assert_eq!(ask(&simulator, add(entry.clone())[request].clone()).await, OK);
        let list = ask_json(&simulator, enterprise("getuserdata", json!({"pagesize": 1}))).await;
        assert_eq!((&list["total"], &list["invited"]), (&json!(1), &json!(["private@lastpass.com"])));
        assert!(list["Groups"].get("Group9").is_none());
        let alone = enterprise("getuserdata", json!({"username": "private@lastpass.com"}));
        assert_eq!(ask(&simulator, alone).await, r#"{"Users":[]}"#);
        let other = enterprise("getuserdata", json!({"username": "User1@lastpass.com"}));
        assert!(ask_json(&simulator, other).await.get("invited").is_none());
        // A second time only adds to what is kept.
        let more = json!([{"username": "private@lastpass.com", "groups": ["Group8"], "fullname": "Pip"}]);
        assert_eq!(ask(&simulator, add(more)[again].clone()).await, OK);
        assert_eq!(simulator.mails(), [mail("private@lastpass.com", MailKind::Invitation)]);
        assert!(simulator.log_in("private@lastpass.com"));
        let user = person(&simulator, "private@lastpass.com").expect("has accepted");
        assert_eq!((user.groups, user.fullname.as_str()), (vec!["Group9".to_owned(), "Group8".to_owned()], "Pip"));
        assert_eq!((user.last_login, user.never_logged_in), (Some(now()), false));
        simulator.with_company(|company| assert!(company.invited.is_empty() && company.pending_users.is_empty()));
    }
}

#[tokio::test]
async fn entries_that_cannot_be_added_are_named() {
    for (data, enterprise_reply, guide_reply) in [
        (
            json!([]),
            r#"{"status":"FAIL","error":["No users to add"]}"#,
            r#"{"status":"ERROR","error":["No users to add"]}"#,
        ),
        (
            json!([{"fullname": "Ann"}]),
            r#"{"status":"FAIL","error":["username is required"]}"#,
            r#"{"status":"ERROR","error":["username is required"]}"#,
        ),
        (
            json!([{"username": "ann"}, {"username": "bo@lastpass.com"}]),
            r#"{"status":"WARN","errors":["ann is not a valid email address"]}"#,
            r#"{"status":"WARN","errors":["ann is not a valid email address"]}"#,
        ),
        (
            json!([{"username": "ann@lastpass.com", "groups": ["Sso", "Group2"]}]),
            r#"{"status":"WARN","errors":["ann@lastpass.com was not added to Sso: the group is managed by SSO"]}"#,
            r#"{"status":"WARN","errors":["ann@lastpass.com was not added to Sso: the group is managed by SSO"]}"#,
        ),
    ] {
        let simulators = [simulator(), simulator()];
        for ((simulator, request), expected) in simulators.iter().zip(add(data)).zip([enterprise_reply, guide_reply]) {
            assert_eq!(ask(simulator, request).await, expected);
        }
        if enterprise_reply.contains("Sso") {
            assert_eq!(groups(&simulators[1], "ann@lastpass.com"), ["Group2"]);
        }
    }
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    let simulator = simulator();
    for id in [8, 9, 10] {
        ask(&simulator, enterprise("batchadd", json!([{"username": "ann@lastpass.com"}]))).await;
        assert_eq!(person(&simulator, "ann@lastpass.com").expect("was added").id, id);
        ask(&simulator, enterprise("deluser", json!({"username": "ann@lastpass.com", "deleteaction": 2}))).await;
    }
}

#[tokio::test]
async fn groups_change_as_the_vendor_shows() {
    let simulator = simulator();
    let request = || vendors(sample!("official/batchchangegrp.request.json"));
    let warning = compact(sample!("official/batchchangegrp.response.json"));
    assert_eq!(warning, sample!("misc/batchchangegrp_warn.json").trim_end());
    assert_eq!(ask(&simulator, request()).await, warning);
    assert_eq!(groups(&simulator, "user1@lastpass.com"), ["Group2", "Group3", "Group1"]);
    assert_eq!(last(&simulator), (true, vec!["user1@lastpass.com".to_owned(), "user2@lastpass.com".to_owned()]));
    assert_eq!(ask(&simulator, request()).await, warning);
    assert!(!last(&simulator).0);
    let leave = json!([{"username": "user1@lastpass.com", "del": ["Group1", "Group2", "Group3", "Unheard"]}]);
    assert_eq!(ask(&simulator, enterprise("batchchangegrp", leave)).await, OK);
    let reply = ask_json(&simulator, enterprise("getuserdata", json!({}))).await;
    assert!(reply.get("Groups").is_none());
}

#[tokio::test]
async fn group_changes_that_cannot_be_made_are_named() {
    let nobody = r#"{"status":"FAIL","errors":["no@lastpass.com does not exist"]}"#;
    let locked = r#"{"status":"WARN","errors":["Group Sso is managed by SSO, not changed for user1@lastpass.com"]}"#;
    for (username, expected) in [("no@lastpass.com", nobody), ("user1@lastpass.com", locked)] {
        let entry = json!([{"username": username, "add": ["Sso", "Group4"]}]);
        let simulator = simulator();
        assert_eq!(ask(&simulator, enterprise("batchchangegrp", entry.clone())).await, expected);
        let spread = guide("batchchangegrp", json!({"usernames": entry}));
        let of_guide = guide("batchupdategroups", json!({"groups": {"Group4": [username], "Sso": [username]}}));
        for request in [spread, of_guide] {
            assert_eq!(ask(&simulator, request).await, expected.replace("FAIL", "ERROR"));
        }
        assert_eq!(last(&simulator), (false, vec![username.to_owned()]));
    }
}

#[tokio::test]
async fn the_guide_sends_each_group_with_its_addresses() {
    let simulator = simulator();
    let groups_sent = json!({"groups": {"Group4": ["user1@lastpass.com"], "Group5": ["user1@lastpass.com"]}});
    assert_eq!(ask(&simulator, guide("batchupdategroups", groups_sent)).await, OK);
    assert_eq!(groups(&simulator, "user1@lastpass.com"), ["Group2", "Group3", "Group4", "Group5"]);
    assert_eq!(last(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
}

#[tokio::test]
async fn those_who_have_not_come_are_invited_again() {
    let simulator = simulator();
    let new = json!([{"username": "ann@lastpass.com"}, {"username": "private@lastpass.com"}]);
    ask(&simulator, enterprise("batchadd", new)).await;
    let before = simulator.mails().len();
    for username in [json!("ann@lastpass.com"), json!(["ann@lastpass.com"])] {
        let reply = ask(&simulator, enterprise("reinviteuser", json!({"username": username}))).await;
        assert_eq!(reply, compact(sample!("official/reinviteuser.response.json")));
        assert_eq!(last(&simulator), (true, vec!["ann@lastpass.com".to_owned()]));
    }
    let both = json!({"usernames": ["private@lastpass.com", "user1@lastpass.com", "no@lastpass.com"]});
    assert_eq!(
        ask(&simulator, guide("batchinviteuser", both)).await,
        r#"{"status":"WARN","errors":["User already active: user1@lastpass.com","No such user: no@lastpass.com"]}"#
    );
    let sent = ["ann@lastpass.com", "ann@lastpass.com", "private@lastpass.com"];
    assert_eq!(simulator.mails()[before..], sent.map(|to| mail(to, MailKind::Reinvitation)));
    let active = ask(&simulator, enterprise("reinviteuser", json!({"username": "user1@lastpass.com"}))).await;
    assert_eq!(active, r#"{"status":"FAIL","error":"User already active: user1@lastpass.com"}"#);
    assert!(!last(&simulator).0);
}
