//! `deluser` and the commands that change existing users, in both dialects, against the vendor's replies.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::company::User;
use crate::mail::MailKind;
use crate::tests::{
    OK, call, call_json, compact, enterprise, find_user, guide, last_call, mail, now, sample, simulator, vendor_request,
};

fn delete(username: &str, number: u8, name: &str) -> [Value; 2] {
    [
        enterprise("deluser", json!({"username": username, "deleteaction": number})),
        guide("deleteuser", json!({"username": username, "action": name})),
    ]
}

#[tokio::test]
async fn users_are_deactivated_removed_and_deleted() {
    let with_username = |sample: &str| sample.trim_end().replace("EMAIL", "user1@lastpass.com");
    let (already, unknown) = (
        with_username(sample!("misc/deluser_already_disabled.json")),
        with_username(sample!("misc/deluser_no_such_user.json")),
    );
    for dialect in [0, 1] {
        let unknown = if dialect == 0 { unknown.clone() } else { unknown.replace("FAIL", "ERROR") };
        for (number, name, second) in [(0, "deactivate", &already), (1, "remove", &unknown), (2, "delete", &unknown)] {
            let simulator = simulator();
            let request = || delete("user1@lastpass.com", number, name)[dialect].clone();
            assert_eq!(call(&simulator, request()).await, sample!("misc/mutation_ok.json").trim_end());
            assert_eq!(last_call(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
            assert_eq!(&call(&simulator, request()).await, second);
            assert!(!last_call(&simulator).0);
            let disabled = find_user(&simulator, "user1@lastpass.com").map(|user| user.disabled);
            assert_eq!(disabled, (number == 0).then_some(true));
            let (members, personal) = simulator
                .with_company(|company| (company.folders[0].members.len(), company.personal_accounts[1..].to_vec()));
            assert_eq!(members, usize::from(number == 0));
            let removed = if number == 1 { vec!["user1@lastpass.com".to_owned()] } else { Vec::new() };
            assert_eq!((personal, simulator.mails()), (removed, Vec::new()));
        }
    }
}

#[tokio::test]
async fn an_invitation_is_withdrawn() {
    for dialect in [0, 1] {
        let simulator = simulator();
        call(&simulator, enterprise("batchadd", json!({"username": "private@lastpass.com"}))).await;
        let request = |username| delete(username, 3, "uninvite")[dialect].clone();
        assert_eq!(call(&simulator, request("PRIVATE@lastpass.com")).await, OK);
        assert!(!simulator.log_in("private@lastpass.com"));
        let status = ["FAIL", "ERROR"][dialect];
        for username in ["private@lastpass.com", "user1@lastpass.com"] {
            let expected = format!(r#"{{"status":"{status}","error":"No pending invitation: {username}"}}"#);
            assert_eq!(call(&simulator, request(username)).await, expected);
        }
    }
    for invalid in [json!({"deleteaction": 4}), json!({}), json!({"action": "delete"})] {
        let mut data = invalid;
        data["username"] = json!("user1@lastpass.com");
        let reply = call(&simulator(), enterprise("deluser", data)).await;
        assert_eq!(reply, r#"{"status":"FAIL","error":"Invalid deleteaction"}"#);
    }
}

#[tokio::test]
async fn users_are_disabled_and_enabled_as_in_the_vendor_example() {
    let simulator = simulator();
    call(&simulator, enterprise("batchadd", json!({"username": "user2@lastpass.com"}))).await;
    for (request, reply) in [
        (sample!("official/disableuser.request.json"), sample!("official/disableuser.response.json")),
        (sample!("official/enableuser.request.json"), sample!("official/enableuser.response.json")),
    ] {
        assert_eq!(call(&simulator, vendor_request(request)).await, compact(reply));
        assert!(last_call(&simulator).0);
    }
    let both = || json!(["user1@lastpass.com", "no@lastpass.com"]);
    let rest = r#""unchanged_users":["no@lastpass.com"],"error":"No such user: no@lastpass.com"}"#;
    let one = r#"["user1@lastpass.com"]"#;
    assert_eq!(
        call(&simulator, enterprise("disableuser", both())).await,
        format!(r#"{{"status":"success","disabled_users":{one},{rest}"#)
    );
    assert!(!simulator.log_in("user1@lastpass.com"));
    let disabled = call_json(&simulator, enterprise("getuserdata", json!({"disabled": 1}))).await;
    assert_eq!(disabled["total"], 1);
    assert_eq!(
        call(&simulator, guide("enableuser", json!({"usernames": both()}))).await,
        format!(r#"{{"status":"OK","enabled_users":{one},{rest}"#)
    );
    let again = call(&simulator, enterprise("enableuser", json!(["user1@lastpass.com"]))).await;
    assert_eq!(again, format!(r#"{{"status":"success","unchanged_users":{one}}}"#));
    assert!(!last_call(&simulator).0);
    let unknown = call(&simulator, enterprise("disableuser", json!(["no@lastpass.com"]))).await;
    assert_eq!(unknown, format!(r#"{{"status":"FAIL",{rest}"#));
}

#[tokio::test]
async fn one_user_is_changed() {
    type Check = fn(&User) -> bool;
    let cases: [(&str, Value, Check); 3] = [
        ("updateuser", json!({"fullname": "Ann", "duousername": "ann"}), |user| {
            user.fullname == "Ann" && user.duo_username.as_deref() == Some("ann")
        }),
        ("requiremasterpasswordchange", json!({}), |user| user.password_reset_required),
        ("disablemultifactor", json!({}), |user| user.multifactor.is_none()),
    ];
    for (command, mut data, changed) in cases {
        for dialect in [enterprise as fn(&str, Value) -> Value, guide] {
            let simulator = simulator();
            simulator.with_company(|company| company.users[0].multifactor = Some("duo".to_owned()));
            data["username"] = json!("User1@lastpass.com");
            assert_eq!(call(&simulator, dialect(command, data.clone())).await, OK);
            assert!(changed(&find_user(&simulator, "user1@lastpass.com").expect("the user exists")));
            assert_eq!(last_call(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
            data["username"] = json!("no@lastpass.com");
            let reply = call(&simulator, dialect(command, data.clone())).await;
            assert_eq!(reply.replace("ERROR", "FAIL"), r#"{"status":"FAIL","error":"No such user: no@lastpass.com"}"#);
        }
    }
}

#[tokio::test]
async fn a_password_reset_sends_mail() {
    let simulator = simulator();
    let reset = |username: &str| enterprise("resetpassword", json!({"username": username}));
    assert_eq!(call(&simulator, reset("user1@lastpass.com")).await, OK);
    assert_eq!(simulator.mails(), [mail("user1@lastpass.com", MailKind::PasswordReset)]);
    let unknown = sample!("misc/resetpassword_user_not_found.json").trim_end().replace("EMAIL", "no@lastpass.com");
    assert_eq!(call(&simulator, reset("no@lastpass.com")).await, unknown);
}

#[tokio::test]
async fn a_new_address_takes_effect_at_the_next_login() {
    let simulator = simulator();
    assert_eq!(call(&simulator, vendor_request(sample!("official/updateemail.request.json"))).await, OK);
    let usernames = vec!["user1@lastpass.com".to_owned(), "newemail@lastpass.com".to_owned()];
    assert_eq!(last_call(&simulator), (true, usernames));
    assert_eq!(simulator.mails(), [mail("user1@lastpass.com", MailKind::EmailChange)]);
    assert!(find_user(&simulator, "newemail@lastpass.com").is_none());
    assert!(simulator.log_in("user1@lastpass.com"));
    let found = call_json(&simulator, enterprise("getuserdata", json!({"username": "NEWEMAIL@lastpass.com"}))).await;
    assert_eq!(found["total"], 1);
    let taken = json!({"oldemail": "newemail@lastpass.com", "newemail": "private@lastpass.com"});
    let reply = call(&simulator, enterprise("updateemail", taken)).await;
    assert_eq!(reply, r#"{"status":"FAIL","error":"User already exists: private@lastpass.com"}"#);
}

#[tokio::test]
async fn expired_master_passwords_are_listed_in_pages() {
    let simulator = simulator();
    simulator.with_company(|company| {
        company.users = (1..=4).map(|number| User::new(1233 + number, format!("user{number}@lastpass.com"))).collect();
        company.users[0].last_pw_change = DateTime::from_timestamp(1_642_062_613, 0);
        company.users[1].last_pw_change = DateTime::from_timestamp(1_647_157_091, 0);
        company.users[3].last_pw_change = Some(now());
    });
    let request = |data| enterprise("expiredmasterpwlist", data);
    let expected = compact(sample!("official/expiredmasterpwlist.response.json")).replace("117", "1");
    assert_eq!(call(&simulator, request(json!({"limit": 2}))).await, expected);
    let rest = r#"{"status":"Success","continuation":{"remaining_item_count":0},"items":[{"user_id":1236,"#;
    let reply = call(&simulator, request(json!({"limit": 2, "continuation_token": "1235"}))).await;
    assert!(reply.starts_with(rest), "{reply}");
    let guide = call_json(&simulator, guide("expiredmasterpwlist", json!({}))).await;
    assert_eq!((&guide["status"], guide["items"].as_array().map(Vec::len)), (&json!("OK"), Some(3)));
    assert!(!last_call(&simulator).0);
}
