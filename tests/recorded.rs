//! Recorded and documented replies of LastPass, served by stub transports.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_core::lastpass::{Transport, TransportError};
use lastpass_sim::Company;
use serde_json::{Value, json};

use crate::{database::Database, world::World};

/// Returns one fixed text for each command, whatever the page.
struct FixedReplies {
    people: &'static str,
    folders: &'static str,
    detailed: &'static str,
}

impl Transport for FixedReplies {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let request: Value = serde_json::from_slice(request.body()).expect("JSON");
        let reply = match request["cmd"].as_str() {
            Some("getuserdata") => self.people,
            Some("getsfdata" | "getsharedfolderdata") => self.folders,
            Some("getdetailedsfdata") => self.detailed,
            other => panic!("unknown command {other:?}"),
        };
        async move { Ok(http::Response::new(Bytes::from_static(reply.as_bytes()))) }.boxed()
    }
}

fn world(people: &'static str, folders: &'static str, detailed: &'static str) -> World {
    World::with_transport(Arc::new(FixedReplies { people, folders, detailed }), &[])
}

#[tokio::test]
async fn the_recorded_account_gives_the_expected_report() {
    let world = world(
        include_str!("samples/recorded/validate-invocation.body"),
        include_str!("samples/official/getsfdata.response.json"),
        include_str!("samples/official/getdetailedsfdata.response.json"),
    );
    let response = world.get("security-report").await;
    let report = response.json();
    assert_eq!(
        report["users"],
        json!([{
            "id": "449022543", "email": "user.one@example.test", "name": null, "securityScore": 100,
            "weakPasswords": null, "reusedPasswords": null, "lastLogin": "2022-06-02T13:20:59Z",
            "isDisabled": false, "isAdmin": true, "risk": "low", "status": "active", "department": null, "groups": [],
            "vaultScore": 0, "mfa": "none", "passwordLastChanged": "2022-05-11T15:02:26Z"
        }])
    );
    assert_eq!(
        report["stats"],
        json!({
            "totalUsers": 1, "activeUsers": 1, "usersWithWeakPasswords": null, "averageSecurityScore": 100,
            "totalWeakPasswords": null, "totalReusedPasswords": null, "activeLast30Days": 0, "usersBelowThreshold": 0,
            "scoreThreshold": 50, "sharedFolders": 1, "sharedPasswords": 3, "disabledUsers": 0, "neverLoggedIn": 0,
            "invitedUsers": 0, "admins": 1, "usersWithoutMfa": 1, "averageVaultScore": 0, "scoredUsers": 1,
            "enrolledUsers": 1, "averageEnrolledScore": 100, "usersWithStaleScore": 1, "overallScore": 100,
            "strongUsers": 1, "strongUsersPercent": 100
        })
    );
    assert_eq!(response.warnings(), ["incomplete"], "the recording counts 4 users and lists 1");
}

#[tokio::test]
async fn the_documented_account_gives_the_expected_report() {
    let world = world(include_str!("samples/official/getuserdata_old_doc.response.json"), "[]", "{}");
    let response = world.get("security-report").await;
    let report = response.json();
    assert_eq!(report["users"][0]["groups"], json!(["Domain Admins", "Dev Team", "Support Team"]));
    assert_eq!((&report["stats"]["sharedFolders"], &report["stats"]["sharedPasswords"]), (&json!(0), &json!(0)));
    assert!(response.warnings().is_empty());
}

#[tokio::test]
async fn the_recorded_refusal_is_reported_as_refused_credentials() {
    let refusal = include_str!("samples/recorded/client-id-auth-error.body");
    let problem = world(refusal, refusal, refusal).get("security-report").await.problem(502, "lastpass-credentials");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("LASTPASS_PROVISIONING_HASH")));
}

#[tokio::test]
async fn a_reply_to_another_command_is_not_accepted() {
    let people = include_str!("samples/recorded/validate-invocation.body");
    let response = world(people, people, people).get("security-report").await;
    assert_eq!(response.json()["stats"]["totalUsers"], 1);
    assert_eq!(response.json()["stats"]["sharedFolders"], Value::Null);
    assert_eq!(response.warnings(), ["incomplete", "shared-folders-unavailable", "shared-passwords-unavailable"]);

    let folders = include_str!("samples/official/getsfdata.response.json");
    world(folders, folders, folders).get("security-report").await.problem(502, "lastpass-unavailable");
    let ok = include_str!("samples/misc/mutation_ok.json");
    world(ok, ok, ok).get("security-report").await.problem(502, "lastpass-unavailable");
}

#[tokio::test]
async fn a_company_without_users_has_an_empty_report() {
    let no_users = include_str!("samples/misc/getuserdata_no_match.json");
    let response = world(no_users, "[]", "[]").get("security-report").await;
    let report = response.json();
    assert_eq!(response.status, 200);
    for name in [
        "totalUsers",
        "averageSecurityScore",
        "usersBelowThreshold",
        "sharedFolders",
        "sharedPasswords",
        "totalWeakPasswords",
    ] {
        assert_eq!(report["stats"][name], 0, "{name}");
    }
    assert_eq!((&report["users"], &report["departments"]), (&json!([]), &json!([])));
    assert_eq!(response.warnings(), ["no-users"]);
}

#[tokio::test]
async fn departments_and_password_counts_of_a_list_are_parsed() {
    let people = r#"{"status":"OK","Users":[
        {"username":"a@example.com","fullname":"=HYPERLINK(\"x\")","mpstrength":50,"last_login":1764000000,"neverloggedin":false,
         "disabled":false,"admin":false,"weakpasswords":2,"reusedpasswords":0,"groups":["hr-team "]},
        {"username":"b@example.com","fullname":"B","mpstrength":49.5,"last_login":0,"neverloggedin":true,
         "disabled":true,"admin":false,"weakpasswords":0,"reusedpasswords":3}]}"#;
    let world = world(people, r#"{"status":"OK"}"#, r#"{"status":"OK"}"#);
    let report = world.get("security-report?sort=email").await.json();
    let (a, b) = (&report["users"][0], &report["users"][1]);
    assert_eq!((&a["id"], &a["risk"], &a["department"]), (&Value::Null, &json!("medium"), &json!("HR")));
    assert_eq!((&b["risk"], &b["status"], &b["lastLogin"]), (&Value::Null, &json!("disabled"), &Value::Null));
    let stats = &report["stats"];
    assert_eq!(
        (&stats["usersWithWeakPasswords"], &stats["totalWeakPasswords"], &stats["totalReusedPasswords"]),
        (&json!(1), &json!(2), &json!(3))
    );
    assert_eq!(stats["averageSecurityScore"], 25, "50 of one, and none of the other, who has never logged in");
    let csv = world.get("security-report?format=csv&sort=email").await;
    assert!(csv.text().contains(r#""a@example.com","'=HYPERLINK(""x"")",50,2,0,"#), "{}", csv.text());
}

#[tokio::test]
async fn shared_passwords_are_unknown_if_the_sites_of_a_folder_are_missing() {
    let people = include_str!("samples/misc/getuserdata_no_match.json");
    let without_sites = include_str!("samples/official/getsfdata.response.json");
    let one_of_two = include_str!("samples/official/getdetailedsfdata.response.json");
    let two = include_str!("samples/elastic/mock_getdetailedsfdata_page0.json");
    let half = r#"{"1":{"sharedfoldername":"A","users":[{"username":"a@example.com","sites":["x.com"]}]},
                   "2":{"sharedfoldername":"B","users":[{"username":"a@example.com"}]}}"#;
    for (folders, detailed, count, known) in [
        (without_sites, without_sites, 1, "sites of 0 of 1 shared folders"),
        (two, one_of_two, 2, "sites of 1 of 2 shared folders"),
        (half, half, 2, "sites of 1 of 2 shared folders"),
        ("{}", half, 0, "sites of 1 of 2 shared folders"),
    ] {
        let response = world(people, folders, detailed).get("security-report").await;
        let stats = &response.json()["stats"];
        assert_eq!((&stats["sharedFolders"], &stats["sharedPasswords"]), (&json!(count), &Value::Null));
        assert!(response.warnings().contains(&"shared-passwords-unavailable".to_owned()));
        assert!(response.text().contains(known), "{}", response.text());
    }
}

#[tokio::test]
async fn an_invalid_text_does_not_hide_its_user() {
    let people =
        r#"{"Users":{"1":{"username":"a@example.com","fullname":"A\ud800"},"2":{"username":"b@example.com"}}}"#;
    let report = world(people, "[]", "[]").get("security-report?sort=email").await.json();
    assert_eq!((&report["users"][0]["name"], &report["users"][1]["name"]), (&json!("A\u{fffd}"), &Value::Null));
}

#[tokio::test]
async fn folders_with_unreadable_members_are_omitted_with_a_warning() {
    let people = r#"{"Users":{"1":{"username":"bea@example.com"},"2":{"username":"root@example.com","admin":true}}}"#;
    let folders = r#"{"7":{"sharedfoldername":"A","users":null},
                      "8":{"sharedfoldername":"B","users":[{"user":"bea@example.com"}]},
                      "9":{"sharedfoldername":"C","users":[{"username":"bea@example.com","can_administer":"1"},{}]}}"#;
    let world = world(people, folders, folders);
    let response = world.get("shared-folders").await;
    let listed = response.json();
    assert_eq!((listed["folders"].as_array().map(Vec::len), &listed["folders"][0]["id"]), (Some(1), &json!("9")));
    assert_eq!(response.warnings(), ["unreadable-entries"]);
    assert!(listed["meta"]["warnings"][0]["message"].as_str().is_some_and(|text| text.ends_with("left out: 3.")));
    // Orphaned folders cannot be determined, so that off-boarding needs `allowOrphans`.
    let leaver = json!({ "email": "bea@example.com", "action": "deactivate", "dryRun": true });
    world.post("users", leaver).await.problem(502, "lastpass-unavailable");
    let accepted = json!({ "email": "bea@example.com", "action": "deactivate", "dryRun": true, "allowOrphans": true });
    assert_eq!(world.post("users", accepted).await.json()["impact"], Value::Null);
}

#[tokio::test]
async fn folders_in_a_reply_with_a_warning_are_listed_with_that_warning() {
    let folders = r#"{"status":"WARN","9":{"sharedfoldername":"C","users":[{"username":"bea@example.com"}]}}"#;
    let response = world(r#"{"Users":[]}"#, folders, folders).get("shared-folders").await;
    assert_eq!(response.json()["folders"][0]["name"], "C");
    assert_eq!(response.warnings(), ["lastpass-complaint", "no-users"]);
}

#[tokio::test]
async fn a_group_that_lastpass_lists_is_known_without_active_members() {
    let people = r#"{"Users":{"1":{"username":"a@example.com","groups":["Sales"]}},"invited":["new@example.com"],
                     "Groups":{"Empty":[],"New People":["new@example.com"],"SALES":["a@example.com"]}}"#;
    let listed = world(people, "[]", "[]").get("groups").await.json();
    let groups = listed["groups"].as_array().expect("groups");
    let members = |name: &str| groups.iter().find(|group| group["name"] == name).map(|group| group["members"].clone());
    assert_eq!(members("Sales"), Some(json!(1)));
    assert_eq!(
        (members("Empty"), members("New People"), members("SALES")),
        (Some(Value::Null), Some(Value::Null), None)
    );
}

/// Returns the requested page of folders.
struct FolderPages(Vec<String>);

impl Transport for FolderPages {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let request: Value = serde_json::from_slice(request.body()).expect("JSON");
        let reply = match request["cmd"].as_str() {
            Some("getdetailedsfdata") => {
                let page = request["data"]["pageindex"].as_u64().expect("a page") as usize;
                self.0.get(page).cloned().unwrap_or_else(|| "[]".to_owned())
            }
            Some("getsfdata") => "[]".to_owned(),
            _ => r#"{"Users":{"1":{"username":"bea@example.com"}}}"#.to_owned(),
        };
        async move { Ok(http::Response::new(Bytes::from(reply))) }.boxed()
    }
}

#[tokio::test]
async fn an_unreadable_page_of_folders_does_not_end_the_list() {
    let readable = |id: u32| format!(r#""{id}":{{"sharedfoldername":"F{id}","users":[]}}"#);
    let first: Vec<_> = (1..=100).map(readable).collect();
    let unreadable = r#"{"101":{"sharedfoldername":"X","users":null}}"#.to_owned();
    let pages = vec![format!("{{{}}}", first.join(",")), unreadable.clone(), format!("{{{}}}", readable(102))];
    let world = World::with_transport(Arc::new(FolderPages(pages)), &[]);
    let response = world.get("shared-folders?limit=1000").await;
    assert_eq!(response.json()["folders"].as_array().map(Vec::len), Some(101));
    assert_eq!(response.warnings(), ["unreadable-entries"]);
    let none = World::with_transport(Arc::new(FolderPages(vec![unreadable])), &[]);
    none.get("shared-folders").await.problem(502, "lastpass-unavailable");
}

const ADMIN_AND_LEAVER: &str = r#"{"total":2,"count":2,"Users":{
    "1":{"username":"ann@example.com","disabled":false,"admin":true},
    "5":{"username":"leaver@example.com","disabled":false,"admin":false}}}"#;

#[tokio::test]
async fn folders_that_the_detailed_data_lacks_are_listed_and_count_as_orphaned() {
    const FOLDERS: &str = r#"{
        "10":{"sharedfoldername":"Shared-A","users":[{"username":"ann@example.com","can_administer":"1"}]},
        "20":{"sharedfoldername":"Shared-B","users":[{"username":"leaver@example.com","can_administer":"1"}]}}"#;
    const FIRST: &str = r#"{"10":{"sharedfoldername":"Shared-A","users":[
        {"username":"ann@example.com","can_administer":"1","sites":["a.example"]}]}}"#;
    const SECOND_UNREADABLE: &str = r#"{"10":{"sharedfoldername":"Shared-A","users":[]},"20":null}"#;
    for detailed in ["{}", "[]", FIRST, SECOND_UNREADABLE] {
        let world = world(ADMIN_AND_LEAVER, FOLDERS, detailed);
        let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
        let impact = world.post("users", dry).await.json()["impact"].clone();
        assert_eq!(impact["orphanedFolders"], json!(["20"]), "{detailed}");
        assert_eq!(impact["passwordsToRotate"], Value::Null, "{detailed}");
        let list = world.get("shared-folders").await;
        assert_eq!((&list.json()["total"], list.warnings()), (&json!(2), vec!["sites-unavailable".to_owned()]));
    }
}

#[tokio::test]
async fn users_and_rights_that_one_list_of_folders_lacks_come_from_the_other() {
    const ANN: &str = r#"{"username":"ann@example.com","readonly":"0","give":"1","can_administer":"0"}"#;
    const LEAVER: &str = r#"{"username":"leaver@example.com","readonly":"0","give":"0","can_administer":"1"}"#;
    const ROOT: &str = r#"{"username":"root@example.com","can_administer":"1","superadmin":true}"#;
    let folder = |users: &[&str], deleted: bool| -> &'static str {
        let users = users.join(",");
        format!(r#"{{"20":{{"sharedfoldername":"B","deleted":{deleted},"users":[{users}]}}}}"#).leak()
    };
    let with_sites = |grant: &str| format!(r#"{},"sites":["a.example"]}}"#, grant.trim_end_matches('}'));
    let (ann, leaver) = (with_sites(ANN), with_sites(LEAVER));
    let without_rights = r#"{"username":"LEAVER@example.com","sites":["a.example"]}"#;
    // What the list says, what the detailed reply says, and: the leaver's rights, the sites, the warnings.
    let (known, incomplete) = (json!(["a.example"]), vec!["sites-unavailable"]);
    for (listed, detailed, sites, warnings) in [
        (folder(&[ANN, LEAVER], false), folder(&[&ann, &leaver], false), &known, vec![]),
        (folder(&[ANN, LEAVER], false), folder(&[&ann, without_rights], false), &known, vec![]),
        (folder(&[ANN, LEAVER], false), folder(&[&ann], false), &Value::Null, incomplete),
        (folder(&[ANN, LEAVER, ROOT], false), folder(&[&ann, &leaver], false), &known, vec![]),
        (folder(&[ANN], false), folder(&[&ann, &leaver], false), &known, vec![]),
    ] {
        let world = world(ADMIN_AND_LEAVER, listed, detailed);
        let detail = world.get("shared-folders?id=20").await;
        let people = detail.json()["folder"]["people"].clone();
        let of_leaver = people.as_array().expect("people").iter().find(|person| {
            person["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case("leaver@example.com"))
        });
        let of_leaver = of_leaver.unwrap_or_else(|| panic!("the leaver in {people}"));
        assert_eq!((&of_leaver["canAdminister"], &of_leaver["sites"]), (&json!(true), sites), "{detailed}: {people}");
        let mut of_sites = detail.warnings();
        of_sites.retain(|warning| warning.starts_with("sites"));
        assert_eq!(of_sites, warnings, "{listed} {detailed}");
        let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
        let impact = world.post("users", dry).await.json()["impact"].clone();
        assert_eq!(impact["folders"][0]["rights"], "administer", "{detailed}: {impact}");
        assert_eq!(impact["folders"][0]["sites"], *sites, "{detailed}: {impact}");
        let count = sites.as_array().map(Vec::len);
        assert_eq!(impact["passwordsToRotate"], json!(count), "{detailed}: {impact}");
    }
    // The sites of a deleted folder matter to no one.
    let deleted = world(ADMIN_AND_LEAVER, folder(&[ANN, LEAVER], true), folder(&[&ann], true));
    assert_eq!(deleted.get("shared-folders?deleted=true").await.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn a_folder_that_the_detailed_data_lacks_is_not_orphaned_by_a_change() {
    const FOLDERS: &str = r#"{
        "10":{"sharedfoldername":"Shared-A","users":[{"username":"ann@example.com","can_administer":"1"}]},
        "20":{"sharedfoldername":"Shared-B","users":[{"username":"leaver@example.com","can_administer":"1"}]}}"#;
    const FIRST: &str = r#"{"10":{"sharedfoldername":"Shared-A","users":[
        {"username":"ann@example.com","can_administer":"1","sites":["a.example"]}]}}"#;
    let (database, elsewhere) = (Database::sqlite(), World::with(Company::empty(), &[]));
    let replies = FixedReplies { people: ADMIN_AND_LEAVER, folders: FOLDERS, detailed: FIRST };
    let world = elsewhere.instance_with_transport(Arc::new(replies), &database, &[]);
    // The transport knows no command that changes something.
    let leave = json!({ "email": "leaver@example.com", "action": "deactivate" });
    let refused = world.post("users", leave.clone()).await.problem(409, "orphans-folders");
    assert_eq!(refused["errors"][0]["message"], "Shared-B (20): no other active user administers it");
    let nothing = world.get("actions").await.json();
    assert_eq!(nothing["total"], 0, "a refusal is not recorded");
    world.post("users", leave).await.problem(409, "orphans-folders");
}

#[tokio::test]
async fn unreadable_folders_prevent_an_off_boarding_and_are_counted() {
    for (second, entries) in [
        (r#"{"sharedfoldername":"B","users":[{"username":"ann@example.com"},{}]}"#, "One entry"),
        (r#"{"sharedfoldername":"B","users":null}"#, "One entry"),
        (r#"{"sharedfoldername":"B"}"#, "One entry"),
        (r#""x""#, "One entry"),
        (r#"null,"30":7"#, "2 entries"),
    ] {
        let readable = r#""10":{"sharedfoldername":"A","users":[]},"#;
        for (first, entries) in [(readable, entries), ("", entries)] {
            let folders: &'static str = format!(r#"{{{first}"20":{second}}}"#).leak();
            let world = world(ADMIN_AND_LEAVER, folders, folders);
            let dry = json!({ "email": "leaver@example.com", "action": "deactivate", "dryRun": true });
            let problem = world.post("users", dry).await.problem(502, "lastpass-unavailable");
            let detail = problem["detail"].as_str().expect("a detail");
            assert!(detail.starts_with(entries) && detail.contains("allowOrphans"), "{folders}: {detail}");
        }
    }
}
