//! The examples of replies: each is a reply of the demo company to the request that its summary names.

use std::pin::pin;

use http::Method;
use lastpass_core::web::{RequestBodyError, UnsendableReply};
use lastpass_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    error::BoxError,
    leavers::Leavers,
    openapi::{
        demo::{Demo, Example, ExampleReply, ExampleRequest, normalize},
        problem_examples,
    },
};

fn get(name: &'static str, key: &'static str, path: impl Into<String>) -> Example {
    let request = ExampleRequest { method: Method::GET, path: path.into(), headers: Vec::new(), body: None };
    Example { name, key, request }
}

fn delete(name: &'static str, key: &'static str, path: &str) -> Example {
    let request = ExampleRequest { method: Method::DELETE, path: path.to_owned(), headers: Vec::new(), body: None };
    Example { name, key, request }
}

fn post(name: &'static str, key: &'static str, path: &str, body: Value) -> Example {
    let request = ExampleRequest { method: Method::POST, path: path.to_owned(), headers: Vec::new(), body: Some(body) };
    Example { name, key, request }
}

const ADMIN: &str = "demo-admin";
const MANAGER: &str = "demo-manager";
const AUDITOR: &str = "demo-auditor";
const PROVISIONER: &str = "demo-provisioner";

/// The body of a request that creates an account.
fn ann() -> Value {
    json!({
        "firstName": "Ann", "lastName": "Lee", "email": "ann.lee@example.com", "department": "Sales",
        "additionalGroups": ["All Staff"], "manager": "Marcus O'Brien", "startDate": "2026-12-01",
    })
}

fn act(email: &str, action: &str) -> Value {
    json!({ "email": email, "action": action })
}

/// A body with another member, or another value of it.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// Someone whose off-boarding leaves no folder alone, and the only administrator of a folder.
fn leavers(demo: &Demo) -> Result<(String, String), BoxError> {
    let leavers = demo.simulator.with_company(|company| Leavers::of(company));
    let leaver = leavers.replaceable.ok_or("the demo company has no one to off-board")?;
    let administrator = leavers.only_administrator.ok_or("no one administers a folder alone")?;
    Ok((leaver, administrator))
}

/// The requests, in the order in which they are sent: later ones show what earlier ones changed.
fn requests(demo: &Demo) -> Result<Vec<Example>, BoxError> {
    let (leaver, administrator) = leavers(demo)?;
    let ann = ann();
    let folder = demo.simulator.with_company(|company| {
        let mut folders: Vec<_> = company.folders.iter().filter(|folder| !folder.deleted).collect();
        folders.sort_by_key(|folder| folder.members.len());
        folders.first().map(|folder| folder.id)
    });
    let folder = folder.ok_or("the demo company has no folder")?;
    let same_origin = |example: Example| example.header("sec-fetch-site", "same-origin");
    Ok(vec![
        get("full", ADMIN, "security-report?limit=2"),
        get("summary", MANAGER, "security-report"),
        get("csv", ADMIN, "security-report?format=csv&status=invited"),
        get("page", AUDITOR, "audit-logs?type=adminAction,userManagement&limit=2"),
        get("csv", AUDITOR, "audit-logs?type=policyChange&format=csv"),
        get("ndjson", AUDITOR, "audit-logs?type=policyChange&format=ndjson"),
        post("dryRun", PROVISIONER, "provision-user", with(ann.clone(), "dryRun", true.into())),
        post("created", PROVISIONER, "provision-user", ann.clone()).header("idempotency-key", "7f3c"),
        get("page", ADMIN, "users?department=Sales&limit=2"),
        get("oneUser", ADMIN, format!("users?email={leaver}")),
        post("dryRun", ADMIN, "users", with(act(&leaver, "deactivate"), "dryRun", true.into())),
        post("deactivated", ADMIN, "users", act(&leaver, "deactivate")),
        get("page", PROVISIONER, "groups?q=team&limit=3"),
        get("ofAnAdmin", ADMIN, "groups?q=domain"),
        post("changed", ADMIN, "groups", json!({ "email": "ann.lee@example.com", "remove": ["Sales-Team"] })),
        get("page", AUDITOR, "shared-folders?limit=2"),
        get("oneFolder", AUDITOR, format!("shared-folders?id={folder}")),
        get("csv", AUDITOR, format!("shared-folders?format=csv&id={folder}")),
        get("page", AUDITOR, "actions?limit=2&verify=true"),
        get("csv", AUDITOR, "actions?action=provision&format=csv"),
        get("signedIn", ADMIN, "session"),
        get("signedOut", "", "session"),
        same_origin(post("signedIn", "", "session", json!({ "key": ADMIN }))),
        get("ofAnAdmin", ADMIN, "health"),
        get("ofAnyone", "", "health"),
        get("scheduled", "", "sync").by_scheduler(),
        post("byAnAdmin", ADMIN, "sync", json!({})),
        // What is refused.
        get("invalidTime", ADMIN, "audit-logs?from=yesterday"),
        get("unknownUser", ADMIN, "users?email=nobody@example.com"),
        get("unknownFolder", ADMIN, "shared-folders?id=0"),
        post("missingMembers", PROVISIONER, "provision-user", json!({ "firstName": "Ann" })),
        post("alreadyExists", PROVISIONER, "provision-user", ann.clone()),
        post("keyReused", PROVISIONER, "provision-user", with(ann.clone(), "firstName", "Anna".into()))
            .header("idempotency-key", "7f3c"),
        post(
            "needsAdmin",
            PROVISIONER,
            "provision-user",
            with(with(ann, "email", "bo.lee@example.com".into()), "additionalGroups", json!(["Domain Admins"])),
        ),
        post("orphansFolders", ADMIN, "users", act(&administrator, "deactivate")),
        post("notInvited", ADMIN, "users", act(&administrator, "reinvite")),
        post("unknownAction", ADMIN, "users", act(&administrator, "fire")),
        post("unknownUser", ADMIN, "users", act("nobody@example.com", "deactivate")),
        post("notConfirmed", ADMIN, "users", act(&administrator, "delete")),
        post("unknownUser", ADMIN, "groups", json!({ "email": "nobody@example.com", "remove": ["Sales-Team"] })),
        post("unknownGroup", ADMIN, "groups", json!({ "email": "ann.lee@example.com", "add": ["No such group"] })),
        post("crossSite", "", "session", json!({ "key": ADMIN })),
        delete("crossSite", "", "session"),
        same_origin(post("unknownKey", "", "session", json!({ "key": "demo-nobody" }))),
    ])
}

/// Adds the examples to the replies of the document.
///
/// # Errors
/// Returns an error if a reply is none that the document describes, or the document describes one without an example.
pub(crate) async fn add(document: &mut Value) -> Result<(), BoxError> {
    let demo = Demo::new()?;
    for example in requests(&demo)? {
        add_reply(document, &demo, example).await?;
    }
    for example in problem_examples::of_requests(document) {
        add_reply(document, &demo, example).await?;
    }
    for example in problem_examples::of_code(document, "bodyTooLong", "body-too-long") {
        let reply = demo.send_unreadable(&example.request, RequestBodyError::TooLong).await?;
        add_example(document, &example, reply)?;
    }
    for (name, code, why) in [
        ("replyTooLong", "reply-too-long", UnsendableReply::TooLong),
        ("internal", "internal", UnsendableReply::Broken),
    ] {
        for example in problem_examples::of_code(document, name, code) {
            let reply = demo.unsendable(why).await?;
            add_example(document, &example, reply)?;
        }
    }
    for (name, code, kind) in [
        ("credentialsRefused", "lastpass-credentials", FaultKind::AuthorizationError),
        ("lastpassBusy", "lastpass-busy", FaultKind::TooManyRequests { retry_after: Some(600) }),
    ] {
        let failing = Demo::new()?;
        failing.simulator.inject(Fault::always(kind));
        for example in problem_examples::of_code(document, name, code) {
            add_reply(document, &failing, example).await?;
        }
        add_reply(document, &failing, get("down", ADMIN, "health")).await?;
        for example in syncs("incomplete") {
            add_reply(document, &failing, example).await?;
        }
    }
    syncs_that_run(document).await?;
    unusual_companies(document).await?;
    unknown_outcomes(document).await?;
    check_complete(document)
}

/// Companies with another state or other settings than the demo company.
async fn unusual_companies(document: &mut Value) -> Result<(), BoxError> {
    let slow = Demo::too_slow()?;
    for example in problem_examples::of_code(document, "lastpassTimeout", "lastpass-timeout") {
        // The 504 of a change that was sent is an example already.
        if example.request.method == Method::GET {
            add_reply(document, &slow, example).await?;
        }
    }
    let closed = Demo::with(&[("LASTPASS_DEMO", "")])?;
    let sign_in = post("notConfigured", "", "session", json!({ "key": ADMIN }));
    add_reply(document, &closed, sign_in.header("sec-fetch-site", "same-origin")).await?;
    let unrecorded = Demo::with(&[("DATABASE_URL", "postgres://user:password@127.0.0.1:1/database")])?;
    add_reply(document, &unrecorded, get("databaseUnavailable", ADMIN, "actions")).await?;
    for example in syncs("databaseUnavailable") {
        add_reply(document, &unrecorded, example).await?;
    }
    let limited = Demo::with(&[("OFFBOARDING_LIMIT", "1")])?;
    let (leaver, administrator) = leavers(&limited)?;
    let first = act(&leaver, "deactivate");
    let second = with(act(&administrator, "deactivate"), "allowOrphans", true.into());
    limited.send(&post("first", ADMIN, "users", first).with_key()).await?;
    add_reply(document, &limited, post("offboardingLimit", ADMIN, "users", second)).await
}

/// The two requests that sync.
fn syncs(name: &'static str) -> [Example; 2] {
    [get(name, "", "sync").by_scheduler(), post(name, ADMIN, "sync", json!({}))]
}

/// Syncs while another one runs.
async fn syncs_that_run(document: &mut Value) -> Result<(), BoxError> {
    let (demo, received) = Demo::silent()?;
    let request = post("running", ADMIN, "sync", json!({})).with_key();
    let mut running = pin!(demo.send(&request));
    tokio::select! {
        ended = &mut running => return Err(format!("the sync has ended with status {}", ended?.status).into()),
        () = received.notified() => {}
    }
    for example in syncs("running") {
        add_reply(document, &demo, example).await?;
    }
    Ok(())
}

/// Changes to which LastPass does not reply, and which the same user's next change has to wait for.
async fn unknown_outcomes(document: &mut Value) -> Result<(), BoxError> {
    let (leaver, _) = leavers(&Demo::new()?)?;
    for (command, path, body) in [
        ("batchadd", "provision-user", ann()),
        ("disableuser", "users", act(&leaver, "deactivate")),
        ("batchchangegrp", "groups", json!({ "email": leaver, "remove": ["All Staff"] })),
    ] {
        let demo = Demo::new()?;
        let silent = Fault { command: Some(command.to_owned()), ..Fault::once(FaultKind::ResetBefore) };
        demo.simulator.inject(silent);
        add_reply(document, &demo, post("outcomeUnknown", ADMIN, path, body.clone())).await?;
        add_reply(document, &demo, post("changeInProgress", ADMIN, path, body)).await?;
    }
    Ok(())
}

/// Sends the request of an example, and adds the reply.
async fn add_reply(document: &mut Value, demo: &Demo, example: Example) -> Result<(), BoxError> {
    let reply = demo.send(&example.with_key()).await?;
    add_example(document, &example, reply)
}

fn add_example(document: &mut Value, example: &Example, mut reply: ExampleReply) -> Result<(), BoxError> {
    let Example { name, request, .. } = example;
    normalize(&mut reply.body);
    let route = request.path.split('?').next().unwrap_or_default();
    let method = request.method.as_str().to_lowercase();
    let pointer = format!("/paths/~1api~1lastpass~1{route}/{method}/responses/{}/content", reply.status);
    let content = document.pointer_mut(&pointer).and_then(|content| content.get_mut(&reply.content_type));
    let Some(Value::Object(content)) = content else {
        return Err(format!("{} {} is not described: {} {}", method, request.path, reply.status, reply.body).into());
    };
    // A summary is no Markdown.
    let summary = format!("{} /api/lastpass/{} {}", request.method, request.path, example.sender());
    let examples = content.entry("examples").or_insert_with(|| json!({}));
    examples[*name] = json!({ "summary": summary, "value": reply.body });
    Ok(())
}

/// Checks that every reply has an example.
fn check_complete(document: &Value) -> Result<(), BoxError> {
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            for (status, reply) in operation["responses"].as_object().into_iter().flatten() {
                for (content_type, content) in reply["content"].as_object().into_iter().flatten() {
                    if content["examples"].is_null() {
                        return Err(format!("{method} {path} {status} {content_type} has no example").into());
                    }
                }
            }
        }
    }
    Ok(())
}
