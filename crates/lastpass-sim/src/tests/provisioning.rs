//! `batchadd`, `batchchangegrp` and `reinviteuser` in both dialects, against the vendor's replies.

use serde_json::{Value, json};

use crate::mail::MailKind;
use crate::simulator::Simulator;
use crate::tests::{
    OK, call, call_json, compact, enterprise, find_user, guide, last_call, mail, now, sample, simulator, vendor_request,
};

fn add(data: Value) -> [Value; 2] {
    [enterprise("batchadd", data.clone()), guide("batchaddusers", json!({"usernames": data}))]
}

fn groups(simulator: &Simulator, username: &str) -> Vec<String> {
    find_user(simulator, username).expect("the user exists").groups
}

#[tokio::test]
async fn users_are_added_as_in_the_vendor_example() {
    let simulator = simulator();
    let request = || vendor_request(sample!("official/batchadd.request.json"));
    assert_eq!(call(&simulator, request()).await, compact(sample!("official/batchadd.response.json")));
    let two = find_user(&simulator, "user2@lastpass.com").expect("the user was added");
    assert_eq!((two.id, two.created, two.never_logged_in), (9, now(), true));
    assert_eq!((two.fullname.as_str(), two.groups.len()), ("Mark Hunter", 3));
    let resets = ["user2", "user3", "user4"].map(|name| {
        let user = find_user(&simulator, &format!("{name}@lastpass.com"));
        user.expect("the user was added").password_reset_required
    });
    assert_eq!(resets, [false, true, false]);
    let reply = call_json(&simulator, enterprise("getuserdata", json!({"username": "USER2@lastpass.com"}))).await;
    assert_eq!(reply["Users"]["9"]["attribs"]["Department"], "Finance");
    // The existing user is renamed and gets no mail.
    assert_eq!(find_user(&simulator, "user1@lastpass.com").expect("the user exists").fullname, "John Doe");
    let mails = ["user0", "user2", "user3", "user4"].map(|n| mail(&format!("{n}@lastpass.com"), MailKind::Invitation));
    assert_eq!(simulator.mails(), mails);
    // The second call has no effect.
    assert_eq!(call(&simulator, request()).await, OK);
    let (had_effect, usernames) = last_call(&simulator);
    assert_eq!((had_effect, usernames.len(), simulator.mails().len()), (false, 5, 4));
}

#[tokio::test]
async fn a_single_entry_and_bare_addresses_are_accepted() {
    let simulator = simulator();
    let one = json!({"username": "Ann@lastpass.com", "groups": ["Group2"]});
    assert_eq!(call(&simulator, enterprise("batchadd", one)).await, OK);
    let several = json!({"usernames": ["bo@lastpass.com", {"username": "cy@lastpass.com", "fullname": "Cy"}]});
    assert_eq!(call(&simulator, guide("batchaddusers", several)).await, OK);
    assert_eq!(last_call(&simulator), (true, vec!["bo@lastpass.com".to_owned(), "cy@lastpass.com".to_owned()]));
    let reply = call_json(&simulator, enterprise("getuserdata", json!({}))).await;
    assert_eq!(reply["total"], 4);
    assert_eq!(reply["Groups"]["Group2"], json!(["user1@lastpass.com", "ann@lastpass.com"]));
}

#[tokio::test]
async fn an_address_with_a_personal_account_is_invited() {
    for [request, again] in [[0, 1], [1, 0]] {
        let simulator = simulator();
        let entry = json!([{"username": "private@lastpass.com", "groups": ["Group9"]}]);
        assert_eq!(call(&simulator, add(entry.clone())[request].clone()).await, OK);
        let list = call_json(&simulator, enterprise("getuserdata", json!({"pagesize": 1}))).await;
        assert_eq!((&list["total"], &list["invited"]), (&json!(1), &json!(["private@lastpass.com"])));
        assert!(list["Groups"].get("Group9").is_none());
        let alone = enterprise("getuserdata", json!({"username": "private@lastpass.com"}));
        assert_eq!(call(&simulator, alone).await, r#"{"Users":[]}"#);
        let other = enterprise("getuserdata", json!({"username": "User1@lastpass.com"}));
        assert!(call_json(&simulator, other).await.get("invited").is_none());
        // A second call only changes the pending user.
        let more = json!([{"username": "private@lastpass.com", "groups": ["Group8"], "fullname": "Pip"}]);
        assert_eq!(call(&simulator, add(more)[again].clone()).await, OK);
        assert_eq!(simulator.mails(), [mail("private@lastpass.com", MailKind::Invitation)]);
        assert!(simulator.log_in("private@lastpass.com"));
        let user = find_user(&simulator, "private@lastpass.com").expect("the invitation was accepted");
        assert_eq!((user.groups, user.fullname.as_str()), (vec!["Group9".to_owned(), "Group8".to_owned()], "Pip"));
        assert_eq!((user.last_login, user.never_logged_in), (Some(now()), false));
        simulator.with_company(|company| assert!(company.invited.is_empty() && company.pending_users.is_empty()));
    }
}

#[tokio::test]
async fn errors_name_the_entries_that_cannot_be_added() {
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
            assert_eq!(call(simulator, request).await, expected);
        }
        if enterprise_reply.contains("Sso") {
            assert_eq!(groups(&simulators[1], "ann@lastpass.com"), ["Group2"]);
        }
    }
}

#[tokio::test]
async fn ids_are_never_reused() {
    let simulator = simulator();
    for id in [8, 9, 10] {
        call(&simulator, enterprise("batchadd", json!([{"username": "ann@lastpass.com"}]))).await;
        assert_eq!(find_user(&simulator, "ann@lastpass.com").expect("the user was added").id, id);
        call(&simulator, enterprise("deluser", json!({"username": "ann@lastpass.com", "deleteaction": 2}))).await;
    }
}

#[tokio::test]
async fn groups_are_changed_as_in_the_vendor_example() {
    let simulator = simulator();
    let request = || vendor_request(sample!("official/batchchangegrp.request.json"));
    let warning = compact(sample!("official/batchchangegrp.response.json"));
    assert_eq!(warning, sample!("misc/batchchangegrp_warn.json").trim_end());
    assert_eq!(call(&simulator, request()).await, warning);
    assert_eq!(groups(&simulator, "user1@lastpass.com"), ["Group2", "Group3", "Group1"]);
    assert_eq!(last_call(&simulator), (true, vec!["user1@lastpass.com".to_owned(), "user2@lastpass.com".to_owned()]));
    assert_eq!(call(&simulator, request()).await, warning);
    assert!(!last_call(&simulator).0);
    let remove = json!([{"username": "user1@lastpass.com", "del": ["Group1", "Group2", "Group3", "Unknown"]}]);
    assert_eq!(call(&simulator, enterprise("batchchangegrp", remove)).await, OK);
    let reply = call_json(&simulator, enterprise("getuserdata", json!({}))).await;
    assert!(reply.get("Groups").is_none());
}

#[tokio::test]
async fn errors_name_the_group_changes_that_cannot_be_made() {
    let unknown = r#"{"status":"FAIL","errors":["no@lastpass.com does not exist"]}"#;
    let sso_group = r#"{"status":"WARN","errors":["Group Sso is managed by SSO, not changed for user1@lastpass.com"]}"#;
    for (username, expected) in [("no@lastpass.com", unknown), ("user1@lastpass.com", sso_group)] {
        let entry = json!([{"username": username, "add": ["Sso", "Group4"]}]);
        let simulator = simulator();
        assert_eq!(call(&simulator, enterprise("batchchangegrp", entry.clone())).await, expected);
        let as_list = guide("batchchangegrp", json!({"usernames": entry}));
        let by_group = guide("batchupdategroups", json!({"groups": {"Group4": [username], "Sso": [username]}}));
        for request in [as_list, by_group] {
            assert_eq!(call(&simulator, request).await, expected.replace("FAIL", "ERROR"));
        }
        assert_eq!(last_call(&simulator), (false, vec![username.to_owned()]));
    }
}

#[tokio::test]
async fn the_guide_dialect_lists_the_addresses_of_each_group() {
    let simulator = simulator();
    let groups_sent = json!({"groups": {"Group4": ["user1@lastpass.com"], "Group5": ["user1@lastpass.com"]}});
    assert_eq!(call(&simulator, guide("batchupdategroups", groups_sent)).await, OK);
    assert_eq!(groups(&simulator, "user1@lastpass.com"), ["Group2", "Group3", "Group4", "Group5"]);
    assert_eq!(last_call(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
}

#[tokio::test]
async fn users_who_never_logged_in_are_invited_again() {
    let simulator = simulator();
    let new = json!([{"username": "ann@lastpass.com"}, {"username": "private@lastpass.com"}]);
    call(&simulator, enterprise("batchadd", new)).await;
    let before = simulator.mails().len();
    for username in [json!("ann@lastpass.com"), json!(["ann@lastpass.com"])] {
        let reply = call(&simulator, enterprise("reinviteuser", json!({"username": username}))).await;
        assert_eq!(reply, compact(sample!("official/reinviteuser.response.json")));
        assert_eq!(last_call(&simulator), (true, vec!["ann@lastpass.com".to_owned()]));
    }
    let both = json!({"usernames": ["private@lastpass.com", "user1@lastpass.com", "no@lastpass.com"]});
    assert_eq!(
        call(&simulator, guide("batchinviteuser", both)).await,
        r#"{"status":"WARN","errors":["User already active: user1@lastpass.com","No such user: no@lastpass.com"]}"#
    );
    let sent = ["ann@lastpass.com", "ann@lastpass.com", "private@lastpass.com"];
    assert_eq!(simulator.mails()[before..], sent.map(|to| mail(to, MailKind::Reinvitation)));
    let active = call(&simulator, enterprise("reinviteuser", json!({"username": "user1@lastpass.com"}))).await;
    assert_eq!(active, r#"{"status":"FAIL","error":"User already active: user1@lastpass.com"}"#);
    assert!(!last_call(&simulator).0);
}
