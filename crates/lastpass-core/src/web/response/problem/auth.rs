//! The problems of signing in.

use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};

use crate::{
    auth::{AuthError, CredentialError},
    error_chain::causes,
    web::response::problem::row::ProblemRow,
};

const NO_TOKEN: &str = r#"Bearer realm="lastpass-functions""#;
const INVALID_TOKEN: &str = r#"Bearer realm="lastpass-functions", error="invalid_token""#;

pub(crate) fn row(error: &AuthError) -> ProblemRow<'static> {
    match error {
        AuthError::Missing => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            "The request has no credential. Send a dashboard key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`.",
        )
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(NO_TOKEN)),
        AuthError::Invalid(error) => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            "The credential is not accepted: the key is unknown, or the token has expired or belongs to another \
             application. Sign in again, or send another key.",
        )
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(INVALID_TOKEN))
        .cause(Some(causes(error))),
        AuthError::InvalidCookie { cookie, reason, suffixed } => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            refused_cookie(cookie, *reason, suffixed.as_deref()),
        )
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(INVALID_TOKEN))
        .cause(Some(causes(reason))),
        AuthError::OnlySuffixedCookie { cookie, suffixed } => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            format!(
                "The request has no cookie {cookie} (AUTH_COOKIE), but {suffixed}. If that is this application's, set \
                 AUTH_COOKIE={suffixed}."
            ),
        )
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(NO_TOKEN))
        .cause(Some(causes(error))),
        AuthError::KeysUnavailable => ProblemRow::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "jwks-unavailable",
            "Tokens cannot be verified",
            "The public keys of the identity provider (AUTH_JWKS_URL) could not be fetched. Try again in a minute.",
        ),
    }
}

/// Which cookie is not accepted, and what to do.
fn refused_cookie(cookie: &str, reason: CredentialError, suffixed: Option<&str>) -> String {
    let mut detail = if reason == CredentialError::Duplicate {
        format!(
            "The browser sends the cookie {cookie} twice, with different values. Delete this site's cookies and sign in \
             again."
        )
    } else if reason == CredentialError::Pending {
        format!("The session in the cookie {cookie} is pending: finish signing in, such as choosing an organisation.")
    } else {
        format!(
            "The session in the cookie {cookie} is not accepted: it has expired or belongs to another application. Sign \
             in again."
        )
    };
    if let Some(suffixed) = suffixed {
        detail.push_str(&format!(" If {suffixed} is this application's cookie, set AUTH_COOKIE={suffixed}."));
    }
    detail
}
