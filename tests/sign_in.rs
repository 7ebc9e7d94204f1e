//! Stories of sign-in: every method, and every reason for which a credential is rejected.

pub(crate) mod auth_js;
pub(crate) mod issuer;
mod jwks;
mod jwt;
mod key_server;
mod methods;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use lastpass_core::{
    auth::{AuthError, AuthenticatedUser, CredentialError, SignInMethods, authenticate},
    settings::{DemoDatabase, Settings},
};

/// The settings of a deployment with only these variables.
fn settings(variables: &[(&str, &str)]) -> Settings {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Settings::from_lookup(lookup, DemoDatabase::Ignored)
}

/// The sign-in methods of a deployment with only these variables.
fn sign_in_methods(variables: &[(&str, &str)]) -> SignInMethods {
    settings(variables).sign_in.expect("a sign-in method")
}

/// Authenticates a request with these headers.
async fn authenticate_with(
    methods: &SignInMethods,
    headers: &[(&str, &str)],
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        map.append(name, HeaderValue::from_str(value).expect("a header's value"));
    }
    authenticate(&map, methods, now).await
}

/// Authenticates a request with a token in `Authorization`.
async fn authenticate_bearer(
    methods: &SignInMethods,
    token: &str,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    authenticate_with(methods, &[("authorization", &format!("Bearer {token}"))], now).await
}

/// The error of a cookie that is not accepted.
fn refused_cookie(cookie: &str, reason: CredentialError) -> AuthError {
    AuthError::InvalidCookie { cookie: cookie.to_owned(), reason, suffixed: None }
}
