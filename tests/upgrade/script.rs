//! Writes a database with actions in every state, as a deployment leaves it when another release replaces it.

use std::sync::Arc;

use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{
    database::Database,
    edge::link_of,
    upgrade::{
        changes::{
            BOTH_SECRETS, Caller, ChangeRequest, LOCKED_GROUP, OLD_SECRET, act, change_groups, company, person,
            provision, settings, whole_record,
        },
        interruption::{Interruption, interrupted},
    },
    world::{ADMIN, AUDITOR, MANAGER, World},
};

/// The text with which LastPass refuses a command.
pub(crate) const REFUSAL: &str = "no licence is left";

/// A change that ends, and the faults of LastPass on the way.
type Ended = (ChangeRequest, Vec<Fault>);

/// Changes that have ended when the database is written; half of them are signed by the old secret.
pub(crate) fn ended() -> Vec<Ended> {
    let refused = || FaultKind::Fail(REFUSAL.to_owned());
    let created = provision("created")
        .with("manager", json!("Mae Boss"))
        .with("managerEmail", json!(person("root")))
        .with("startDate", json!("2026-12-01"));
    vec![
        (created, Vec::new()),
        (provision("hired").by(Caller::Provisioner), Vec::new()),
        (provision("by-jwt").by(Caller::Jwt), Vec::new()),
        (provision("by-authjs").by(Caller::AuthJs), Vec::new()),
        (provision("by-nextauth").by(Caller::NextAuth), Vec::new()),
        (provision("partial").with("additionalGroups", json!([LOCKED_GROUP])), Vec::new()),
        (provision("personal"), Vec::new()),
        (act("leaver", "deactivate"), Vec::new()),
        (
            act("quiet-leaver", "deactivate"),
            vec![Fault::always(refused()).on("getdetailedsfdata"), Fault::always(refused()).on("getsfdata")],
        ),
        (act("returner", "restore"), Vec::new()),
        (act("disabled", "deactivate"), Vec::new()),
        (act("removed", "remove"), Vec::new()),
        (act("deleted", "delete"), Vec::new()),
        // From here on the new secret signs.
        (act("reset", "requirePasswordChange"), Vec::new()),
        (act("forgetful", "sendPasswordReset"), Vec::new()),
        (act("phone", "disableMfa"), Vec::new()),
        (act("guest", "reinvite"), Vec::new()),
        (act("unwanted", "uninvite"), Vec::new()),
        (act("complained", "reinvite"), vec![Fault::always(FaultKind::Warn(REFUSAL.to_owned())).on("reinviteuser")]),
        (change_groups("member"), Vec::new()),
        (provision("refused"), vec![Fault::always(refused()).on("batchadd")]),
        (provision("unreachable"), vec![Fault::always(FaultKind::Refused).on("batchadd")]),
        (provision("unauthorized"), vec![Fault::always(FaultKind::AuthorizationError).on("batchadd")]),
        // These two end only after a minute.
        (act("unanswered", "reinvite"), vec![Fault::always(FaultKind::ResetAfter).on("reinviteuser")]),
        (provision("not-shown"), vec![Fault::always(FaultKind::ResetBefore).on("batchadd")]),
    ]
}

/// How many changes the old secret signs.
const BY_OLD_SECRET: usize = 13;

/// A change that has not ended, and the cause.
pub(crate) type Open = (ChangeRequest, Cause);

/// Why a change has not ended.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    /// The process ended.
    Killed(Interruption),
    /// LastPass did not respond, or not clearly.
    Faulty(Fault),
    /// The same, and the account was removed afterwards.
    Vanished(Fault),
}

fn before(command: &'static str, skip: usize) -> Cause {
    Cause::Killed(Interruption { command, skip, is_delivered: false })
}

fn after(command: &'static str, skip: usize) -> Cause {
    Cause::Killed(Interruption { command, skip, is_delivered: true })
}

/// Every change that has not ended, in the order in which they began.
pub(crate) fn open() -> Vec<Open> {
    [vec![outdated()], abandoned(), recent()].concat()
}

/// Begun over an hour ago: its planned steps have expired.
fn outdated() -> Open {
    (provision("outdated"), after("batchadd", 0))
}

/// Begun over a minute ago: leases have expired, and what is not visible was not done.
fn abandoned() -> Vec<Open> {
    vec![
        // First step sending: visible, and not.
        (provision("visible"), after("batchadd", 0)),
        (provision("not-visible"), before("batchadd", 0)),
        // First step sent, second sending: visible, and not; third planned.
        (change_groups("grouped"), after("batchchangegrp", 1)),
        (change_groups("half-grouped"), before("batchchangegrp", 1)),
        // Off-boardings: with impact, without a key, and of an admin.
        (act("leaving", "deactivate"), after("disableuser", 0)),
        (act("keyless", "deactivate").without_key(), after("disableuser", 0)),
        (act("deputy", "deactivate"), before("disableuser", 0)),
        // A step that cannot be read back.
        (act("reminded", "reinvite"), after("reinviteuser", 0)),
        // Claimed, without a row in the record.
        (provision("unrecorded"), before("getuserdata", 0)),
    ]
}

/// Begun within the last minute.
fn recent() -> Vec<Open> {
    let always = |kind, command| Cause::Faulty(Fault::always(kind).on(command));
    // LastPass is read three times before the first command.
    let unread = || Fault { skip: 3, ..Fault::always(FaultKind::Refused).on("getuserdata") };
    vec![
        // Released: sending and not visible; sent with a warning; sent and not read back, visible and not.
        (provision("lost"), always(FaultKind::ResetBefore, "batchadd")),
        (provision("warned"), always(FaultKind::OkWithError(REFUSAL.to_owned()), "batchadd")),
        (provision("unread"), Cause::Faulty(unread())),
        (provision("vanished"), Cause::Vanished(unread())),
        // Sending a change without effect: a read proves nothing for a minute.
        (act("disabled-again", "deactivate"), always(FaultKind::ResetBefore, "disableuser")),
        (act("waiting", "reinvite"), always(FaultKind::ResetAfter, "reinviteuser")),
        // The lease is valid: sending and visible; not recorded.
        (provision("running"), after("batchadd", 0)),
        (provision("claimed"), before("getuserdata", 0)),
    ]
}

/// Writes the database. Returns the world after it, and the description of the database with issued sessions and links.
pub(crate) async fn write(database: &Database) -> (World, Value) {
    let old = World::with_database(company(), database, &settings(OLD_SECRET));
    let new = old.another_instance(database, &settings(BOTH_SECRETS));
    let ended = ended();
    for (place, (request, faults)) in ended.iter().enumerate() {
        let world = if place < BY_OLD_SECRET { &old } else { &new };
        world.sim.clear_faults();
        faults.iter().for_each(|fault| world.sim.inject(fault.clone()));
        request.send(world).await;
        world.advance(TimeDelta::seconds(5));
    }
    new.sim.clear_faults();
    new.advance(TimeDelta::seconds(61));
    for (request, _) in &ended[ended.len() - 2..] {
        request.send(&new).await;
        new.advance(TimeDelta::seconds(5));
    }

    leave_open(&new, database, &outdated()).await;
    new.advance(TimeDelta::minutes(61));
    for (key, path) in [(ADMIN, "security-report"), (AUDITOR, "actions?format=csv")] {
        assert_eq!(new.get_as(key, path).await.status, 200);
        new.join_background().await;
        new.advance(TimeDelta::seconds(5));
    }
    for open in abandoned() {
        leave_open(&new, database, &open).await;
    }
    new.advance(TimeDelta::seconds(70));
    for open in recent() {
        leave_open(&new, database, &open).await;
    }
    let given = given(&old, &new).await;
    new.sim.clear_calls();
    (new, given)
}

async fn leave_open(world: &World, database: &Database, (request, cause): &Open) {
    match cause {
        Cause::Killed(at) => {
            let (transport, background) = interrupted(world.sim.clone(), *at);
            let process = world.instance_with_transport(Arc::new(transport), database, &settings(BOTH_SECRETS));
            let (builder, body) = request.parts();
            let builder = builder.header("content-type", "application/json");
            let response = process.send_with_background(&background, builder, body.to_string().into()).await;
            assert_eq!(response.status, 500, "{}: {}", request.name, response.text());
        }
        Cause::Faulty(fault) | Cause::Vanished(fault) => {
            world.sim.inject(fault.clone());
            let response = request.send(world).await;
            assert_eq!(response.status, 504, "{}: {}", request.name, response.text());
            world.sim.clear_faults();
        }
    }
    if let Cause::Vanished(_) = cause {
        let email = person(request.name);
        world.sim.with_company(|company| company.users.retain(|user| user.username != email));
    }
    world.advance(TimeDelta::seconds(5));
}

/// The build's description of the database, and a session and an edge link signed by each secret.
async fn given(old: &World, new: &World) -> Value {
    let (mut sessions, mut links) = (Vec::new(), Vec::new());
    for world in [new, old] {
        let sign_in = Request::post("/api/session").header("sec-fetch-site", "same-origin");
        let response = world.send_json(sign_in, &json!({ "key": ADMIN })).await;
        sessions.push(response.header("set-cookie").split(';').next().expect("a cookie").to_owned());
        links.push(link_of(&world.get_as(MANAGER, "security-report").await).expect("a link"));
    }
    let record = whole_record(new).await;
    json!({
        "at": new.now(), "chain": record["chain"], "actions": record["actions"],
        "sessions": sessions, "edgeLinks": links,
    })
}
