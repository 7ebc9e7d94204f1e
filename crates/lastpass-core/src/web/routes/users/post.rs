//! `POST /api/users`: off-boarding, restoring, and whatever else is done to one person.

use serde::Serialize;

use crate::{
    changes::Change,
    domain::PersonAction,
    web::{
        app::{App, Changes},
        endpoint::AuthenticatedRequest,
        request::{
            change::{Findings, Understood, answer},
            json_body::Members,
            permissions::{Admin, Provisioner},
        },
        response::{problem::Problem, reply::Reply},
    },
};

pub(crate) async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let actor = match Admin::of(&request.caller) {
        Some(admin) => Actor::Admin(admin),
        None => Actor::Provisioner(Provisioner::required(&request.caller)?),
    };
    answer(app, request, |service, members| understand(service, members, actor)).await
}

/// Somebody who may act on people, and how far.
enum Actor {
    /// Any action.
    Admin(Admin),
    /// What has to do with invitations.
    Provisioner(Provisioner),
}

/// The members of the request, as they are compared with a repeat's.
#[derive(Serialize)]
struct Body {
    email: String,
    action: &'static str,
    allow_orphans: bool,
    is_dry_run: bool,
}

fn understand(_: &Changes, mut members: Members, actor: Actor) -> Result<Understood<Body>, Problem> {
    let address = members.required("email");
    let named = members.required("action");
    let action = PersonAction::ALL.into_iter().find(|action| action.name() == named);
    if action.is_none() && !named.is_empty() {
        members.refuse(
            "action",
            "must be one of deactivate, restore, remove, delete, reinvite, uninvite, requirePasswordChange, \
             sendPasswordReset, disableMfa",
        );
    }
    let confirm = members.text("confirm");
    let allow_orphans = members.flag("allowOrphans");
    let is_dry_run = members.flag("dryRun");
    members.finish()?;
    let is_of_invitations = matches!(action, Some(PersonAction::Reinvite | PersonAction::Uninvite));
    if matches!(actor, Actor::Provisioner(_)) && !is_of_invitations {
        return Err(Problem::Forbidden { detail: "a provisioner may only reinvite and uninvite" });
    }

    let mut findings = Findings::default();
    let email = findings.email("email", &address);
    if let (Some(email), Some(PersonAction::Delete)) = (&email, action)
        && !confirm.as_deref().is_some_and(|confirm| email.matches(confirm))
    {
        findings.add("confirm", "must repeat the e-mail address: deleting is for ever".to_owned());
    }
    let (email, action) = findings.finish(email.zip(action))?;
    let body = Body { email: email.to_string(), action: action.name(), allow_orphans, is_dry_run };
    Ok(Understood { change: Change::Person { email, action, allow_orphans }, body, is_dry_run })
}
