//! `POST /api/provision-user`: creates an account and adds it to groups.

#[cfg(feature = "openapi")]
pub(crate) mod openapi;

use futures_util::FutureExt;
use serde::Serialize;

use crate::{
    changes::{Change, NewPerson},
    web::{
        app::{App, Changes},
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::{
            change::{ParsedChange, change_request, fingerprint, idempotency_key},
            json_body::JsonBody,
            permissions::Provisioner,
        },
        response::{change::change_reply, problem::Problem, reply::Reply},
    },
};

const NAME: &str = "provision-user";

/// The endpoint that creates accounts.
pub static PROVISION_USER: Endpoint =
    Endpoint { post: Some(Handler::Authenticated(|app, request| post(app, request).boxed())), ..Endpoint::new(NAME) };

async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { route, caller, parameters, headers, body, context, .. } = request;
    let provisioner = Provisioner::required(&caller)?;
    parameters.finish()?;
    let changes = app.changes()?;
    let key = idempotency_key(headers, &caller, route.name)?;
    let parsed = parse(&body, changes, provisioner)?;
    let request = change_request(&caller, key, parsed, changes.mode);
    if !request.is_dry_run {
        // A change needs the audit record.
        app.store()?;
    }
    let result = changes.service.perform(request, context).await?;
    change_reply(result)
}

fn parse(body: &[u8], changes: &Changes, _: Provisioner) -> Result<ParsedChange, Problem> {
    let mut body = JsonBody::parse(body)?;
    let first_name = body.required_text("firstName");
    let last_name = body.required_text("lastName");
    let email = body.required_text("email");
    let department = body.required_text("department");
    let additional_groups = body.text_list("additionalGroups");
    let manager = body.text("manager");
    let manager_email = body.text("managerEmail");
    let start_date = body.text("startDate");
    let is_dry_run = body.flag("dryRun");

    let mut validator = body.into_validator();
    validator.name("firstName", &first_name);
    validator.name("lastName", &last_name);
    let email = validator.email("email", &email);
    let domains = &changes.email_domains;
    if let Some(email) = &email
        && !domains.is_empty()
        && !domains.iter().any(|domain| domain == email.domain())
    {
        let message = format!("must have one of these domains: {} (ALLOWED_EMAIL_DOMAINS)", domains.join(", "));
        validator.add_error("email", message);
    }
    let found = validator.department("department", &department, &changes.groups.departments);
    validator.group_names("additionalGroups", &additional_groups);
    if let Some(manager) = &manager {
        validator.name("manager", manager);
    }
    let parsed_manager_email = manager_email.as_deref().and_then(|text| validator.email("managerEmail", text));
    if let Some(date) = &start_date {
        validator.date_or_time("startDate", date);
    }
    let (email, (department_name, department_group)) = validator.finish(email.zip(found))?;

    let fingerprint = fingerprint(&ProvisionFingerprint {
        first_name: &first_name,
        last_name: &last_name,
        email: email.as_str(),
        department: &department,
        additional_groups: &additional_groups,
        manager: manager.as_deref(),
        manager_email: manager_email.as_deref(),
        start_date: start_date.as_deref(),
        is_dry_run,
    });
    let change = Change::Provision(NewPerson {
        name: format!("{first_name} {last_name}"),
        email,
        department: department_name.to_owned(),
        department_group: department_group.to_owned(),
        additional_groups,
        manager,
        manager_email: parsed_manager_email,
        start_date,
    });
    Ok(ParsedChange { change, fingerprint, is_dry_run })
}

/// The fields of the [`fingerprint`]: frozen. The address is normalized; the others are as the caller spells them.
#[derive(Serialize)]
struct ProvisionFingerprint<'a> {
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    department: &'a str,
    additional_groups: &'a [String],
    manager: Option<&'a str>,
    manager_email: Option<&'a str>,
    start_date: Option<&'a str>,
    is_dry_run: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_frozen() {
        let groups = ["VPN".to_owned(), "Wiki".to_owned()];
        let whole = ProvisionFingerprint {
            first_name: "Ann",
            last_name: "Chovey",
            email: "ann@example.com",
            department: "Sales",
            additional_groups: &groups,
            manager: Some("Bo"),
            manager_email: Some("Bo@example.com"),
            start_date: Some("2026-12-01"),
            is_dry_run: false,
        };
        assert_eq!(fingerprint(&whole), "b438c928a06bb965ad5e0c9776d00ae6fc706ce39e77198fb7a5912d29f8b504");
        let required = ProvisionFingerprint {
            additional_groups: &[],
            manager: None,
            manager_email: None,
            start_date: None,
            is_dry_run: true,
            ..whole
        };
        assert_eq!(fingerprint(&required), "300a4e6629002e486eca9ad81e9b328a35168501d12538b0adf66a7430d87463");
    }
}
