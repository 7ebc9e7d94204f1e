//! Who sent a request, and with which role.

use http::HeaderMap;

use crate::{
    auth::{AuthenticatedUser, Caller, ClaimedRole, SignInMethods, authenticate},
    request_context::RequestContext,
    web::{
        app::App,
        response::problem::{Problem, SignInClient},
    },
};

/// The user whose credential the request carries.
///
/// # Errors
/// Returns a problem if there is no credential, or it is not accepted.
pub(crate) async fn user(
    headers: &HeaderMap,
    sign_in: &SignInMethods,
    context: &RequestContext<'_>,
) -> Result<AuthenticatedUser, Problem> {
    authenticate(headers, sign_in, context.received_at)
        .await
        .map_err(|error| Problem::Unauthenticated { error, client: SignInClient::of(headers) })
}

/// The user with a role; `None` for a user without one.
///
/// # Errors
/// Returns a problem if the role depends on LastPass's groups, and LastPass does not answer.
pub(crate) async fn caller(
    app: &App,
    user: AuthenticatedUser,
    context: &RequestContext<'_>,
) -> Result<Option<Caller>, Problem> {
    let by_groups = match (user.role(), &app.group_roles, &app.upstream) {
        (ClaimedRole::FromGroups(email), Ok(roles), Ok(upstream)) => {
            roles.role_of(email, &upstream.client, context).await.map_err(Problem::RolesUnavailable)?
        }
        (ClaimedRole::FromGroups(_), Err(errors), _) | (ClaimedRole::FromGroups(_), _, Err(errors)) => {
            return Err(errors.into());
        }
        (ClaimedRole::Known(_) | ClaimedRole::None, _, _) => None,
    };
    Ok(user.with_role(by_groups))
}
