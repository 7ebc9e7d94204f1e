//! How people leave, are blocked and are changed, in both dialects, against the vendor's replies.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::ask::{OK, ask, ask_json, compact, enterprise, guide, last, mail, now, person, sample, simulator, vendors};
use crate::company::User;
use crate::mail::MailKind;

fn leave(username: &str, number: u8, word: &str) -> [Value; 2] {
    [
        enterprise("deluser", json!({"username": username, "deleteaction": number})),
        guide("deleteuser", json!({"username": username, "action": word})),
    ]
}

#[tokio::test]
async fn people_leave_in_three_ways() {
    let about = |sample: &str| sample.trim_end().replace("EMAIL", "user1@lastpass.com");
    let (already, unknown) =
        (about(sample!("misc/deluser_already_disabled.json")), about(sample!("misc/deluser_no_such_user.json")));
    for dialect in [0, 1] {
        let unknown = if dialect == 0 { unknown.clone() } else { unknown.replace("FAIL", "ERROR") };
        for (number, word, second) in [(0, "deactivate", &already), (1, "remove", &unknown), (2, "delete", &unknown)] {
            let simulator = simulator();
            let request = || leave("user1@lastpass.com", number, word)[dialect].clone();
            assert_eq!(ask(&simulator, request()).await, sample!("misc/mutation_ok.json").trim_end());
            assert_eq!(last(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
            assert_eq!(&ask(&simulator, request()).await, second);
            assert!(!last(&simulator).0);
            let disabled = person(&simulator, "user1@lastpass.com").map(|user| user.disabled);
            assert_eq!(disabled, (number == 0).then_some(true));
            let (members, personal) = simulator
                .with_company(|company| (company.folders[0].members.len(), company.personal_accounts[1..].to_vec()));
            assert_eq!(members, usize::from(number == 0));
            let left = if number == 1 { vec!["user1@lastpass.com".to_owned()] } else { Vec::new() };
            assert_eq!((personal, simulator.mails()), (left, Vec::new()));
        }
    }
}

#[tokio::test]
async fn an_invitation_is_taken_back() {
    for dialect in [0, 1] {
        let simulator = simulator();
        ask(&simulator, enterprise("batchadd", json!({"username": "private@lastpass.com"}))).await;
        let request = |username| leave(username, 3, "uninvite")[dialect].clone();
        assert_eq!(ask(&simulator, request("PRIVATE@lastpass.com")).await, OK);
        assert!(!simulator.log_in("private@lastpass.com"));
        let status = ["FAIL", "ERROR"][dialect];
        for username in ["private@lastpass.com", "user1@lastpass.com"] {
            let expected = format!(r#"{{"status":"{status}","error":"No pending invitation: {username}"}}"#);
            assert_eq!(ask(&simulator, request(username)).await, expected);
        }
    }
    for wrong in [json!({"deleteaction": 4}), json!({}), json!({"action": "delete"})] {
        let mut data = wrong;
        data["username"] = json!("user1@lastpass.com");
        let reply = ask(&simulator(), enterprise("deluser", data)).await;
        assert_eq!(reply, r#"{"status":"FAIL","error":"Invalid deleteaction"}"#);
    }
}

#[tokio::test]
async fn logins_are_blocked_and_allowed_as_the_vendor_shows() {
    let simulator = simulator();
    ask(&simulator, enterprise("batchadd", json!({"username": "user2@lastpass.com"}))).await;
    for (request, reply) in [
        (sample!("official/disableuser.request.json"), sample!("official/disableuser.response.json")),
        (sample!("official/enableuser.request.json"), sample!("official/enableuser.response.json")),
    ] {
        assert_eq!(ask(&simulator, vendors(request)).await, compact(reply));
        assert!(last(&simulator).0);
    }
    let both = || json!(["user1@lastpass.com", "no@lastpass.com"]);
    let rest = r#""unchanged_users":["no@lastpass.com"],"error":"No such user: no@lastpass.com"}"#;
    let one = r#"["user1@lastpass.com"]"#;
    assert_eq!(
        ask(&simulator, enterprise("disableuser", both())).await,
        format!(r#"{{"status":"success","disabled_users":{one},{rest}"#)
    );
    assert!(!simulator.log_in("user1@lastpass.com"));
    let disabled = ask_json(&simulator, enterprise("getuserdata", json!({"disabled": 1}))).await;
    assert_eq!(disabled["total"], 1);
    assert_eq!(
        ask(&simulator, guide("enableuser", json!({"usernames": both()}))).await,
        format!(r#"{{"status":"OK","enabled_users":{one},{rest}"#)
    );
    let again = ask(&simulator, enterprise("enableuser", json!(["user1@lastpass.com"]))).await;
    assert_eq!(again, format!(r#"{{"status":"success","unchanged_users":{one}}}"#));
    assert!(!last(&simulator).0);
    let nobody = ask(&simulator, enterprise("disableuser", json!(["no@lastpass.com"]))).await;
    assert_eq!(nobody, format!(r#"{{"status":"FAIL",{rest}"#));
}

#[tokio::test]
async fn single_people_are_changed() {
    type Look = fn(&User) -> bool;
    let cases: [(&str, Value, Look); 3] = [
        ("updateuser", json!({"fullname": "Ann", "duousername": "ann"}), |user| {
            user.fullname == "Ann" && user.duo_username.as_deref() == Some("ann")
        }),
        ("requiremasterpasswordchange", json!({}), |user| user.password_reset_required),
        ("disablemultifactor", json!({}), |user| user.multifactor.is_none()),
    ];
    for (command, mut data, changed) in cases {
        for ask_with in [enterprise as fn(&str, Value) -> Value, guide] {
            let simulator = simulator();
            simulator.with_company(|company| company.users[0].multifactor = Some("duo".to_owned()));
            data["username"] = json!("User1@lastpass.com");
            assert_eq!(ask(&simulator, ask_with(command, data.clone())).await, OK);
            assert!(changed(&person(&simulator, "user1@lastpass.com").expect("is there")));
            assert_eq!(last(&simulator), (true, vec!["user1@lastpass.com".to_owned()]));
            data["username"] = json!("no@lastpass.com");
            let reply = ask(&simulator, ask_with(command, data.clone())).await;
            assert_eq!(reply.replace("ERROR", "FAIL"), r#"{"status":"FAIL","error":"No such user: no@lastpass.com"}"#);
        }
    }
}

#[tokio::test]
async fn a_password_reset_is_mailed() {
    let simulator = simulator();
    let reset = |username: &str| enterprise("resetpassword", json!({"username": username}));
    assert_eq!(ask(&simulator, reset("user1@lastpass.com")).await, OK);
    assert_eq!(simulator.mails(), [mail("user1@lastpass.com", MailKind::PasswordReset)]);
    let unknown = sample!("misc/resetpassword_user_not_found.json").trim_end().replace("EMAIL", "no@lastpass.com");
    assert_eq!(ask(&simulator, reset("no@lastpass.com")).await, unknown);
}

#[tokio::test]
async fn a_new_address_waits_for_a_login() {
    let simulator = simulator();
    assert_eq!(ask(&simulator, vendors(sample!("official/updateemail.request.json"))).await, OK);
    let about = vec!["user1@lastpass.com".to_owned(), "newemail@lastpass.com".to_owned()];
    assert_eq!(last(&simulator), (true, about));
    assert_eq!(simulator.mails(), [mail("user1@lastpass.com", MailKind::EmailChange)]);
    assert!(person(&simulator, "newemail@lastpass.com").is_none());
    assert!(simulator.log_in("user1@lastpass.com"));
    let found = ask_json(&simulator, enterprise("getuserdata", json!({"username": "NEWEMAIL@lastpass.com"}))).await;
    assert_eq!(found["total"], 1);
    let taken = json!({"oldemail": "newemail@lastpass.com", "newemail": "private@lastpass.com"});
    let reply = ask(&simulator, enterprise("updateemail", taken)).await;
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
    let ask_for = |data| enterprise("expiredmasterpwlist", data);
    let vendors = compact(sample!("official/expiredmasterpwlist.response.json")).replace("117", "1");
    assert_eq!(ask(&simulator, ask_for(json!({"limit": 2}))).await, vendors);
    let rest = r#"{"status":"Success","continuation":{"remaining_item_count":0},"items":[{"user_id":1236,"#;
    let reply = ask(&simulator, ask_for(json!({"limit": 2, "continuation_token": "1235"}))).await;
    assert!(reply.starts_with(rest), "{reply}");
    let guide = ask_json(&simulator, guide("expiredmasterpwlist", json!({}))).await;
    assert_eq!((&guide["status"], guide["items"].as_array().map(Vec::len)), (&json!("OK"), Some(3)));
    assert!(!last(&simulator).0);
}
