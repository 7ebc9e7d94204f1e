//! `POST /api/groups`: changes the memberships of a user.

use serde::Serialize;

use crate::{
    changes::Change,
    domain::normalize_name,
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::{
            change::{ParsedChange, change_request, fingerprint, idempotency_key},
            json_body::JsonBody,
            permissions::Admin,
        },
        response::{change::change_reply, problem::Problem, reply::Reply},
    },
};

/// Changes the memberships as the body requests.
///
/// # Errors
/// Returns a problem if the request is invalid or not permitted, or no membership was changed.
pub(crate) async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { route, caller, parameters, headers, body, context, .. } = request;
    let admin = Admin::required(&caller)?;
    parameters.finish()?;
    let changes = app.changes()?;
    let key = idempotency_key(headers, &caller, route.name)?;
    let parsed = parse(&body, admin)?;
    let request = change_request(&caller, key, parsed, changes.mode);
    if !request.is_dry_run {
        // A change needs the audit record.
        app.store()?;
    }
    let result = changes.service.perform(request, context).await?;
    change_reply(result)
}

fn parse(body: &[u8], _: Admin) -> Result<ParsedChange, Problem> {
    let mut body = JsonBody::parse(body)?;
    let email = body.required_text("email");
    let add = body.text_list("add");
    let remove = body.text_list("remove");
    let is_dry_run = body.flag("dryRun");

    let mut validator = body.into_validator();
    let email = validator.email("email", &email);
    validator.group_names("add", &add);
    validator.group_names("remove", &remove);
    if add.is_empty() && remove.is_empty() && !validator.has_error("remove") {
        validator.add_error("add", "must list a group, unless remove does");
    }
    if add.iter().any(|added| remove.iter().any(|removed| normalize_name(added) == normalize_name(removed))) {
        validator.add_error("remove", "must not list a group that add lists");
    }
    let email = validator.finish(email)?;

    let fields = GroupsFingerprint { email: email.as_str(), add: &add, remove: &remove, is_dry_run };
    let fingerprint = fingerprint(&fields);
    Ok(ParsedChange { change: Change::Groups { email, add, remove }, fingerprint, is_dry_run })
}

/// The fields of the [`fingerprint`]: frozen. The address is normalized; groups are as the caller spells them.
#[derive(Serialize)]
struct GroupsFingerprint<'a> {
    email: &'a str,
    add: &'a [String],
    remove: &'a [String],
    is_dry_run: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_frozen() {
        let fields = GroupsFingerprint {
            email: "ann@example.com",
            add: &["VPN".to_owned()],
            remove: &["Wiki".to_owned(), "Sales".to_owned()],
            is_dry_run: false,
        };
        assert_eq!(fingerprint(&fields), "faa3ddd3ab2f966e1c07e3e8eabd693a481378354c369d08d7c747d571d2eeec");
    }
}
