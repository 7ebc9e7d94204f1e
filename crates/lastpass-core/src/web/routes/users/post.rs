//! `POST /api/users`: applies an action to a user.

use serde::Serialize;

use crate::{
    changes::Change,
    domain::PersonAction,
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::{
            change::{ParsedChange, change_request, fingerprint, idempotency_key},
            json_body::JsonBody,
            permissions::{Admin, Provisioner},
        },
        response::{change::change_reply, problem::Problem, reply::Reply},
    },
};

/// Applies the action of the body.
///
/// # Errors
/// Returns a problem if the request is invalid or not permitted, or the action was not applied.
pub(crate) async fn post(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { route, caller, parameters, headers, body, context, .. } = request;
    let permission = match Admin::of(&caller) {
        Some(admin) => ActionPermission::All(admin),
        None => ActionPermission::Invitations(Provisioner::required(&caller)?),
    };
    parameters.finish()?;
    let changes = app.changes()?;
    let key = idempotency_key(headers, &caller, route.name)?;
    let parsed = parse(&body, permission)?;
    let request = change_request(&caller, key, parsed, changes.mode);
    if !request.is_dry_run {
        // A change needs the audit record.
        app.store()?;
    }
    let result = changes.service.perform(request, context).await?;
    change_reply(result)
}

/// The actions that the caller's role permits.
enum ActionPermission {
    /// All actions.
    All(Admin),
    /// Sending and withdrawing invitations.
    Invitations(Provisioner),
}

impl ActionPermission {
    fn allows(&self, action: PersonAction) -> bool {
        match self {
            Self::All(_) => true,
            Self::Invitations(_) => matches!(action, PersonAction::Reinvite | PersonAction::Uninvite),
        }
    }
}

fn parse(body: &[u8], permission: ActionPermission) -> Result<ParsedChange, Problem> {
    let mut body = JsonBody::parse(body)?;
    let email = body.required_text("email");
    let action = body.required_choice("action", &PersonAction::ALL.map(|action| (action.name(), action)));
    let confirm = body.text("confirm");
    let allow_orphans = body.flag("allowOrphans");
    let is_dry_run = body.flag("dryRun");
    if action.is_some_and(|action| !permission.allows(action)) {
        return Err(Problem::Forbidden { detail: "A provisioner may only use reinvite and uninvite." });
    }

    let mut validator = body.into_validator();
    let email = validator.email("email", &email);
    let is_confirmed = confirm.is_some_and(|confirm| email.as_ref().is_none_or(|email| email.matches(&confirm)));
    if action == Some(PersonAction::Delete) && !is_confirmed {
        validator.add_error("confirm", "must repeat the e-mail address, since a deletion is permanent");
    }
    let (email, action) = validator.finish(email.zip(action))?;

    let fields = ActionFingerprint { email: email.as_str(), action: action.name(), allow_orphans, is_dry_run };
    let fingerprint = fingerprint(&fields);
    Ok(ParsedChange { change: Change::Person { email, action, allow_orphans }, fingerprint, is_dry_run })
}

/// The fields of the [`fingerprint`]: frozen. The address is normalized.
#[derive(Serialize)]
struct ActionFingerprint<'a> {
    email: &'a str,
    action: &'a str,
    allow_orphans: bool,
    is_dry_run: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_frozen() {
        let fields = ActionFingerprint {
            email: "ann@example.com",
            action: "deactivate",
            allow_orphans: true,
            is_dry_run: false,
        };
        assert_eq!(fingerprint(&fields), "f376b0da9f4f08a7a9a77a12c35e8033c24387e2de1af31472a43b6ca37feb8f");
    }
}
