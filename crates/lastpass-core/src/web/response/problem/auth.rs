//! The problems of signing in.

use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};

use crate::{auth::AuthError, error_chain::causes, web::response::problem::row::ProblemRow};

pub(crate) fn row(error: &AuthError) -> ProblemRow<'static> {
    match error {
        AuthError::Missing => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            "The request has no credential. Send a dashboard key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`.",
        )
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="lastpass-functions""#)),
        AuthError::Invalid(error) => ProblemRow::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            "The credential is not accepted: the key is unknown, or the token has expired or belongs to another \
             application. Sign in again, or send another key.",
        )
        .header(
            WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="lastpass-functions", error="invalid_token""#),
        )
        .cause(Some(causes(error))),
        AuthError::KeysUnavailable => ProblemRow::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "jwks-unavailable",
            "Tokens cannot be verified",
            "The public keys of the identity provider (AUTH_JWKS_URL) could not be fetched. Try again in a minute.",
        ),
    }
}
