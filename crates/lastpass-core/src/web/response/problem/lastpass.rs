//! The problems of a call to LastPass.

use std::{borrow::Cow, time::Duration};

use http::StatusCode;

use crate::{error_chain::causes, lastpass::Error, web::response::problem::row::ProblemRow};

/// `Retry-After` if LastPass limits our requests and does not say for how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

pub(crate) fn row(error: &Error) -> ProblemRow<'static> {
    let row = match error {
        Error::Credentials => ProblemRow::new(
            StatusCode::BAD_GATEWAY,
            "lastpass-credentials",
            "LastPass refuses our credentials",
            "LastPass does not accept the account number or the provisioning hash. Compare LASTPASS_ACCOUNT_NUMBER and \
             LASTPASS_PROVISIONING_HASH with the Admin Console (Advanced > Enterprise API), correct them and deploy \
             again. A hash that is reset there replaces the old one at once.",
        ),
        Error::Refused => ProblemRow::new(
            StatusCode::BAD_GATEWAY,
            "lastpass-refused",
            "LastPass refused the request",
            "LastPass understood the request and refused it. Check that the plan includes the Enterprise API and that a \
             super admin created the provisioning hash.",
        ),
        Error::RateLimited { retry_after } => ProblemRow::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "lastpass-busy",
            "LastPass limits our requests",
            "LastPass limits the rate of requests. Try again after the time in Retry-After.",
        )
        .retry_after(retry_after.unwrap_or(DEFAULT_RETRY_AFTER)),
        Error::Timeout => ProblemRow::new(
            StatusCode::GATEWAY_TIMEOUT,
            "lastpass-timeout",
            "LastPass is too slow",
            "LastPass did not reply in time. Try again in a minute.",
        ),
        Error::Unreachable(_) | Error::InvalidReply(_) => {
            unavailable("LastPass is unreachable, or its reply is invalid. Try again in a minute.")
        }
        Error::Internal => ProblemRow::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
            "This program failed to decode the reply of LastPass. The server log has details under the request id.",
        ),
    };
    row.cause(Some(causes(error)))
}

/// LastPass could not be reached, or its reply is not usable.
pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> ProblemRow<'static> {
    ProblemRow::new(StatusCode::BAD_GATEWAY, "lastpass-unavailable", "LastPass is not available", detail)
}

/// LastPass, whose groups determine the caller's role, could not be read.
pub(crate) fn roles_unavailable(error: &Error) -> ProblemRow<'static> {
    let ProblemRow { headers, cause, .. } = row(error);
    let row = ProblemRow::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "roles-unavailable",
        "Your role cannot be determined",
        "LastPass, whose groups determine your role, does not reply. Try again in a minute.",
    );
    ProblemRow { headers, cause, ..row }
}
