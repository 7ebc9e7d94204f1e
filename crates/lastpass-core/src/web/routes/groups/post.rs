//! `POST /api/groups`: which groups somebody is in.

use serde::Serialize;

use crate::{
    changes::Change,
    domain::normalize_name,
    web::{
        app::{App, Changes},
        endpoint::AuthenticatedRequest,
        request::{
            change::{Findings, Understood, answer},
            json_body::Members,
            permissions::Admin,
        },
        response::{problem::Problem, reply::Reply},
    },
};

pub(crate) async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let admin = Admin::required(&request.caller)?;
    answer(app, request, |service, members| understand(service, members, admin)).await
}

/// The members of the request, as they are compared with a repeat's.
#[derive(Serialize)]
struct Body {
    email: String,
    add: Vec<String>,
    remove: Vec<String>,
    is_dry_run: bool,
}

fn understand(_: &Changes, mut members: Members, _: Admin) -> Result<Understood<Body>, Problem> {
    let address = members.required("email");
    let (add, remove) = (members.texts("add"), members.texts("remove"));
    let is_dry_run = members.flag("dryRun");
    members.finish()?;

    let mut findings = Findings::default();
    let email = findings.email("email", &address);
    findings.groups("add", &add);
    findings.groups("remove", &remove);
    if add.is_empty() && remove.is_empty() {
        findings.add("add", "must name a group, or remove must".to_owned());
    }
    if add.iter().any(|added| remove.iter().any(|removed| normalize_name(added) == normalize_name(removed))) {
        findings.add("remove", "must not name a group that add names".to_owned());
    }
    let email = findings.finish(email)?;
    let body = Body { email: email.to_string(), add: add.clone(), remove: remove.clone(), is_dry_run };
    Ok(Understood { change: Change::Groups { email, add, remove }, body, is_dry_run })
}
