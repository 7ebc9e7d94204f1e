//! A test account, and helpers that send requests to a simulator in both dialects.

mod call_events;
mod failure_injection;
mod generated_log;
mod life;
mod provisioning;
mod reporting;
mod simulator;
mod user_changes;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::company::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Folder, Member, User};
use crate::fault::ConnectionError;
use crate::mail::{Mail, MailKind};
use crate::simulator::Simulator;

/// The text of a sample file.
macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/samples/", $name))
    };
}
pub(crate) use sample;

pub(crate) fn enterprise(command: &str, data: Value) -> Value {
    json!({"cid": DEMO_ACCOUNT_NUMBER, "provhash": DEMO_PROVISIONING_HASH, "cmd": command, "data": data})
}

pub(crate) fn guide(command: &str, mut arguments: Value) -> Value {
    arguments["cid"] = json!(DEMO_ACCOUNT_NUMBER);
    arguments["provisioninghash"] = json!(DEMO_PROVISIONING_HASH);
    arguments["cmd"] = json!(command);
    arguments
}

pub(crate) async fn send(simulator: &Simulator, body: Value) -> Result<Response<Bytes>, ConnectionError> {
    let request = Request::post("https://lastpass.com/enterpriseapi.php").body(Bytes::from(body.to_string()));
    simulator.respond(request.unwrap()).await
}

/// Sends a request that must succeed and returns the body of the reply.
pub(crate) async fn call(simulator: &Simulator, body: Value) -> String {
    let response = send(simulator, body).await.expect("no fault was injected");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/xml;charset=UTF-8");
    String::from_utf8(response.into_body().to_vec()).expect("replies are ASCII")
}

pub(crate) async fn call_json(simulator: &Simulator, body: Value) -> Value {
    serde_json::from_str(&call(simulator, body).await).expect("the reply is JSON")
}

/// Returns one field of each event in a reply, newest first.
pub(crate) fn column(reply: &Value, field: &str) -> Vec<String> {
    let Some(events) = reply["data"].as_object() else { return Vec::new() };
    (1..=events.len())
        .map(|number| events[&format!("Event{number}")][field].as_str().expect("a string").to_owned())
        .collect()
}

pub(crate) const OK: &str = r#"{"status":"OK"}"#;

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("within chrono's range")
}

/// An account in which `user1@lastpass.com` is active, in `Group2` and `Group3`, and has a shared folder.
pub(crate) fn company() -> Company {
    let mut user = User::new(7, "user1@lastpass.com");
    user.groups = vec!["Group2".to_owned(), "Group3".to_owned()];
    user.last_pw_change = Some(now());
    let member = Member {
        username: user.username.clone(),
        read_only: false,
        give: true,
        can_administer: true,
        super_admin: false,
        group: None,
        sites: Vec::new(),
    };
    let folder = Folder { id: 1, name: "Shared".to_owned(), deleted: false, score: 50, members: vec![member] };
    Company {
        users: vec![user],
        folders: vec![folder],
        personal_accounts: vec!["Private@lastpass.com".to_owned()],
        sso_groups: vec!["Sso".to_owned()],
        ..Company::empty()
    }
}

pub(crate) fn simulator() -> Simulator {
    Simulator::with_clock(company(), now)
}

/// Removes the line breaks and spaces of a documented reply, which the service does not send.
pub(crate) fn compact(sample: &str) -> String {
    sample.lines().map(str::trim).collect::<String>().replace("\": ", "\":")
}

/// The vendor's request with the account number and hash of the test account.
pub(crate) fn vendor_request(request: &str) -> Value {
    let request: Value = serde_json::from_str(request).expect("the sample is JSON");
    enterprise(request["cmd"].as_str().expect("a command"), request["data"].clone())
}

pub(crate) fn find_user(simulator: &Simulator, username: &str) -> Option<User> {
    simulator.with_company(|company| company.users.iter().find(|user| user.username == username).cloned())
}

/// Whether the last call had an effect, and its addresses.
pub(crate) fn last_call(simulator: &Simulator) -> (bool, Vec<String>) {
    let call = simulator.calls().pop().expect("a call was received");
    (call.had_effect, call.usernames)
}

pub(crate) fn mail(to: &str, kind: MailKind) -> Mail {
    Mail { to: to.to_owned(), kind }
}
