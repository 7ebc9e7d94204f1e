//! What is said of LastPass's failures.

use std::borrow::Cow;

use http::StatusCode;

use crate::{lastpass::Error, web::response::problem::Row};

pub(crate) fn row(error: &Error) -> Row {
    let row = |status, code, title, detail| Row { status, code, title, detail: Cow::Borrowed(detail) };
    match error {
        Error::Credentials => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-credentials",
            "LastPass refuses our credentials",
            "LastPass does not accept the account number or the provisioning hash: compare LASTPASS_ACCOUNT_NUMBER and \
             LASTPASS_PROVISIONING_HASH with the Admin Console (Advanced > Enterprise API); a hash that was reset there \
             replaces the old one at once; then deploy again",
        ),
        Error::Refused => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-refused",
            "LastPass refused the request",
            "LastPass understood the request and refused it; check that the plan includes the Enterprise API and that a \
             super admin made the provisioning hash",
        ),
        Error::RateLimited { .. } => row(
            StatusCode::SERVICE_UNAVAILABLE,
            "lastpass-busy",
            "LastPass limits our calls",
            "LastPass asks for fewer calls; try again after the time in Retry-After",
        ),
        Error::Timeout => row(
            StatusCode::GATEWAY_TIMEOUT,
            "lastpass-timeout",
            "LastPass is too slow",
            "LastPass did not answer in time; try again in a minute",
        ),
        Error::Unreachable(_) | Error::InvalidReply(_) => row(
            StatusCode::BAD_GATEWAY,
            "lastpass-unavailable",
            "LastPass is not available",
            "LastPass could not be reached, or gave an answer that makes no sense; try again in a minute",
        ),
        Error::Internal => row(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "A fault of this program",
            "reading LastPass's answer failed on our side; the log has more under the request's id",
        ),
    }
}
