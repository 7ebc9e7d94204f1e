//! `POST /api/provision-user`: an account for somebody new, and the groups that go with it.

use chrono::NaiveDate;
use futures_util::FutureExt;
use serde::Serialize;

use crate::{
    changes::{Change, NewPerson},
    domain::normalize_name,
    web::{
        app::{App, Changes},
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::{
            change::{Findings, Understood, answer},
            json_body::Members,
            permissions::Provisioner,
        },
        response::{problem::Problem, reply::Reply},
    },
};

const NAME: &str = "provision-user";

/// The endpoint that makes accounts.
pub static PROVISION_USER: Endpoint =
    Endpoint { post: Some(Handler::Authenticated(|app, request| post(app, request).boxed())), ..Endpoint::new(NAME) };

async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let provisioner = Provisioner::required(&request.caller)?;
    answer(app, request, |service, members| understand(service, members, provisioner)).await
}

/// The members of the request, as they are compared with a repeat's.
#[derive(Serialize)]
struct Body {
    first_name: String,
    last_name: String,
    email: String,
    department: String,
    additional_groups: Vec<String>,
    manager: Option<String>,
    manager_email: Option<String>,
    start_date: Option<String>,
    is_dry_run: bool,
}

fn understand(service: &Changes, mut members: Members, _: Provisioner) -> Result<Understood<Body>, Problem> {
    let mut body = Body {
        first_name: members.required("firstName"),
        last_name: members.required("lastName"),
        email: members.required("email"),
        department: members.required("department"),
        additional_groups: members.texts("additionalGroups"),
        manager: members.text("manager"),
        manager_email: members.text("managerEmail"),
        start_date: members.text("startDate"),
        is_dry_run: members.flag("dryRun"),
    };
    members.finish()?;

    let mut findings = Findings::default();
    findings.name("firstName", &body.first_name);
    findings.name("lastName", &body.last_name);
    let email = findings.email("email", &body.email);
    if let Some(email) = &email {
        let is_allowed =
            service.email_domains.is_empty() || service.email_domains.iter().any(|domain| domain == email.domain());
        if !is_allowed {
            findings.add(
                "email",
                format!("must be of one of {} (ALLOWED_EMAIL_DOMAINS)", service.email_domains.join(", ")),
            );
        }
        body.email = email.to_string();
    }
    let department =
        service.groups.departments.iter().find(|(name, _)| normalize_name(name) == normalize_name(&body.department));
    if department.is_none() {
        let known: Vec<_> = service.groups.departments.iter().map(|(name, _)| name).collect();
        findings.add("department", format!("must be one of {} (DEPARTMENT_GROUPS)", known.join(", ")));
    }
    findings.groups("additionalGroups", &body.additional_groups);
    if let Some(manager) = &body.manager {
        findings.name("manager", manager);
    }
    let manager_email = body.manager_email.as_deref().and_then(|text| findings.email("managerEmail", text));
    let is_date = |date: &str| date.len() == 10 && NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok();
    if body.start_date.as_deref().is_some_and(|date| !is_date(date)) {
        findings.add("startDate", "must be a date such as 2026-12-01".to_owned());
    }
    let person = email.zip(department).map(|(email, (department, group))| NewPerson {
        name: format!("{} {}", body.first_name, body.last_name),
        email,
        department: department.to_owned(),
        department_group: group.to_owned(),
        additional_groups: body.additional_groups.clone(),
        manager: body.manager.clone(),
        manager_email,
        start_date: body.start_date.clone(),
    });
    let change = Change::Provision(findings.finish(person)?);
    Ok(Understood { change, is_dry_run: body.is_dry_run, body })
}
