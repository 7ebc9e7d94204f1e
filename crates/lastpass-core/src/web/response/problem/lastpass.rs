//! The problems of a call to LastPass.

use std::{borrow::Cow, time::Duration};

use crate::{
    error_chain::causes,
    lastpass::Error,
    web::response::problem::{code::ProblemCode, row::ProblemRow},
};

/// `Retry-After` if LastPass limits our requests and does not say for how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

pub(crate) fn row(error: &Error) -> ProblemRow<'static> {
    let row = match error {
        Error::Credentials => ProblemRow::new(
            ProblemCode::LastPassCredentials,
            "LastPass does not accept the account number or the provisioning hash. Compare LASTPASS_ACCOUNT_NUMBER and \
             LASTPASS_PROVISIONING_HASH with the Admin Console (Advanced > Enterprise API), correct them and deploy \
             again. A hash that is reset there replaces the old one at once.",
        ),
        Error::Refused => ProblemRow::new(
            ProblemCode::LastPassRefused,
            "LastPass understood the request and refused it. Check that the plan includes the Enterprise API and that a \
             super admin created the provisioning hash.",
        ),
        Error::RateLimited { retry_after, .. } => ProblemRow::new(
            ProblemCode::LastPassBusy,
            "LastPass limits the rate of requests. Try again after the time in Retry-After.",
        )
        .retry_after(retry_after.unwrap_or(DEFAULT_RETRY_AFTER)),
        Error::Timeout => {
            ProblemRow::new(ProblemCode::LastPassTimeout, "LastPass did not reply in time. Try again in a minute.")
        }
        Error::Unreachable(_) | Error::InvalidReply(_) => {
            unavailable("LastPass is unreachable, or its reply is invalid. Try again in a minute.")
        }
        Error::Internal => ProblemRow::new(
            ProblemCode::Internal,
            "This program failed to decode the reply of LastPass. The server log has details under the request id.",
        ),
    };
    row.cause(Some(causes(error)))
}

/// LastPass could not be reached, or its reply is not usable.
pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> ProblemRow<'static> {
    ProblemRow::new(ProblemCode::LastPassUnavailable, detail)
}

/// LastPass, whose groups determine the caller's role, could not be read.
pub(crate) fn roles_unavailable(error: &Error) -> ProblemRow<'static> {
    let ProblemRow { headers, cause, .. } = row(error);
    let row = ProblemRow::new(
        ProblemCode::RolesUnavailable,
        "LastPass, whose groups determine your role, does not reply. Try again in a minute.",
    );
    ProblemRow { headers, cause, ..row }
}
